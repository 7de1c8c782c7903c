"""AMI messages → the platform's own signals; what each event means was read off a real Asterisk 22.

An agent's leg is told by its channel name (`PJSIP/1001-…`: the endpoint is an extension, all digits); the
caller's leg is the one whose Uniqueid is the Linkedid. Only what names cannot tell is remembered, per leg
and per call, and forgotten when they end. The same event twice, or a late one, gives nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from callcenter.telephony import signals
from callcenter.telephony.adapters.ami_reading import (
    contact_status,
    extension_of,
    known,
    moment_of,
    waiting_began,
)
from callcenter.telephony.adapters.ami_text import Message
from callcenter.telephony.signals import AnySignal, Snapshot
from callcenter.telephony.words import ReleasedBy

_ANSWERED, _RINGING = "ANSWER", "RINGING"
_RINGING_STATE = "5"
# Of legs, calls and ends each; the oldest go first. More than can be up at once, so only what a gap in the
# stream left behind is ever dropped.
_REMEMBERED = 20_000

_T = TypeVar("_T")


@dataclass(slots=True)
class _Leg:
    """What was told of one channel."""

    rang: bool = False
    answered: bool = False
    held: bool | None = None
    asked_to_hang_up: bool = False


@dataclass(slots=True)
class _Call:
    """What was told of one passenger's call. `agent_hung_up`: the agent who answered last ended the talk."""

    in_net: bool | None = None
    left_queue: bool = False
    self_served: bool = False
    agent_hung_up: bool = False
    waiting: signals.WaitingBegan | None = None
    returned: signals.DeliveryReturned | None = None
    menu_failed: bool = False


class Translator:
    """Reads one PBX's events, also over gaps. One that starts in mid-traffic may `adopt` a snapshot first.

    `entry_contexts` are the dialplan contexts in which passengers arrive, `hold_context` is where they wait.
    """

    def __init__(self, entry_contexts: Iterable[str] = ("from-trunk",), hold_context: str = "hold") -> None:
        self._hold_context = hold_context
        self._entry_contexts = frozenset(entry_contexts)
        self._legs: dict[str, _Leg] = {}
        self._calls: dict[str, _Call] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._internal: OrderedDict[str, None] = OrderedDict()
        self._readers: dict[str, Callable[[Message, datetime], AnySignal | None]] = {
            "Newchannel": self._new_channel,
            "Newstate": self._new_state,
            "DialState": self._dial_state,
            "DialEnd": self._dial_end,
            "BridgeEnter": self._bridge_enter,
            "Hold": self._hold,
            "Unhold": self._unhold,
            "HangupRequest": self._hangup_request,
            "Hangup": self._hangup,
            "UserEvent": self._user_event,
            "QueueCallerLeave": self._queue_caller_leave,
            "MusicOnHoldStart": self._music_on_hold_start,
            "ContactStatus": contact_status,
        }

    def translate(self, message: Message, received_at: datetime) -> AnySignal | None:
        """The signal in this message, or None: most events say nothing that the platform does not know."""
        reader = self._readers.get(message.event)
        return reader(message, moment_of(message, received_at)) if reader else None

    def adopt(self, snapshot: Snapshot) -> None:
        """Start from what the PBX shows, so that what it showed is not told again."""
        for channel in snapshot.channels:
            if channel.extension and channel.leg_id == channel.call_id:
                _remember(self._internal, channel.call_id)
            elif channel.extension:
                leg = self._leg(channel.leg_id)
                leg.answered = leg.answered or channel.state == "Up"
                leg.rang = leg.rang or leg.answered or channel.state == "Ringing"
            elif channel.leg_id == channel.call_id:
                self._call(channel.call_id).in_net = channel.application == "Queue"

    # -- the passenger's channel --------------------------------------------------------------------------

    def _new_channel(self, message: Message, at: datetime) -> AnySignal | None:
        leg_id, call_id = message.text("Uniqueid"), message.text("Linkedid")
        if leg_id != call_id or leg_id in self._ended:
            return None
        if extension_of(message.text("Channel")):
            _remember(self._internal, call_id)
            return None
        if message.text("Context") not in self._entry_contexts or leg_id in self._legs:
            return None
        self._leg(leg_id)
        return signals.CallArrived(
            call_id=call_id,
            at=at,
            leg_id=leg_id,
            channel=message.text("Channel"),
            caller_number=known(message.text("CallerIDNum")),
            dialled_number=message.text("Exten"),
        )

    def _user_event(self, message: Message, at: datetime) -> AnySignal | None:
        call_id = message.text("Linkedid")
        if call_id in self._ended:
            return None
        match message.text("UserEvent"):
            case "AcdWaiting":
                return self._waiting_began(message, call_id, at)
            case "AcdReturned":
                return self._delivery_returned(message, call_id, at)
            case "IvrFailed" if not self._call(call_id).menu_failed:
                self._call(call_id).menu_failed = True
                return signals.MenuFailed(call_id, at)
            case "SelfServed" if not self._call(call_id).self_served:
                self._call(call_id).self_served = True
                return signals.SelfServed(call_id, at)
            case "NetEntered" if self._call(call_id).in_net is not True:
                self._call(call_id).in_net, self._call(call_id).left_queue = True, False
                return signals.NetEntered(call_id, at, message.text("Uniqueid"), message.text("Channel"))
        return None

    def _queue_caller_leave(self, message: Message, at: datetime) -> AnySignal | None:
        call = self._calls.get(message.text("Linkedid"))
        if call is not None:
            call.left_queue = True
        return None

    def _music_on_hold_start(self, message: Message, at: datetime) -> AnySignal | None:
        """Out of the queue and music again, not answered: the dialplan took the caller back to our line."""
        call_id = message.text("Linkedid")
        call = self._calls.get(call_id)
        if call is None or not (call.in_net and call.left_queue) or message.text("Uniqueid") != call_id:
            return None
        if message.text("Context") != self._hold_context:
            return None
        call.in_net = call.left_queue = False
        return signals.NetLeft(call_id, at)

    def _waiting_began(self, message: Message, call_id: str, at: datetime) -> AnySignal | None:
        signal = waiting_began(message, at)
        before = self._call(call_id).waiting
        if before is not None and _same_but_for_time(before, signal):
            return None
        self._call(call_id).waiting = signal
        return signal

    def _delivery_returned(self, message: Message, call_id: str, at: datetime) -> AnySignal | None:
        call = self._call(call_id)
        signal = signals.DeliveryReturned(
            call_id, at, message.text("Agent"), message.text("Status"), message.text("Offer")
        )
        if signal == call.returned:
            return None
        call.returned, call.agent_hung_up = signal, False
        return signal

    # -- the agent's leg ----------------------------------------------------------------------------------

    def _new_state(self, message: Message, at: datetime) -> AnySignal | None:
        if message.text("ChannelState") != _RINGING_STATE:
            return None
        return self._rang(message, "Linkedid", "Uniqueid", "Channel", at)

    def _dial_state(self, message: Message, at: datetime) -> AnySignal | None:
        if message.text("DialStatus") != _RINGING:
            return None
        return self._rang(message, "DestLinkedid", "DestUniqueid", "DestChannel", at)

    def _rang(self, message: Message, call: str, leg: str, channel: str, at: datetime) -> AnySignal | None:
        found = self._agent_leg(message, call, leg, channel)
        if found is None or found.rang:
            return None
        found.rang = True
        call_id, name = message.text(call), message.text(channel)
        self._call(call_id).agent_hung_up = False
        return signals.AgentRang(call_id, at, message.text(leg), name, extension_of(name) or "")

    def _dial_end(self, message: Message, at: datetime) -> AnySignal | None:
        if message.text("DialStatus") != _ANSWERED:
            return None
        return self._answered(message, "DestLinkedid", "DestUniqueid", "DestChannel", at)

    def _bridge_enter(self, message: Message, at: datetime) -> AnySignal | None:
        return self._answered(message, "Linkedid", "Uniqueid", "Channel", at)

    def _answered(
        self, message: Message, call: str, leg: str, channel: str, at: datetime
    ) -> AnySignal | None:
        found = self._agent_leg(message, call, leg, channel)
        if found is None or found.answered:
            return None
        found.answered = found.rang = True
        call_id, name = message.text(call), message.text(channel)
        self._call(call_id).in_net = None
        return signals.AgentAnswered(call_id, at, message.text(leg), name, extension_of(name) or "")

    def _hold(self, message: Message, at: datetime) -> AnySignal | None:
        return self._held(message, at, held=True)

    def _unhold(self, message: Message, at: datetime) -> AnySignal | None:
        return self._held(message, at, held=False)

    def _held(self, message: Message, at: datetime, *, held: bool) -> AnySignal | None:
        leg = self._agent_leg(message, "Linkedid", "Uniqueid", "Channel")
        if leg is None or leg.held is held:
            return None
        leg.held = held
        kind = signals.AgentHeld if held else signals.AgentUnheld
        return kind(message.text("Linkedid"), at, message.text("Uniqueid"))

    # -- the end ------------------------------------------------------------------------------------------

    def _hangup_request(self, message: Message, at: datetime) -> AnySignal | None:
        """The far end of this channel hung up by itself.

        SoftHangupRequest is what Asterisk or we asked for.
        """
        leg_id, call_id = message.text("Uniqueid"), message.text("Linkedid")
        if leg_id not in self._ended and call_id not in self._internal:
            leg = self._leg(leg_id)
            leg.asked_to_hang_up = True
            if extension_of(message.text("Channel")) and leg.answered:
                self._call(call_id).agent_hung_up = True
        return None

    def _hangup(self, message: Message, at: datetime) -> AnySignal | None:
        leg_id, call_id = message.text("Uniqueid"), message.text("Linkedid")
        if leg_id in self._ended:
            return None
        leg = self._legs.pop(leg_id, _Leg())
        _remember(self._ended, leg_id)
        extension = extension_of(message.text("Channel"))
        if extension and call_id in self._internal:
            return None
        if extension:
            cause = message.number("Cause")
            return signals.LegEnded(call_id, at, leg_id, extension, cause, leg.asked_to_hang_up)
        return self._call_ended(message, leg, at) if leg_id == call_id else None

    def _call_ended(self, message: Message, leg: _Leg, at: datetime) -> AnySignal:
        call_id = message.text("Linkedid")
        call = self._calls.pop(call_id, _Call())
        released_by = ReleasedBy.SYSTEM
        if leg.asked_to_hang_up:
            released_by = ReleasedBy.CALLER
        elif call.agent_hung_up:
            released_by = ReleasedBy.AGENT
        return signals.CallEnded(call_id, at, call_id, message.number("Cause"), released_by.value)

    # -- what is remembered -------------------------------------------------------------------------------

    def _leg(self, leg_id: str) -> _Leg:
        return _kept(self._legs, leg_id, _Leg)

    def _call(self, call_id: str) -> _Call:
        if call_id in self._ended:
            return _Call()
        return _kept(self._calls, call_id, _Call)

    def _agent_leg(self, message: Message, call: str, leg: str, channel: str) -> _Leg | None:
        """The agent's leg this message is about.

        None when it is none, is over, or belongs to no passenger.
        """
        leg_id = message.text(leg)
        if message.text(call) in self._internal or leg_id in self._ended:
            return None
        return self._leg(leg_id) if extension_of(message.text(channel)) else None


def _same_but_for_time(one: signals.WaitingBegan, other: signals.WaitingBegan) -> bool:
    fields = ("leg_id", "queue", "language", "priority", "needs", "path")
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def _kept(known: dict[str, _T], key: str, make: Callable[[], _T]) -> _T:
    if key not in known:
        known[key] = make()
        if len(known) > _REMEMBERED:
            del known[next(iter(known))]
    return known[key]


def _remember(ids: OrderedDict[str, None], one: str) -> None:
    ids[one] = None
    while len(ids) > _REMEMBERED:
        ids.popitem(last=False)
