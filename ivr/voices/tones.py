"""The last resort: three soft tones, so that a caller hears that something was meant to be said."""

import numpy as np

from ivr.audio import RATE, Sound

NOTES_HZ = (523.25, 659.25, 783.99)
NOTE_SECONDS = 0.18


class Tones:
    """Says nothing, but audibly."""

    name = "tones"

    def speak(self, text: str, language: str) -> tuple[Sound, int]:
        """Return three rising notes whatever the text."""
        moments = np.arange(int(RATE * NOTE_SECONDS)) / RATE
        shape = np.sin(np.pi * moments / NOTE_SECONDS)
        notes = [np.sin(2 * np.pi * hertz * moments) * shape * 0.4 for hertz in NOTES_HZ]
        return np.concatenate(notes).astype(np.float32), RATE


def open_voice() -> Tones:
    """Always there."""
    return Tones()
