"""Every sentence of the frame and of the sign-in pages exists in Chinese."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

ROOT = Path(settings.BASE_DIR)
FOLDERS = ["templates/components", "templates/registration", "templates/accounts", "templates/admin"]
TEMPLATES = [
    *(ROOT / "templates").glob("*.html"),
    *(path for name in FOLDERS for path in (ROOT / name).glob("*.html")),
]
SENTENCE = re.compile(r"""\{% translate (?:"([^"]+)"|'([^']+)')""")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_is_translated_whole(template):
    sentences = {first or second for first, second in SENTENCE.findall(template.read_text())}
    with translation.override("zh-hans"):
        assert [text for text in sorted(sentences) if translation.gettext(text) == text] == []
