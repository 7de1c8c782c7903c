"""Where things lie: the checkout, an instance's own folder, what is shared by all checkouts of a user."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
# A unix socket's path may have 107 characters.
LONGEST_SOCKET_FOLDER = 85


def cache_dir() -> Path:
    """Downloads that every checkout of this user shares (Asterisk, a browser, a Node)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    path = Path(base) / "railway-call-centre"
    path.mkdir(parents=True, exist_ok=True)
    return path


@dataclass(frozen=True)
class Instance:
    """One running centre of this checkout: its ports, secrets, data and logs live in `folder` alone."""

    name: str
    folder: Path

    @property
    def env_file(self) -> Path:
        return self.folder / "env"

    @property
    def ready_file(self) -> Path:
        return self.folder / "ready"

    @property
    def log_folder(self) -> Path:
        return self.folder / "log"

    @property
    def socket_folder(self) -> Path:
        """For unix sockets: inside the instance, or under the temporary folder when that path is too long."""
        inside = self.folder / "asterisk" / "run"
        if len(str(inside).encode()) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"rcc-{os.getuid()}-{digest}"


def instance(name: str) -> Instance:
    """The instance of that name in this checkout; its folder is made and kept from other users."""
    return instance_in(name, ROOT / ".run" / name)


def instance_in(name: str, folder: Path) -> Instance:
    """An instance whose folder lies anywhere (the test run's is a temporary one)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = Instance(name, folder)
    found.log_folder.mkdir(exist_ok=True)
    return found
