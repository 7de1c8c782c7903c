"""How long a wallboard frame takes to 2,000 sockets of one web process.

    DATABASE_URL=… REDIS_URL=… python -m tests.bench.wallboard_sockets [--sockets 2000] [--seconds 30]

Starts a real uvicorn over the database it is given (seed it first), signs a team lead in, opens the sockets, and
takes for each frame and socket the time from the frame's making (`seq` is that moment in milliseconds) to its
arrival here. A frame that a socket never saw because a newer one came is superseded, not lost. Both sides run on
this one machine, so the reader's own time is in the figures.
"""

import argparse
import asyncio
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

HOST = "127.0.0.1"
LIMIT_P95_MS = 500
TOGETHER = 50
"""How many sockets knock at the same time: boards are switched on one after the other."""


@dataclass
class Heard:
    """What all sockets heard."""

    opened: int = 0
    snapshots: int = 0
    delays_ms: list[float] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    gaps: int = 0
    sizes: list[int] = field(default_factory=list)


def main() -> int:
    """Measure, print, and fail when the limit is missed."""
    wanted = _arguments()
    django.setup()
    cookie = _cookie(wanted.user)
    port = _free_port()
    server = _start_server(port)
    try:
        heard = asyncio.run(_watch(port, cookie, wanted.sockets, wanted.seconds))
        cpu, memory = _cost_of(server.pid)
    finally:
        server.kill()  # thousands of sockets would hold up a gentle end
        server.wait(10)
    return _report(heard, wanted.sockets, wanted.seconds, cpu, memory)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--user", default="lead1", help="who watches")
    return parser.parse_args()


def _cookie(username: str) -> str:
    from django.contrib.auth import get_user_model  # noqa: PLC0415  after django.setup()
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(
        get_user_model().objects.get(username=username), "django.contrib.auth.backends.ModelBackend"
    )
    return f"sessionid={client.cookies['sessionid'].value}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _start_server(port: int) -> subprocess.Popen[bytes]:
    """As `./run` starts it, in a process of its own."""
    application = os.environ.get("BENCH_ASGI", "callcenter.asgi:application")
    options = [
        "--host",
        HOST,
        "--port",
        str(port),
        "--log-level",
        "warning",
        *os.environ.get("BENCH_UVICORN", "").split(),
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", application, *options], preexec_fn=_allow_many_files
    )
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return server
        time.sleep(0.1)
    raise SystemExit("uvicorn did not start")


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _watch(port: int, cookie: str, sockets: int, seconds: int) -> Heard:
    _allow_many_files()
    heard, gate, stop = Heard(), asyncio.Semaphore(TOGETHER), asyncio.Event()
    began = time.monotonic()
    tasks = [asyncio.create_task(_one(port, cookie, gate, heard, stop)) for _ in range(sockets)]
    while heard.snapshots < sockets and time.monotonic() - began < 120:
        await asyncio.sleep(0.1)
    print(
        f"{heard.snapshots} sockets open with their snapshot after {time.monotonic() - began:.1f} s",
        flush=True,
    )
    heard.delays_ms.clear()
    heard.seen.clear()
    heard.gaps = 0
    await asyncio.sleep(seconds)
    stop.set()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return heard


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
            compression=None if os.environ.get("BENCH_PLAIN") else "deflate",
            max_queue=4,
        )
    try:
        yield line
    finally:
        line.transport.abort()


async def _one(port: int, cookie: str, gate: asyncio.Semaphore, heard: Heard, stop: asyncio.Event) -> None:
    last = 0
    async with _open(port, cookie, gate) as line:
        heard.opened += 1
        async for text in line:
            now = time.time() * 1000
            if stop.is_set():
                return
            seq = _seq_of(text)
            if last == 0:
                heard.snapshots += 1
                heard.sizes.append(len(text))
            else:
                heard.delays_ms.append(now - seq)
                heard.seen[seq] = heard.seen.get(seq, 0) + 1
            if seq <= last:
                heard.gaps += 1
            last = seq


def _seq_of(text: str | bytes) -> int:
    """`seq` stands last in a frame, so 2,000 sockets need not parse the whole of it."""
    tail = text[-40:] if isinstance(text, str) else text[-40:].decode()
    return int(json.loads("{" + tail[tail.index('"seq"') :])["seq"])


def _cost_of(pid: int) -> tuple[float, float]:
    """CPU seconds and resident megabytes of the server."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
    return ticks / os.sysconf("SC_CLK_TCK"), int(resident) / 1024


def _report(heard: Heard, sockets: int, seconds: int, cpu: float, memory: float) -> int:
    delays = sorted(heard.delays_ms)
    if not delays:
        print("no frame arrived")
        return 1
    frames, delivered = len(heard.seen), len(delays)
    p50, p95, p99 = (
        delays[min(len(delays) - 1, math.ceil(len(delays) * share) - 1)] for share in (0.5, 0.95, 0.99)
    )
    superseded = frames * sockets - delivered
    print(f"{frames} frames of {heard.sizes[0]:,} characters in {seconds} s to {sockets} sockets")
    print(
        f"delivered {delivered:,}, superseded or cut off at the ends {superseded:,}, out of order {heard.gaps}"
    )
    print(
        f"from making to arrival: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, most {delays[-1]:.0f} ms"
    )
    print(f"server: {cpu:.1f} s of CPU since its start, {memory:.0f} MB resident")
    is_good = p95 <= LIMIT_P95_MS and heard.gaps == 0
    print("as promised" if is_good else f"NOT as promised: p95 at most {LIMIT_P95_MS} ms")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
