"""How prompts' audio files are called. Pure.

The name carries a hash of the text: a published menu keeps playing what it was published with, whatever is
written into the prompt later, and the same text is never rendered twice.
"""

import hashlib
import re

LANGUAGES = ("zh", "en")
FOLDER = "callcenter"
CODE = re.compile(r"^[a-z][a-z0-9_]{0,38}$")


def audio_name(code: str, text: str) -> str:
    """Return the file's name without folder and ending: `welcome-3fa29c11`."""
    return f"{code}-{hashlib.sha256(text.strip().encode()).hexdigest()[:8]}"


def asterisk_name(language: str, name: str) -> str:
    """Return what a dialplan or AGI command plays: `callcenter/zh/welcome-3fa29c11`."""
    return f"{FOLDER}/{language}/{name}"
