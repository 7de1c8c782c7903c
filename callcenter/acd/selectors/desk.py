"""What an agent's desk shows: a snapshot in sections, each readable by itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone

from callcenter.accounts.models import User
from callcenter.acd.models import (
    Agent,
    AgentSession,
    AgentStateInterval,
    Call,
    CallResult,
    NotReadyReason,
    Offer,
    WrapUp,
)
from callcenter.acd.selectors.reasons import name_of, reason_path
from callcenter.core.errors import Forbidden
from callcenter.telephony.words import AgentState, CallState, OfferResult

SECTIONS = ("me", "state", "call", "draft", "today", "phone", "reference")
HISTORY = 8


def agent_of(user: User) -> Agent:
    """The agent this person is. Raises Forbidden for people who take no calls."""
    agent = Agent.objects.filter(user=user, is_active=True).select_related("user__team").first()
    if agent is None:
        raise Forbidden
    return agent


def open_session(agent: Agent) -> AgentSession | None:
    """The agent's present session with what the desk needs of it."""
    return (
        AgentSession.objects.filter(agent=agent, signed_out_at=None)
        .select_related("reason", "next_reason", "call__queue", "call__customer")
        .first()
    )


def desk_snapshot(agent: Agent, sections: Iterable[str] = SECTIONS) -> dict[str, Any]:
    """`{"seq", "sections"}`: the desk as it stands now. `seq` grows with each change of the session."""
    session = open_session(agent)
    readers = {
        "me": lambda: _me(agent),
        "state": lambda: _state(session),
        "call": lambda: _call(session),
        "draft": lambda: _draft(agent, session),
        "today": lambda: _today(agent, session),
        "phone": lambda: _phone(agent, session),
        "reference": _reference,
    }
    return {
        "seq": session.desk_seq if session else 0,
        "sections": {name: readers[name]() for name in sections},
    }


def _me(agent: Agent) -> dict[str, Any]:
    user = agent.user
    return {
        "user_id": user.pk,
        "name": str(user),
        "staff_no": user.staff_no,
        "team": name_of(user.team) if user.team else None,
        "extension": agent.extension,
        "language": user.language,
        "role": user.role,
    }


def _state(session: AgentSession | None) -> dict[str, Any]:
    if session is None:
        return {
            "code": AgentState.OFFLINE,
            "since": None,
            "reason": None,
            "until": None,
            "next": None,
            "signed_in_at": None,
        }
    following = session.next_reason
    return {
        "code": session.state,
        "since": session.state_since,
        "reason": _coded(session.reason),
        "until": session.until,
        "next": {"code": "not_ready", "reason": _coded(following)} if following else None,
        "signed_in_at": session.signed_in_at,
        "registered": session.is_registered,
    }


def _coded(row: Any) -> dict[str, str] | None:
    return {"code": row.code, "name": name_of(row)} if row else None


def _call(session: AgentSession | None) -> dict[str, Any] | None:
    call = session.call if session else None
    if session is None or call is None:
        return None
    offer = Offer.objects.filter(call=call, agent_id=session.agent_id).order_by("-offered_at").first()
    until = call.answered_at or (offer.offered_at if offer else timezone.now())
    return {
        "id": call.pk,
        "linkedid": call.linkedid,
        "state": call.state,
        "direction": "inbound",
        "caller": {
            "number": call.caller_number,
            "name": call.customer.name if call.customer else "",
            "level": call.customer.get_level_display() if call.customer else "",
            "remark": call.customer.remark if call.customer else "",
            "customer_id": call.customer_id,
        },
        "queue": _coded(call.queue),
        "language": call.language,
        "needs": call.needs,
        "path": [{"key": "", "label": step} for step in call.path],
        "entered_at": call.arrived_at,
        "offered_at": call.offered_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "hold_since": session.state_since if call.state == CallState.ON_HOLD else None,
        "waited_seconds": round((until - call.offered_at).total_seconds()) if call.offered_at else 0,
        "hold_seconds": round(call.hold_ms / 1000),
        "talk_seconds": round(call.talk_ms / 1000),
        "hold_count": call.hold_count,
        "history": _history(call),
    }


def _history(call: Call) -> list[dict[str, Any]]:
    """Earlier calls of the same number, newest first."""
    if not call.caller_number:
        return []
    earlier = (
        Call.objects.filter(caller_number=call.caller_number, arrived_at__lt=call.arrived_at)
        .select_related("queue", "agent__user")
        .prefetch_related("wrap_ups__reason")
        .order_by("-arrived_at")[:HISTORY]
    )
    return [
        {
            "id": past.pk,
            "at": past.arrived_at,
            "queue": name_of(past.queue) if past.queue else "",
            "reason": next((name_of(w.reason) for w in past.wrap_ups.all() if w.reason), ""),
            "agent": past.agent.user.staff_no if past.agent else "",
            "outcome": past.outcome,
            "seconds": round((past.talk_ms + past.hold_ms) / 1000),
        }
        for past in earlier
    ]


def _draft(agent: Agent, session: AgentSession | None) -> dict[str, Any] | None:
    if session is None or session.call_id is None:
        return None
    wrap_up = (
        WrapUp.objects.filter(agent=agent, call_id=session.call_id, finished_at=None)
        .select_related("reason")
        .first()
    )
    if wrap_up is None:
        return None
    return {
        "call_id": wrap_up.call_id,
        "reason_id": wrap_up.reason_id,
        "reason_path": reason_path(wrap_up.reason) if wrap_up.reason else [],
        "result": wrap_up.result,
        "first_call_resolved": wrap_up.first_call_resolved,
        "note": wrap_up.note,
        "saved_at": wrap_up.saved_at,
    }


def _today(agent: Agent, session: AgentSession | None) -> dict[str, Any]:
    """The agent's own figures of the local day. Finished stretches only; the page adds the running one."""
    now = timezone.now()
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    hour = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    calls = Call.objects.filter(agent=agent, answered_at__gte=start).aggregate(
        answered=Count("pk"),
        this_hour=Count("pk", filter=Q(answered_at__gte=hour)),
        talk=Sum("talk_ms"),
        hold=Sum("hold_ms"),
        wrap=Sum("wrap_up_ms"),
    )
    seconds, counts = _state_seconds(agent, start, now)
    answered = calls["answered"]
    handled = sum(calls[part] or 0 for part in ("talk", "hold", "wrap"))
    return {
        "answered": answered,
        "this_hour": calls["this_hour"],
        "missed": Offer.objects.filter(
            agent=agent, offered_at__gte=start, result__in=[OfferResult.MISSED, OfferResult.REJECTED]
        ).count(),
        "average_handle_seconds": round(handled / answered / 1000) if answered else None,
        "talk_seconds": seconds.get(AgentState.TALKING, 0),
        "hold_seconds": seconds.get(AgentState.ON_HOLD, 0),
        "wrap_up_seconds": seconds.get(AgentState.WRAP_UP, 0),
        "ready_seconds": seconds.get(AgentState.READY, 0),
        "not_ready_count": counts.get(AgentState.NOT_READY, 0),
        "not_ready_seconds": seconds.get(AgentState.NOT_READY, 0),
        "signed_in_seconds": sum(seconds.values()),
    }


def _state_seconds(agent: Agent, start: datetime, now: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """Seconds and number of finished stretches by state since `start`; a stretch is cut at `start`."""
    rows = AgentStateInterval.objects.filter(
        agent=agent, started_at__gte=start - timedelta(days=1), ended_at__gt=start
    ).values_list("state", "started_at", "ended_at")
    seconds: dict[str, float] = {}
    counts: dict[str, int] = {}
    for state, started_at, ended_at in rows:
        assert ended_at is not None  # the filter asks for finished stretches
        seconds[state] = seconds.get(state, 0.0) + (ended_at - max(started_at, start)).total_seconds()
        counts[state] = counts.get(state, 0) + 1
    return {state: round(value) for state, value in seconds.items()}, counts


def _phone(agent: Agent, session: AgentSession | None) -> dict[str, Any] | None:
    if session is None or not agent.uses_browser_phone:
        return None
    domain = settings.ASTERISK["sip_domain"]
    return {
        "uri": f"sip:{agent.extension}@{domain}",
        "extension": agent.extension,
        "password": session.sip_password,
        "ws_url": settings.ASTERISK["ws_url"],
        "domain": domain,
        "expires_at": session.sip_expires_at,
    }


def _reference() -> dict[str, Any]:
    return {
        "not_ready_reasons": [
            {"code": reason.code, "name": name_of(reason), "usual_seconds": reason.usual_seconds}
            for reason in NotReadyReason.objects.filter(is_system=False)
        ],
        "results": [{"code": value, "name": str(label)} for value, label in CallResult.choices],
    }
