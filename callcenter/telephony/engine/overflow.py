"""Callers whom their queue cannot serve: who is moved on, why, and where to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callcenter.telephony.engine.line import WaitingCall, in_order
from callcenter.telephony.engine.policy import Overflow, QueuePolicy


class OverflowReason(StrEnum):
    """Why a caller leaves the queue without an agent."""

    NO_AGENTS = "no_agents"
    MAX_WAIT = "max_wait"
    MAX_LENGTH = "max_length"


@dataclass(frozen=True, slots=True)
class OverflowDecision:
    """Move this call to `to_queue`, keeping its place in time, or play `message` and end it."""

    call_id: str
    from_queue: str
    reason: OverflowReason
    to_queue: str | None
    message: str | None


def overflow(
    queue: QueuePolicy, waiting: Sequence[WaitingCall], now: datetime, *, agents_signed_in: int
) -> list[OverflowDecision]:
    """Decide who leaves this queue now, in the order of the line.

    Calls of other queues in `waiting` are ignored. A call never goes back to a queue it came from: it stays.
    `agents_signed_in` counts those who serve this queue, whether they are free or not.
    """
    line = [call for call, _ in in_order([c for c in waiting if c.queue == queue.code], {queue.code: queue})]
    return list(_decide(queue, line, now, agents_signed_in))


def _decide(
    queue: QueuePolicy, line: Sequence[WaitingCall], now: datetime, agents_signed_in: int
) -> Iterator[OverflowDecision]:
    staying = 0
    for call in line:
        reason = _reason(queue, call, staying, now, agents_signed_in)
        way_out = queue.no_agents if reason is OverflowReason.NO_AGENTS else queue.overflow
        if reason is None or way_out is None or _leads_back(way_out, call):
            staying += 1
        else:
            yield OverflowDecision(call.call_id, queue.code, reason, way_out.to_queue, way_out.message)


def _reason(
    queue: QueuePolicy, call: WaitingCall, ahead: int, now: datetime, agents_signed_in: int
) -> OverflowReason | None:
    if agents_signed_in <= 0 and queue.no_agents is not None:
        return OverflowReason.NO_AGENTS
    if queue.max_wait_seconds is not None and call.waited_seconds(now) >= queue.max_wait_seconds:
        return OverflowReason.MAX_WAIT
    if queue.max_length is not None and ahead >= queue.max_length:
        return OverflowReason.MAX_LENGTH
    return None


def _leads_back(way_out: Overflow, call: WaitingCall) -> bool:
    return way_out.to_queue is not None and (
        way_out.to_queue == call.queue or way_out.to_queue in call.overflowed_from
    )
