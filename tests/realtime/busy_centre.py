"""A centre in full swing: hundreds of people at their desks and a day of calls, from a seed.

Rows are written as the telephony process leaves them, in bulk, so that a day of 54,298 calls takes seconds.
"""

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from callcenter.accounts.models import Centre, Role, Seat, Team, User
from callcenter.acd.demo import seed_centre
from callcenter.acd.models import (
    Agent,
    AgentSession,
    AgentSkill,
    AgentStateInterval,
    Call,
    NotReadyReason,
    Queue,
    Skill,
)

ZONES = (("二层东区", 160), ("二层西区", 96), ("三层", 55))
STATES = (("talking", 62), ("on_hold", 4), ("wrap_up", 9), ("offered", 2), ("ready", 8), ("not_ready", 11))
QUEUE_SHARE = {"general": 46, "ticket": 28, "complaint": 8, "lost": 7, "priority": 4, "english": 3}


class BusyCentre:
    """Makes people and calls. `now` is the moment at which the picture is taken."""

    def __init__(self, now: datetime, seed: int = 1) -> None:
        self.now = now
        self.random = random.Random(seed)
        self._number = seed * 1_000_000
        self._on_the_line: dict[int, str] = {}

    # ------------------------------------------------------------------ people
    def open(self, agents: int = 311) -> None:
        """Seed queues and skills, and seat so many agents on three floors."""
        seed_centre("railway-demo", agents=0)
        Seat.objects.all().delete()
        centre = Centre.objects.get(code="shanghai")
        teams = list(Team.objects.order_by("code"))
        places = _places(agents)
        users = User.objects.bulk_create(
            User(
                username=f"busy{n}", staff_no=str(1001 + n), display_name=f"座席 {1001 + n}", role=Role.AGENT,
                centre=centre, team=teams[n // 16 % len(teams)],
            )
            for n in range(agents)
        )  # fmt: skip
        created = Agent.objects.bulk_create(Agent(user=user, extension=user.staff_no) for user in users)
        AgentSkill.objects.bulk_create(
            AgentSkill(agent=agent, skill=skill, level=4)
            for n, agent in enumerate(created)
            for skill in Skill.objects.all()
            if skill.code in ("mandarin", "ticket") or (n + skill.pk) % 6 == 0
        )
        Seat.objects.bulk_create(
            Seat(
                centre=centre,
                number=f"{island}{place:02}",
                zone=zone,
                island=island,
                position=place,
                user=user,
            )
            for user, (zone, island, place) in zip(users, places, strict=False)
        )

    def sign_in(self, share: float = 0.97) -> None:
        """Sign most agents in, each in some state for some time; those who talk get a call."""
        reasons = list(NotReadyReason.objects.filter(is_system=False))
        queues = self._queues()
        intervals = []
        for agent in Agent.objects.order_by("extension"):
            if self.random.random() > share:
                continue
            state = self.random.choices(*zip(*STATES, strict=True))[0]
            since = self.now - timedelta(seconds=self._seconds_in(state))
            call = (
                self._call_for(agent, state, since, queues)
                if state in ("talking", "on_hold", "wrap_up")
                else None
            )
            session = AgentSession.objects.create(
                agent=agent, state=state, state_since=since, call=call, is_registered=True,
                signed_in_at=self.now - timedelta(hours=3),
                reason=self.random.choice(reasons) if state == "not_ready" else None,
            )  # fmt: skip
            intervals += self._stretches(session, since)
        AgentStateInterval.objects.bulk_create(intervals)

    def turn_everybody(self, state: str) -> None:
        """Put all signed-in agents into one state."""
        AgentSession.objects.filter(signed_out_at=None).update(state=state, state_since=self.now, call=None)

    def agent_ids(self) -> list[int]:
        """Every agent's key."""
        return list(Agent.objects.order_by("extension").values_list("pk", flat=True))

    def _seconds_in(self, state: str) -> float:
        means = {"talking": 130, "on_hold": 40, "wrap_up": 25, "offered": 4, "ready": 12, "not_ready": 500}
        return min(self.random.expovariate(1 / means[state]), 3000) + 1

    def _call_for(self, agent: Agent, state: str, since: datetime, queues: list[Queue]) -> Call:
        talked = 2400 + self.random.random() * 2000 if self.random.random() < 0.015 else 0
        answered = since - timedelta(seconds=talked)
        offered = answered - timedelta(seconds=5)
        open_state = state if state in ("talking", "on_hold") else "ended"
        columns: dict[str, Any] = {"answered_at": answered, "wait_ms": 5000, "agent": agent}
        if open_state == "ended":
            columns |= {"ended_at": since, "outcome": "answered", "talk_ms": 60_000, "released_by": "caller"}
        call = self._call(offered, queue=self._queue(queues), offered_at=offered, state=open_state, **columns)
        call.save()
        return call

    def _stretches(self, session: AgentSession, since: datetime) -> Iterator[AgentStateInterval]:
        at = session.signed_in_at
        while at < since - timedelta(seconds=120):
            for state, seconds in (("ready", 10), ("talking", 180), ("wrap_up", 20)):
                end = min(since, at + timedelta(seconds=seconds * self.random.uniform(0.5, 1.5)))
                if end > at:
                    yield AgentStateInterval(
                        session=session, agent=session.agent, state=state, started_at=at, ended_at=end
                    )
                at = end
        if at < since:
            yield AgentStateInterval(
                session=session, agent=session.agent, state="ready", started_at=at, ended_at=since
            )
        yield AgentStateInterval(
            session=session, agent=session.agent, state=session.state, started_at=since, reason=session.reason
        )

    # ------------------------------------------------------------------ calls
    def live_a_day(self, calls: int, *, weeks_ago: int = 0, until: datetime | None = None) -> None:
        """Write finished calls over a local day in the shape of a real one, up to `until`."""
        local = timezone.localtime(self.now - timedelta(weeks=weeks_ago))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        queues, agents = self._queues(), list(Agent.objects.all())
        moments = [midnight + timedelta(seconds=self._moment_of_day()) for _ in range(calls)]
        rows = (
            self.finished_call(at, queues, agents) for at in sorted(moments) if until is None or at < until
        )
        Call.objects.bulk_create(rows, batch_size=5000)

    def finished_call(self, at: datetime, queues: list[Queue], agents: list[Agent]) -> Call:
        """A call that came at this moment and is over: any outcome, any length."""
        fate = self.random.random()
        queue, menu = self._queue(queues), timedelta(seconds=self.random.uniform(5, 40))
        if fate < 0.30:
            return self._ended(at, at + menu, "self_service")
        if fate < 0.31:
            return self._ended(at, at + menu, "left_menu")
        if fate < 0.311:
            return self._ended(at, at, "blocked", queue=queue)
        offered, wait = at + menu, self.random.expovariate(1 / 9)
        if fate < 0.325:
            return self._ended(
                at, offered + timedelta(seconds=wait * 3), "abandoned", queue=queue, offered_at=offered,
                wait_ms=int(wait * 3000), released_by="caller",
            )  # fmt: skip
        answered, talk = offered + timedelta(seconds=wait), self._talk_seconds()
        return self._ended(
            at, answered + timedelta(seconds=talk), "answered", queue=queue, offered_at=offered,
            answered_at=answered, wait_ms=int(wait * 1000), talk_ms=int(talk * 1000),
            agent=self.random.choice(agents), wrap_up_ms=15_000,
            released_by=self.random.choice(["caller", "caller", "agent"]),
        )  # fmt: skip

    def wait(self, queue: str, seconds: float, state: str = "waiting") -> Call:
        """Put a caller into the line who has waited for so long."""
        offered = self.now - timedelta(seconds=seconds)
        call = self._call(offered, queue=Queue.objects.get(code=queue), offered_at=offered, state=state)
        call.save()
        return call

    def enter(self, seconds: float) -> Call:
        """Put a caller into the menu."""
        call = self._call(self.now - timedelta(seconds=seconds), state="in_menu")
        call.save()
        return call

    def _talk_seconds(self) -> float:
        """Most talk for a minute, a few hang up at once, one in a thousand never ends."""
        chance = self.random.random()
        if chance < 0.004:
            return self.random.uniform(1, 4.9)
        return (
            self.random.uniform(1800, 3900)
            if chance > 0.999
            else self.random.lognormvariate(math.log(65), 0.85)
        )

    def _moment_of_day(self) -> float:
        """Peaks at ten in the morning and half past three, little at night."""
        gauss = self.random.gauss
        hour = self.random.choices(
            [gauss(10, 1.8), gauss(15.5, 2.4), gauss(20, 1.5), self.random.uniform(0, 24)], (46, 40, 9, 5)
        )[0]
        return hour % 24 * 3600

    def _queues(self) -> list[Queue]:
        return list(Queue.objects.all())

    def _queue(self, queues: list[Queue]) -> Queue:
        return self.random.choices(queues, [QUEUE_SHARE.get(queue.code, 3) for queue in queues])[0]

    def _ended(self, arrived: datetime, ended: datetime, outcome: str, **columns: Any) -> Call:
        return self._call(arrived, state="ended", outcome=outcome, ended_at=ended, **columns)

    def _call(self, arrived: datetime, **columns: Any) -> Call:
        self._number += 1
        return Call(
            pbx="busy", linkedid=f"1700000000.{self._number}", arrived_at=arrived, language="zh",
            caller_number=f"138{self.random.randrange(10**8):08d}", **columns,
        )  # fmt: skip


def _places(agents: int) -> list[tuple[str, str, int]]:
    """Zone, island and place of each seat: islands of sixteen."""
    places = []
    letters = iter("ABCDEFGHJKLMNPQRSTUVWXYZ")
    for zone, seats in ZONES:
        for n in range(seats):
            if n % 16 == 0:
                island = next(letters)
            places.append((zone, island, n % 16 + 1))
    return places[:agents]
