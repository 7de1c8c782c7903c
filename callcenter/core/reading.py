"""Database work of sockets: a few threads side by side, so no desk waits for all others.

Channels' own helper puts everything of a process through one thread; with two hundred desks their readings
queued for a second (docs/performance.md).
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import DatabaseSyncToAsync

P = ParamSpec("P")
R = TypeVar("R")
THREADS = 4
"""Each keeps a connection of its own; Python runs one at a time, so more would only wait for each other."""

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reading")


def in_thread(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Return the function as a coroutine function that runs in one of the threads."""
    wrapped: Callable[P, Awaitable[R]] = DatabaseSyncToAsync(
        function, thread_sensitive=False, executor=_threads
    )
    return wrapped
