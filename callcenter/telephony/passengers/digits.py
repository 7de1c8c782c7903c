"""Keys of a telephone as packets beside the sound (RFC 4733)."""

import struct
from dataclasses import dataclass

from callcenter.telephony.passengers import audio

KEYS = "0123456789*#ABCD"

_EVENT = struct.Struct("!BBH")
_VOLUME = 10
_END_REPEATS = 3


@dataclass(frozen=True, slots=True)
class DigitEvent:
    """One RFC 4733 packet: a key, whether it is over, and for how many samples it has been down."""

    key: str
    is_over: bool
    duration: int

    @property
    def is_first(self) -> bool:
        return not self.is_over and self.duration == audio.FRAME_SAMPLES

    def encode(self) -> bytes:
        """Return the four bytes of the payload."""
        return _EVENT.pack(KEYS.index(self.key), (0x80 if self.is_over else 0) | _VOLUME, self.duration)


def parse_digit_event(payload: bytes) -> DigitEvent | None:
    """Return what an RFC 4733 payload says, None when it is no key."""
    if len(payload) < _EVENT.size:
        return None
    event, flags, duration = _EVENT.unpack_from(payload)
    return DigitEvent(KEYS[event], bool(flags & 0x80), duration) if event < len(KEYS) else None


def digit_events(key: str, seconds: float) -> list[DigitEvent]:
    """Return the packets of one key press, one for each 20 ms, the last three times (RFC 4733, 2.5.1.4)."""
    frames = max(round(seconds / audio.FRAME_SECONDS), 2)
    down = [DigitEvent(key, False, n * audio.FRAME_SAMPLES) for n in range(1, frames)]
    return down + [DigitEvent(key, True, frames * audio.FRAME_SAMPLES)] * _END_REPEATS
