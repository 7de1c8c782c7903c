"""Every sentence of the frame and of the sign-in pages exists in Chinese."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from callcenter.accounts.models import Role, User

ROOT = Path(settings.BASE_DIR)
FOLDERS = ["templates/components", "templates/registration", "templates/accounts", "templates/admin"]
TEMPLATES = [
    *(ROOT / "templates").glob("*.html"),
    *(path for name in FOLDERS for path in (ROOT / name).glob("*.html")),
]
SENTENCE = re.compile(r"""\{% translate (?:"([^"]+)"|'([^']+)')(?: context "([^"]+)")? %\}""")


def in_chinese(text: str, context: str) -> str:
    with translation.override("zh-hans"):
        return translation.pgettext(context, text) if context else translation.gettext(text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_is_translated_whole(template):
    sentences = {
        (first or second, context) for first, second, context in SENTENCE.findall(template.read_text())
    }
    assert [text for text, context in sorted(sentences) if in_chinese(text, context) == text] == []


def test_the_rail_speaks_chinese(client, db):
    """A word that Django's own pages use too would come from their catalogue."""
    client.force_login(User.objects.create_user("sun", password="x", role=Role.ADMINISTRATOR))
    page = client.get("/accounts/profile/").content.decode()
    rail = page[page.index('<nav class="nav"') : page.index("</nav>")]
    words = ["现场", "现场席位", "大屏", "通话记录", "指标报表", "系统管理"]
    assert [word for word in words if word not in rail] == []
