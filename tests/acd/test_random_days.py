"""Whatever happens in whatever order: a call ends once, an agent is in one state, nothing rings twice."""

import random
from datetime import timedelta

import pytest
from django.db.models import Count, Q

from callcenter.acd.models import Agent, AgentSession, Call, Offer
from callcenter.telephony import effects as e
from callcenter.telephony import signals as s
from callcenter.telephony.words import AgentState
from tests.acd.driver import Driver, assert_every_second_is_in_one_state

pytestmark = pytest.mark.django_db
WISHES = [
    ("go_ready", {}),
    ("go_not_ready", {"reason": "break"}),
    ("go_not_ready", {"reason": "recovery"}),
    ("finish_wrap_up", {}),
    ("extend_wrap_up", {}),
    ("reject", {}),
    ("sign_out", {}),
    ("sign_in", {}),
    ("phone_status", {"registered": True, "holding": None}),
]


class Chaos:
    """Plays passengers, agents and a PBX that repeats itself, all from one seed."""

    def __init__(self, seed: int, agents: list[Agent]) -> None:
        self.dice = random.Random(seed)
        self.floor = Driver()
        self.agents = agents
        self.calls: list[str] = []
        self.legs: dict[str, tuple[str, Agent]] = {}
        self.sent: list[s.Signal] = []

    def play(self, steps: int) -> None:
        """Let so many things happen."""
        for agent in self.agents:
            self.floor.sign_in(agent)
        for _ in range(steps):
            self.floor.now += timedelta(seconds=self.dice.uniform(0, 6))
            self.dice.choice(
                [self.arrive, self.leave_menu, self.ring, self.answer, self.hold, self.end, self.come_back]
                + [self.wish, self.lose_phone, self.repeat, self.tick, self.tick, self.take_over]
            )()

    def take(self, signal: s.Signal) -> None:
        self.sent.append(signal)
        self.floor.take(signal)

    def some_call(self) -> str:
        return self.dice.choice(self.calls) if self.calls else "none"

    def arrive(self) -> None:
        call_id = f"c{len(self.calls)}"
        self.calls.append(call_id)
        self.take(s.CallArrived(call_id, self.floor.now, call_id, f"PJSIP/trunk-{call_id}", "138", "12306"))

    def leave_menu(self) -> None:
        if self.calls:
            queue = self.dice.choice(["general", "lost", "english"])
            self.floor.wait_in(self.some_call(), queue)

    def ring(self) -> None:
        offers = [x for x in self.floor.effects if isinstance(x, e.Deliver)]
        if offers:
            offer = self.dice.choice(offers[-3:])
            agent = next(a for a in self.agents if a.extension == offer.extension)
            self.legs[offer.call_id] = (self.floor.rings(offer.call_id, agent), agent)

    def answer(self) -> None:
        if self.legs:
            call_id = self.dice.choice(list(self.legs))
            leg, agent = self.legs[call_id]
            self.floor.answers(call_id, agent, leg)

    def hold(self) -> None:
        if self.legs:
            call_id = self.dice.choice(list(self.legs))
            kind = self.dice.choice([s.AgentHeld, s.AgentUnheld])
            self.take(kind(call_id, self.floor.now, self.legs[call_id][0]))

    def come_back(self) -> None:
        agent = self.dice.choice(self.agents)
        status = self.dice.choice(["NOANSWER", "BUSY", "CHANUNAVAIL", "CANCEL", "ANSWER"])
        self.take(s.DeliveryReturned(self.some_call(), self.floor.now, agent.extension, status))

    def end(self) -> None:
        call_id = self.some_call()
        self.take(s.CallEnded(call_id, self.floor.now, call_id, 16, "caller"))

    def wish(self) -> None:
        kind, payload = self.dice.choice(WISHES)
        self.floor.wish(self.dice.choice(self.agents), kind, **payload)

    def lose_phone(self) -> None:
        agent = self.dice.choice(self.agents)
        kind = self.dice.choice([s.ContactLost, s.ContactGained])
        self.floor.take(kind(agent.extension, self.floor.now, f"sip:{agent.extension}@x"))

    def repeat(self) -> None:
        if self.sent:
            self.floor.take(self.dice.choice(self.sent[-20:]))

    def tick(self) -> None:
        self.floor.after(self.dice.choice([0.25, 2.5]))

    def take_over(self) -> None:
        self.floor.restart()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.covers("TEL-29", "TEL-12")
def test_nothing_is_lost_doubled_or_stuck(seed: int, centre: None) -> None:
    chaos = Chaos(seed, list(Agent.objects.select_related("user").order_by("extension")[:3]))
    chaos.play(120)
    for call_id in chaos.calls:
        chaos.floor.ends(call_id)
    chaos.floor.after(200)
    assert_calls_are_whole(chaos)
    assert_agents_are_whole(chaos)


def assert_calls_are_whole(chaos: Chaos) -> None:
    calls = Call.objects.all()
    assert calls.count() == len(chaos.calls)
    assert not calls.exclude(state="ended").exists()
    assert not Offer.objects.filter(ended_at=None).exists()
    doubled = calls.annotate(
        taken=Count("offers", filter=Q(offers__result="answered", offers__is_resume=False))
    )
    assert all(call.outcome == "answered" for call in doubled if call.taken)
    for call in calls:
        known = call.menu_ms + call.wait_ms + call.talk_ms + call.hold_ms
        assert known <= (call.ended_at - call.arrived_at).total_seconds() * 1000 + 2


def assert_agents_are_whole(chaos: Chaos) -> None:
    for session in AgentSession.objects.all():
        assert_every_second_is_in_one_state(session, max(chaos.floor.now, session.state_since))
        assert session.state in (AgentState.READY, AgentState.NOT_READY, AgentState.OFFLINE), session
