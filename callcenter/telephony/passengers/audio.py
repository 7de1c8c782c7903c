"""Sound as the telephone network carries it: PCMU, 8,000 samples a second, one byte each (ITU-T G.711)."""

import array
import math
import random
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLES_PER_SECOND = 8000
FRAME_SAMPLES = 160
FRAME_SECONDS = 0.02
FULL_TONE = 8000
"""Amplitude of our tones on the linear scale (−32,768…32,767)."""

AUDIBLE = 400
"""A sample louder than this counts as sound; line noise and comfort noise stay below."""

PURE = 0.7
"""Share of the energy in one frequency from which on a sound is called a tone."""


def _encode(sample: int) -> int:
    sign, magnitude = (0x80 if sample < 0 else 0), min(abs(sample), 32635) + 0x84
    exponent = magnitude.bit_length() - 8
    return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0xF)) & 0xFF


def _decode(byte: int) -> int:
    byte = ~byte & 0xFF
    magnitude = (((byte & 0xF) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return 0x84 - magnitude if byte & 0x80 else magnitude - 0x84


LINEAR = tuple(_decode(byte) for byte in range(256))
"""The linear value of each PCMU byte."""

_FAINT = 0.05

_ULAW = bytes(_encode(sample) for sample in range(-32768, 32768))
_IS_AUDIBLE = bytes(abs(value) > AUDIBLE for value in LINEAR)

SILENT_FRAME = bytes([_encode(0)]) * FRAME_SAMPLES


class UnusableRecording(Exception):
    """The file is not a recording that can be sent down a telephone line."""


@dataclass(frozen=True, slots=True)
class Tone:
    """A pure tone that was heard: its frequency in hertz and the share of the energy it carries (0…1)."""

    hertz: float
    purity: float


def encode(samples: Sequence[int]) -> bytes:
    """Return 16-bit linear samples as PCMU."""
    return bytes(_ULAW[sample + 32768] for sample in samples)


def decode(sound: bytes) -> list[int]:
    """Return PCMU as linear samples."""
    return [LINEAR[byte] for byte in sound]


def tone(hertz: float, seconds: float = 1.0, amplitude: int = FULL_TONE) -> bytes:
    """Return a sine tone. A whole number of periods repeats without a click."""
    step = 2 * math.pi * hertz / SAMPLES_PER_SECOND
    count = round(seconds * SAMPLES_PER_SECOND)
    return encode(array.array("h", (round(amplitude * math.sin(step * n)) for n in range(count))))


def silence(seconds: float) -> bytes:
    """Return so many seconds of nothing."""
    return SILENT_FRAME[:1] * round(seconds * SAMPLES_PER_SECOND)


def speech(seconds: float, seed: int = 0, pitch: float = 140.0) -> bytes:
    """Return something that sounds to a machine like a person: voiced syllables, breaths and pauses.

    Not words. The same seed gives the same sound.
    """
    dice = random.Random(seed)
    sound = bytearray()
    while len(sound) < seconds * SAMPLES_PER_SECOND:
        for _ in range(dice.randint(3, 7)):
            sound += _syllable(dice, pitch * dice.uniform(0.85, 1.2))
        sound += silence(dice.uniform(0.2, 0.5))
    return bytes(sound[: round(seconds * SAMPLES_PER_SECOND)])


def _syllable(dice: random.Random, pitch: float) -> bytes:
    """A vowel with three formants after a short burst of breath, 0.12 to 0.25 s."""
    count = round(dice.uniform(0.12, 0.25) * SAMPLES_PER_SECOND)
    formants = (dice.uniform(300, 800), dice.uniform(900, 2200), dice.uniform(2300, 3000))
    weights = {n: _resonance(pitch * n, formants) for n in range(1, int(3400 / pitch))}
    harmonics = [
        (2 * math.pi * pitch * n / SAMPLES_PER_SECOND, weight)
        for n, weight in weights.items()
        if weight > _FAINT
    ]
    breath = count // 8
    samples = array.array("h")
    for n in range(count):
        envelope = math.sin(math.pi * n / count)
        voice = sum(weight * math.sin(step * n) for step, weight in harmonics)
        noise = dice.uniform(-1, 1) * (1.5 if n < breath else 0.1)
        samples.append(round(max(-1.0, min(1.0, (voice + noise) * envelope / 4)) * 20000))
    return encode(samples)


def _resonance(hertz: float, formants: tuple[float, ...]) -> float:
    return sum(1 / (1 + ((hertz - formant) / 120) ** 2) for formant in formants)


def load_recording(path: Path) -> bytes:
    """Return a WAV file as PCMU. It must have 8,000 samples a second of 16 bits.

    Of several channels the first is taken. Raises UnusableRecording, which says how to convert the file.
    """
    try:
        with wave.open(str(path), "rb") as recording:
            facts = recording.getparams()
            frames = recording.readframes(facts.nframes)
    except (OSError, EOFError, wave.Error) as reason:
        raise UnusableRecording(f"{path}: {reason}") from reason
    if (facts.framerate, facts.sampwidth) != (SAMPLES_PER_SECOND, 2):
        raise UnusableRecording(
            f"{path} has {facts.framerate} samples a second of {8 * facts.sampwidth} bits; "
            f"convert it: sox {path.name} -r 8000 -c 1 -b 16 out.wav"
        )
    samples = array.array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    return encode(samples[:: facts.nchannels])


def level(sound: bytes) -> float:
    """Return the root mean square of the sound on the linear scale; our tones have about 5,600."""
    return math.sqrt(sum(LINEAR[byte] ** 2 for byte in sound) / len(sound)) if sound else 0.0


def is_audible(frame: bytes) -> bool:
    """Say whether a frame carries sound rather than line noise. Cheap enough for every packet."""
    return frame.translate(_IS_AUDIBLE).count(1) * 10 > len(frame)


def goertzel(sound: bytes, hertz: float) -> float:
    """Return the amplitude of one frequency: about 8,000 for our tones, near 0 when absent.

    G. Goertzel, An Algorithm for the Evaluation of Finite Trigonometric Series, 1958.
    """
    factor = 2 * math.cos(2 * math.pi * hertz / SAMPLES_PER_SECOND)
    last = before = 0.0
    for byte in sound:
        last, before = LINEAR[byte] + factor * last - before, last
    power = last * last + before * before - factor * last * before
    return 2 * math.sqrt(max(power, 0.0)) / max(len(sound), 1)


def recognise_tone(sound: bytes) -> Tone | None:
    """Return the tone that the sound is, or None for speech, music, several voices at once or silence.

    A tone crosses zero twice a period, so its frequency can be counted; Goertzel then says how much of
    the sound it explains. Any number of agents can be told apart this way for the price of one.
    """
    crossings, first, last = 0, 0, 0
    was_negative = None
    for place, byte in enumerate(sound):
        negative = byte < 0x80
        if was_negative is not None and negative != was_negative:
            crossings += 1
            first, last = first or place, place
        was_negative = negative
    loudness = level(sound)
    if crossings < 4 or loudness < AUDIBLE:
        return None
    hertz = (crossings - 1) * SAMPLES_PER_SECOND / (last - first) / 2
    purity = min((goertzel(sound, hertz) / math.sqrt(2) / loudness) ** 2, 1.0)
    return Tone(hertz, purity) if purity >= PURE else None
