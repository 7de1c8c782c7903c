"""A small centre for the engine's tests: one moment, and short ways to say who waits and who is ready."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from callcenter.telephony import engine

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def caller(call_id: str, waited: float = 10, queue: str = "general", **more: object) -> engine.WaitingCall:
    return engine.WaitingCall(call_id=call_id, queue=queue, waiting_since=ago(waited), **more)  # type: ignore[arg-type]


def agent(agent_id: str, idle: float = 60, **more: object) -> engine.ReadyAgent:
    return engine.ReadyAgent(agent_id=agent_id, ready_since=ago(idle), **more)  # type: ignore[arg-type]


def queue(code: str = "general", **settings: object) -> engine.QueuePolicy:
    return engine.QueuePolicy(code=code, **settings)  # type: ignore[arg-type]


def offers(
    waiting: Iterable[engine.WaitingCall],
    agents: Iterable[engine.ReadyAgent],
    *queues: engine.QueuePolicy,
    in_progress: dict[str, int] | None = None,
) -> dict[str, str]:
    """Who rings whom: call id → agent id."""
    known = {q.code: q for q in queues or [queue()]}
    decisions = engine.match(list(waiting), list(agents), known, NOW, in_progress=in_progress)
    return {decision.call_id: decision.agent_id for decision in decisions}
