"""Starting programs so that they can be ended again, with everything they started."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.local import progress

PR_SET_PDEATHSIG = 1
# Looked up here: between fork and exec nothing should be imported or loaded.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


def die_with_parent() -> None:
    """In a new child: ask the kernel (of Linux) for SIGTERM when `run` itself is killed."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def is_alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie that only waits to be collected."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return Path("/proc").is_dir() is False
    return state != "Z"


def command_of(pid: int) -> str:
    """The command line of a process, empty when it cannot be read."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def end_left_over(pid_file: Path, mark: str, stop_signal: int = signal.SIGTERM, seconds: float = 10) -> None:
    """End the process of an earlier run that was itself killed, and wait until its pid is gone.

    `mark` must stand in its command line: a pid may long belong to somebody else.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    if not is_alive(pid) or mark not in command_of(pid):
        return
    try:
        os.kill(pid, stop_signal)
        wait_until(lambda: not is_alive(pid), seconds)
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not is_alive(pid), 5)
    except ProcessLookupError:
        pass


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.03) -> bool:
    """Poll until the condition holds; False when it did not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a TCP connection to the port succeeds."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def tail(path: Path, lines: int = 12) -> str:
    """The end of a log, to be shown when something failed."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def do(
    argv: Sequence[str | Path],
    *,
    what: str,
    advice: str,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    seconds: float = 900,
    user: int | None = None,
) -> None:
    """Run a set-up command to its end, output in `log`; a failure shows the log's end and the advice."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        try:
            done = subprocess.run(
                [str(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                timeout=seconds,
                preexec_fn=die_with_parent,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                check=False,
            )
        except FileNotFoundError as missing:
            raise progress.Stop(f"{what}: {missing.filename} not found.\n{advice}") from None
        except subprocess.TimeoutExpired:
            raise progress.Stop(
                f"{what} did not end within {seconds:.0f} s.\n{advice}\n{tail(log)}"
            ) from None
    if done.returncode:
        raise progress.Stop(f"{what} failed ({done.returncode}):\n{tail(log)}\n\nLog: {log}\n{advice}")
