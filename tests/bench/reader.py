"""The AMI reader: recorded events a second through parser and translator, over a real socket, none lost."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from callcenter.telephony.adapters.ami_events import EventReader
from callcenter.telephony.adapters.ami_signals import Translator
from callcenter.telephony.adapters.ami_text import Message
from tests.bench.options import Bench
from tests.bench.table import Row, median
from tests.pure.telephony.recorded import CALLS, FOLDER

EVENTS = 200_000
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
ADMITTED = (
    b"Response: Success\r\nActionID: login\r\nMessage: Authentication accepted\r\n\r\n"
    b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
)
GOAL_A_SECOND = 20_000


def measure(bench: Bench) -> Iterator[Row]:
    """Events a second by the clock of the wall; the yardstick cuts the same bytes at their empty lines."""
    stream = busy_hours()
    count = stream.count(b"\r\n\r\n")
    lost, rates, splits = 0, [], []
    for _ in range(bench.runs):
        splits.append(count / timed_split(stream))
        arrived, seconds = asyncio.run(read(stream, count))
        lost += count - arrived
        rates.append(count / seconds)
    rate = median(rates)
    yield Row(
        "AMI reader: socket → parser → translator", rate, "events/s", "bytes.split", median(splits),
        f"≥ {GOAL_A_SECOND:,}", rate >= GOAL_A_SECOND,
    )  # fmt: skip
    yield Row(f"AMI reader: lost of {count * bench.runs:,}", lost, "events", goal="0", is_met=lost == 0)


def busy_hours() -> bytes:
    """All recordings again and again, each time as calls of their own."""
    once = b"".join((FOLDER / f"{name}.ami").read_bytes().split(b"\r\n", 1)[1] for name in CALLS)
    rounds = EVENTS // once.count(b"\r\n\r\n") + 1
    return b"".join(once.replace(b": 17953", b": %d" % (20000 + n)) for n in range(rounds))


def timed_split(stream: bytes) -> float:
    """Seconds to cut the stream into messages and do nothing with them."""
    begun = time.perf_counter()
    sum(1 for message in stream.split(b"\r\n\r\n") if message)
    return time.perf_counter() - begun


async def read(stream: bytes, count: int) -> tuple[int, float]:
    """Let the real reader follow a PBX that talks as fast as it can; how many arrived in how many seconds."""
    translator, done = Translator(), asyncio.Event()
    arrived, begun, now = 0, 0.0, datetime.now(UTC)

    def on_message(message: Message) -> None:
        nonlocal arrived
        translator.translate(message, now)
        arrived += 1
        if arrived >= count:
            done.set()

    def on_connected() -> None:
        nonlocal begun
        begun = time.perf_counter()

    port = talk(stream)
    reader = EventReader("127.0.0.1", port, "user", "secret")
    reading = asyncio.create_task(reader.run(on_message, on_connected, lambda _: done.set()))
    await done.wait()
    seconds = time.perf_counter() - begun
    reading.cancel()
    return arrived, seconds


def talk(stream: bytes) -> int:
    """A PBX in a thread: greets, admits anybody and says everything; return its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        near, _ = listener.accept()
        with listener, near:
            near.sendall(GREETING)
            near.recv(4096)
            near.sendall(ADMITTED)
            near.sendall(stream)
            near.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    return int(listener.getsockname()[1])
