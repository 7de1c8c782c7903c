"""Sound as numbers: resampling, even loudness, and the telephone's file form. Pure, with numpy.

A prompt is kept as raw µ-law at 8 kHz (`.ulaw`): what the telephone line carries, so Asterisk plays it
without converting, at half the size of 16-bit WAV.
"""

import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 8000
ENDING = ".ulaw"
LOUDNESS = 0.11
"""Root mean square of the spoken parts, full scale = 1; about −19 dBFS, as recorded announcements have it."""
PEAK = 0.89
SILENCE_LEVEL = 0.012
PAD_SECONDS = 0.06
LOWEST_HZ, HIGHEST_HZ = 120, 3600

Sound = NDArray[np.floating[Any]]


def for_telephone(sound: Sound, rate: int) -> Sound:
    """Return the sound at 8 kHz, without rumble, trimmed, and as loud as every other prompt."""
    return _evened(_trimmed(_resampled(sound, rate)))


def _resampled(sound: Sound, rate: int) -> Sound:
    """Resample by the spectrum, keeping only what a telephone passes."""
    length = max(1, round(len(sound) * RATE / rate))
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    spectrum[hertz < LOWEST_HZ] = 0
    spectrum[hertz > HIGHEST_HZ] = 0
    kept = np.zeros(length // 2 + 1, dtype=spectrum.dtype)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    return (np.fft.irfft(kept, length) * (length / len(sound))).astype(np.float32)


def _trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > SILENCE_LEVEL)
    if not len(loud):
        return sound
    pad = int(PAD_SECONDS * RATE)
    return sound[max(0, loud[0] - pad) : loud[-1] + pad]


def _evened(sound: Sound) -> Sound:
    spoken = sound[np.abs(sound) > SILENCE_LEVEL]
    if not len(spoken):
        return sound
    gain = LOUDNESS / float(np.sqrt(np.mean(spoken**2)))
    louder = sound * gain
    # A soft limit instead of clipping: speech has short peaks far above its loudness.
    limited: Sound = np.tanh(louder / PEAK) * PEAK
    return limited


def to_ulaw(sound: Sound) -> bytes:
    """Encode as G.711 µ-law."""
    samples = np.clip(sound * 32767, -32635, 32635).astype(np.int32)
    sign = np.where(samples < 0, 0x80, 0).astype(np.int32)
    biased = np.abs(samples) + 132
    exponent = np.floor(np.log2(biased)).astype(np.int32) - 7
    mantissa = (biased >> (exponent + 3)) & 0x0F
    code = ~(sign | (exponent << 4) | mantissa) & 0xFF
    return bytes(code.astype(np.uint8))


def from_ulaw(data: bytes) -> Sound:
    """Decode G.711 µ-law to numbers between −1 and 1."""
    code = (~np.frombuffer(data, dtype=np.uint8)).astype(np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 132 << ((code >> 4) & 7)) - 132
    return (np.where(code & 0x80, -magnitude, magnitude) / 32768).astype(np.float32)


def seconds_of(data: bytes) -> float:
    """How long a µ-law prompt plays."""
    return len(data) / RATE


def write_atomically(path: Path, data: bytes) -> None:
    """Write the file so that Asterisk never opens half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_bytes(data)
    scratch.replace(path)


def write_wav(path: Path, sound: Sound, rate: int = RATE) -> None:
    """Write 16-bit mono WAV, for ears and browsers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
