"""What the exchange wants done in the PBX after its commit. Plain data; an adapter performs it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deliver:
    """Redirect the caller to the dialplan that rings this agent."""

    call_id: str
    channel: str
    extension: str
    ring_seconds: int
    offer_id: int
    resume: bool = False


@dataclass(frozen=True, slots=True)
class BackToHold:
    """Redirect the caller to the hold music; he keeps his place."""

    call_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell a waiting caller something, then back to the hold music."""

    call_id: str
    channel: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a channel."""

    call_id: str
    channel: str


@dataclass(frozen=True, slots=True)
class NetMember:
    """Keep the plain app_queue in step, so that it can take over at any moment."""

    extension: str
    name: str
    present: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Provision:
    """Let a phone register with this password from now on."""

    extension: str
    password: str
    browser: bool


@dataclass(frozen=True, slots=True)
class Revoke:
    """Let nobody register as this extension any more."""

    extension: str


Effect = Deliver | BackToHold | Announce | HangUp | NetMember | Provision | Revoke
