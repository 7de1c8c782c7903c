"""How long a wallboard frame takes to 2,000 sockets of one web process.

    DATABASE_URL=… REDIS_URL=… python -m tests.bench.wallboard_sockets [--sockets 2000] [--seconds 30]

Starts a real uvicorn over the database it is given (seed it first), signs a team lead in, opens the sockets,
and takes for each frame and socket the time from the frame's making (`seq` is that moment in milliseconds) to
its arrival here. A frame that a socket never saw because a newer one came is superseded, not lost. Both sides
run on this one machine, so the reader's own time is in the figures; look at the machine's load beside them.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import json
import math
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import django
import websockets
from django.test import Client

django.setup()

from callcenter.accounts.models import User  # noqa: E402

HOST = "127.0.0.1"
LIMIT_P95_MS = 500
OPEN_SECONDS = 180
TOGETHER = 50
"""How many sockets knock at the same time: boards are switched on one after the other."""


@dataclass
class Heard:
    """What all sockets heard. A frame under way while the snapshot was made arrives out of order."""

    snapshots: int = 0
    characters: int = 0
    delays_ms: list[float] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    out_of_order: int = 0


@dataclass(frozen=True)
class Cost:
    """What a process used."""

    cpu_seconds: float
    megabytes: float


def main() -> int:
    """Measure, print, and fail when the limit is missed."""
    wanted = _arguments()
    cookie = _cookie(wanted.user)
    port = _free_port()
    _allow_many_files()
    server = _start_server(port)
    try:
        heard, cost = asyncio.run(watch(port, cookie, wanted.sockets, wanted.seconds, server.pid))
    finally:
        server.kill()  # thousands of sockets would hold up a gentle end
        server.wait(10)
    return _report(heard, cost, wanted.sockets, wanted.seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--user", default="lead1", help="who watches")
    return parser.parse_args()


def _cookie(username: str) -> str:
    client = Client()
    person = User.objects.get(username=username)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _start_server(port: int) -> "subprocess.Popen[bytes]":
    """A web process with the options of service; `BENCH_UVICORN` adds others."""
    options = ["--host", HOST, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    options += os.environ.get(
        "BENCH_UVICORN", "--ws websockets-sansio --ws-per-message-deflate false"
    ).split()
    server = subprocess.Popen([sys.executable, "-m", "uvicorn", "callcenter.asgi:application", *options])
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return server
        time.sleep(0.1)
    raise SystemExit("uvicorn did not start")


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def watch(port: int, cookie: str, sockets: int, seconds: float, server: int) -> tuple[Heard, Cost]:
    """Open the sockets, wait until each has its snapshot, then listen. With what the server spent on it."""
    _allow_many_files()
    heard, gate, everybody = Heard(), asyncio.Semaphore(TOGETHER), asyncio.Event()
    began = time.monotonic()
    tasks = [asyncio.create_task(_one(port, cookie, gate, heard, sockets, everybody)) for _ in range(sockets)]
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(everybody.wait(), OPEN_SECONDS)
    say(f"{heard.snapshots} sockets open with their snapshot after {time.monotonic() - began:.1f} s")
    heard.delays_ms, heard.seen, heard.out_of_order = [], {}, 0
    before = cost_of(server)
    await asyncio.sleep(seconds)
    after = cost_of(server)
    found = dataclasses.replace(heard, delays_ms=heard.delays_ms, seen=heard.seen)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return found, Cost(after.cpu_seconds - before.cpu_seconds, after.megabytes)


@asynccontextmanager
async def _open(
    port: int, cookie: str, gate: asyncio.Semaphore
) -> AsyncIterator[websockets.ClientConnection]:
    async with gate:
        line = await websockets.connect(
            f"ws://{HOST}:{port}/ws/wallboard/",
            additional_headers={"Cookie": cookie},
            origin=f"http://{HOST}:{port}",
            open_timeout=60,
            compression=None,
        )
    try:
        yield line
    finally:
        line.transport.abort()


async def _one(
    port: int, cookie: str, gate: asyncio.Semaphore, heard: Heard, sockets: int, everybody: asyncio.Event
) -> None:
    last = 0
    async with _open(port, cookie, gate) as line:
        async for text in line:
            seq = _seq_of(text)
            if last == 0:
                heard.snapshots += 1
                heard.characters = len(text)
                if heard.snapshots == sockets:
                    everybody.set()
            else:
                heard.delays_ms.append(time.time() * 1000 - seq)
                heard.seen[seq] = heard.seen.get(seq, 0) + 1
            heard.out_of_order += seq <= last
            last = max(last, seq)


def _seq_of(text: str | bytes) -> int:
    """`seq` stands last in a frame, so 2,000 sockets need not parse the whole of it."""
    tail = text[-40:] if isinstance(text, str) else text[-40:].decode()
    return int(json.loads("{" + tail[tail.index('"seq"') :])["seq"])


def cost_of(pid: int) -> Cost:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    return Cost(ticks / os.sysconf("SC_CLK_TCK"), int(resident) / 1024)


def _report(heard: Heard, cost: Cost, sockets: int, seconds: int) -> int:
    delays = sorted(heard.delays_ms)
    if not delays:
        say("no frame arrived")
        return 1
    p50, p95, p99 = (delays[math.ceil(len(delays) * share) - 1] for share in (0.5, 0.95, 0.99))
    frames, each = len(heard.seen), 1e6 * cost.cpu_seconds / len(delays)
    say(f"{frames} frames of {heard.characters:,} characters in {seconds} s to {sockets} sockets")
    say(f"delivered {len(delays):,}, superseded or under way at the end {frames * sockets - len(delays):,}")
    say(f"from making to arrival: p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f}, most {delays[-1]:.0f} ms")
    say(f"server: {each:.0f} µs of CPU a delivered frame, {cost.megabytes:.0f} MB resident")
    say(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    say("as promised" if p95 <= LIMIT_P95_MS else f"NOT as promised: p95 at most {LIMIT_P95_MS} ms")
    return int(p95 > LIMIT_P95_MS)


def say(text: str) -> None:
    """To the person who waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
