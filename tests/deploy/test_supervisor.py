"""Children are kept running, heard, and ended with everything they started."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import paths, processes, progress
from deploy.local.supervisor import Program, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
# Starts a child of its own, says its pid and waits.
FAMILY = [
    sys.executable, "-u", "-c",
    "import subprocess, time; p = subprocess.Popen(['sleep', '60']); print(p.pid); time.sleep(60)",
]  # fmt: skip


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(paths.instance_in("test", tmp_path / "instance"))
    yield made
    made.stop()


def watch_until(supervisor: Supervisor, condition: object, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    supervisor.watch(until=lambda: condition() or time.monotonic() > end)  # type: ignore[operator]
    return bool(condition())  # type: ignore[operator]


def test_a_killed_child_is_started_again(supervisor: Supervisor) -> None:
    child = supervisor.start(Program("sleeper", SLEEP, is_loud=False))
    first = int(child.pid_file.read_text())
    os.kill(first, signal.SIGKILL)
    assert watch_until(supervisor, lambda: int(child.pid_file.read_text()) != first)


def test_the_pause_grows_with_every_crash_in_a_row(supervisor: Supervisor) -> None:
    child = supervisor.start(Program("crasher", [sys.executable, "-c", ""], is_loud=False))
    assert watch_until(supervisor, lambda: child.pause >= 2)


def test_stopping_ends_what_the_children_have_started(supervisor: Supervisor) -> None:
    child = supervisor.start(Program("family", FAMILY, is_loud=False))
    assert processes.wait_until(lambda: child.log.read_text().strip().isdigit(), 10)
    grandchild = int(child.log.read_text())
    supervisor.stop()
    assert processes.wait_until(lambda: not processes.is_alive(grandchild), 5)


def test_a_child_that_ignores_the_signal_is_killed(supervisor: Supervisor) -> None:
    deaf = [
        sys.executable, "-u", "-c",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)",
    ]  # fmt: skip
    child = supervisor.start(Program("deaf", deaf, is_loud=False, stop_seconds=0.3))
    assert processes.wait_until(lambda: "deaf" in child.log.read_text(), 10)
    pid = int(child.pid_file.read_text())
    supervisor.stop()
    assert not processes.is_alive(pid)


def test_lines_are_heard_with_the_name_in_front(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    child = supervisor.start(Program("speaker", [sys.executable, "-c", "print('hello')"]))
    for reader in child.readers:
        reader.join(10)
    assert "speaker   | hello" in capsys.readouterr().out
    assert child.log.read_text() == "hello\n"


def test_a_child_that_ends_before_it_is_ready_stops_the_start_with_its_last_words(
    supervisor: Supervisor,
) -> None:
    program = Program(
        "broken",
        [sys.executable, "-c", "raise SystemExit('no such disk')"],
        is_ready=lambda: False,
        is_loud=False,
    )
    with pytest.raises(progress.Stop, match="no such disk"):
        supervisor.start(program)


def test_a_left_over_of_another_program_is_not_touched(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    pid_file.write_text(str(os.getpid()))
    processes.end_left_over(pid_file, "the name of some other program")
    assert processes.is_alive(os.getpid())
