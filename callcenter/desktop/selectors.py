"""Reads that only the desk needs: the reason tree as one list, and an agent's own day."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from callcenter.acd.models import Agent, AgentStateInterval, Call, CallReason, CallResult, WrapUp
from callcenter.acd.selectors import reasons
from callcenter.core.masking import mask_number

MOST_CALLS = 100


def reason_tree() -> list[dict[str, Any]]:
    """Every reason in use in the order of the tree, with the words it is found by.

    The page searches in it by itself, so that search keeps up with typing and works while the line is away.
    """
    nodes = list(CallReason.objects.filter(is_active=True).order_by("path"))
    names = {node.path: reasons.name_of(node) for node in nodes}
    return [
        {
            "id": node.pk,
            "code": node.code,
            "name": names[node.path],
            "path": " › ".join(_ancestors(node, names)),
            "leaf": node.is_leaf(),
            "depth": node.depth - 1,
            "words": " ".join((node.name, node.name_en, node.keywords, node.pinyin, node.initials)),
        }
        for node in nodes
    ]


def _ancestors(node: CallReason, names: dict[str, str]) -> list[str]:
    steps = range(CallReason.steplen, len(node.path), CallReason.steplen)
    return [names[node.path[:end]] for end in steps if node.path[:end] in names]


def reasons_found(query: str) -> list[dict[str, Any]]:
    """The reasons that match a word, pinyin or initials."""
    return [
        {"id": hit.id, "code": hit.code, "name": hit.name, "path": " › ".join(hit.path), "leaf": hit.leaf}
        for hit in reasons.find_reasons(query)
    ]


def own_day(agent: Agent, now: datetime) -> dict[str, Any]:
    """The agent's calls, stretches of state and calls by hour since local midnight."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    calls = Call.objects.filter(agent=agent, answered_at__gte=start)
    return {
        "calls": _calls(agent, calls),
        "stretches": _stretches(agent, start),
        "hours": _hours(calls, start, now),
    }


def _calls(agent: Agent, calls: QuerySet[Call]) -> list[dict[str, Any]]:
    newest = list(calls.select_related("queue", "customer").order_by("-answered_at")[:MOST_CALLS])
    written = {
        wrap_up.call_id: wrap_up
        for wrap_up in WrapUp.objects.filter(agent=agent, call__in=newest).select_related("reason")
    }
    return [_call(call, written.get(call.pk)) for call in newest]


def _call(call: Call, wrap_up: WrapUp | None) -> dict[str, Any]:
    reason = wrap_up.reason if wrap_up else None
    result = wrap_up.result if wrap_up else ""
    return {
        "id": call.pk,
        "at": call.answered_at,
        "passenger": call.customer.name if call.customer else mask_number(call.caller_number),
        "queue": reasons.name_of(call.queue) if call.queue else "",
        "reason": reasons.name_of(reason) if reason else "",
        "result": str(CallResult(result).label) if result else "",
        "talk_seconds": round((call.talk_ms + call.hold_ms) / 1000),
        "is_complete": bool(reason and result),
    }


def _stretches(agent: Agent, start: datetime) -> list[dict[str, Any]]:
    rows = (
        AgentStateInterval.objects.filter(agent=agent, started_at__gte=start, state="not_ready")
        .select_related("reason")
        .order_by("started_at")
    )
    return [
        {
            "state": row.state,
            "reason": reasons.name_of(row.reason) if row.reason else "",
            "started_at": row.started_at,
            "ended_at": row.ended_at,
        }
        for row in rows
    ]


def _hours(calls: QuerySet[Call], start: datetime, now: datetime) -> list[dict[str, int]]:
    """Answered calls by local hour, from the hour of the first call to this one."""
    answered = [timezone.localtime(at).hour for at in calls.values_list("answered_at", flat=True) if at]
    if not answered:
        return []
    last = timezone.localtime(now).hour
    return [{"hour": hour, "answered": answered.count(hour)} for hour in range(min(answered), last + 1)]
