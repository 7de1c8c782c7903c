"""`./run test`: real services on random ports in a folder of their own, the tests, nothing left behind."""

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from deploy.local import (
    browser,
    environment,
    frontend,
    paths,
    processes,
    progress,
    python_env,
    services,
    translations,
)
from deploy.local.supervisor import Supervisor

STOP_SECONDS = 60


def run(options: argparse.Namespace) -> int:
    """Return pytest's code; what follows `./run test` goes to pytest."""
    return run_module("Tests", "pytest", options.rest)


def bench(options: argparse.Namespace) -> int:
    """The measurements, beside the same services as the tests."""
    return run_module("Measurements", "tests.bench", options.rest)


def run_module(title: str, module: str, arguments: list[str]) -> int:
    """Run `python -m module` beside fresh services; return its code and leave nothing behind."""
    begun = time.monotonic()
    progress.say(title)
    prepare()
    executable = browser.find(paths.ROOT / ".run" / "browser.log")
    folder = Path(tempfile.mkdtemp(prefix="rcc-test-"))
    try:
        code = run_in(paths.instance_in("test", folder), executable, [module, *arguments])
    finally:
        keep = os.environ.get("RUN_KEEP_LOGS")
        if keep:
            shutil.copytree(folder / "log", keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    progress.say(f"{'Done' if code == 0 else 'FAILED'} after {time.monotonic() - begun:.0f} s")
    return code


def prepare() -> None:
    """Everything that has to be installed, built or compiled before tests can run."""
    (paths.ROOT / ".run").mkdir(exist_ok=True, mode=0o700)
    python_env.ensure(dev=True)
    frontend.ensure()
    with progress.step("Translations"):
        translations.compile_all()


def run_in(instance: paths.Instance, executable: str, arguments: list[str]) -> int:
    """Start the services, run a module beside them; killed services are started again, as in service."""
    supervisor = Supervisor(instance)
    supervisor.catch_signals()
    stand = services.Services(instance, durable=False, settings="callcenter.settings.test")
    tests = None
    try:
        values = stand.start(supervisor) | {
            "TEST_INSTANCE": str(instance.folder),
            "BROWSER_EXECUTABLE": executable,
            "STATIC_ROOT": str(instance.folder / "static"),
            "ASTERISK_CLI": str(instance.folder / "asterisk" / "asterisk"),
        }
        environment.write(instance, values)
        tests = subprocess.Popen(
            [paths.PYTHON, "-m", *arguments],
            cwd=paths.ROOT,
            env={**environment.clean(), **values},
            start_new_session=True,
            preexec_fn=processes.die_with_parent,
        )
        supervisor.watch(until=lambda: tests.poll() is not None)
        return finish(tests)
    finally:
        if tests:
            end_group(tests)
        supervisor.stop()
        stand.forget()


def finish(tests: "subprocess.Popen[bytes]") -> int:
    """Its return code; after Ctrl-C it may first print what it has."""
    if tests.poll() is None:
        tests.send_signal(signal.SIGINT)
        try:
            tests.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return 130
    return tests.returncode


def end_group(tests: "subprocess.Popen[bytes]") -> None:
    """Whatever the tests started and forgot."""
    try:
        os.killpg(tests.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
