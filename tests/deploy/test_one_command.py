"""`./run demo`: one command brings the whole centre up, and Ctrl-C takes all of it away."""

import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import paths, processes

NAME = f"test-{os.getpid()}"


@pytest.fixture
def demo() -> Iterator["subprocess.Popen[str]"]:
    started = subprocess.Popen(
        [paths.ROOT / "run", "demo", "--instance", NAME],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    yield started
    started.send_signal(signal.SIGTERM)
    started.communicate(timeout=60)
    shutil.rmtree(paths.ROOT / ".run" / NAME, ignore_errors=True)


def said_until(demo: "subprocess.Popen[str]", words: str) -> str:
    """What it said up to and with these words; everything when it ended without them."""
    assert demo.stdout
    said = ""
    for line in demo.stdout:
        said += line
        if words in line:
            break
    return said


def belonging_to(folder: Path) -> list[str]:
    """Command lines of processes that name the instance's folder."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [line for pid in pids if str(folder) in (line := processes.command_of(pid))]


@pytest.mark.load
@pytest.mark.asterisk
@pytest.mark.timeout(400)
@pytest.mark.covers("OPS-09", "OPS-11")
def test_the_centre_comes_up_says_where_it_is_and_leaves_nobody(demo: "subprocess.Popen[str]") -> None:
    said = said_until(demo, "Ctrl-C here stops everything")
    address = re.search(r"The centre is up after \d+ s:\s+(http://localhost:\d+/)", said)
    assert address, said
    with urllib.request.urlopen(f"{address[1]}health/", timeout=20) as answer:
        assert answer.status == 200
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=60)
    assert (demo.returncode, "Everything is stopped" in rest) == (0, True)
    assert belonging_to(paths.ROOT / ".run" / NAME) == []
