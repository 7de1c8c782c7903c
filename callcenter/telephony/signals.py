"""What the PBX can tell us, in our own words. Adapters turn AMI text into these; machines read only these.

`call_id` is Asterisk's Linkedid: the call as the passenger knows it. `leg_id` is a Uniqueid: one channel.
`at` is an aware UTC moment. A repeated or late signal must change nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that happened to one call."""

    call_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallArrived(Signal):
    """A passenger's channel came in from the trunk (Newchannel in `from-trunk`)."""

    leg_id: str
    channel: str
    caller_number: str
    dialled_number: str


@dataclass(frozen=True, slots=True)
class MenuFailed(Signal):
    """The menu server was away or died in mid-call; the caller goes on to the line (UserEvent IvrFailed)."""


@dataclass(frozen=True, slots=True)
class SelfServed(Signal):
    """The caller heard an answer to the end in the menu (UserEvent SelfServed, sent by the menu server)."""


@dataclass(frozen=True, slots=True)
class WaitingBegan(Signal):
    """The caller entered our waiting line for the first time (UserEvent AcdWaiting)."""

    leg_id: str
    channel: str
    queue: str
    language: str
    priority: int
    needs: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentRang(Signal):
    """The agent's phone began to ring (Newchannel/DialBegin/Newstate of the agent's leg)."""

    leg_id: str
    channel: str
    extension: str


@dataclass(frozen=True, slots=True)
class AgentAnswered(Signal):
    """Caller and agent were bridged (DialEnd ANSWER, or BridgeEnter of the agent's leg)."""

    leg_id: str
    channel: str
    extension: str


@dataclass(frozen=True, slots=True)
class DeliveryReturned(Signal):
    """The dial to an agent came back to the dialplan (UserEvent AcdReturned).

    `dial_status` is Asterisk's DIALSTATUS: NOANSWER, BUSY, CANCEL, CHANUNAVAIL, CONGESTION, ANSWER (gone).
    `offer_id` is what we passed as CC_OFFER, empty when unknown.
    """

    extension: str
    dial_status: str
    offer_id: str = ""


@dataclass(frozen=True, slots=True)
class AgentHeld(Signal):
    """The agent put the passenger on hold."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class AgentUnheld(Signal):
    """The agent took the passenger back from hold."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class LegEnded(Signal):
    """An agent's leg is gone. `by_agent`: the agent's side hung up; `cause` is the Q.850 cause."""

    leg_id: str
    extension: str
    cause: int
    by_agent: bool


@dataclass(frozen=True, slots=True)
class CallEnded(Signal):
    """The passenger's own channel is gone. `released_by`: caller, agent or system, as Asterisk knows it."""

    leg_id: str
    cause: int
    released_by: str


@dataclass(frozen=True, slots=True)
class NetEntered(Signal):
    """Our heartbeat lapsed: the caller now stands in the plain app_queue (UserEvent NetEntered)."""

    leg_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class ReturnedToLine(Signal):
    """We took the caller back from an agent who vanished or from a ringing phone; he keeps his place."""


@dataclass(frozen=True, slots=True)
class ResumeBegan(Signal):
    """The agent's page is back without its call: the call is delivered to him again, his talk goes on."""


@dataclass(frozen=True, slots=True)
class NetLeft(Signal):
    """The caller came back from the plain app_queue to our line without having been answered."""


@dataclass(frozen=True, slots=True)
class ContactSignal:
    """A phone's registration changed; belongs to an extension, not to a call."""

    extension: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactGained(ContactSignal):
    """The phone of this extension is registered. `uri` tells one registration from another."""

    uri: str


@dataclass(frozen=True, slots=True)
class ContactLost(ContactSignal):
    """The registration of this extension is gone; the page may still live."""

    uri: str


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """One channel as CoreShowChannels lists it, for reading the PBX again after a gap."""

    call_id: str
    leg_id: str
    channel: str
    context: str
    exten: str
    application: str
    state: str
    caller_number: str
    bridge_id: str
    duration_seconds: int
    extension: str | None = None
    """The agent's extension when this is an agent's leg, else None."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is up in the PBX at one moment."""

    at: datetime
    channels: tuple[LiveChannel, ...]
    contacts: frozenset[str] = field(default_factory=frozenset)


AnySignal = Signal | ContactSignal
