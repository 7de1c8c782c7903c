"""Walking the checkout without what was installed into it, and telling whether it changed."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from deploy.local import paths

SKIPPED = {
    ".git",
    ".venv",
    ".uvboot",
    ".run",
    "node_modules",
    "dist",
    "coverage",
    "staticfiles",
    "__pycache__",
}
# What migrations and the demo's data are made by.
PYTHON = ("callcenter", "ivr", "tickets", "lostfound", "quality", "workforce", "reports")


def files(folder: Path) -> Iterator[Path]:
    """Every file below the folder, in a stable order."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        yield from (Path(place, name) for name in sorted(names))


def digest(*folders: Path) -> str:
    """A hash of every source file below the folders."""
    total = hashlib.sha256()
    for folder in folders:
        for path in files(folder):
            if path.suffix not in {".mo", ".pyc"}:
                total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def digest_of_code() -> str:
    """A hash of the platform's Python and of its locked packages."""
    lock = hashlib.sha256((paths.ROOT / "uv.lock").read_bytes()).hexdigest()
    return f"{digest(*(paths.ROOT / name for name in PYTHON))} {lock}"
