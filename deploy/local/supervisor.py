"""One parent for every process of an instance: prefixed logs, restarts with a growing pause, no orphans."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from deploy.local import paths, processes, progress

COLOURS = ("36", "33", "35", "32", "34", "96", "93", "95")
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0
# A program that ran this long was well: its next crash is its first.
WELL_AFTER_SECONDS = 30.0
LARGEST_LOG_BYTES = 20_000_000


@dataclass
class Program:
    """What to run and how to treat it."""

    name: str
    argv: list[str]
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10
    before_start: Callable[[], None] | None = None
    is_ready: Callable[[], bool] | None = None
    # Loud programs are heard at the terminal; all of them write log/<name>.log.
    is_loud: bool = True
    user: int | None = None


@dataclass
class Child:
    """A program while it runs."""

    program: Program
    colour: str
    log_folder: Path
    pid_folder: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    start_again_at: float | None = None
    readers: list[threading.Thread] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.log_folder / f"{self.program.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.pid_folder / self.program.name

    def start(self) -> None:
        """Start the program in a session of its own, so that its whole group can be ended."""
        program = self.program
        if program.before_start:
            program.before_start()
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab", buffering=0) as log:
            self.process = subprocess.Popen(
                program.argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if program.is_loud else log,
                stderr=subprocess.STDOUT,
                env=program.env,
                cwd=program.cwd,
                start_new_session=True,
                preexec_fn=processes.die_with_parent,
                user=program.user,
                group=program.user,
                extra_groups=None if program.user is None else [],
            )
        self.started_at = time.monotonic()
        self.start_again_at = None
        self.pid_file.write_text(str(self.process.pid))
        if program.is_loud and self.process.stdout:
            reader = threading.Thread(target=self.forward, args=(self.process.stdout,), daemon=True)
            reader.start()
            self.readers.append(reader)

    def forward(self, stream: BinaryIO) -> None:
        """Copy the child's lines to the terminal, with its name in front, and to its log."""
        name = f"{self.program.name:<9}"
        prefix = f"\033[{self.colour}m{name}\033[0m │ " if progress.is_terminal() else f"{name} | "
        with self.log.open("ab", buffering=0) as log, stream:
            for line in stream:
                log.write(line)
                sys.stdout.write(prefix + line.decode(errors="replace").rstrip("\n") + "\n")
                sys.stdout.flush()

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, self.program.stop_signal)

    def wait_stopped(self) -> None:
        """Wait for its end, then end whatever it has started itself."""
        if self.process is not None:
            try:
                self.process.wait(self.program.stop_seconds)
            except subprocess.TimeoutExpired:
                progress.warn(f"{self.program.name} did not stop in time; killed")
            self.signal_group(signal.SIGKILL)
            self.process.wait()
        self.pid_file.unlink(missing_ok=True)

    def revive(self) -> None:
        """Start again when it has ended, after a pause that grows with every crash in a row."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if self.start_again_at is None:
            if now - self.started_at > WELL_AFTER_SECONDS:
                self.pause = FIRST_PAUSE_SECONDS
            code = self.process.returncode
            end = f"signal {-code}" if code < 0 else f"code {code}"
            progress.warn(
                f"{self.program.name} ended ({end}); starting again in {self.pause:.1f} s, see {self.log}"
            )
            self.signal_group(signal.SIGKILL)
            self.start_again_at = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        elif now >= self.start_again_at:
            self.start()


class Supervisor:
    """Starts programs in order, keeps them running, and ends them in the opposite order."""

    def __init__(self, instance: paths.Instance) -> None:
        self.instance = instance
        self.children: list[Child] = []
        self.stopping = threading.Event()
        self.pid_folder = instance.folder / "pids"
        self.pid_folder.mkdir(exist_ok=True)

    def catch_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal mean: stop everything. The second Ctrl-C means: at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)

    def on_signal(self, _number: int, _frame: object) -> None:
        if self.stopping.is_set():
            for child in self.children:
                child.signal_group(signal.SIGKILL)
            return
        self.stopping.set()
        raise KeyboardInterrupt

    def add(self, program: Program) -> Child:
        colour = COLOURS[len(self.children) % len(COLOURS)]
        child = Child(program, colour, self.instance.log_folder, self.pid_folder)
        self.children.append(child)
        return child

    def start(self, program: Program, *, wait_seconds: float = 30) -> Child:
        """Start a program and wait until it is ready; when it dies first, say why and stop."""
        child = self.add(program)
        child.start()
        if program.is_ready:
            self.wait_ready(child, program.is_ready, wait_seconds)
        return child

    def start_together(self, programs: list[Program], *, wait_seconds: float = 30) -> None:
        """Start several side by side, then wait for each."""
        children = [self.add(program) for program in programs]
        for child in children:
            child.start()
        for child in children:
            if child.program.is_ready:
                self.wait_ready(child, child.program.is_ready, wait_seconds)

    def wait_ready(self, child: Child, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait for a child that was started; when it ends first, its last words are the reason."""
        end = time.monotonic() + seconds
        while not is_ready():
            process = child.process
            if process is None or process.poll() is not None or time.monotonic() > end:
                ended = process is None or process.poll() is not None
                said = "ended at once" if ended else f"was not ready after {seconds:.0f} s"
                raise progress.Stop(
                    f"{child.program.name} {said}. The end of {child.log}:\n{processes.tail(child.log)}"
                )
            time.sleep(0.03)

    def watch(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Keep every child running until a signal comes or the condition holds."""
        try:
            while not self.stopping.is_set() and not until():
                for child in self.children:
                    child.revive()
                self.stopping.wait(0.1)
        except KeyboardInterrupt:
            pass

    def stop(self) -> None:
        """Ask those started last to stop first; the data stores go when nobody needs them."""
        self.stopping.set()
        services = [child for child in self.children if not child.program.is_loud]
        for child in reversed(self.children):
            if child not in services:
                child.ask_to_stop()
        for child in reversed(self.children):
            if child in services:
                child.ask_to_stop()
            child.wait_stopped()
        for child in self.children:
            for reader in child.readers:
                reader.join(timeout=1)
        self.children.clear()
