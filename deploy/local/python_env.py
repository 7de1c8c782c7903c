"""The checkout's own Python environment: locked packages by uv, by pip where uv cannot be had."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import environment, paths, processes, progress

UV_VERSION = "0.13.9"
OLDEST_UV = (0, 13)
STAMP = paths.VENV / ".installed"
ADVICE = (
    "Packages come from the index that pip and uv are configured for (PIP_INDEX_URL, UV_INDEX_URL, "
    "pip.conf). Check that it can be reached, then start again."
)


@contextmanager
def setup_lock() -> Iterator[None]:
    """One set-up at a time in this checkout."""
    folder = paths.ROOT / ".run"
    folder.mkdir(exist_ok=True, mode=0o700)
    with (folder / "setup.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def wanted_stamp(*, dev: bool) -> str:
    """What must have been installed: this lock file, for this Python, with or without the dev tools."""
    digest = hashlib.sha256((paths.ROOT / "uv.lock").read_bytes()).hexdigest()
    return f"{digest} {sys.version_info[0]}.{sys.version_info[1]} {'dev' if dev else 'run'}"


def is_installed(*, dev: bool) -> bool:
    """Whether the environment has it; one with the development tools serves for running too."""
    try:
        have = STAMP.read_text()
    except OSError:
        return False
    return paths.PYTHON.exists() and have in {wanted_stamp(dev=dev), wanted_stamp(dev=True)}


def ensure(*, dev: bool = False) -> None:
    """Install the locked packages when that has not been done for this lock file."""
    with setup_lock():
        if is_installed(dev=dev):
            return
        log = paths.ROOT / ".run" / "setup.log"
        uv = find_uv() or install_uv(log)
        with progress.step("Python packages" + (" and development tools" if dev else "")):
            if uv:
                sync(uv, log, dev=dev)
            else:
                install_with_pip(log, dev=dev)
        STAMP.write_text(wanted_stamp(dev=dev))


def find_uv() -> Path | None:
    """uv on PATH when it is the version we know, else our own copy."""
    own = paths.ROOT / ".uvboot" / "bin" / "uv"
    for found in (own, shutil.which("uv")):
        if found and is_known_uv(Path(found)):
            return Path(found)
    return None


def is_known_uv(path: Path) -> bool:
    """Whether it is a uv that reads our lock file: of the version that wrote it, or newer."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return False
    version = re.match(r"uv (\d+)\.(\d+)", said.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_UV


def install_uv(log: Path) -> Path | None:
    """uv in a small environment of its own; None when that fails, pip does it then."""
    if os.environ.get("RUN_WITHOUT_UV"):
        return None
    folder = paths.ROOT / ".uvboot"
    try:
        with progress.step("uv, the package installer"):
            make_venv(folder, log)
            processes.do(
                [folder / "bin" / "python", "-m", "pip", "install", "-q", f"uv=={UV_VERSION}"],
                what="Installing uv", advice="", log=log, seconds=180,
            )  # fmt: skip
    except progress.Stop:
        progress.warn("uv could not be installed; pip is used instead, which takes a minute longer")
        return None
    return folder / "bin" / "uv"


def make_venv(folder: Path, log: Path) -> None:
    if (folder / "bin" / "python").exists():
        return
    processes.do(
        [sys.executable, "-m", "venv", folder],
        what="Making a Python environment",
        advice="On Debian and Ubuntu it needs the package python3-venv: apt install python3-venv",
        log=log,
    )


def sync(uv: Path, log: Path, *, dev: bool) -> None:
    """`--inexact`: what a developer has added by hand stays."""
    groups = ["--group", "dev"] if dev else ["--no-dev"]
    env = {
        **environment.clean(),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(paths.VENV),
        "UV_PYTHON": str(paths.PYTHON) if paths.PYTHON.exists() else sys.executable,
        "UV_HTTP_TIMEOUT": os.environ.get("UV_HTTP_TIMEOUT", "120"),
    }
    processes.do(
        [uv, "sync", "--frozen", "--inexact", "--quiet", *groups],
        what="Installing Python packages", advice=ADVICE, log=log, env=env, cwd=paths.ROOT,
    )  # fmt: skip


def install_with_pip(log: Path, *, dev: bool) -> None:
    """The fall-back: the same versions, checked against the same hashes."""
    make_venv(paths.VENV, log)
    locks = ["requirements.lock", *(["requirements-dev.lock"] if dev else [])]
    files = [argument for name in locks for argument in ("-r", str(paths.ROOT / name))]
    processes.do(
        [paths.PYTHON, "-m", "pip", "install", "-q", "--no-compile", "--require-hashes", *files],
        what="Installing Python packages with pip", advice=ADVICE, log=log, env=environment.clean(),
    )  # fmt: skip
