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

PYTEST_STOP_SECONDS = 60


def run(options: argparse.Namespace) -> int:
    """Return pytest's code; what follows `./run test` goes to pytest."""
    begun = time.monotonic()
    progress.say("Tests")
    prepare()
    executable = browser.find(paths.ROOT / ".run" / "browser.log")
    folder = Path(tempfile.mkdtemp(prefix="rcc-test-"))
    try:
        code = run_in(paths.instance_in("test", folder), executable, options.rest)
    finally:
        keep = os.environ.get("RUN_KEEP_LOGS")
        if keep:
            shutil.copytree(folder / "log", keep, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    progress.say(f"{'Passed' if code == 0 else 'FAILED'} after {time.monotonic() - begun:.0f} s")
    return code


def prepare() -> None:
    """Everything that has to be installed, built or compiled before tests can run."""
    (paths.ROOT / ".run").mkdir(exist_ok=True, mode=0o700)
    python_env.ensure(dev=True)
    frontend.ensure()
    with progress.step("Translations"):
        translations.compile_all()


def run_in(instance: paths.Instance, executable: str, arguments: list[str]) -> int:
    """Start the services, run pytest beside them; killed services are started again, as in service."""
    supervisor = Supervisor(instance)
    supervisor.catch_signals()
    stand = services.Services(instance, durable=False, settings="callcenter.settings.test")
    pytest = None
    try:
        values = stand.start(supervisor) | {
            "TEST_INSTANCE": str(instance.folder),
            "BROWSER_EXECUTABLE": executable,
            "STATIC_ROOT": str(instance.folder / "static"),
            "ASTERISK_CLI": str(instance.folder / "asterisk" / "asterisk"),
        }
        environment.write(instance, values)
        pytest = subprocess.Popen(
            [paths.PYTHON, "-m", "pytest", *arguments],
            cwd=paths.ROOT,
            env={**environment.clean(), **values},
            start_new_session=True,
            preexec_fn=processes.die_with_parent,
        )
        supervisor.watch(until=lambda: pytest.poll() is not None)
        return finish(pytest)
    finally:
        if pytest:
            end_group(pytest)
        supervisor.stop()
        stand.forget()


def finish(pytest: "subprocess.Popen[bytes]") -> int:
    """Its return code; after Ctrl-C it may first print what it has."""
    if pytest.poll() is None:
        pytest.send_signal(signal.SIGINT)
        try:
            pytest.wait(PYTEST_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return 130
    return pytest.returncode


def end_group(pytest: "subprocess.Popen[bytes]") -> None:
    """Whatever the tests started and forgot."""
    try:
        os.killpg(pytest.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
