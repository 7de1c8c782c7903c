"""What reaches the exchange besides the PBX's signals."""

from dataclasses import dataclass

from callcenter.telephony import signals


@dataclass(frozen=True, slots=True)
class CommandsWaiting:
    """Somebody recorded a command."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A quarter of a second has passed."""


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """The PBX refused to bring a call to an agent."""

    call_id: str
    offer_id: int
    message: str


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """A fresh look at everything that is up in the PBX. `variables` are the callers' CC_* by channel."""

    snapshot: signals.Snapshot
    variables: dict[str, dict[str, str]]


Input = signals.Signal | signals.ContactSignal | CommandsWaiting | Tick | DeliveryFailed | SnapshotTaken
