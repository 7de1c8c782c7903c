"""The exchange: one batch of inputs in, rows and events written in one transaction, effects out."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from callcenter.acd import events as happened
from callcenter.acd.exchange import inputs as i
from callcenter.acd.exchange import orders, resync, timers
from callcenter.acd.exchange.book import Book, Outbox
from callcenter.acd.exchange.line import Announcer, Line
from callcenter.acd.exchange.state import LiveAgent, LiveCall
from callcenter.acd.services import recording
from callcenter.acd.services.calls import last_agent_of
from callcenter.core import events
from callcenter.telephony import machine
from callcenter.telephony import signals as s
from callcenter.telephony.effects import BackToHold
from callcenter.telephony.words import CONNECTED, AgentState, CallState, OfferResult

log = logging.getLogger(__name__)
DIAL_RESULTS = {
    "NOANSWER": OfferResult.MISSED,
    "BUSY": OfferResult.REJECTED,
    "CANCEL": OfferResult.WITHDRAWN,
}
"""Asterisk's DIALSTATUS → how the offer ended; everything else: the phone could not be reached."""


class Exchange:
    """Reacts to what happens. Call it from one thread only."""

    def __init__(self, book: Book, announcer: Announcer) -> None:
        self.book = book
        self.line = Line(book, announcer)
        self.ticks = 0
        self.is_aligned = False
        """Whether the book was compared with the PBX since it was loaded. Before that nobody is rung: the
        callers it knows may be long gone."""
        self.wants_snapshot = False

    def handle(self, batch: Sequence[i.Input], now: datetime) -> Outbox:
        """Carry out a batch in one transaction and return what is to be done after it."""
        self.book.out, self.book.now = Outbox(), now
        with transaction.atomic():
            for item in batch:
                self._take(item, now)
            if self.is_aligned:
                self.line.match(now)
            if self.book.out.events:
                events.publish_all(self.book.out.events)
        return self.book.out

    def _take(self, item: i.Input, now: datetime) -> None:
        match item:
            case i.Tick():
                timers.run(self, now)
            case i.CommandsWaiting():
                orders.run_waiting(self, now)
            case i.DeliveryFailed():
                self._delivery_failed(item, now)
            case i.SnapshotTaken():
                resync.compare(self, item, now)
                self.is_aligned = True
            case s.ContactSignal():
                self._contact(item)
            case s.Signal():
                self.signal(item)

    # ---------------------------------------------------------------- signals
    def signal(self, signal: s.Signal) -> None:
        """Let a call take a signal, and do what follows from its new state."""
        if isinstance(signal, s.LegEnded):
            # Also for a call that is over: the agent's channel ends a moment after the passenger's.
            recording.end_leg(self.book.pbx, signal)
        live = self.book.calls.get(signal.call_id)
        if live is None:
            self._unknown(signal)
            return
        before = live.call
        try:
            after = machine.advance(before, signal)
        except machine.IllegalSignal as illegal:
            self._anomaly(signal, live, str(illegal))
            return
        if after is not before:
            self.book.save_call(live, after)
            self._follow(live, before, signal)

    def _unknown(self, signal: s.Signal) -> None:
        """A signal of a call we do not have: new, long over, or missed while we were away."""
        if isinstance(signal, s.CallArrived):
            self.book.open_call(machine.arrive(signal))
        elif isinstance(signal, s.WaitingBegan | s.AgentAnswered | s.NetEntered):
            self.wants_snapshot = True

    def _anomaly(self, signal: s.Signal, live: LiveCall, kind: str) -> None:
        log.warning("call %s: %s", signal.call_id, kind)
        recording.note_anomaly(
            signal.at, linkedid=signal.call_id, call_pk=live.pk, kind=kind, raw=repr(signal)
        )
        self.wants_snapshot = True

    def _follow(self, live: LiveCall, before: machine.Call, signal: s.Signal) -> None:
        """What a call's new state means for its offer and its agent."""
        call, at = live.call, signal.at
        if call.state is CallState.ENDED:
            self._ended(live, before, at)
        elif call.state is CallState.WAITING:
            self._waits(live, before, signal)
        elif call.state is CallState.RINGING and call.leg and call.leg != before.leg:
            self._rings(live, call.leg.extension, at)
        elif call.state in CONNECTED:
            self._connected(live, before, at)

    def _waits(self, live: LiveCall, before: machine.Call, signal: s.Signal) -> None:
        if before.state is CallState.IN_MENU:
            self.book.out.events.append(happened.CallOffered(call_id=live.pk))
            live.last_agent = last_agent_of(live.call.caller_number, signal.at)
        elif before.state is CallState.RINGING:
            self._not_answered(live, signal)
        elif before.state in CONNECTED:
            self._dropped(live, before, signal.at)
        if isinstance(signal, s.NetEntered):
            # The net caught him while nobody led; somebody leads now: bring him back to his place.
            self.book.out.effects.append(BackToHold(live.call.call_id, live.call.channel))

    def _rings(self, live: LiveCall, extension: str, at: datetime) -> None:
        agent = self.book.agents.get(extension)
        if live.offer:
            recording.mark_rang(live.offer.pk, at)
        if agent and agent.status.state is AgentState.READY:
            self.book.set_status(agent, AgentState.OFFERED, at, live=live)

    def _connected(self, live: LiveCall, before: machine.Call, at: datetime) -> None:
        agent = self.book.agents.get(live.call.agent)
        fresh = live.call.leg and before.leg != live.call.leg and live.call.leg.answered_at
        if fresh:
            self.book.close_offer(live, OfferResult.ANSWERED, at)
        if agent is None:
            return
        state = AgentState.ON_HOLD if live.call.state is CallState.ON_HOLD else AgentState.TALKING
        if agent.status.state is AgentState.OFFERED and agent.status.call_id != live.call.call_id:
            self.wants_snapshot = True
        self.book.set_status(agent, state, at, live=live)
        if fresh and before.state not in CONNECTED:
            agent.calls_today += 1
            self.book.out.events.append(happened.CallAnswered(call_id=live.pk, agent_id=agent.pk))

    def _not_answered(self, live: LiveCall, signal: s.Signal) -> None:
        """The phone rang in vain; the caller is in his old place again."""
        status = signal.dial_status if isinstance(signal, s.DeliveryReturned) else "CANCEL"
        result = DIAL_RESULTS.get(status, OfferResult.UNREACHABLE)
        offer = self.book.close_offer(live, result, signal.at)
        extension = offer.extension if offer else getattr(signal, "extension", "")
        agent = self.book.agents.get(extension)
        if result is not OfferResult.WITHDRAWN:
            live.missed[extension] = signal.at
        if agent and agent.status.call_id == live.call.call_id:
            self.release(agent, result, signal.at)

    def release(self, agent: LiveAgent, result: OfferResult, at: datetime) -> None:
        """Let an agent go whose offer came to nothing."""
        if result in (OfferResult.MISSED, OfferResult.REJECTED):
            self.book.set_status(agent, AgentState.NOT_READY, at, reason="missed")
        elif result is OfferResult.UNREACHABLE:
            self.book.set_status(agent, AgentState.NOT_READY, at, reason="phone")
        elif agent.status.next_reason:
            self.book.set_status(agent, AgentState.NOT_READY, at, reason=agent.status.next_reason)
        else:
            self.book.set_status(agent, AgentState.READY, at)

    def _dropped(self, live: LiveCall, before: machine.Call, at: datetime) -> None:
        """The agent's phone vanished in mid-call."""
        self.book.close_offer(live, OfferResult.UNREACHABLE, at)
        agent = self.book.agents.get(before.agent)
        if agent and agent.status.call_id == live.call.call_id:
            agent.returning = False
            self.book.set_status(agent, AgentState.NOT_READY, at, reason="phone")

    def _ended(self, live: LiveCall, before: machine.Call, at: datetime) -> None:
        result = OfferResult.ANSWERED if before.state in CONNECTED else OfferResult.CALLER_LEFT
        self.book.close_offer(live, result, at)
        for agent in [a for a in self.book.agents.values() if a.status.call_id == live.call.call_id]:
            if agent.status.state is AgentState.OFFERED:
                self.release(agent, OfferResult.CALLER_LEFT, at)
            elif agent.status.state in (AgentState.TALKING, AgentState.ON_HOLD):
                self.leave_call(agent, at)
                self.line.note_handled((live.call.talk_ms + live.call.hold_ms) / 1000)
        self.book.out.events.append(happened.CallEnded(call_id=live.pk))
        self.book.forget_call(live)

    def leave_call(self, agent: LiveAgent, at: datetime) -> None:
        """The talk is over: time to write it down, as long as the queue gives."""
        seconds = self.book.queue_of(agent).wrap_up_seconds
        agent.returning = False
        if seconds:
            self.book.set_status(
                agent, AgentState.WRAP_UP, at, call_id=agent.status.call_id, lasts_seconds=seconds
            )
        else:
            self.finish_work(agent, at)

    def finish_work(self, agent: LiveAgent, at: datetime, *, reason: str = "") -> None:
        """After a call and its wrap-up: ready again, or not ready as planned."""
        reason = reason or agent.status.next_reason
        if not reason and (not agent.is_registered or agent.lost_at):
            reason = "phone"
        if reason:
            self.book.set_status(agent, AgentState.NOT_READY, at, reason=reason)
        else:
            self.book.set_status(agent, AgentState.READY, at)

    # --------------------------------------------------------------- contacts
    def _contact(self, signal: s.ContactSignal) -> None:
        agent = self.book.agents.get(signal.extension)
        if agent is None:
            return
        if isinstance(signal, s.ContactGained):
            self._contact_gained(agent, signal)
        elif isinstance(signal, s.ContactLost) and (not agent.contact or agent.contact == signal.uri):
            self._contact_lost(agent, signal)

    def _contact_gained(self, agent: LiveAgent, signal: s.ContactGained) -> None:
        changed_in_call = agent.contact not in ("", signal.uri) or agent.lost_at is not None
        agent.contact, agent.lost_at = signal.uri, None
        if changed_in_call and agent.status.state in (AgentState.TALKING, AgentState.ON_HOLD):
            agent.returning = True
        if not agent.is_registered:
            self.book.set_registered(agent, True)
        if agent.status.state is AgentState.NOT_READY and agent.status.reason == "phone":
            self.book.touch(agent)

    def _contact_lost(self, agent: LiveAgent, signal: s.ContactLost) -> None:
        agent.lost_at, agent.contact = signal.at, ""
        self.book.set_registered(agent, False)
        live = self.book.calls.get(agent.status.call_id)
        if agent.status.state is AgentState.OFFERED and live:
            self.take_back(live, signal.at)

    def take_back(self, live: LiveCall, at: datetime) -> None:
        """Bring a caller back to the line from an agent who is not there any more."""
        self.signal(s.ReturnedToLine(live.call.call_id, at))
        self.book.out.effects.append(BackToHold(live.call.call_id, live.call.channel))

    def resume(self, live: LiveCall, agent: LiveAgent, at: datetime) -> None:
        """Bring a call to the fresh page of the agent who is talking; the page answers by itself."""
        self.signal(s.ResumeBegan(live.call.call_id, at))
        self.line.offer(live, agent, at, resume=True)

    def _delivery_failed(self, item: i.DeliveryFailed, now: datetime) -> None:
        """The PBX refused the redirect: the caller has just left, or the channel was not up."""
        live = self.book.calls.get(item.call_id)
        if live is None or live.offer is None or live.offer.pk != item.offer_id:
            return
        log.info("call %s: delivery refused: %s", item.call_id, item.message)
        offer = self.book.close_offer(live, OfferResult.WITHDRAWN, now)
        agent = self.book.agents.get(offer.extension) if offer else None
        if agent and agent.status.state is AgentState.OFFERED:
            self.release(agent, OfferResult.WITHDRAWN, now)
        self.wants_snapshot = True
