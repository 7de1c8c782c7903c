"""What must be true after any traffic, whoever fails: asked of our tables and of Asterisk's own records."""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path

from callcenter.acd.models import AgentSession, AgentStateInterval, Call, Offer
from callcenter.telephony.passengers.agents import Ring
from callcenter.telephony.passengers.passenger import PassengerReport
from callcenter.telephony.words import CallState, Outcome
from tests.telephony.running import wait_for

RECORDS = Path(os.environ.get("ASTERISK_LOG_DIR", "/nonexistent")) / "cel-custom" / "cel.json"


@dataclass
class Recorded:
    """One call as Asterisk wrote it down: talks are (agent's extension, seconds)."""

    linkedid: str
    number: str = ""
    is_over: bool = False
    talks: list[tuple[str, float]] = field(default_factory=list)


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
        case "CHAN_START" if is_passenger:
            call.number = event["num"]
        case "BRIDGE_ENTER" if not is_passenger:
            entered[event["uniqueid"]] = at
        case "BRIDGE_EXIT" if event["uniqueid"] in entered:
            seconds = (at - entered.pop(event["uniqueid"])).total_seconds()
            call.talks.append((event["channame"].split("/")[1].rsplit("-", 1)[0], seconds))
        case "LINKEDID_END":
            call.is_over = True


def assert_all_calls_end(numbers: Iterable[str], seconds: float = 20) -> list[Call]:
    """Wait until every call of these passengers has ended, and return them."""
    wanted = list(numbers)
    calls = Call.objects.filter(caller_number__in=wanted)
    wait_for("all calls have ended", lambda: not calls.exclude(state=CallState.ENDED).exists(), seconds)
    return list(calls.select_related("agent", "queue").order_by("arrived_at"))


def assert_each_passenger_is_one_call(reports: Sequence[PassengerReport], calls: Sequence[Call]) -> None:
    """No call is lost, none is doubled."""
    assert sorted(report.number for report in reports) == sorted(call.caller_number for call in calls)


def assert_each_call_has_one_outcome(calls: Sequence[Call]) -> None:
    """Every ended call has exactly one outcome, and its milliseconds fill its time."""
    for call in calls:
        assert call.outcome != Outcome.OPEN, call
        assert call.ended_at is not None
        whole = (call.ended_at - call.arrived_at) / timedelta(milliseconds=1)
        parts = call.menu_ms + call.wait_ms + call.ring_ms * 0 + call.talk_ms + call.hold_ms
        assert abs(parts - whole) <= 50, f"{call}: {parts:.0f} ms told, {whole:.0f} ms long"


def assert_outcomes_are_what_passengers_saw(
    reports: Sequence[PassengerReport], calls: Sequence[Call]
) -> None:
    """Who talked was answered; who did not was not."""
    by_number = {call.caller_number: call for call in calls}
    wrong = [
        f"{report.number}: {report.ending}, joined {report.times_joined}×, here {by_number[report.number].outcome}"
        for report in reports
        if bool(report.times_joined) != (by_number[report.number].outcome == Outcome.ANSWERED)
    ]
    assert not wrong, wrong


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
    """Our calls are Asterisk's calls, and who talked how long is the same within a tenth of a second."""
    ours = {call.linkedid: call for call in calls}
    assert set(ours) == set(recorded)
    assert all(call.is_over for call in recorded.values())
    for linkedid, call in ours.items():
        theirs = recorded[linkedid]
        talked = sum(seconds for _, seconds in theirs.talks)
        assert bool(theirs.talks) == (call.outcome == Outcome.ANSWERED), f"{call} {theirs}"
        assert abs(talked - (call.talk_ms + call.hold_ms) / 1000) <= 0.1 * max(len(theirs.talks), 1), (
            f"{call}: Asterisk {talked:.2f} s, we {call.talk_ms + call.hold_ms} ms"
        )


def hears(tones: Sequence[int], hertz: float, tolerance: float = 8.0) -> bool:
    """Whether a tone is among those heard."""
    return any(abs(tone - hertz) <= tolerance for tone in tones)
