"""The wallboard's frame: the whole state of the board as one JSON object."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from callcenter.core.masking import mask_number
from callcenter.telephony.words import CONNECTED, AgentState, CallState
from reports import kpi
from reports.live.alerts import LineNow, alerts_of, wait_level
from reports.live.choice import Choice
from reports.live.counts import Oddity
from reports.live.directory import QueueRules
from reports.live.figures import Figures
from reports.live.hours import STEP
from reports.live.reading import OpenCall, Reader, Reading
from reports.live.selection import Selection

LISTED = 8
Json = dict[str, object]


def wallboard_frame(
    now: datetime,
    *,
    centre: str | None = None,
    queues: Iterable[str] | None = None,
    teams: Iterable[str] | None = None,
) -> Json:
    """Read everything afresh and make the frame of this selection (codes)."""
    return frame_of(Reader().read(now), Selection.of(queues=queues, teams=teams, centre=centre))


def frame_of(reading: Reading, selection: Selection) -> Json:
    """Make the frame of a selection from what was read."""
    choice = Choice(reading, selection)
    figures = Figures(choice)
    lines = [_line(choice, figures, queue) for queue in choice.queues.values()]
    return {
        "type": "frame",
        "at": reading.now,
        "selection": selection.as_json(),
        "day": reading.counts.day.local_date,
        "interval": {"start": figures.interval, "end": figures.interval + STEP},
        "live": _live(choice),
        "agents": _agents(choice),
        "figures": figures.as_json(),
        "service_level": {
            **figures.service_level(_common(choice, lambda queue: queue.service_level_target)),
            "seconds": _common(choice, lambda queue: queue.service_level_seconds),
        },
        "queues": [_queue_row(choice, figures, line) for line in lines],
        "curve": _curve(choice),
        "over_long": _over_long(choice),
        "over_short": _over_short(choice),
        "alerts": [
            alert.as_json() for alert in alerts_of(reading.pulse, lines, figures.interval, reading.now)
        ],
    }


def _common(choice: Choice, value: Callable[[QueueRules], int]) -> int | None:
    """What all chosen queues have in common; None where they differ."""
    values = {value(queue) for queue in choice.queues.values()}
    return values.pop() if len(values) == 1 else None


# ---------------------------------------------------------------- now
def _live(choice: Choice) -> Json:
    states = Counter(call.state for call in choice.calls)
    oldest = min(choice.waiting, key=lambda call: call.in_line_since, default=None)
    return {
        "in_menu": None if choice.hides_menu else states[CallState.IN_MENU],
        "waiting": states[CallState.WAITING] + states[CallState.RINGING],
        "ringing": states[CallState.RINGING],
        "talking": states[CallState.TALKING],
        "on_hold": states[CallState.ON_HOLD],
        "oldest": oldest.in_line_since if oldest else None,
        "oldest_level": _level_of_wait(choice, oldest),
    }


def _level_of_wait(choice: Choice, call: OpenCall | None) -> str:
    queue = choice.directory.queues.get(call.queue or 0) if call else None
    return wait_level(queue, call.in_line_since, choice.reading.now) if call and queue else "good"


def _agents(choice: Choice) -> Json:
    people = Counter(agent.team for agent in choice.agents.values())
    by_team: dict[str, Counter[str]] = defaultdict(Counter)
    for session in choice.sessions:
        by_team[choice.agents[session.agent].team][session.state] += 1
    return {
        "people": len(choice.agents),
        "signed_in": len(choice.sessions),
        "without_phone": sum(1 for session in choice.sessions if not session.is_registered),
        "states": all_states(Counter(session.state for session in choice.sessions), len(choice.agents)),
        "teams": [
            {**choice.directory.teams[code].as_json(), "states": all_states(by_team[code], people[code])}
            for code in sorted(people)
            if code
        ],
    }


def all_states(states: Counter[str], people: int) -> dict[str, int]:
    """Every state, also those nobody is in; who is not signed in is offline."""
    signed_in = {state.value: states[state] for state in AgentState if state is not AgentState.OFFLINE}
    return {**signed_in, AgentState.OFFLINE.value: max(0, people - sum(signed_in.values()))}


# ---------------------------------------------------------------- queues and demand
def _line(choice: Choice, figures: Figures, queue: QueueRules) -> LineNow:
    able = [s for s in choice.sessions if queue.can_be_served_by(choice.agents[s.agent].skills)]
    return LineNow(
        queue=queue,
        waiting=tuple(call for call in choice.waiting if call.queue == queue.id),
        ready=sum(1 for session in able if session.state == AgentState.READY),
        staffed=len(able),
        interval=figures.of_queue(queue.id),
    )


def _queue_row(choice: Choice, figures: Figures, line: LineNow) -> Json:
    reached = kpi.figure(kpi.SERVICE_LEVEL, line.interval, figures.variant).value
    target = line.queue.service_level_target
    return {
        **line.queue.called.as_json(),
        "waiting": len(line.waiting),
        "oldest": line.oldest,
        "oldest_level": wait_level(line.queue, line.oldest, choice.reading.now),
        "ready": line.ready,
        "staffed": line.staffed,
        "talking": sum(1 for c in choice.calls if c.queue == line.queue.id and c.state in CONNECTED),
        "service_level": reached,
        "target": target,
        "level": kpi.Target(low=target).level(reached).value,
    }


def _curve(choice: Choice) -> Json:
    """Calls that entered the line, by interval; of all teams, for before the answer they belong to none."""
    counts, day = choice.reading.counts, choice.reading.counts.day
    running = day.index_of(day.interval_at(choice.reading.now))
    return {
        "step_minutes": int(STEP.total_seconds() // 60),
        "today": _by_interval(choice, counts.curve, running + 1),
        "last_week": _by_interval(choice, choice.reading.last_week.curve, day.intervals),
    }


def _by_interval(choice: Choice, points: Iterable[tuple[int, int | None, int]], length: int) -> list[int]:
    offered = [0] * length
    for index, queue, calls in points:
        if index < length and choice.shows_queue(queue):
            offered[index] += calls
    return offered


# ---------------------------------------------------------------- too long, too short
def _over_long(choice: Choice) -> Json:
    live = [call for call in choice.calls if choice.reading.is_over_long(call)]
    live.sort(key=lambda call: call.answered_at or call.arrived_at)
    over = _odd(choice, is_long=True)
    return {
        "limit_seconds": _common(choice, lambda queue: queue.over_long_seconds),
        "live": len(live),
        "today": len(over),
        "calls": [_long_call(choice, call) for call in live[:LISTED]],
        "ended": [_odd_call(choice, odd) for odd in over[:LISTED]],
    }


def _over_short(choice: Choice) -> Json:
    short = _odd(choice, is_long=False)
    return {
        "limit_seconds": _common(choice, lambda queue: queue.over_short_seconds),
        "today": len(short),
        "calls": [_odd_call(choice, odd) for odd in short[:LISTED]],
    }


def _odd(choice: Choice, *, is_long: bool) -> list[Oddity]:
    """The newest first."""
    odd = choice.reading.counts.today.odd
    return [call for call in reversed(odd) if call.is_long == is_long and choice.shows_odd(call)]


def _long_call(choice: Choice, call: OpenCall) -> Json:
    queue = choice.directory.queues[call.queue or 0]
    is_grave = choice.reading.since(call.answered_at) >= 2 * queue.over_long_seconds
    return {
        **_about(choice, call.id, call.queue, call.agent, call.caller),
        "since": call.answered_at,
        "state": call.state,
        "level": "bad" if is_grave else "watch",
    }


def _odd_call(choice: Choice, odd: Oddity) -> Json:
    return {
        **_about(choice, odd.call_id, odd.queue, odd.agent, odd.caller),
        "seconds": odd.seconds,
        "ended_at": odd.ended_at,
        "released_by": odd.released_by,
    }


def _about(choice: Choice, call: int, queue: int | None, agent: int | None, caller: str) -> Json:
    rules, card = choice.directory.queues.get(queue or 0), choice.directory.agents.get(agent or 0)
    return {
        "id": call,
        "queue": rules.called.as_json() if rules else None,
        "staff_no": card.staff_no if card else "",
        "caller": mask_number(caller),
    }
