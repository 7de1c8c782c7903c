"""The agent machine: which state follows which, and how long it lasts. No I/O, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callcenter.telephony.words import AgentState

ALLOWED: dict[AgentState, frozenset[AgentState]] = {
    AgentState.OFFLINE: frozenset({AgentState.NOT_READY}),
    AgentState.NOT_READY: frozenset(
        {AgentState.READY, AgentState.NOT_READY, AgentState.OFFLINE, AgentState.TALKING}
    ),
    AgentState.READY: frozenset(
        {AgentState.OFFERED, AgentState.NOT_READY, AgentState.OFFLINE, AgentState.TALKING}
    ),
    AgentState.OFFERED: frozenset({AgentState.TALKING, AgentState.READY, AgentState.NOT_READY}),
    AgentState.TALKING: frozenset(
        {AgentState.ON_HOLD, AgentState.WRAP_UP, AgentState.READY, AgentState.NOT_READY}
    ),
    AgentState.ON_HOLD: frozenset(
        {AgentState.TALKING, AgentState.WRAP_UP, AgentState.READY, AgentState.NOT_READY}
    ),
    AgentState.WRAP_UP: frozenset(
        {AgentState.READY, AgentState.NOT_READY, AgentState.OFFLINE, AgentState.TALKING}
    ),
}
"""What may follow what. TALKING may follow any state without a call: while our process was away the safety
net may have connected the agent, and the PBX is right."""


class IllegalTransition(Exception):
    """This state cannot follow that one."""


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """Where an agent stands: state, since when, why, with which call, until when by itself."""

    state: AgentState
    since: datetime
    reason: str = ""
    call_id: str = ""
    until: datetime | None = None
    next_reason: str = ""
    """Reason for going not ready when the present call and its wrap-up are over."""


def change(
    status: AgentStatus,
    state: AgentState,
    at: datetime,
    *,
    reason: str = "",
    call_id: str = "",
    lasts_seconds: int | None = None,
) -> AgentStatus:
    """Return the agent in the new state; `at` never lies before the present state's beginning.

    Raises IllegalTransition. A change to the same state, reason and call returns the status unchanged.
    """
    if (status.state, status.reason, status.call_id) == (state, reason, call_id):
        return status
    if state not in ALLOWED[status.state]:
        raise IllegalTransition(f"{status.state} → {state}")
    at = max(at, status.since)
    with_call = state in (AgentState.OFFERED, AgentState.TALKING, AgentState.ON_HOLD, AgentState.WRAP_UP)
    return AgentStatus(
        state=state,
        since=at,
        reason=reason,
        call_id=call_id,
        until=at + timedelta(seconds=lasts_seconds) if lasts_seconds is not None else None,
        next_reason=status.next_reason if with_call else "",
    )


def extend(status: AgentStatus, seconds: int) -> AgentStatus:
    """Give the present state more time. Raises IllegalTransition where the state has no end of its own."""
    if status.until is None:
        raise IllegalTransition(f"{status.state} does not end by itself")
    return replace(status, until=status.until + timedelta(seconds=seconds))
