"""The tables of call distribution, split by noun."""

from callcenter.acd.models.agents import Agent, AgentSession, AgentSkill, AgentStateInterval, NotReadyReason
from callcenter.acd.models.calls import Anomaly, Call, CallReason, CallResult, Leg, Offer, WrapUp
from callcenter.acd.models.commands import Command
from callcenter.acd.models.queues import Queue, QueueSkill, Skill

__all__ = [
    "Agent",
    "AgentSession",
    "AgentSkill",
    "AgentStateInterval",
    "Anomaly",
    "Call",
    "CallReason",
    "CallResult",
    "Command",
    "Leg",
    "NotReadyReason",
    "Offer",
    "Queue",
    "QueueSkill",
    "Skill",
    "WrapUp",
]
