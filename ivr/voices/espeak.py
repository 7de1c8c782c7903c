"""The robotic voice: eSpeak NG, as a program on PATH or as the library of the optional wheel.

Its Mandarin voice reads characters wrongly in the versions met in the field, so it is given pinyin with tone
numbers (`nin2 hao3`) and the voice `cmn-latn-pinyin`.
"""

import ctypes
import importlib
import io
import re
import shutil
import subprocess
import wave
from pathlib import Path
from typing import Any

import numpy as np
from pypinyin import Style, lazy_pinyin

from ivr.audio import Sound

VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us"}
WORDS_A_MINUTE = {"zh": 150, "en": 155}
SPEAK_SECONDS = 60

_AUDIO_OUTPUT_SYNCHRONOUS = 2
_CHARS_UTF8 = 1
_RATE_PARAMETER = 1
_IPA_WITH_TIE = 0x02 | 0x80 | (ord("^") << 8)
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def as_input(text: str, language: str) -> str:
    """Return what eSpeak is to read: pinyin with tone numbers for Chinese, the text itself otherwise."""
    if language != "zh":
        return text
    syllables = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    return re.sub(r"\s*([，。！？；、：])\s*", r"\1 ", " ".join(syllables)).translate(
        str.maketrans("，。！？；、：", ",.!?;,:")
    )


class EspeakProgram:
    """eSpeak NG as a program."""

    name = "espeak-ng"

    def __init__(self, program: str) -> None:
        self._program = program

    def speak(self, text: str, language: str) -> tuple[Sound, int]:
        """Run the program once. Raises OSError or RuntimeError when it fails."""
        done = subprocess.run(
            [
                self._program,
                "-v",
                VOICES[language],
                "-s",
                str(WORDS_A_MINUTE[language]),
                "--stdout",
                "--stdin",
            ],
            input=as_input(text, language).encode(),
            capture_output=True,
            timeout=SPEAK_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace").strip())
        with wave.open(io.BytesIO(done.stdout)) as file:
            # A streamed WAV states no true length: read what is there.
            rate, frames = file.getframerate(), done.stdout[44:]
        return _as_sound(frames), rate


class EspeakLibrary:
    """eSpeak NG as a library in this process; one at a time, it keeps global state."""

    name = "espeak-ng"

    def __init__(self, library: Any, data_folder: str) -> None:
        self._library, self._heard = library, bytearray()
        self.rate = library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 500, data_folder.encode(), 0)
        if self.rate <= 0:
            raise RuntimeError("eSpeak NG could not be started")
        self._callback = _CALLBACK(self._take)
        library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0

    def speak(self, text: str, language: str) -> tuple[Sound, int]:
        """Speak into memory."""
        self._use(language)
        self._library.espeak_SetParameter(_RATE_PARAMETER, WORDS_A_MINUTE[language], 0)
        data = as_input(text, language).encode() + b"\0"
        self._heard.clear()
        self._library.espeak_Synth(data, len(data), 0, 1, 0, _CHARS_UTF8, None, None)
        self._library.espeak_Synchronize()
        return _as_sound(bytes(self._heard)), self.rate

    def phonemes(self, text: str, language: str) -> str:
        """Return IPA with `^` between the letters of one sound."""
        self._use(language)
        rest, parts = ctypes.c_char_p(text.encode()), []
        function = self._library.espeak_TextToPhonemes
        function.restype = ctypes.c_char_p
        while rest.value:
            parts.append((function(ctypes.byref(rest), _CHARS_UTF8, _IPA_WITH_TIE) or b"").decode())
        return " ".join(parts).strip()

    def _use(self, language: str) -> None:
        if self._library.espeak_SetVoiceByName(VOICES[language].encode()):
            raise RuntimeError(f"eSpeak NG has no voice {VOICES[language]}")


def _as_sound(frames: bytes) -> Sound:
    samples = np.frombuffer(frames[: len(frames) // 2 * 2], dtype="<i2")
    return samples.astype(np.float32) / 32768


def open_library() -> EspeakLibrary:
    """Open the optional wheel's library. Raises ImportError when it is not installed."""
    loader = importlib.import_module("espeakng_loader")
    data_folder = Path(loader.get_data_path())
    return EspeakLibrary(ctypes.CDLL(loader.get_library_path()), str(data_folder))


def open_voice() -> EspeakProgram | EspeakLibrary:
    """Prefer the program: it is newer and cannot take the process with it."""
    program = shutil.which("espeak-ng")
    return EspeakProgram(program) if program else open_library()
