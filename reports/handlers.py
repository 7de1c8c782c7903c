"""What changes a fact marks it stale; the next fold computes it anew."""

from callcenter.acd.events import (
    AgentSignedOut,
    AgentStateChanged,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallRepaired,
    WrapUpFinished,
)
from callcenter.core import events
from reports import services


@events.handles(CallOffered)
@events.handles(CallAnswered)
@events.handles(CallEnded)
@events.handles(CallRepaired)
@events.handles(WrapUpFinished)
def mark_call(event: CallOffered | CallAnswered | CallEnded | CallRepaired | WrapUpFinished) -> None:
    """The call's interval is out of date."""
    services.mark_call_stale(event.call_id)


@events.handles(AgentStateChanged)
@events.handles(AgentSignedOut)
def mark_session(event: AgentStateChanged | AgentSignedOut) -> None:
    """Part of the agent's time may be out of date."""
    services.mark_session_stale(event.session_id)
