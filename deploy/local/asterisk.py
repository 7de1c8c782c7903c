"""A real Asterisk of the instance's own: fetched once for each user, without root, installing nothing."""

import fcntl
import glob
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.asterisk import render
from deploy.local import paths, processes, progress
from deploy.local.supervisor import Program

SUITE = "forky"
FRESH_BEAT_SECONDS = 4
FETCH = Path(__file__).with_name("fetch_asterisk.sh")
CONTAINER_ADVICE = (
    "Run it in a container instead, from this folder (docs/operations.md has the whole command):\n"
    "    docker build -t callcentre-asterisk -f deploy/docker/Dockerfile.asterisk .\n"
    "    docker run -d --network host --env-file deploy/docker/asterisk.env callcentre-asterisk\n"
    "and start with ASTERISK_AMI_HOST=127.0.0.1 and the variables of that file."
)


def prefix() -> Path:
    """Where this user's Asterisk lies; RUN_ASTERISK_PREFIX names one that was fetched elsewhere."""
    given = os.environ.get("RUN_ASTERISK_PREFIX")
    return Path(given) if given else paths.cache_dir() / f"asterisk-22-{SUITE}-{platform.machine()}"


def is_fetched() -> bool:
    return (prefix() / "root" / ".complete").exists()


def fetch(log: Path) -> None:
    """Download and unpack the distribution's packages; those kept from an earlier time are used again."""
    if is_fetched():
        return
    if platform.system() != "Linux" or not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise progress.Stop(
            f"Asterisk 22 comes from Debian's packages, and there is no apt here.\n{CONTAINER_ADVICE}"
        )
    target = prefix()
    target.mkdir(parents=True, exist_ok=True)
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_fetched():
            processes.do(
                ["bash", FETCH, target, SUITE], what="Fetching Asterisk",
                advice=f"A Debian archive with {SUITE} is needed: MIRROR=<uri ending in /debian> names one.\n"
                + CONTAINER_ADVICE,
                log=log, seconds=600,
            )  # fmt: skip


def has_outside_address() -> bool:
    """Whether the machine has an address besides loopback: without one a browser cannot talk to Asterisk."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return False
        return not str(probe.getsockname()[0]).startswith("127.")


@dataclass
class Asterisk:
    """The instance's PBX: `prepare` writes its configuration, `program` runs it."""

    instance: paths.Instance
    ports: dict[str, int]
    secrets: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.instance.folder / "asterisk"

    @property
    def log_dir(self) -> Path:
        return self.folder / "log"

    @property
    def sounds_dir(self) -> Path:
        return self.folder / "data" / "sounds"

    @property
    def wrapper(self) -> Path:
        """The command line of this instance: `asterisk -rx 'core show channels'`."""
        return self.folder / "asterisk"

    def prepare(self) -> None:
        root = prefix() / "root"
        try:
            library = Path(
                glob.glob(f"{glob.escape(str(root))}/usr/lib/*-linux-gnu/asterisk/modules")[0]
            ).parents[1]
            loader = sorted(library.glob("ld-linux-*.so.*"))[0]
        except IndexError:
            raise progress.Stop(f"{root} holds no Asterisk: remove {prefix()} and start again") from None
        self.folder.mkdir(parents=True, exist_ok=True)
        self.instance.socket_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        render.write_configuration(self.folder, self.values(root, library))
        for name in ("moh", "documentation", "rest-api", "static-http"):
            link(root / "usr/share/asterisk" / name, self.folder / "data" / name)
        # `dpkg -x` runs no postinst, so this link has to be made by hand.
        link(root / "usr/share/asterisk/sounds/en_US_f_Allison", self.sounds_dir / "en")
        self.wrapper.write_text(
            f'#!/bin/sh\nexec "{loader}" --inhibit-cache --library-path "{library}" --argv0 asterisk '
            f'"{root}/usr/sbin/asterisk" -C "{self.folder}/etc/asterisk.conf" "$@"\n'
        )
        self.wrapper.chmod(0o755)

    def values(self, root: Path, library: Path) -> dict[str, str]:
        ports = {name: str(port) for name, port in self.ports.items()}
        return {
            "RUN": str(self.folder),
            "MODULES": str(library / "asterisk" / "modules"),
            "SOCKET_DIR": str(self.instance.socket_folder),
            "LOG_DIR": str(self.log_dir),
            "SBIN": str(root / "usr/sbin"),
            "AMI_PORT": ports["ami"],
            "AMI_BIND": "127.0.0.1",
            "AMI_PERMIT": "permit = 127.0.0.1/255.255.255.255",
            "AMI_USER": "platform",
            "AMI_SECRET": self.secrets["ami"],
            "AMI_EVENTS_USER": "events",
            "AMI_EVENTS_SECRET": self.secrets["ami_events"],
            "HTTP_BIND": "127.0.0.1",
            "HTTP_PORT": ports["http"],
            "HTTP_TLS": self.tls_lines(),
            "RTP_START": ports["rtp"],
            "RTP_END": str(self.ports["rtp"] + 1999),
            "RTP_EXTRA": "",
            "SIP_BIND": "127.0.0.1",
            "SIP_PORT": ports["sip"],
            "SIP_EXTERNAL": "",
            "TRUNK_MATCH": "match = 127.0.0.0/8",
            "AGI_HOST": "127.0.0.1",
            "AGI_PORT": ports["agi"],
        }

    def tls_lines(self) -> str:
        """wss beside ws, with a certificate of its own; left out where there is no openssl to make one."""
        keys = self.folder / "keys"
        if not (keys / "cert.pem").exists():
            if not shutil.which("openssl"):
                return ""
            keys.mkdir(parents=True, exist_ok=True)
            processes.do(
                [
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
                    "-keyout", keys / "key.pem", "-out", keys / "cert.pem", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                ],
                what="openssl", advice="", log=self.instance.log_folder / "setup.log",
            )  # fmt: skip
            (keys / "key.pem").chmod(0o600)
        return (
            f"tlsenable=yes\ntlsbindaddr=127.0.0.1:{self.ports['https']}\n"
            f"tlscertfile={keys}/cert.pem\ntlsprivatekey={keys}/key.pem"
        )

    def program(self) -> Program:
        return Program(
            name="asterisk",
            argv=[str(self.wrapper), "-f"],
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
            cwd=self.folder,
            # SIGTERM ends it without waiting for calls.
            stop_signal=signal.SIGTERM,
            before_start=self.end_left_over,
            is_ready=self.is_booted,
            is_loud=False,
        )

    def end_left_over(self) -> None:
        processes.end_left_over(self.instance.folder / "pids" / "asterisk", str(self.folder))

    def is_booted(self) -> bool:
        done = subprocess.run(
            [self.wrapper, "-rx", "core waitfullybooted"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return "fully booted" in done.stdout


def hears_telephony(instance: paths.Instance) -> bool:
    """Whether the telephony process beats ([hold] in extensions.conf). True where Asterisk is not ours."""
    wrapper = instance.folder / "asterisk" / "asterisk"
    if not (instance.folder / "pids" / "asterisk").exists():
        return True
    said = subprocess.run(
        [wrapper, "-rx", "dialplan show globals"], capture_output=True, text=True, timeout=30, check=False
    )
    beat = re.search(r"ACD_BEAT=(\d+)", said.stdout)
    return beat is not None and time.time() - int(beat[1]) < FRESH_BEAT_SECONDS


def link(source: Path, target: Path) -> None:
    """Point `target` at `source`, also when it pointed elsewhere before."""
    if target.is_symlink():
        target.unlink()
    target.symlink_to(source)


def forget_socket(instance: paths.Instance) -> None:
    """Remove the socket's folder where it had to lie outside the instance."""
    if not instance.socket_folder.is_relative_to(instance.folder):
        shutil.rmtree(instance.socket_folder, ignore_errors=True)
