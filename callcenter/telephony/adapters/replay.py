"""Recorded AMI text → signals, as if Asterisk said it again. For tests and for the bench."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from callcenter.telephony.adapters.ami_reading import moment_of
from callcenter.telephony.adapters.ami_signals import Translator
from callcenter.telephony.adapters.ami_text import Message, MessageParser
from callcenter.telephony.signals import AnySignal

CHUNK_BYTES = 1 << 16
_BEFORE_ANY_TIME_STAMP = datetime(1970, 1, 1, tzinfo=UTC)


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
