"""The waiting line: who stands where, who goes first, how long it will take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from callcenter.telephony.engine.policy import (
    FIRST_PRIORITY,
    LAST_PRIORITY,
    Need,
    QueuePolicy,
    merge_needs,
    relax_needs,
)


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A caller in the line.

    `waiting_since` is the caller's place: it is kept through missed offers, other queues, callbacks.
    `last_agent` spoke with this passenger last; set it only while that agent is signed in.
    `missed` tells which agents let this very call ring or refused it, and when.
    `overflowed_from` are the queues this call was already moved out of.
    `is_returned`: an agent had answered and vanished; this caller goes before all who were never answered.
    """

    call_id: str
    queue: str
    waiting_since: datetime
    priority: int = 5
    needs: tuple[Need, ...] = ()
    last_agent: str | None = None
    missed: Mapping[str, datetime] = field(default_factory=dict)
    overflowed_from: frozenset[str] = frozenset()
    is_returned: bool = False

    def waited_seconds(self, now: datetime) -> float:
        """How long the caller has waited; never negative, even if clocks disagree."""
        return max((now - self.waiting_since).total_seconds(), 0.0)


def policy_of(call: WaitingCall, queues: Mapping[str, QueuePolicy]) -> QueuePolicy:
    """The settings for this call.

    A queue that nobody knows is served like a plain one, so no caller is lost.
    """
    return queues.get(call.queue) or QueuePolicy(code=call.queue)


def needs_at(call: WaitingCall, policy: QueuePolicy, now: datetime) -> tuple[Need, ...]:
    """What an agent must be able to do to take this call now."""
    return relax_needs(merge_needs(policy.needs, call.needs), policy.relax, call.waited_seconds(now))


def due_at(call: WaitingCall, policy: QueuePolicy) -> datetime:
    """The moment this caller should have been answered by; the earliest goes first.

    It never moves while the caller waits, so two callers never swap places, and someone who comes
    `overtaking_bound_seconds` later can never be ahead: priority cannot starve the ordinary caller.
    """
    head_start = policy.head_start_seconds(call.priority)
    return call.waiting_since + timedelta(seconds=policy.target_seconds - head_start)


def overtaking_bound_seconds(queues: Mapping[str, QueuePolicy]) -> int:
    """Nobody who arrives this many seconds after a caller, or later, is served before that caller.

    Holds for every agent who may be offered the earlier call, once its wait for the last agent
    (`last_agent_grace_seconds`) is over and while its queue has a free desk. Callers who `is_returned` go
    before everybody and do not count.
    """
    policies = list(queues.values()) or [QueuePolicy(code="")]
    latest = max(p.target_seconds - p.head_start_seconds(LAST_PRIORITY) for p in policies)
    earliest = min(p.target_seconds - p.head_start_seconds(FIRST_PRIORITY) for p in policies)
    return latest - earliest + 1


def in_order(
    waiting: Sequence[WaitingCall], queues: Mapping[str, QueuePolicy]
) -> list[tuple[WaitingCall, QueuePolicy]]:
    """The line as it is served, whatever the order it is given in."""
    if len({call.call_id for call in waiting}) < len(waiting):
        raise ValueError("a call stands in the line twice")
    known = [(call, policy_of(call, queues)) for call in waiting]
    return sorted(known, key=_rank)


def _rank(known: tuple[WaitingCall, QueuePolicy]) -> tuple[bool, datetime, datetime, str]:
    call, policy = known
    return (not call.is_returned, due_at(call, policy), call.waiting_since, call.call_id)


def positions(waiting: Sequence[WaitingCall], queues: Mapping[str, QueuePolicy]) -> dict[str, int]:
    """The place of each call in its own queue, 1 being next. Keys are call ids."""
    counts: dict[str, int] = {}
    places: dict[str, int] = {}
    for call, _ in in_order(waiting, queues):
        counts[call.queue] = places[call.call_id] = counts.get(call.queue, 0) + 1
    return places


def estimated_wait_seconds(
    position: int, *, agents_signed_in: int, average_handle_seconds: float, agents_ready: int = 0
) -> int | None:
    """How long the caller at this place will wait; None when nobody is there to answer.

    With all agents busy, one of `agents_signed_in` becomes free every handle time ÷ agents on average
    (calls end independently of each other), and the caller waits for `position` of these moments, less
    those ready at once.
    """
    if agents_signed_in <= 0:
        return None
    ahead = max(position - agents_ready, 0)
    return round(ahead * average_handle_seconds / agents_signed_in)
