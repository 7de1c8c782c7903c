"""The ACD engine: pure decisions about waiting calls and ready agents. Time is always an argument."""

from callcenter.telephony.engine.line import (
    WaitingCall,
    due_at,
    estimated_wait_seconds,
    needs_at,
    overtaking_bound_seconds,
    positions,
)
from callcenter.telephony.engine.matching import OfferDecision, OfferReason, match
from callcenter.telephony.engine.overflow import OverflowDecision, OverflowReason, overflow
from callcenter.telephony.engine.policy import Need, Overflow, QueuePolicy, RelaxStep, Strategy
from callcenter.telephony.engine.roster import ReadyAgent

__all__ = [
    "Need",
    "OfferDecision",
    "OfferReason",
    "Overflow",
    "OverflowDecision",
    "OverflowReason",
    "QueuePolicy",
    "ReadyAgent",
    "RelaxStep",
    "Strategy",
    "WaitingCall",
    "due_at",
    "estimated_wait_seconds",
    "match",
    "needs_at",
    "overflow",
    "overtaking_bound_seconds",
    "positions",
]
