"""Our own compiler of .po files writes what gettext reads."""

import gettext
from pathlib import Path

import pytest

from deploy.local import translations

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

#. a comment
#: somewhere.py:3
msgid "Sign in"
msgstr "登录"

msgctxt "verb"
msgid "Hold"
msgstr "保持"

msgid "%(n)s call"
msgid_plural "%(n)s calls"
msgstr[0] "%(n)s 个"
" 电话"

#, fuzzy
msgid "Guess"
msgstr "猜"

msgid "Line\\n\\"quoted\\""
msgstr "行\\n“引用”"

msgid "Nothing yet"
msgstr ""

#~ msgid "Old"
#~ msgstr "旧"
"""


@pytest.fixture
def read(tmp_path: Path) -> gettext.GNUTranslations:
    path = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    assert translations.compile_all(tmp_path) == 1
    with path.with_suffix(".mo").open("rb") as stream:
        return gettext.GNUTranslations(stream)


def test_a_text_is_translated(read: gettext.GNUTranslations) -> None:
    assert read.gettext("Sign in") == "登录"


def test_a_context_tells_two_meanings_apart(read: gettext.GNUTranslations) -> None:
    assert (read.pgettext("verb", "Hold"), read.gettext("Hold")) == ("保持", "Hold")


def test_a_plural_and_a_text_of_several_lines(read: gettext.GNUTranslations) -> None:
    assert read.ngettext("%(n)s call", "%(n)s calls", 2) == "%(n)s 个 电话"


def test_escapes_are_understood(read: gettext.GNUTranslations) -> None:
    assert read.gettext('Line\n"quoted"') == "行\n“引用”"


@pytest.mark.parametrize("text", ["Guess", "Nothing yet", "Old"])
def test_what_is_not_translated_stays_as_it_is(read: gettext.GNUTranslations, text: str) -> None:
    assert read.gettext(text) == text


def test_a_catalogue_is_compiled_once(read: gettext.GNUTranslations, tmp_path: Path) -> None:
    assert translations.compile_all(tmp_path) == 0


def test_a_broken_catalogue_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "LC_MESSAGES" / "django.po"
    path.parent.mkdir()
    path.write_text('msgid "a"\nmsgstr "b\n')
    with pytest.raises(translations.BadCatalogue, match=r"django\.po: line 2"):
        translations.compile_all(tmp_path)
