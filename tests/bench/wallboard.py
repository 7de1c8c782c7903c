"""Wallboard frames to 2,000 sockets of one web process, beside the same bytes from a bare asyncio server."""

import asyncio
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from deploy.local import paths
from tests.bench.bare_sender import STAMP
from tests.bench.options import Bench, scratch_database
from tests.bench.table import Row, percentile
from tests.realtime.busy_centre import BusyCentre

CALLS, AGENTS, SECONDS, BARE_SECONDS = 20_000, 200, 20, 10
GOAL_MS = 500
_SAID = re.compile(
    r"frames of (?P<size>[\d,]+) characters.*?"
    r"delivered (?P<delivered>[\d,]+), superseded or under way at the end (?P<superseded>-?[\d,]+).*?"
    r"p50 (?P<p50>\d+), p95 (?P<p95>\d+).*?server: (?P<cpu>\d+) µs.*?frame, (?P<megabytes>\d+) MB",
    re.DOTALL,
)


def measure(bench: Bench) -> Iterator[Row]:
    """From the making of a frame to its arrival; one that a newer one overtook is superseded, not lost."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with scratch_database() as connection:
        centre = BusyCentre(timezone.now())
        centre.open(AGENTS)
        centre.live_a_day(CALLS, until=centre.now)
        centre.sign_in()
        heard = watched(bench, connection)
    size = int(heard["size"])
    bare = asyncio.run(bare_delays(bench.sockets, size))
    for share in (50, 95):
        value = heard[f"p{share}"]
        is_goal = share == 95
        yield Row(
            f"wallboard: frame of {size:,} bytes to {bench.sockets:,} sockets, p{share}", value, "ms",
            "bare asyncio server", percentile(bare, share / 100), f"≤ {GOAL_MS}" if is_goal else "",
            value <= GOAL_MS if is_goal else None,
        )  # fmt: skip
    yield Row("wallboard: frames delivered", heard["delivered"], "frames")
    yield Row("wallboard: superseded or under way at the end", heard["superseded"], "frames")
    yield Row("wallboard: CPU of the web process for a delivered frame", heard["cpu"], "µs")
    yield Row("wallboard: web process with all sockets, resident", heard["megabytes"], "MB")


def watched(bench: Bench, connection: BaseDatabaseWrapper) -> dict[str, float]:
    """Let the sockets watch a web process over this database; what `wallboard_sockets` says."""
    database = connection.settings_dict["NAME"]
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{database}"
    arguments = ["--sockets", str(bench.sockets), "--seconds", str(SECONDS)]
    said = subprocess.run(
        [paths.PYTHON, "-m", "tests.bench.wallboard_sockets", *arguments],
        env={**os.environ, "DATABASE_URL": url}, cwd=paths.ROOT,
        stdout=subprocess.PIPE, text=True, check=False,
    ).stdout  # fmt: skip
    found = _SAID.search(said)
    if found is None:
        raise RuntimeError(f"the wallboard said: {said}")
    return {name: float(value.replace(",", "")) for name, value in found.groupdict().items()}


async def bare_delays(sockets: int, size: int) -> list[float]:
    """Milliseconds from a bare server's first write to the arrival at each socket."""
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bare_sender", str(size), stdout=subprocess.PIPE
    )
    assert sender.stdout is not None
    port = int(await sender.stdout.readline())
    delays: list[float] = []

    async def listen() -> None:
        reader, _ = await asyncio.open_connection("127.0.0.1", port)
        while True:
            message = await reader.readexactly(size)
            delays.append(1000 * (time.time() - STAMP.unpack_from(message)[0]))

    tasks = []
    for _ in range(sockets):
        tasks.append(asyncio.create_task(listen()))
        if len(tasks) % 50 == 0:
            await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    delays.clear()
    await asyncio.sleep(BARE_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    sender.kill()
    await sender.wait()
    return delays
