"""The port through which text becomes sound, and the choice of the voice. Adapters live in `ivr.voices`."""

import logging
from dataclasses import dataclass
from typing import Protocol

from ivr.audio import Sound, for_telephone
from ivr.spoken import speakable
from ivr.voices import espeak, kokoro, tones

log = logging.getLogger(__name__)


class Voice(Protocol):
    """One way to speak. `name` is written beside what it rendered."""

    name: str

    def speak(self, text: str, language: str) -> tuple[Sound, int]:
        """Return the sound and its rate in Hz. `text` has numbers and signs spelled out."""


class SpeechFailed(Exception):
    """No voice could speak the text."""


@dataclass(frozen=True)
class Rendered:
    """Telephone sound at 8 kHz and the name of the voice that spoke it."""

    sound: Sound
    voice: str


_OPENERS = {"kokoro": kokoro.open_voice, "espeak": espeak.open_voice, "tones": tones.open_voice}
BEST_FIRST = tuple(_OPENERS)


def open_voices(wanted: tuple[str, ...] = BEST_FIRST) -> list[Voice]:
    """Return the voices that are installed here, best first. The tones always are."""
    found: list[Voice] = []
    for name in wanted:
        try:
            found.append(_OPENERS[name]())
        except (ImportError, OSError, RuntimeError) as reason:
            log.info("voice %s is not installed here: %s", name, reason)
    return found


def render(text: str, language: str, voices: list[Voice]) -> Rendered:
    """Speak the text with the first voice that can, as even telephone sound."""
    spoken = speakable(text, language)
    for voice in voices:
        try:
            sound, rate = voice.speak(spoken, language)
        except (OSError, RuntimeError, ValueError) as reason:
            log.warning("voice %s could not speak %r: %s", voice.name, text[:30], reason)
            continue
        if len(sound):
            return Rendered(for_telephone(sound, rate), voice.name)
    raise SpeechFailed(f"No voice could speak {text[:60]!r}")
