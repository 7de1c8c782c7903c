"""Taking over: the one active telephony process of a PBX, and the open rows it begins with."""

import zlib
from collections.abc import Iterable

from django.db import connection

from callcenter.acd.exchange.book import Book
from callcenter.acd.exchange.line import missed_by
from callcenter.acd.exchange.state import Directory, LiveAgent, LiveCall, LiveOffer, skills_of
from callcenter.acd.models import AgentSession, Call, Leg, Offer
from callcenter.telephony import machine
from callcenter.telephony.agent_machine import AgentStatus
from callcenter.telephony.words import CONNECTED, AgentState, CallState, Outcome

LOCK_SPACE = 7306
"""Namespace of our advisory locks; the second key is a checksum of the PBX's name."""


def try_to_lead(pbx: str) -> bool:
    """Take the advisory lock of this PBX on the present connection; it lasts as long as the connection."""
    with connection.cursor() as cursor:
        key = zlib.crc32(pbx.encode()) - 2**31
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, key])
        return bool(cursor.fetchone()[0])


def load_book(pbx: str) -> Book:
    """Read every open call and session."""
    book = Book(pbx, Directory())
    calls_by_pk = {}
    for row in Call.objects.filter(pbx=pbx).exclude(state=CallState.ENDED):
        live = LiveCall(pk=row.pk, call=_call(row, book.directory), missed=missed_by(row.pk))
        calls_by_pk[row.pk] = book.calls[row.linkedid] = live
    for session in _open_sessions():
        agent = _agent(session, book.directory)
        if agent:
            book.agents[agent.extension] = agent
    for offer in Offer.objects.filter(ended_at=None).select_related("agent"):
        live_call = calls_by_pk.get(offer.call_id)
        if live_call:
            live_call.offer = LiveOffer(
                offer.pk, offer.agent.extension, offer.offered_at, 20, is_resume=offer.is_resume
            )
    return book


def _open_sessions() -> Iterable[AgentSession]:
    return AgentSession.objects.filter(signed_out_at=None).select_related(
        "agent", "call__queue", "reason", "next_reason"
    )


def _call(row: Call, directory: Directory) -> machine.Call:
    leg = Leg.objects.filter(call=row, ended_at=None).select_related("agent").order_by("-started_at").first()
    connected = row.state in CONNECTED
    in_agents_hands = connected or row.state == CallState.RINGING
    return machine.Call(
        call_id=row.linkedid,
        leg_id=row.linkedid,
        channel=row.channel,
        arrived_at=row.arrived_at,
        caller_number=row.caller_number,
        dialled_number=row.dialled_number,
        state=CallState(row.state),
        outcome=Outcome(row.outcome),
        queue=directory.queue_by_pk.get(row.queue_id or 0, ""),
        language=row.language,
        priority=row.priority,
        needs=tuple(row.needs),
        path=tuple(row.path),
        leg=machine.AgentLeg(
            leg.uniqueid,
            leg.channel,
            leg.agent.extension if leg.agent else "",
            leg.started_at,
            leg.answered_at,
        )
        if leg and in_agents_hands
        else None,
        agent=directory.extension_by_pk.get(row.agent_id or 0, ""),
        since=row.stretch_began_at,
        offered_at=row.offered_at,
        answered_at=row.answered_at,
        menu_ms=row.menu_ms,
        wait_ms=row.wait_ms,
        ring_ms=row.ring_ms,
        talk_ms=row.talk_ms,
        hold_ms=row.hold_ms,
        hold_count=row.hold_count,
        missed_count=row.missed_count,
        released_by=row.released_by,
        returned=row.state == CallState.WAITING and row.answered_at is not None,
        used_net=row.used_net,
    )


def _agent(session: AgentSession, directory: Directory) -> LiveAgent | None:
    known = directory.agents.get(session.agent.extension)
    if known is None:
        return None
    return LiveAgent(
        pk=session.agent_id,
        extension=session.agent.extension,
        session_pk=session.pk,
        status=AgentStatus(
            state=AgentState(session.state),
            since=session.state_since,
            reason=session.reason.code if session.reason else "",
            call_id=session.call.linkedid if session.call else "",
            until=session.until,
            next_reason=session.next_reason.code if session.next_reason else "",
        ),
        name=str(known.user),
        team=known.user.team.code if known.user.team else None,
        skills=skills_of(known),
        call_pk=session.call_id,
        queue=session.call.queue.code if session.call and session.call.queue else "",
        seq=session.desk_seq,
        is_registered=session.is_registered,
        uses_browser=session.agent.uses_browser_phone,
    )
