"""What call distribution announces. Ids only."""

from dataclasses import dataclass

from callcenter.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CallOffered(Event):
    """A caller entered the waiting line."""

    call_id: int


@dataclass(frozen=True, kw_only=True)
class CallAnswered(Event):
    """A caller was connected to an agent, for the first time or again."""

    call_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class CallEnded(Event):
    """A call is over; its durations and outcome are final but for the wrap-up."""

    call_id: int


@dataclass(frozen=True, kw_only=True)
class CallRepaired(Event):
    """A call's record was completed or corrected from the PBX's own records."""

    call_id: int


@dataclass(frozen=True, kw_only=True)
class WrapUpFinished(Event):
    """An agent is done with the work after a call."""

    call_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgentSignedIn(Event):
    """An agent's session began."""

    session_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgentSignedOut(Event):
    """An agent's session ended."""

    session_id: int
    agent_id: int


@dataclass(frozen=True, kw_only=True)
class AgentStateChanged(Event):
    """An agent's state interval closed and another began."""

    session_id: int
    agent_id: int
