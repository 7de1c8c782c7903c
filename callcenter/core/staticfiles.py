"""Static files: Vite has already put a hash into the names below its assets folder; hash the rest only."""

import re
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

VITE_ASSETS = "assets/"
IMMUTABLE = re.compile(r"^.+[.-][0-9a-zA-Z_-]{8,12}\..+$")


class ViteAwareStorage(CompressedManifestStaticFilesStorage):
    """Hashing Vite's names a second time would load every module under two addresses."""

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """Return Vite's names as they are, and everything else hashed."""
        if name.startswith(VITE_ASSETS):
            return name
        return str(super().hashed_name(name, content, filename))


def immutable_file_test(path: str, url: str) -> bool:
    """Whether a file may be cached for ever: its name carries a hash, Vite's or Django's."""
    return bool(IMMUTABLE.match(url))
