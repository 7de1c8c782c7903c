"""What the person at the terminal sees while something takes its time."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Something is said about whatever takes longer than this.
QUIET_SECONDS = 2.0
REMIND_SECONDS = 10.0


class Stop(Exception):
    """A step failed. The message says what happened and what to do; no traceback is shown."""


def say(line: str = "") -> None:
    print(line, flush=True)


def warn(line: str) -> None:
    print(f"  ! {line}", file=sys.stderr, flush=True)


def is_terminal() -> bool:
    return sys.stdout.isatty()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Report one step with its time; speak up in between when it is slow."""
    begun = time.monotonic()
    done = threading.Event()

    def remind() -> None:
        wait = QUIET_SECONDS
        while not done.wait(wait):
            say(f"  … {title} ({time.monotonic() - begun:.0f} s)")
            wait = REMIND_SECONDS

    thread = threading.Thread(target=remind, daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        done.set()
        say(f"  ✗ {title} ({time.monotonic() - begun:.1f} s)")
        raise
    done.set()
    say(f"  ✓ {title} ({time.monotonic() - begun:.1f} s)")
