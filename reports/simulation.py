"""A centre at work, invented but consistent. Pure; times are seconds since the epoch.

Callers arrive in the shape of a real day, wait for the agents on shift, give up or are served first come,
first served; every second of every agent is accounted for. Hour shares, Fridays and lengths are those of
railway passenger centres: talks lognormal with a median of 65 s and a mean of 95 s, some 15 s of wrap-up.
"""

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

HOUR: Final = 3600
DAY: Final = 24 * HOUR
HOUR_SHARES: Final = (
    0.6, 0.3, 0.2, 0.2, 0.3, 0.8, 2.0, 4.2, 7.2, 8.0, 7.8, 6.6,
    5.2, 5.6, 6.4, 6.6, 6.4, 6.2, 5.8, 5.4, 5.0, 4.2, 3.2, 1.8,
)  # fmt: skip
WEEKDAY_FACTORS: Final = (1.0, 0.96, 0.97, 1.0, 1.15, 1.05, 1.02)
# Queue codes of the demo centre, the share of callers who choose them, the keys they press on the way.
QUEUE_SHARES: Final = (
    ("ticket", 38, "1 1"), ("general", 30, "1 1 0"), ("lost", 16, "1 2"), ("complaint", 6, "1 3"),
    ("priority", 5, "1 4"), ("english", 4, "2"), ("emergency", 1, "1 9"),
)  # fmt: skip
# Nobody stays longer than this from arriving up to the end of the wrap-up.
LONGEST_CALL: Final = 25 * 60
SHIFT_SECONDS: Final = 8 * HOUR
SERVICE_SECONDS: Final = 120
STAFFING: Final = 1.16


@dataclass(slots=True)
class SimulatedCall:
    """One caller, from arrival to the end of the wrap-up."""

    arrived: float
    outcome: str = "left_menu"
    queue: str = ""
    keys: str = ""
    language: str = "zh"
    menu: float = 0.0
    wait: float = 0.0
    ring: float = 0.0
    talk: float = 0.0
    hold: float = 0.0
    wrap_up: float = 0.0
    agent: int = -1
    session: int = -1
    was_transferred: bool = False

    @property
    def offered(self) -> float:
        """When he entered the line, if he did."""
        return self.arrived + self.menu

    @property
    def answered(self) -> float:
        """When an agent spoke to him."""
        return self.offered + self.wait

    @property
    def ended(self) -> float:
        """When the call was over."""
        return self.answered + self.talk + self.hold


@dataclass(slots=True)
class SimulatedSession:
    """One agent's shift as stretches of (state, start, end)."""

    agent: int
    start: float
    end: float
    free_at: float
    states: list[tuple[str, float, float]] = field(default_factory=list)


def arrivals(days: list[tuple[float, int]], calls: int, until: float, dice: random.Random) -> list[float]:
    """Moments of arrival: `days` are (local midnight, weekday); everybody is gone again by `until`."""
    until -= LONGEST_CALL
    weights = [
        (midnight + hour * HOUR, share * WEEKDAY_FACTORS[weekday])
        for midnight, weekday in days
        for hour, share in enumerate(HOUR_SHARES)
        if midnight + hour * HOUR < until
    ]
    if not weights:
        return []
    starts, shares = [start for start, _ in weights], [share for _, share in weights]
    chosen = dice.choices(starts, shares, k=calls)
    return sorted(min(start + dice.random() * HOUR, until) for start in chosen)


def shifts(moments: list[float], agents: int, first: float, until: float) -> list[SimulatedSession]:
    """Enough people for every hour, eight hours each; nobody works two shifts at once."""
    demand: dict[int, int] = {}
    for moment in moments:
        demand[int((moment - first) // HOUR)] = demand.get(int((moment - first) // HOUR), 0) + 1
    resting = [(first, agent) for agent in range(agents)]
    heapq.heapify(resting)
    sessions: list[SimulatedSession] = []
    ends: list[float] = []
    for hour in range(int((until - first) // HOUR) + 1):
        start = first + hour * HOUR
        ends = [end for end in ends if end > start]
        load = demand.get(hour, 0) * 0.62 * SERVICE_SECONDS / HOUR
        while len(ends) < math.ceil(load * STAFFING + 0.4) and resting and resting[0][0] <= start < until:
            _, agent = heapq.heappop(resting)
            end = min(start + SHIFT_SECONDS, until)
            sessions.append(SimulatedSession(agent, start, end, start))
            ends.append(end)
            heapq.heappush(resting, (start + SHIFT_SECONDS + 8 * HOUR, agent))
    return sessions


def simulate(
    moments: list[float], sessions: list[SimulatedSession], dice: random.Random
) -> Iterator[SimulatedCall]:
    """Serve the callers in order of arrival by whoever has been free longest, filling the sessions."""
    free = [(s.free_at, n) for n, s in enumerate(sessions)]
    heapq.heapify(free)
    waiting: list[tuple[float, int, SimulatedCall]] = []
    for n, moment in enumerate(moments):
        call = _menu(moment, dice)
        heapq.heappush(waiting, (call.offered, n, call))
        while waiting and waiting[0][0] <= moment:
            yield _serve(heapq.heappop(waiting)[2], free, sessions, dice)
    while waiting:
        yield _serve(heapq.heappop(waiting)[2], free, sessions, dice)


def finish(sessions: list[SimulatedSession]) -> None:
    """Fill what is left of every shift: free until its end."""
    for session in sessions:
        if session.free_at < session.end:
            session.states.append(("ready", session.free_at, session.end))
        session.end = max(session.end, session.free_at)


def _menu(moment: float, dice: random.Random) -> SimulatedCall:
    """What becomes of a caller in the menu."""
    call = SimulatedCall(moment, menu=round(dice.uniform(8, 45), 3))
    chance = dice.random()
    if chance < 0.002:
        call.outcome, call.menu = "blocked", 0.0
    elif chance < 0.08:
        call.outcome = "left_menu"
    elif chance < 0.38:
        call.outcome, call.menu = "self_service", call.menu + dice.uniform(10, 60)
    else:
        call.outcome = "offered"
        names, shares = [q[0] for q in QUEUE_SHARES], [q[1] for q in QUEUE_SHARES]
        call.queue = dice.choices(names, shares)[0]
        call.keys = next(q[2] for q in QUEUE_SHARES if q[0] == call.queue)
        call.language = "en" if call.queue == "english" else "zh"
    return call


def _serve(
    call: SimulatedCall, free: list[tuple[float, int]], sessions: list[SimulatedSession], dice: random.Random
) -> SimulatedCall:
    if call.outcome != "offered":
        return call
    patience = min(300.0, dice.expovariate(1 / 150) + 2)
    ring = dice.uniform(1.5, 6)
    while free:
        free_at, n = free[0]
        session = sessions[n]
        rings_at = max(free_at, call.offered)
        if rings_at >= session.end:
            heapq.heappop(free)
            continue
        if rings_at + ring - call.offered > patience:
            break
        heapq.heappop(free)
        _talk(call, session, n, rings_at, ring, dice)
        if session.free_at < session.end:
            heapq.heappush(free, (session.free_at, n))
        return call
    call.outcome, call.wait = "abandoned", patience
    return call


def _length(dice: random.Random, median: float, spread: float, least: float, most: float) -> float:
    return min(most, max(least, dice.lognormvariate(math.log(median), spread)))


def _talk(
    call: SimulatedCall, session: SimulatedSession, n: int, rings_at: float, ring: float, dice: random.Random
) -> None:
    """The agent answers, talks, perhaps holds, writes down, and sometimes takes a break."""
    call.outcome, call.agent, call.session = "answered", session.agent, n
    call.ring, call.wait = ring, rings_at + ring - call.offered
    call.talk = _length(dice, 65, 0.87, 4, 900)
    call.hold = _length(dice, 20, 0.7, 3, 120) if dice.random() < 0.08 else 0.0
    call.wrap_up = _length(dice, 13, 0.6, 2, 90)
    call.was_transferred = dice.random() < 0.015
    before_hold = call.talk * 0.6 if call.hold else call.talk
    clock = session.free_at
    rest = dice.uniform(300, 900) if dice.random() < 0.02 else 0.0
    if rings_at + ring + call.talk + call.hold + call.wrap_up + rest > session.end:
        rest = 0.0
    for state, length in (
        ("ready", rings_at - clock), ("offered", ring), ("talking", before_hold), ("on_hold", call.hold),
        ("talking", call.talk - before_hold), ("wrap_up", call.wrap_up),
        ("not_ready", rest),
    ):  # fmt: skip
        if length > 0:
            session.states.append((state, clock, clock + length))
            clock += length
    session.free_at = clock
