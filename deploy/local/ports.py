"""Free ports, the same ones next time when they are still free, and never those of another checkout's run."""

import fcntl
import json
import os
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import progress
from deploy.local.paths import Instance, cache_dir

# Below the range from which the kernel takes ports for outgoing connections.
FIRST, LAST = 20000, 32000
# Two ports a call leg.
RTP_BLOCK = 2000
RTP_STARTS = tuple(range(34000, 60000, RTP_BLOCK))
WEB_DEFAULT = 8000
NAMES = ("web", "postgres", "valkey", "sip", "ami", "http", "https", "agi")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nobody listens there, by TCP and by UDP."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


@dataclass
class Reservations:
    """Ports promised to this process until it ends, a lock file each: two runs never choose the same."""

    folder: Path = field(default_factory=lambda: cache_dir() / "ports")
    held: dict[int, int] = field(default_factory=dict)

    def take(self, port: int) -> bool:
        """Promise the port; False when another run holds it."""
        if port in self.held:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self.held[port] = handle
        return True

    def release(self) -> None:
        for handle in self.held.values():
            os.close(handle)
        self.held.clear()


def choose(
    name: str, remembered: int | None, reservations: Reservations, free: Callable[[int], bool] = is_free
) -> int:
    """Return a free port for the purpose: the remembered one, the usual one, then others."""
    usual = [WEB_DEFAULT + n for n in range(100)] if name == "web" else []
    others = random.sample(range(FIRST, LAST), 200)
    candidates = ([remembered] if remembered else []) + usual + others
    for port in candidates:
        if free(port) and reservations.take(port):
            wanted = candidates[0]
            if port != wanted and (remembered or name == "web"):
                progress.warn(f"port {wanted} ({name}) is taken; using {port}")
            return port
    raise progress.Stop(f"no free port for {name} between {FIRST} and {LAST}: end a program that holds them")


def choose_rtp(remembered: int | None, reservations: Reservations) -> int:
    """Return the first port of a block for media. Asterisk itself steps over single ports that are taken."""
    candidates = ([remembered] if remembered else []) + random.sample(RTP_STARTS, len(RTP_STARTS))
    for start in candidates:
        if reservations.take(start):
            return start
    return candidates[0]


def for_instance(instance: Instance, reservations: Reservations, fixed: dict[str, int]) -> dict[str, int]:
    """Return the instance's ports by name and remember them. `fixed` are those a person has asked for."""
    memory = instance.folder / "ports.json"
    remembered: dict[str, int] = json.loads(memory.read_text()) if memory.exists() else {}
    for name, port in fixed.items():
        if not is_free(port):
            raise progress.Stop(
                f"port {port} ({name}), which was asked for, is taken: end what listens there"
            )
    chosen = {name: fixed.get(name) or choose(name, remembered.get(name), reservations) for name in NAMES}
    chosen["rtp"] = choose_rtp(remembered.get("rtp"), reservations)
    memory.write_text(json.dumps(chosen, indent=1))
    return chosen
