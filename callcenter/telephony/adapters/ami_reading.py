"""One AMI message → one of our shapes. No memory: what needs memory is in ami_signals."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from callcenter.telephony.adapters.ami_text import Message
from callcenter.telephony.signals import (
    AnySignal,
    ContactGained,
    ContactLost,
    LiveChannel,
    Snapshot,
    WaitingBegan,
)

GONE = frozenset({"Removed", "Unreachable"})
"""States of a contact that cannot be rung. A fresh one is NonQualified, so test for these and no others."""

_AGENT_CHANNEL = re.compile(r"PJSIP/(\d+)-[0-9a-f]+(?:;[12])?$")


def extension_of(channel: str) -> str | None:
    """The agent's extension when this channel is an agent's leg, else None."""
    found = _AGENT_CHANNEL.match(channel)
    return found[1] if found else None


def live_channel(message: Message) -> LiveChannel:
    """One line of CoreShowChannels."""
    hours, minutes, seconds = (int(part) for part in (message.text("Duration") or "0:0:0").split(":"))
    return LiveChannel(
        call_id=message.text("Linkedid"),
        leg_id=message.text("Uniqueid"),
        channel=message.text("Channel"),
        context=message.text("Context"),
        exten=message.text("Exten"),
        application=message.text("Application"),
        state=message.text("ChannelStateDesc"),
        caller_number=known(message.text("CallerIDNum")),
        bridge_id=message.text("BridgeId"),
        duration_seconds=hours * 3600 + minutes * 60 + seconds,
        extension=extension_of(message.text("Channel")),
    )


def snapshot(channels: Iterable[Message], contacts: Iterable[Message], at: datetime) -> Snapshot:
    """All that is up: the items of CoreShowChannels and of PJSIPShowContacts."""
    registered = (c.text("Endpoint") for c in contacts if c.text("Status") not in GONE)
    return Snapshot(
        at=at,
        channels=tuple(map(live_channel, channels)),
        contacts=frozenset(extension for extension in registered if extension.isdigit()),
    )


def known(value: str) -> str:
    """Asterisk writes <unknown> where a number is withheld; we write nothing."""
    return "" if value == "<unknown>" else value


def moment_of(message: Message, received_at: datetime) -> datetime:
    """When it happened: Asterisk's own time stamp (`timestampevents=yes`), else the moment it reached us."""
    try:
        return datetime.fromtimestamp(float(message.text("Timestamp")), UTC)
    except ValueError:
        return received_at


def contact_status(message: Message, at: datetime) -> AnySignal | None:
    extension, uri = message.text("AOR"), message.text("URI")
    if not extension.isdigit():
        return None
    if message.text("ContactStatus") in GONE:
        return ContactLost(extension, at, uri)
    return ContactGained(extension, at, uri)


def waiting_began(message: Message, at: datetime) -> WaitingBegan:
    """The UserEvent AcdWaiting. Its own Language and Priority stand behind those of the channel."""
    return WaitingBegan(
        call_id=message.text("Linkedid"),
        at=at,
        leg_id=message.text("Uniqueid"),
        channel=message.text("Channel"),
        queue=message.text("Queue"),
        language=_last(message, "Language"),
        priority=_last_number(message, "Priority", default=5),
        needs=words_of(message.text("Needs")),
        path=words_of(message.text("Path").replace("-", ",")),
    )


def words_of(value: str) -> tuple[str, ...]:
    """A comma-separated list, also when the dialplan forgot to quote its commas and cut it into lines."""
    return tuple(word for word in re.split(r"[,\s]+", value.strip('" \n')) if word)


def _last(message: Message, name: str) -> str:
    """The dialplan's own header stands behind the channel's header of the same name."""
    values = message.texts(name)
    return values[-1] if values else ""


def _last_number(message: Message, name: str, default: int) -> int:
    value = _last(message, name)
    return int(value) if value.isdigit() else default
