"""Texts become files that Asterisk plays: shipped ones are copied, the others rendered."""

import functools
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callcenter.core import audit
from ivr import announcements, audio, speech
from ivr.models import Prompt, PromptAudio
from ivr.naming import FOLDER, asterisk_name, audio_name

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).resolve().parents[1] / "prompts"
SHIPPED_VOICE = "kokoro"
NOTICE = "notice"
"""The code under which emergency notices are rendered."""

Texts = dict[tuple[str, str], str]
"""(code, language) → text."""

SPEAKING_RATE = {"zh": 4.5, "en": 15.0}
"""Characters a second, to guess a length where there is no file."""


@dataclass(frozen=True)
class Rendering:
    """One text that now has its sound. `was`: present, copied or rendered."""

    code: str
    language: str
    voice: str
    was: str


def texts_of(codes: Iterable[str]) -> Texts:
    """Return the texts of these prompts; an empty text is left out."""
    rows = Prompt.objects.filter(code__in=list(codes))
    return {
        (row.code, language): text for row in rows for language, text in row.texts.items() if text.strip()
    }


def all_texts() -> Texts:
    """Return everything the centre can say: all prompts, and what waiting callers are told."""
    fixed = {
        (code, language): text
        for code, texts in announcements.TEXTS.items()
        for language, text in texts.items()
    }
    return fixed | texts_of(Prompt.objects.values_list("code", flat=True))


def render_texts(texts: Texts, *, again: bool = False) -> list[Rendering]:
    """Give every text its sound. Idempotent; raises SpeechFailed when no voice can speak a text."""
    return list(renderings(texts, again=again))


def renderings(texts: Texts, *, again: bool = False) -> Iterator[Rendering]:
    """Like `render_texts`, one by one, for showing progress. `again`: even what is there already."""
    known = set(PromptAudio.objects.values_list("language", "name"))
    rows: list[PromptAudio] = []
    try:
        for (code, language), text in texts.items():
            name = audio_name(code, text)
            target = _target(language, name)
            if not again and (language, name) in known and (target is None or target.is_file()):
                yield Rendering(code, language, "", "present")
            else:
                row, was = _provide(language, name, text, target, again=again)
                rows.append(row)
                yield Rendering(code, language, row.voice, was)
    finally:
        _write_down(rows)


def _provide(
    language: str, name: str, text: str, target: Path | None, *, again: bool
) -> tuple[PromptAudio, str]:
    """Copy or render one sound; return its row, not yet written, and which of the two was done."""
    shipped = SHIPPED / language / f"{name}{audio.ENDING}"
    data, voice, was = b"", "", "present"
    if shipped.is_file() and not again:
        data, voice, was = shipped.read_bytes(), SHIPPED_VOICE, "copied"
    elif target is not None and target.is_file() and not again:
        data = target.read_bytes()
    elif target is not None:
        rendered = speech.render(text, language, _voices())
        data, voice, was = audio.to_ulaw(rendered.sound), rendered.voice, "rendered"
    if target is not None and was != "present":
        audio.write_atomically(target, data)
    seconds = audio.seconds_of(data) if data else len(text) / SPEAKING_RATE[language]
    return PromptAudio(language=language, name=name, text=text, voice=voice, seconds=round(seconds, 2)), was


def _write_down(rows: list[PromptAudio]) -> None:
    now = timezone.now()
    for row in rows:
        row.rendered_at = now
    PromptAudio.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["language", "name"],
        update_fields=["text", "voice", "seconds", "rendered_at"],
    )


@functools.cache
def _voices() -> list[speech.Voice]:
    """Open the installed voices once a process; a natural one takes seconds to load."""
    return speech.open_voices()


def _target(language: str, name: str) -> Path | None:
    """Where Asterisk finds the file; None when this machine does not hold Asterisk's sounds."""
    folder = settings.ASTERISK["sounds_dir"]
    return Path(folder) / FOLDER / language / f"{name}{audio.ENDING}" if folder else None


def audio_of(texts: Texts) -> dict[str, dict[str, dict[str, Any]]]:
    """Return code → language → what is played and for how long, as a version's document holds it."""
    names = {(language, audio_name(code, text)): code for (code, language), text in texts.items()}
    spoken: dict[str, dict[str, dict[str, Any]]] = {}
    rows = PromptAudio.objects.filter(name__in=[name for _, name in names])
    for row in rows:
        code = names.get((row.language, row.name))
        if code is not None:
            spoken.setdefault(code, {})[row.language] = {
                "file": asterisk_name(row.language, row.name),
                "seconds": row.seconds,
            }
    return spoken


@transaction.atomic
def write_prompt(code: str, text_zh: str, text_en: str, *, by: Any = None) -> Prompt:
    """Create a prompt or change its text. What was published with the old text keeps it."""
    prompt, is_new = Prompt.objects.get_or_create(
        code=code, defaults={"text_zh": text_zh, "text_en": text_en}
    )
    if not is_new:
        Prompt.objects.filter(pk=prompt.pk).update(text_zh=text_zh, text_en=text_en)
        prompt.refresh_from_db()
    record_prompt_edit(prompt, by=by)
    return prompt


def record_prompt_edit(prompt: Prompt, *, by: Any) -> None:
    """Write down who changed a prompt."""
    audit.record("prompt.edited", by=by, subject=prompt, code=prompt.code)
