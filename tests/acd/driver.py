"""Drives the exchange on a real database with signals in our own words; time is the test's."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from callcenter.accounts.models import User
from callcenter.acd.exchange import inputs
from callcenter.acd.exchange.exchange import Exchange
from callcenter.acd.exchange.loading import load_book
from callcenter.acd.models import Agent, AgentSession, AgentStateInterval, Call, Command
from callcenter.acd.services import commands
from callcenter.telephony import effects as e
from callcenter.telephony import signals as s

PBX = "test"


def say_nothing(language: str, place: int, minutes: int | None) -> list[str]:
    """An announcer that has nothing to tell."""
    return []


@dataclass
class Driver:
    """One exchange, one clock, and the effects it has asked for."""

    now: datetime = field(default_factory=lambda: datetime(2026, 7, 17, 2, 0, tzinfo=UTC))
    effects: list[e.Effect] = field(default_factory=list)
    legs: int = 0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew from the database, as a process that takes over does."""
        self.exchange = Exchange(load_book(PBX), say_nothing)
        self.exchange.is_aligned = True

    def take(self, *batch: inputs.Input) -> None:
        """Hand a batch to the exchange."""
        self.effects += self.exchange.handle(batch, self.now).effects

    def after(self, seconds: float) -> "Driver":
        """Let time pass, with the ticks that belong to it (at most twenty steps)."""
        end = self.now + timedelta(seconds=seconds)
        step = max(seconds / 20, 0.25)
        while self.now < end:
            self.now = min(end, self.now + timedelta(seconds=step))
            for _ in range(4):
                self.take(inputs.Tick())
        return self

    def wish(self, agent: Agent, kind: str, by: User | None = None, **payload: Any) -> Command:
        """Record a command as a desk does, and let it be carried out."""
        command = commands.request(agent, kind, payload, by=by or agent.user)
        Command.objects.filter(pk=command.pk).update(requested_at=timezone.now())
        self.take(inputs.CommandsWaiting())
        command.refresh_from_db()
        return command

    def sign_in(self, agent: Agent, *, ready: bool = True) -> AgentSession:
        """Sign in, register the phone, and go ready."""
        self.wish(agent, "sign_in")
        self.take(s.ContactGained(agent.extension, self.now, f"sip:{agent.extension}@x"))
        if ready:
            self.wish(agent, "go_ready")
        return self.session(agent)

    def session(self, agent: Agent) -> AgentSession:
        """The agent's newest session."""
        return AgentSession.objects.filter(agent=agent).latest("signed_in_at")

    def arrive(self, call_id: str, number: str = "13800000001") -> Call:
        """A passenger's channel comes in."""
        self.take(s.CallArrived(call_id, self.now, call_id, f"PJSIP/trunk-{call_id}", number, "12306"))
        return self.call(call_id)

    def wait_in(self, call_id: str, queue: str = "general", **more: Any) -> Call:
        """The passenger leaves the menu for the line."""
        channel = f"PJSIP/trunk-{call_id}"
        signal = s.WaitingBegan(
            call_id=call_id,
            at=self.now,
            leg_id=call_id,
            channel=channel,
            queue=queue,
            language=more.get("language", "zh"),
            priority=more.get("priority", 5),
            needs=more.get("needs", ()),
            path=("main", "operator"),
        )
        self.take(signal)
        return self.call(call_id)

    def rings(self, call_id: str, agent: Agent) -> str:
        """The agent's phone rings; returns the leg's id."""
        self.legs += 1
        leg = f"{call_id}-leg{self.legs}"
        self.take(s.AgentRang(call_id, self.now, leg, f"PJSIP/{agent.extension}-{leg}", agent.extension))
        return leg

    def answers(self, call_id: str, agent: Agent, leg: str) -> None:
        """The agent takes the call."""
        self.take(s.AgentAnswered(call_id, self.now, leg, f"PJSIP/{agent.extension}-{leg}", agent.extension))

    def returns(self, call_id: str, agent: Agent, status: str) -> None:
        """The dial to the agent comes back."""
        self.take(s.DeliveryReturned(call_id, self.now, agent.extension, status))

    def ends(self, call_id: str, released_by: str = "caller") -> Call:
        """The passenger's channel is gone."""
        self.take(s.CallEnded(call_id, self.now, call_id, 16, released_by))
        return self.call(call_id)

    def talk(self, call_id: str, agent: Agent, queue: str = "general") -> str:
        """A whole way to talking; returns the agent's leg."""
        self.arrive(call_id)
        self.wait_in(call_id, queue)
        leg = self.rings(call_id, agent)
        self.answers(call_id, agent, leg)
        return leg

    def call(self, call_id: str) -> Call:
        """The row of a call."""
        return Call.objects.get(pbx=PBX, linkedid=call_id)

    def delivered_to(self) -> list[str]:
        """Extensions that the PBX was asked to ring, in order."""
        return [effect.extension for effect in self.effects if isinstance(effect, e.Deliver)]


def assert_every_second_is_in_one_state(session: AgentSession, now: datetime) -> None:
    """The intervals of a session follow each other without gap or overlap, from sign-in to now."""
    intervals = list(AgentStateInterval.objects.filter(session=session).order_by("started_at", "pk"))
    at = session.signed_in_at
    for interval in intervals:
        assert interval.started_at == at, f"gap or overlap before {interval}"
        at = interval.ended_at or now
    assert at == (session.signed_out_at or now)
    assert sum(1 for interval in intervals if interval.ended_at is None) == (session.signed_out_at is None)
