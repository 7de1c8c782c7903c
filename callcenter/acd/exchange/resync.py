"""Reading the PBX again: whatever we missed, the PBX is right about what is up now."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callcenter.acd.exchange.inputs import SnapshotTaken
from callcenter.acd.exchange.state import LiveCall
from callcenter.acd.services import recording
from callcenter.telephony import signals as s
from callcenter.telephony.words import CONNECTED, AgentState, CallState, OfferResult

if TYPE_CHECKING:
    from callcenter.acd.exchange.exchange import Exchange

log = logging.getLogger(__name__)
JUST_NOW = timedelta(seconds=2)
"""Younger calls and offers may be on their way while the snapshot was taken; the next look decides."""
MARGIN = timedelta(milliseconds=300)
"""A snapshot takes some milliseconds to read, and so does a signal to reach us."""
WAITING_CONTEXTS = frozenset({"hold", "say"})


def compare(exchange: "Exchange", taken: SnapshotTaken, now: datetime) -> None:
    """Bring the book in line with a snapshot."""
    snapshot = taken.snapshot
    callers = {c.call_id: c for c in snapshot.channels if c.extension is None and c.leg_id == c.call_id}
    legs: dict[str, list[s.LiveChannel]] = {}
    for channel in snapshot.channels:
        if channel.extension is not None:
            legs.setdefault(channel.call_id, []).append(channel)
    for live in list(exchange.book.calls.values()):
        if live.call.call_id not in callers and not _is_newer(live, snapshot):
            _gone(exchange, live, snapshot.at)
    for caller in callers.values():
        known = exchange.book.calls.get(caller.call_id) or _adopt(exchange, caller, now)
        if known and not _is_newer(known, snapshot):
            _align(exchange, known, caller, legs.get(caller.call_id, []), taken)
    _contacts(exchange, snapshot, now)
    _orphans(exchange, now)


def _is_newer(live: LiveCall, snapshot: s.Snapshot) -> bool:
    """Whether we have learned of this call since the snapshot was begun; then the next one decides."""
    return live.changed_at is not None and live.changed_at > snapshot.at - MARGIN


def _gone(exchange: "Exchange", live: LiveCall, at: datetime) -> None:
    """We hold a call open that the PBX no longer has: its end passed while we were away."""
    if at - live.call.arrived_at < JUST_NOW:
        return
    recording.mark_rebuilt(live.pk)
    exchange.signal(s.CallEnded(live.call.call_id, at, live.call.leg_id, 0, ""))


def _adopt(exchange: "Exchange", caller: s.LiveChannel, now: datetime) -> LiveCall | None:
    """The PBX has a call that we never saw."""
    arrived_at = now - timedelta(seconds=caller.duration_seconds)
    arrived = s.CallArrived(
        caller.call_id, arrived_at, caller.leg_id, caller.channel, caller.caller_number, caller.exten
    )
    exchange.signal(arrived)
    live = exchange.book.calls.get(caller.call_id)
    if live:
        recording.mark_rebuilt(live.pk)
        live.changed_at = None  # all we know of it is this snapshot
    return live


def _align(
    exchange: "Exchange",
    live: LiveCall,
    caller: s.LiveChannel,
    legs: list[s.LiveChannel],
    taken: SnapshotTaken,
) -> None:
    at = taken.snapshot.at
    bridged = next((leg for leg in legs if leg.bridge_id and leg.bridge_id == caller.bridge_id), None)
    in_line = bool(bridged or legs or caller.context in WAITING_CONTEXTS or caller.application == "Queue")
    if live.call.state is CallState.IN_MENU and in_line:
        exchange.signal(_waiting_began(live, caller, taken))
    if bridged and bridged.extension:
        if live.call.state not in CONNECTED:
            exchange.signal(
                s.AgentAnswered(live.call.call_id, at, bridged.leg_id, bridged.channel, bridged.extension)
            )
        return
    if legs and legs[0].extension and live.call.state is CallState.WAITING:
        leg = legs[0]
        exchange.signal(s.AgentRang(live.call.call_id, at, leg.leg_id, leg.channel, leg.extension or ""))
        return
    if caller.application == "Queue" and not legs:
        exchange.signal(s.NetEntered(live.call.call_id, at, caller.leg_id, caller.channel))
    elif caller.context in WAITING_CONTEXTS and not legs:
        _stands_in_line(exchange, live, at)


def _stands_in_line(exchange: "Exchange", live: LiveCall, at: datetime) -> None:
    """The caller hears hold music: nothing rings for him, nobody talks with him."""
    if live.call.in_net:
        exchange.signal(s.NetLeft(live.call.call_id, at))
    if live.offer and at - live.offer.offered_at < JUST_NOW:
        return
    if live.call.state in CONNECTED and live.call.since and at - live.call.since < JUST_NOW:
        return
    if live.call.state is not CallState.WAITING:
        exchange.signal(s.ReturnedToLine(live.call.call_id, at))
    elif live.offer:
        offer = exchange.book.close_offer(live, OfferResult.WITHDRAWN, at)
        agent = exchange.book.agents.get(offer.extension) if offer else None
        if agent and agent.status.state is AgentState.OFFERED:
            exchange.release(agent, OfferResult.WITHDRAWN, at)


def _waiting_began(live: LiveCall, caller: s.LiveChannel, taken: SnapshotTaken) -> s.WaitingBegan:
    values = taken.variables.get(caller.channel, {})
    priority = values.get("CC_PRIORITY", "")
    return s.WaitingBegan(
        call_id=live.call.call_id,
        at=taken.snapshot.at,
        leg_id=caller.leg_id,
        channel=caller.channel,
        queue=values.get("CC_QUEUE") or "general",
        language=values.get("CC_LANGUAGE", ""),
        priority=int(priority) if priority.isdigit() else 5,
        needs=tuple(filter(None, values.get("CC_NEEDS", "").split(","))),
        path=tuple(filter(None, values.get("CC_PATH", "").split("-"))),
    )


def _contacts(exchange: "Exchange", snapshot: s.Snapshot, now: datetime) -> None:
    for agent in exchange.book.agents.values():
        there = agent.extension in snapshot.contacts
        if there and not agent.is_registered:
            agent.lost_at = None
            exchange.book.set_registered(agent, True)
        elif not there and agent.is_registered:
            agent.lost_at = agent.lost_at or now
            exchange.book.set_registered(agent, False)


def _orphans(exchange: "Exchange", now: datetime) -> None:
    """Agents who are with a call that is over."""
    for agent in list(exchange.book.agents.values()):
        busy = agent.status.state in (AgentState.OFFERED, AgentState.TALKING, AgentState.ON_HOLD)
        if not busy or agent.status.call_id in exchange.book.calls:
            continue
        log.warning("agent %s was left with a call that is over", agent.extension)
        if agent.status.state is AgentState.OFFERED:
            exchange.release(agent, OfferResult.CALLER_LEFT, now)
        else:
            exchange.leave_call(agent, now)
