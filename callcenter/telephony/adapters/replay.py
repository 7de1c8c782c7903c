"""Recorded AMI text → signals, as if Asterisk said it again. For tests and for the bench."""

import heapq
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from callcenter.telephony.adapters.ami_reading import moment_of
from callcenter.telephony.adapters.ami_signals import Translator
from callcenter.telephony.adapters.ami_text import Message, MessageParser
from callcenter.telephony.signals import AnySignal

CHUNK_BYTES = 1 << 16
LONGEST_RECORDING_IDS = 1000
"""Room for the ids of one recorded call when it is told again as another one."""

_BEFORE_ANY_TIME_STAMP = datetime(1970, 1, 1, tzinfo=UTC)
_TIME_STAMP = re.compile(r"(?<=Timestamp: )\d+\.\d+")
_UNIQUE_ID = re.compile(r"(?<=id: )\d{10}\.(\d+)")
_CHANNEL = re.compile(r"(?<=hannel: PJSIP/)(\w+)-([0-9a-f]{8})")


def read_chunks(path: Path, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The file in pieces, as a socket would deliver it."""
    with path.open("rb") as recording:
        while chunk := recording.read(size):
            yield chunk


def messages(chunks: Iterable[bytes]) -> Iterator[Message]:
    """Every message of a recording, in its order."""
    parser = MessageParser()
    for chunk in chunks:
        yield from parser.feed(chunk)


def replay(recorded: Iterable[Message], translator: Translator | None = None) -> Iterator[AnySignal]:
    """The signals of a recording. A message without a time stamp happened when the one before it did."""
    translator = translator or Translator()
    now = _BEFORE_ANY_TIME_STAMP
    for message in recorded:
        now = moment_of(message, now)
        signal = translator.translate(message, now)
        if signal is not None:
            yield signal


def replay_file(path: Path) -> list[AnySignal]:
    """The signals of one recorded file."""
    return list(replay(messages(read_chunks(path))))


def as_another_call(recording: str, number: int, starts_at: datetime, agent: str | None = None) -> str:
    """The same call told again: at another time, with ids and channels of its own, answered by `agent`.

    `recording` is the text of one call with time stamps; `number` tells the calls of one replay apart.
    """
    first = _TIME_STAMP.search(recording)
    if first is None:
        raise ValueError("a recording without time stamps cannot be moved in time")
    start = starts_at.timestamp()
    shift = start - float(first[0])
    ids = number * LONGEST_RECORDING_IDS

    def endpoint(name: str) -> str:
        return agent if agent and name.isdigit() else name

    moved = _TIME_STAMP.sub(lambda found: f"{float(found[0]) + shift:.6f}", recording)
    moved = _UNIQUE_ID.sub(lambda found: f"{start:.0f}.{ids + int(found[1])}", moved)
    moved = _CHANNEL.sub(lambda found: f"{endpoint(found[1])}-{ids + int(found[2], 16):08x}", moved)
    return re.sub(r"(?<=\r\nAgent: )\d+", agent, moved) if agent else moved


def one_after_the_other(calls: Iterable[Iterable[Message]]) -> Iterator[Message]:
    """Many calls at once, each message in its turn, as Asterisk tells them. Give the earliest first."""
    waiting: list[tuple[str, int, Message, Iterator[Message]]] = []
    for order, call in enumerate(calls):
        told = iter(call)
        first = next(told, None)
        if first is None:
            continue
        while waiting and waiting[0][0] <= first.text("Timestamp"):
            yield _next(waiting)
        heapq.heappush(waiting, (first.text("Timestamp"), order, first, told))
    while waiting:
        yield _next(waiting)


def _next(waiting: list[tuple[str, int, Message, Iterator[Message]]]) -> Message:
    _, order, message, told = heapq.heappop(waiting)
    following = next(told, None)
    if following is not None:
        heapq.heappush(waiting, (following.text("Timestamp"), order, following, told))
    return message
