"""Voices: what each is given to read, and that there is always one."""

from ivr import speech
from ivr.spoken import speakable
from ivr.voices import espeak


def test_the_robotic_voice_is_given_pinyin_with_tones():
    assert espeak.as_input(speakable("您好，请按1。", "zh"), "zh") == "nin2 hao3, qing3 an4 yi1. "


def test_english_is_read_as_it_is():
    assert espeak.as_input("Press 1.", "en") == "Press 1."


def test_without_any_speech_packages_there_are_still_tones(monkeypatch):
    monkeypatch.delenv("KOKORO_VOICES", raising=False)
    voices = speech.open_voices()
    assert voices[-1].name == "tones"
    assert "kokoro" not in [voice.name for voice in voices]


def test_tones_are_heard():
    rendered = speech.render("您好", "zh", speech.open_voices(("tones",)))
    assert 0.4 < len(rendered.sound) / 8000 < 0.8
