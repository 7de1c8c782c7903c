"""`manage.py render_prompts`: every prompt gets its sound, where Asterisk plays it from."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ivr import speech
from ivr.services import prompts


class Command(BaseCommand):
    """Copies what is shipped, renders what is missing; a second run does nothing."""

    help = "Render every prompt and announcement that has no sound yet, in all languages."

    def add_arguments(self, parser: CommandParser) -> None:
        """The only choice is to begin anew."""
        parser.add_argument(
            "--again", action="store_true", help="render even what is there, with the best voice"
        )

    def handle(self, *args: Any, again: bool = False, **options: Any) -> None:
        """Show each text as it is done."""
        texts = prompts.all_texts()
        if not settings.ASTERISK["sounds_dir"]:
            raise CommandError("ASTERISK_SOUNDS_DIR names no folder: say where Asterisk plays prompts from.")
        done = {"present": 0, "copied": 0, "rendered": 0}
        try:
            for number, rendering in enumerate(prompts.renderings(texts, again=again), start=1):
                done[rendering.was] += 1
                if rendering.was == "rendered":
                    name = f"{rendering.language}/{rendering.code}"
                    self.stdout.write(f"{number}/{len(texts)} {name} ({rendering.voice})")
        except speech.SpeechFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(
            f"{len(texts)} prompts: {done['present']} were there, "
            f"{done['copied']} copied, {done['rendered']} rendered."
        )
