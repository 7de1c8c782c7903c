import random
import wave

import pytest

from callcenter.telephony.passengers import audio


def mixed(*sounds):
    return audio.encode(
        [sum(samples) // len(sounds) for samples in zip(*map(audio.decode, sounds), strict=True)]
    )


def test_pcmu_keeps_every_value_it_can_say():
    assert audio.encode(audio.decode(bytes(range(256)))) == bytes(range(256)).replace(b"\x7f", b"\xff")


def test_pcmu_comes_within_four_percent_of_any_sample():
    for sample in (-30000, -1234, -40, 55, 999, 31000):
        assert audio.decode(audio.encode([sample]))[0] == pytest.approx(sample, rel=0.04, abs=8)


def test_goertzel_finds_the_amplitude_of_a_tone_and_nothing_beside_it():
    sound = audio.tone(880, 0.5)
    assert audio.goertzel(sound, 880) == pytest.approx(audio.FULL_TONE, rel=0.05)
    assert audio.goertzel(sound, 660) < audio.FULL_TONE / 50


@pytest.mark.parametrize("hertz", [300, 440, 523, 660, 880, 1320, 2400])
def test_a_tone_is_recognised_within_a_tenth_of_a_second(hertz):
    assert audio.recognise_tone(audio.tone(hertz, 0.1)).hertz == pytest.approx(hertz, abs=3)


def test_agents_ten_hertz_apart_are_told_apart():
    heard = [audio.recognise_tone(audio.tone(hertz, 0.1)).hertz for hertz in range(500, 600, 10)]
    assert [round(hertz, -1) for hertz in heard] == list(range(500, 600, 10))


def test_two_voices_at_once_are_no_tone():
    assert audio.recognise_tone(mixed(audio.tone(440), audio.tone(910))) is None


def test_speech_noise_and_silence_are_no_tone():
    noise = bytes(random.Random(1).randbytes(800))
    for sound in (audio.speech(1.0)[2000:2800], noise, audio.silence(0.1), b""):
        assert audio.recognise_tone(sound) is None


def test_speech_has_sound_and_pauses():
    speech = audio.speech(4.0, seed=3)
    frames = [speech[n : n + audio.FRAME_SAMPLES] for n in range(0, len(speech), audio.FRAME_SAMPLES)]
    audible = sum(map(audio.is_audible, frames))
    assert len(speech) == 4 * audio.SAMPLES_PER_SECOND
    assert len(frames) * 0.3 < audible < len(frames) * 0.95


def test_the_same_seed_gives_the_same_speech():
    assert audio.speech(1.0, seed=5) == audio.speech(1.0, seed=5) != audio.speech(1.0, seed=6)


def write_recording(path, rate, channels, samples):
    with wave.open(str(path), "wb") as recording:
        recording.setparams((channels, 2, rate, 0, "NONE", ""))
        recording.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))


def test_a_recording_is_loaded_and_its_first_channel_taken(tmp_path):
    tone = audio.decode(audio.tone(440, 0.2))
    write_recording(tmp_path / "a.wav", 8000, 2, [value for sample in tone for value in (sample, 0)])
    sound = audio.load_recording(tmp_path / "a.wav")
    assert audio.recognise_tone(sound).hertz == pytest.approx(440, abs=3)


def test_a_recording_of_another_rate_is_refused_with_advice(tmp_path):
    write_recording(tmp_path / "a.wav", 44100, 1, [0] * 100)
    with pytest.raises(audio.UnusableRecording, match="sox a.wav -r 8000"):
        audio.load_recording(tmp_path / "a.wav")


def test_a_file_that_is_no_recording_is_refused(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"hello")
    with pytest.raises(audio.UnusableRecording):
        audio.load_recording(tmp_path / "a.wav")
