"""Writes of the telephony process: calls, legs, offers and agents' states, as the machines have decided them.

All functions expect to be called inside the exchange's transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from callcenter.acd.models import AgentSession, AgentStateInterval, Anomaly, Call, Leg, Offer
from callcenter.customers import selectors as customers
from callcenter.telephony import machine, signals
from callcenter.telephony.agent_machine import AgentStatus
from callcenter.telephony.words import AgentState, OfferResult

SAME_NAME = (
    "channel",
    "caller_number",
    "dialled_number",
    "language",
    "priority",
    "state",
    "outcome",
    "released_by",
    "arrived_at",
    "offered_at",
    "answered_at",
    "ended_at",
    "menu_ms",
    "wait_ms",
    "ring_ms",
    "talk_ms",
    "hold_ms",
    "hold_count",
    "missed_count",
    "used_net",
)


class Ids:
    """Primary keys by the codes the machines use. Filled by the exchange's directory."""

    def __init__(
        self, queues: Mapping[str, int], agents: Mapping[str, int], reasons: Mapping[str, int]
    ) -> None:
        self.queues, self.agents, self.reasons = queues, agents, reasons


def _columns(call: machine.Call, ids: Ids) -> dict[str, Any]:
    columns = {name: getattr(call, name) for name in SAME_NAME}
    columns["needs"], columns["path"] = list(call.needs), list(call.path)
    columns["stretch_began_at"] = call.since
    columns["queue_id"] = ids.queues.get(call.queue)
    columns["agent_id"] = ids.agents.get(call.agent)
    return columns


def create_call(pbx: str, call: machine.Call, ids: Ids) -> Call:
    """Write the call down; a call that is known already (the process was restarted) is returned as it is."""
    customer = customers.customer_by_number(call.caller_number)
    row, _ = Call.objects.get_or_create(
        pbx=pbx, linkedid=call.call_id, defaults={**_columns(call, ids), "customer": customer}
    )
    return row


def save_call(pk: int, before: machine.Call, after: machine.Call, ids: Ids) -> None:
    """Write what changed between two states of a call."""
    old, new = _columns(before, ids), _columns(after, ids)
    changed = {name: value for name, value in new.items() if value != old[name]}
    if changed:
        Call.objects.filter(pk=pk).update(**changed)
    if after.leg and after.leg != before.leg:
        _save_leg(pk, after.leg, ids)


def _save_leg(call_pk: int, leg: machine.AgentLeg, ids: Ids) -> None:
    Leg.objects.update_or_create(
        call_id=call_pk,
        uniqueid=leg.leg_id,
        defaults={"answered_at": leg.answered_at},
        create_defaults={
            "channel": leg.channel,
            "agent_id": ids.agents.get(leg.extension),
            "started_at": leg.rang_at,
            "answered_at": leg.answered_at,
        },
    )


def end_leg(pbx: str, ended: signals.LegEnded) -> None:
    """Write down that an agent's channel is gone."""
    Leg.objects.filter(
        call__pbx=pbx, call__linkedid=ended.call_id, uniqueid=ended.leg_id, ended_at=None
    ).update(ended_at=ended.at, cause=ended.cause, ended_by_agent=ended.by_agent)


def add_wrap_up(call_pk: int, milliseconds: int) -> None:
    """Add the work after a call to it."""
    call = Call.objects.select_for_update().only("wrap_up_ms").get(pk=call_pk)
    call.wrap_up_ms += milliseconds
    call.save(update_fields=["wrap_up_ms"])


def open_offer(
    *, call_pk: int, session_pk: int, agent_pk: int, queue_pk: int | None, at: datetime, is_resume: bool
) -> int:
    """Claim agent and call for each other. Raises IntegrityError when either is claimed already."""
    return Offer.objects.create(
        call_id=call_pk,
        session_id=session_pk,
        agent_id=agent_pk,
        queue_id=queue_pk,
        offered_at=at,
        is_resume=is_resume,
    ).pk


def mark_rang(offer_pk: int, at: datetime) -> None:
    """The agent's phone rings."""
    Offer.objects.filter(pk=offer_pk, rang_at=None).update(rang_at=at)


def close_offer(offer_pk: int, result: OfferResult, at: datetime) -> None:
    """End the claim; a second attempt changes nothing."""
    Offer.objects.filter(pk=offer_pk, ended_at=None).update(ended_at=at, result=result)


def open_session(
    agent_pk: int, status: AgentStatus, ids: Ids, *, password: str, expires_at: datetime
) -> AgentSession:
    """Begin a session with its first interval."""
    session = AgentSession.objects.create(
        agent_id=agent_pk,
        signed_in_at=status.since,
        state=status.state,
        state_since=status.since,
        reason_id=ids.reasons.get(status.reason),
        sip_password=password,
        sip_expires_at=expires_at,
    )
    _open_interval(session.pk, agent_pk, status, ids, None)
    return session


def save_status(
    session_pk: int, agent_pk: int, status: AgentStatus, ids: Ids, *, call_pk: int | None, seq: int, new: bool
) -> None:
    """Write an agent's state; `new` closes the interval before and opens the next."""
    if new:
        AgentStateInterval.objects.filter(session_id=session_pk, ended_at=None).update(ended_at=status.since)
    values: dict[str, Any] = {
        "state": status.state,
        "state_since": status.since,
        "until": status.until,
        "reason_id": ids.reasons.get(status.reason),
        "next_reason_id": ids.reasons.get(status.next_reason),
        "call_id": call_pk,
        "desk_seq": seq,
    }
    if status.state is AgentState.OFFLINE:
        values |= {"signed_out_at": status.since, "is_registered": False, "sip_password": ""}
    elif new:
        _open_interval(session_pk, agent_pk, status, ids, call_pk)
    AgentSession.objects.filter(pk=session_pk).update(**values)


def _open_interval(
    session_pk: int, agent_pk: int, status: AgentStatus, ids: Ids, call_pk: int | None
) -> None:
    AgentStateInterval.objects.create(
        session_id=session_pk,
        agent_id=agent_pk,
        state=status.state,
        reason_id=ids.reasons.get(status.reason),
        call_id=call_pk,
        started_at=status.since,
    )


def save_phone(session_pk: int, *, is_registered: bool, seq: int) -> None:
    """Write whether the agent's phone is registered."""
    AgentSession.objects.filter(pk=session_pk).update(is_registered=is_registered, desk_seq=seq)


def note_anomaly(at: datetime, *, linkedid: str, call_pk: int | None, kind: str, raw: str) -> None:
    """Keep a signal that could not be."""
    Anomaly.objects.create(at=at, linkedid=linkedid, call_id=call_pk, kind=kind[:80], raw=raw[:8000])


def mark_rebuilt(call_pk: int) -> None:
    """The call was completed from a look at the PBX rather than from its signals."""
    Call.objects.filter(pk=call_pk).update(is_rebuilt=True)
