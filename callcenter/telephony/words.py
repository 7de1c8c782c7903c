"""The states a call and an agent can be in, and how a call can end. One home for each word."""

from enum import StrEnum


class CallState(StrEnum):
    """Where a passenger's call stands now."""

    IN_MENU = "in_menu"
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended, seen from the centre. Every ended call has exactly one.

    `ABANDONED`: left the waiting line (short ones are told apart by their wait, not by another outcome).
    `LEFT_MENU`: hung up in the menu without having heard an answer. `SELF_SERVICE`: finished in the menu.
    `BLOCKED`: never got in.
    """

    OPEN = "open"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    LEFT_MENU = "left_menu"
    SELF_SERVICE = "self_service"
    BLOCKED = "blocked"


class AgentState(StrEnum):
    """What an agent does now. Every second of a session is in exactly one of these."""

    OFFLINE = "offline"
    READY = "ready"
    OFFERED = "offered"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"


class OfferResult(StrEnum):
    """How an offer of a call to an agent ended."""

    OPEN = "open"
    ANSWERED = "answered"
    MISSED = "missed"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CALLER_LEFT = "caller_left"
    WITHDRAWN = "withdrawn"


class ReleasedBy(StrEnum):
    """Who ended the call."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"


CONNECTED = frozenset({CallState.TALKING, CallState.ON_HOLD})
IN_LINE = frozenset({CallState.WAITING, CallState.RINGING})
BUSY_WITH_A_CALL = frozenset({AgentState.OFFERED, AgentState.TALKING, AgentState.ON_HOLD, AgentState.WRAP_UP})
