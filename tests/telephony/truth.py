"""What must be true after any traffic, whoever fails: asked of our tables and of Asterisk's own records."""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations, pairwise
from pathlib import Path

from callcenter.acd.models import AgentSession, AgentStateInterval, Call, Offer
from callcenter.telephony.passengers.agents import Ring
from callcenter.telephony.passengers.passenger import PassengerReport
from callcenter.telephony.words import CallState, Outcome
from tests.telephony.running import wait_for_async

SLACK_SECONDS = 0.15
RECORDS = Path(os.environ.get("ASTERISK_LOG_DIR", "/nonexistent")) / "cel-custom" / "cel.json"


@dataclass(frozen=True)
class Talk:
    """One agent's time in a bridge with the passenger."""

    extension: str
    began_at: datetime
    ended_at: datetime

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.began_at).total_seconds()


@dataclass
class Recorded:
    """One call as Asterisk wrote it down."""

    linkedid: str
    ended_at: datetime | None = None
    is_over: bool = False
    talks: list[Talk] = field(default_factory=list)

    @property
    def back_in_line_seconds(self) -> float:
        """Time after the first talk in which nobody talked with the passenger."""
        if not self.talks or self.ended_at is None:
            return 0.0
        stretches = [*(talk.began_at for talk in self.talks[1:]), self.ended_at]
        return sum(
            (until - talk.ended_at).total_seconds() for talk, until in zip(self.talks, stretches, strict=True)
        )


def records_size() -> int:
    """Where the records end now, to read on from later."""
    return RECORDS.stat().st_size if RECORDS.exists() else 0


def recorded_since(offset: int) -> dict[str, Recorded]:
    """Return what Asterisk wrote since the file had this size, by Linkedid."""
    with RECORDS.open("rb") as records:
        records.seek(offset)
        lines = records.read().splitlines()
    calls: dict[str, Recorded] = {}
    entered: dict[str, datetime] = {}
    for line in lines:
        _take(json.loads(line), calls, entered)
    return calls


def _take(event: dict[str, str], calls: dict[str, Recorded], entered: dict[str, datetime]) -> None:
    call = calls.setdefault(event["linkedid"], Recorded(event["linkedid"]))
    at = datetime.fromisoformat(event["eventtime"])
    is_passenger = event["uniqueid"] == event["linkedid"]
    match event["eventtype"]:
        case "HANGUP" if is_passenger:
            call.ended_at = at
        case "BRIDGE_ENTER" if not is_passenger:
            entered[event["uniqueid"]] = at
        case "BRIDGE_EXIT" if event["uniqueid"] in entered:
            extension = event["channame"].split("/")[1].rsplit("-", 1)[0]
            call.talks.append(Talk(extension, entered.pop(event["uniqueid"]), at))
        case "LINKEDID_END":
            call.is_over = True


async def assert_all_calls_end(numbers: Iterable[str], since: datetime, seconds: float = 20) -> list[Call]:
    """Wait until every call of these passengers has ended, and return them."""
    wanted = list(numbers)
    calls = Call.objects.filter(caller_number__in=wanted, arrived_at__gte=since)
    await wait_for_async(
        "all calls have ended", lambda: not calls.exclude(state=CallState.ENDED).exists(), seconds
    )
    return list(calls.select_related("agent", "queue").order_by("arrived_at"))


def assert_each_passenger_is_one_call(reports: Sequence[PassengerReport], calls: Sequence[Call]) -> None:
    """No call is lost, none is doubled."""
    ours, theirs = Counter(call.caller_number for call in calls), Counter(r.number for r in reports)
    doubled = "\n".join(
        _story(call) for call in calls if ours[call.caller_number] > theirs[call.caller_number]
    )
    assert not doubled, doubled
    assert not theirs - ours, f"lost: {dict(theirs - ours)}"


def assert_each_call_has_one_outcome(calls: Sequence[Call]) -> None:
    """Every call has ended, with exactly one outcome."""
    assert not [call for call in calls if call.outcome == Outcome.OPEN or call.ended_at is None]


def _story(call: Call) -> str:
    """What our tables say about one call, for somebody who must find out why it is wrong."""
    offers = call.offers.order_by("id").values_list("agent__extension", "result", "offered_at", "ended_at")
    legs = call.legs.order_by("id").values_list("agent__extension", "started_at", "answered_at", "ended_at")
    return (
        f"{call.linkedid} {call.caller_number} {call.outcome} arrived {call.arrived_at} "
        f"offered {call.offered_at} answered {call.answered_at} ended {call.ended_at} "
        f"menu {call.menu_ms} wait {call.wait_ms} "
        f"talk {call.talk_ms} hold {call.hold_ms}\n"
        + "\n".join(f"    offer {' '.join(map(str, offer))}" for offer in offers)
        + "\n".join(f"\n    leg {' '.join(map(str, leg))}" for leg in legs)
    )


def assert_outcomes_are_what_passengers_saw(
    reports: Sequence[PassengerReport], calls: Sequence[Call]
) -> None:
    """Who talked was answered; who did not was not."""
    by_number = {call.caller_number: call for call in calls}
    wrong = [
        f"{_story(by_number[report.number])}\n    passenger: {report.as_dict()}"
        for report in reports
        if bool(report.times_joined) != (by_number[report.number].outcome == Outcome.ANSWERED)
    ]
    assert not wrong, "\n".join(wrong)


def assert_agents_seconds_add_up(sessions: Iterable[AgentSession]) -> None:
    """Every second of a session is in exactly one state."""
    for session in sessions:
        intervals = list(AgentStateInterval.objects.filter(session=session).order_by("started_at", "id"))
        assert intervals[0].started_at == session.signed_in_at
        assert all(one.ended_at == other.started_at for one, other in pairwise(intervals)), session
        assert intervals[-1].ended_at == session.signed_out_at


def assert_nothing_rang_twice(rings: Sequence[Ring]) -> None:
    """No call rang two agents at once, and no agent was rung by two calls at once."""
    by_call: dict[str, list[Ring]] = defaultdict(list)
    by_agent: dict[str, list[Ring]] = defaultdict(list)
    for ring in rings:
        by_call[ring.call_id].append(ring)
        by_agent[ring.extension].append(ring)
    for group in [*by_call.values(), *by_agent.values()]:
        assert not [pair for pair in combinations(group, 2) if pair[0].overlaps(pair[1])]


def assert_no_claim_is_left(calls: Sequence[Call]) -> None:
    """No offer stays open after its call."""
    assert not Offer.objects.filter(call__in=calls, ended_at=None).exists()


def assert_totals_equal_the_records(calls: Sequence[Call], recorded: dict[str, Recorded]) -> None:
    """Our calls are Asterisk's calls; who talked, and where every second went, is the same in both."""
    assert {call.linkedid for call in calls} == set(recorded)
    assert all(theirs.is_over for theirs in recorded.values())
    wrong = [
        f"{reason}: {_story(call)}\n    {recorded[call.linkedid].talks}"
        for call in calls
        for reason in _differences(call, recorded[call.linkedid])
    ]
    assert not wrong, "\n".join(wrong)


def _differences(call: Call, theirs: Recorded) -> Iterator[str]:
    if bool(theirs.talks) != (call.outcome == Outcome.ANSWERED):
        yield "answered or not"
    talked = sum(talk.seconds for talk in theirs.talks)
    ours = (call.talk_ms + call.hold_ms) / 1000
    if abs(talked - ours) > SLACK_SECONDS * max(len(theirs.talks), 1):
        yield f"Asterisk says {talked:.2f} s of talk, we say {ours:.2f}"
    if theirs.talks and call.agent and call.agent.extension != theirs.talks[-1].extension:
        yield f"Asterisk says {theirs.talks[-1].extension} talked last, we say {call.agent.extension}"
    whole = (call.ended_at - call.arrived_at).total_seconds() if call.ended_at else 0.0
    known = (call.menu_ms + call.wait_ms) / 1000 + ours + theirs.back_in_line_seconds
    if abs(whole - known) > SLACK_SECONDS * max(len(theirs.talks), 1):
        yield f"{whole - known:.2f} s of {whole:.2f} are nowhere"


def hears(tones: Sequence[int], hertz: float, tolerance: float = 8.0) -> bool:
    """Whether a tone is among those heard."""
    return any(abs(tone - hertz) <= tolerance for tone in tones)
