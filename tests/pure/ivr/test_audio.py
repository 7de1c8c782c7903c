"""Sound for the telephone: its form and its loudness."""

import numpy as np
import pytest

from ivr import audio


def tone(hertz, seconds=1.0, rate=24_000, level=0.5):
    """Return a sine."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


def loudness(sound):
    """Return the root mean square."""
    return float(np.sqrt(np.mean(sound**2)))


@pytest.mark.parametrize("level", [0.05, 0.3, 0.95])
def test_quiet_and_loud_voices_come_out_even(level):
    sound = audio.for_telephone(tone(440, level=level), 24_000)
    assert loudness(sound) == pytest.approx(audio.LOUDNESS, rel=0.15)


def test_a_second_stays_a_second():
    assert len(audio.for_telephone(tone(440, rate=22_050), 22_050)) == pytest.approx(audio.RATE, rel=0.02)


def test_what_a_telephone_cannot_carry_does_not_come_back_as_another_tone():
    kept = audio.for_telephone(tone(440) + tone(6000), 24_000)
    spectrum = np.abs(np.fft.rfft(kept))
    hertz = np.fft.rfftfreq(len(kept), 1 / audio.RATE)
    assert spectrum[np.abs(hertz - 2000) < 200].max() < spectrum[np.abs(hertz - 440) < 20].max() / 50


def test_silence_around_the_speech_is_cut():
    silence = np.zeros(24_000, dtype=np.float32)
    assert len(audio.for_telephone(np.concatenate([silence, tone(440), silence]), 24_000)) < audio.RATE * 1.2


def test_u_law_and_back():
    sound = audio.for_telephone(tone(700), 24_000)
    assert audio.from_ulaw(audio.to_ulaw(sound)) == pytest.approx(sound, abs=0.02)


def test_a_file_appears_whole(tmp_path):
    audio.write_atomically(tmp_path / "zh" / "a.ulaw", b"abc")
    assert [path.name for path in (tmp_path / "zh").iterdir()] == ["a.ulaw"]
