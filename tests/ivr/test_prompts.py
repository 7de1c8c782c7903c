"""Texts become files that Asterisk plays."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ivr import announcements, audio, speech
from ivr.models import PromptAudio
from ivr.services import prompts
from ivr.voices import tones

pytestmark = pytest.mark.django_db


@pytest.fixture
def _only_tones(monkeypatch):
    monkeypatch.setattr(prompts, "_voices", lambda: [tones.open_voice()])


def test_the_demo_ships_every_sound_it_plays(sounds, published):
    for spoken in published.document["audio"].values():
        for played in spoken.values():
            assert (sounds.parent / f"{played['file']}{audio.ENDING}").is_file()


def test_every_place_and_wait_can_be_told(sounds, published):
    for language in ("zh", "en"):
        for file in announcements.announcement_files(language, 35, 12):
            assert (sounds.parent / f"{file}{audio.ENDING}").stat().st_size > audio.RATE


def test_a_second_run_renders_nothing(sounds, published):
    assert {rendering.was for rendering in prompts.renderings(prompts.all_texts())} == {"present"}


@pytest.mark.usefixtures("_only_tones")
def test_a_new_text_is_rendered_and_kept_beside_the_old(sounds, published):
    prompts.write_prompt("welcome", "新的欢迎词", "A new welcome")
    (rendered, *_others) = [
        r for r in prompts.render_texts(prompts.texts_of(["welcome"])) if r.was == "rendered"
    ]
    assert (rendered.voice, len(list((sounds / "zh").glob("welcome-*")))) == ("tones", 2)


@pytest.mark.usefixtures("_only_tones")
def test_the_length_of_a_rendered_text_is_known(sounds, published):
    prompts.write_prompt("welcome", "新的欢迎词", "A new welcome")
    prompts.render_texts(prompts.texts_of(["welcome"]))
    row = PromptAudio.objects.get(language="zh", text="新的欢迎词")
    size = (sounds / "zh" / f"{row.name}{audio.ENDING}").stat().st_size
    assert row.seconds == pytest.approx(size / audio.RATE, abs=0.01)


def test_the_command_tells_what_it_did(sounds, published, capsys):
    call_command("render_prompts")
    assert "0 rendered" in capsys.readouterr().out


def test_the_command_needs_a_folder(published, settings):
    settings.ASTERISK = {**settings.ASTERISK, "sounds_dir": ""}
    with pytest.raises(CommandError, match="ASTERISK_SOUNDS_DIR"):
        call_command("render_prompts")


def test_a_voice_that_fails_gives_way_to_the_next():
    class Broken:
        name = "broken"

        def speak(self, text, language):
            raise RuntimeError("no")

    assert speech.render("您好", "zh", [Broken(), tones.open_voice()]).voice == "tones"


def test_no_voice_at_all_is_an_error():
    with pytest.raises(speech.SpeechFailed):
        speech.render("您好", "zh", [])
