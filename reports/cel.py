"""Asterisk's own account of a call (CEL, one JSON object a line) summed up. Pure.

A bridge entered by another channel than the caller's is a talk; LINKEDID_END closes the call. The stamps are
the PBX's local time; its distance from UTC is read from the caller's channel, whose id begins with the epoch.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

ENTRY_CONTEXT: Final = "from-trunk"
IN_LINE_CONTEXTS: Final = frozenset({"hold", "acd", "say", "net"})
QUARTER: Final = 900

# A line as it is kept until the call is closed:
# type, stamp, channel id, channel, context, application, who hung up, number.
Line = list[str]
_KEPT: Final = ("eventtype", "eventtime", "uniqueid", "channame", "context", "appname")


@dataclass(frozen=True)
class Summary:
    """What the PBX says of one call. `talk_ms` is all time an agent was bridged in, holds included."""

    caller_number: str
    is_inbound: bool
    arrived_at: datetime
    offered_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime
    extensions: tuple[str, ...]
    talk_ms: int
    released_by: str


def parse(text: str) -> tuple[str, Line] | None:
    """Return the Linkedid and what is kept of a line; None for one that cannot be read."""
    try:
        event = json.loads(text)
        kept = [
            str(event[name])
            for name in ("eventtype", "eventtime", "uniqueid", "channame", "context", "appname")
        ]
        return str(event["linkedid"]), [
            *kept,
            _source(event.get("eventextra", "")),
            str(event.get("num", "")),
        ]
    except (ValueError, KeyError, TypeError):
        return None


def _source(extra: str) -> str:
    if "hangupsource" not in extra:
        return ""
    details: dict[str, Any] = json.loads(extra)
    return str(details.get("hangupsource", ""))


def is_closing(line: Line) -> bool:
    """Whether the PBX is done with the call."""
    return line[0] == "LINKEDID_END"


def summarise(linkedid: str, lines: list[Line]) -> Summary | None:
    """Sum up a closed call; None when its beginning was never read."""
    own = [line for line in lines if line[2] == linkedid]
    start = next((line for line in own if line[0] == "CHAN_START"), None)
    if start is None:
        return None
    shift = _distance_from_utc(linkedid, start[1])
    talks = _talks(linkedid, lines)
    return Summary(
        caller_number=start[7],
        is_inbound=start[4] == ENTRY_CONTEXT,
        arrived_at=_moment(start[1], shift),
        offered_at=_offered(own, shift),
        answered_at=_moment(talks[0][1], shift) if talks else None,
        ended_at=_moment(next((line[1] for line in own if line[0] == "CHAN_END"), lines[-1][1]), shift),
        extensions=tuple(dict.fromkeys(extension for extension, _, _ in talks)),
        talk_ms=sum(_milliseconds(entered, left) for _, entered, left in talks),
        released_by=_released_by(own, start[3]),
    )


def _talks(linkedid: str, lines: list[Line]) -> list[tuple[str, str, str]]:
    """(extension, entered, left) of every talk, in order."""
    entered: dict[str, str] = {}
    talks = []
    for kind, stamp, channel_id, channel, *_rest in lines:
        if channel_id == linkedid:
            continue
        if kind == "BRIDGE_ENTER":
            entered[channel_id] = stamp
        elif kind == "BRIDGE_EXIT" and channel_id in entered:
            extension = channel.partition("/")[2].rpartition("-")[0]
            talks.append((extension, entered.pop(channel_id), stamp))
    return sorted(talks, key=lambda talk: talk[1])


def _offered(own: list[Line], shift: timedelta) -> datetime | None:
    """When the caller was first seen in the line: the end of the menu if he came through it."""
    in_line = next((line for line in own if line[4] in IN_LINE_CONTEXTS), None)
    if in_line is None:
        return None
    menu = [line for line in own if line[0] == "APP_END" and line[5] == "AGI" and line[1] <= in_line[1]]
    return _moment(menu[-1][1] if menu else in_line[1], shift)


def _released_by(own: list[Line], channel: str) -> str:
    source = next((line[6] for line in own if line[0] == "HANGUP"), "")
    if not source:
        return "system"
    return "caller" if source == channel else "agent"


def _stamp(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _distance_from_utc(linkedid: str, stamp: str) -> timedelta:
    epoch = float(linkedid.rpartition("-")[2].partition(".")[0])
    return timedelta(seconds=round((_stamp(stamp).timestamp() - epoch) / QUARTER) * QUARTER)


def _moment(stamp: str, shift: timedelta) -> datetime:
    return _stamp(stamp) - shift


def _milliseconds(start: str, end: str) -> int:
    return round((_stamp(end) - _stamp(start)).total_seconds() * 1000)
