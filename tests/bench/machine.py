"""What the machine is, how busy it was, and what each process of ours took of it."""

import os
import platform
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection


def facts() -> list[str]:
    """The machine in a few lines, and how busy it is with other work."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    gigabytes = psutil.virtual_memory().total / 1e9
    return [
        f"{os.cpu_count()} cores, {_processor()}, {gigabytes:.0f} GB, Linux {platform.release()}",
        f"Python {platform.python_version()}, PostgreSQL {postgres.split()[0]}",
        f"load {load()} (1, 5, 15 minutes)",
    ]


def load() -> str:
    """The load averages; above the number of cores, everything here waited for its turn."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def family(pid: int) -> list[psutil.Process]:
    """The process and its children."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time so far, user and system, of these processes (all threads) and their children."""
    times = (one.cpu_times() for pid in pids for one in family(pid))
    return sum(time.user + time.system for time in times)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes: resident as `ps` says it, and proportional, where shared pages count once."""

    resident: float
    proportional: float


def memory(pid: int) -> Memory:
    """What a process and its children hold."""
    resident = proportional = 0.0
    for one in family(pid):
        full = one.memory_full_info()
        resident += full.rss / 1e6
        proportional += full.pss / 1e6
    return Memory(resident, proportional)


class Spent:
    """Seconds of the wall, and of processors: ours and our PostgreSQL backend's. Read them afterwards.

    On a machine that does nothing else, work that waits for nobody takes as long as its processor time.
    """

    wall = cpu = 0.0

    def __enter__(self) -> "Spent":
        self._begun, self._before = time.perf_counter(), self._processors()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._begun, self._processors() - self._before

    @staticmethod
    def _processors() -> float:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = psutil.Process(cursor.fetchone()[0]).cpu_times()
        return time.process_time() + backend.user + backend.system
