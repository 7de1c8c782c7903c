"""Sound and digits on the wire (RFC 3550), made cheap enough for hundreds of calls in one process.

One ticker wakes every 20 ms for all streams. Silence is sent sparsely. What comes in is kept as it is and
only looked at when somebody asks.
"""

import asyncio
import random
import struct
import time
from collections import deque

from callcenter.telephony.passengers import audio
from callcenter.telephony.passengers.digits import KEYS, DigitEvent, digit_events, parse_digit_event

AUDIO_TYPE = 0

_HEADER = struct.Struct("!BBHII")
_KEPT_FRAMES = 500
_OPENING_FRAMES = 10
_SPARSE_EVERY = 10
_MOST_CATCH_UP = 5


class Ear:
    """What came in: the last ten seconds of sound, digits, and counts over the whole call."""

    def __init__(self) -> None:
        self.frames: deque[bytes] = deque(maxlen=_KEPT_FRAMES)
        self.digits: list[str] = []
        self.packets = self.audible_frames = self.lost_packets = 0
        self.first_sound_at: float | None = None
        self.last_sound_at: float | None = None
        self.last_packet_at: float | None = None
        self.source_changes: list[float] = []
        self._source: bytes | None = None
        self._next_sequence: int | None = None
        self._last_digit: tuple[int, int] | None = None

    @property
    def heard_seconds(self) -> float:
        """Seconds of audible sound since the beginning."""
        return self.audible_frames * audio.FRAME_SECONDS

    @property
    def is_joined(self) -> bool:
        """Say whether we are through to another telephone rather than to prompts or music.

        Asterisk changes the RTP source when it joins a caller with a telephone and again when it takes them
        apart, and at no other moment (measured with 22.10: prompts, music and hold keep the source).
        """
        return len(self.source_changes) % 2 == 1

    def recent(self, seconds: float) -> bytes:
        """Return the last seconds of sound that arrived, at most ten."""
        wanted = max(round(seconds / audio.FRAME_SECONDS), 1)
        return b"".join(list(self.frames)[-wanted:])

    def tone(self, seconds: float = 0.1) -> audio.Tone | None:
        """Return the tone heard in the last half second, None for anything else."""
        if self.last_packet_at is None or time.monotonic() - self.last_packet_at > 0.5:
            return None
        return audio.recognise_tone(self.recent(seconds))

    def silent_seconds(self) -> float:
        """Return for how long nothing audible has come in; 0 as long as nothing ever came."""
        return time.monotonic() - self.last_sound_at if self.last_sound_at is not None else 0.0

    def take(self, packet: bytes, event_type: int) -> None:
        """Take in one RTP packet."""
        if len(packet) < _HEADER.size or packet[0] >> 6 != 2:
            return
        payload_type = packet[1] & 0x7F
        payload = packet[_HEADER.size + 4 * (packet[0] & 0x0F) :]
        self.packets += 1
        self._note_source(packet[8:12])
        self._count_losses(packet[2] << 8 | packet[3])
        if payload_type == AUDIO_TYPE:
            self._take_sound(payload)
        elif payload_type == event_type:
            self._take_digit(payload, int.from_bytes(packet[4:8], "big"))

    def _note_source(self, source: bytes) -> None:
        if source != self._source:
            if self._source is not None:
                self.source_changes.append(time.monotonic())
            self._source, self._next_sequence = source, None

    def _count_losses(self, sequence: int) -> None:
        if self._next_sequence is not None:
            gap = (sequence - self._next_sequence) & 0xFFFF
            if gap >= 0x8000:
                return
            if gap < 1000:
                self.lost_packets += gap
        self._next_sequence = (sequence + 1) & 0xFFFF

    def _take_sound(self, payload: bytes) -> None:
        now = self.last_packet_at = time.monotonic()
        self.frames.append(payload)
        if audio.is_audible(payload):
            self.audible_frames += 1
            self.last_sound_at = now
            self.first_sound_at = self.first_sound_at or now

    def _take_digit(self, payload: bytes, timestamp: int) -> None:
        """A key counts once, at its end packet; repeats have the same timestamp."""
        event = parse_digit_event(payload)
        if event and event.is_over and self._last_digit != (timestamp, payload[0]):
            self._last_digit = (timestamp, payload[0])
            self.digits.append(event.key)


class Mouth:
    """What goes out, frame by frame: digits first, then the sound that is playing, else silence."""

    def __init__(self) -> None:
        self.is_muted = False
        self._sound, self._place, self._repeats = b"", 0, False
        self._events: deque[DigitEvent | None] = deque()
        self._opening = _OPENING_FRAMES
        self._idle = 0

    def play(self, sound: bytes, repeats: bool = False) -> None:
        """Send this sound from now on, once or over and over; an empty one is silence."""
        self._sound, self._place, self._repeats = sound, 0, repeats and bool(sound)

    def press(self, keys: str, seconds: float, pause_seconds: float) -> float:
        """Send key presses after those already under way; return in how many seconds all will be done.

        Raises ValueError for what is no key.
        """
        for key in keys:
            if key not in KEYS:
                raise ValueError(f"{key!r} is not a key of a telephone")
            self._events.extend(digit_events(key, seconds))
            self._events.extend([None] * max(round(pause_seconds / audio.FRAME_SECONDS), 1))
        return len(self._events) * audio.FRAME_SECONDS

    @property
    def is_speaking(self) -> bool:
        return bool(self._sound)

    def next_frame(self) -> bytes | DigitEvent | None:
        """Return what to send in this 20 ms; None sends nothing."""
        if self._events:
            event = self._events.popleft()
            if event:
                return event
        if self._sound and not self.is_muted:
            self._idle = 0
            return self._next_sound()
        if self._opening > 0:
            self._opening -= 1
            return audio.SILENT_FRAME
        self._idle += 1
        return audio.SILENT_FRAME if self._idle % _SPARSE_EVERY == 0 else None

    def _next_sound(self) -> bytes:
        frame = self._sound[self._place : self._place + audio.FRAME_SAMPLES]
        self._place += audio.FRAME_SAMPLES
        if self._place >= len(self._sound):
            if self._repeats:
                self._place -= len(self._sound)
                frame += self._sound[: self._place]
            else:
                self._sound, self._place = b"", 0
        return frame.ljust(audio.FRAME_SAMPLES, audio.SILENT_FRAME[:1])


class Stream(asyncio.DatagramProtocol):
    """The sound of one call, both ways. Open it with `open_stream`; it sends from `send_to` on."""

    def __init__(self, ticker: "Ticker") -> None:
        self.ear, self.mouth = Ear(), Mouth()
        self.port = 0
        self.event_type = 101
        self.is_sending = True
        self._ticker = ticker
        self._transport: asyncio.DatagramTransport | None = None
        self._to: tuple[str, int] | None = None
        self._sequence, self._timestamp = random.getrandbits(15), random.getrandbits(31)
        self._source = random.getrandbits(32)
        self._event_began = 0
        self._needs_marker = True

    def attach(self, transport: asyncio.DatagramTransport) -> None:
        """Use this socket from now on."""
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.ear.take(data, self.event_type)

    def error_received(self, exc: Exception) -> None:
        """The other side has closed its port already: the hang-up is on its way."""

    def send_to(self, address: tuple[str, int], event_type: int) -> None:
        """Send to this address from now on, digits under this payload type."""
        self._to, self.event_type = address, event_type
        self._ticker.add(self)

    def change_source(self) -> None:
        """Go on as another source, as a telephone exchange does that joins two callers."""
        self._source = random.getrandbits(32)

    def close(self) -> None:
        """Stop sending and listening."""
        self._ticker.remove(self)
        if self._transport:
            self._transport.close()
            self._transport = None

    def tick(self) -> None:
        """Send what belongs to this 20 ms."""
        frame = self.mouth.next_frame() if self.is_sending else None
        if isinstance(frame, DigitEvent):
            self._send_event(frame)
        elif frame is not None:
            self._send(AUDIO_TYPE, frame, self._timestamp, self._needs_marker)
            self._needs_marker = False
        else:
            self._needs_marker = True
        self._timestamp = (self._timestamp + audio.FRAME_SAMPLES) & 0xFFFFFFFF

    def _send_event(self, event: DigitEvent) -> None:
        """All packets of one key press carry the timestamp of its beginning."""
        if event.is_first:
            self._event_began = self._timestamp
        self._send(self.event_type, event.encode(), self._event_began, event.is_first)

    def _send(self, payload_type: int, payload: bytes, timestamp: int, marker: bool) -> None:
        if self._transport is None or self._to is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = _HEADER.pack(
            0x80, payload_type | (0x80 if marker else 0), self._sequence, timestamp, self._source
        )
        self._transport.sendto(head + payload, self._to)


class Ticker:
    """Wakes every 20 ms and lets each stream send. One for all calls of the process."""

    def __init__(self) -> None:
        self._streams: dict[Stream, None] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, stream: Stream) -> None:
        """Wake this stream too; the first one starts the ticker."""
        self._streams[stream] = None
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def remove(self, stream: Stream) -> None:
        """Let this stream sleep; the ticker ends with the last one."""
        self._streams.pop(stream, None)

    async def _run(self) -> None:
        due = time.monotonic()
        while self._streams:
            behind = int((time.monotonic() - due) / audio.FRAME_SECONDS) + 1
            for _ in range(min(behind, _MOST_CATCH_UP)):
                for stream in list(self._streams):
                    stream.tick()
            due += behind * audio.FRAME_SECONDS
            await asyncio.sleep(max(due - time.monotonic(), 0))


async def open_stream(ticker: Ticker, host: str = "127.0.0.1") -> Stream:
    """Return a stream that listens on a free port of this address. Raises OSError."""
    stream = Stream(ticker)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: stream, local_addr=(host, 0))
    stream.attach(transport)
    return stream
