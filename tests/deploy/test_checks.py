"""The project's own checks see what they are for."""

import ast
from pathlib import Path

import pytest

from deploy.checks import coverage, translations
from deploy.local import paths

TESTS = """
import pytest
pytestmark = [pytest.mark.asterisk, pytest.mark.covers("TEL-01")]

@pytest.mark.covers("TEL-02", "TEL-03")
async def test_one(): ...

class TestGroup:
    @pytest.mark.covers("IVR-01")
    def test_two(self): ...

def helper(): ...
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return tmp_path


def keys(found: "list[translations.Text]") -> set[str]:
    return {text.key for text in found}


def test_texts_of_a_template_are_found(root: Path) -> None:
    page = root / "page.html"
    page.write_text(
        '{% load i18n %}{% translate "Sign in" %}{% translate "Hold" context "verb" %}'
        "{% blocktranslate trimmed count n=n %}\n  one call\n"
        "{% plural %}\n  {{ n }} calls\n{% endblocktranslate %}"
    )
    found = keys(list(translations.texts_of_template(page)))
    assert found == {"Sign in", "verb\4Hold", "one call\0%(n)s calls"}


def test_texts_of_code_are_found(root: Path) -> None:
    code = root / "code.py"
    code.write_text(
        'a = _("Queue")\nb = ngettext("%(n)s call", "%(n)s calls", n)\n'
        'c = pgettext("verb", "Hold")\nd = f("x")'
    )
    assert keys(list(translations.texts_of_python(code))) == {
        "Queue",
        "%(n)s call\0%(n)s calls",
        "verb\4Hold",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%(name)s waits", {"%(name)"}),
        ("{count} calls", {"{count}"}),
        ("100 %", set()),
        ("{{ kept }}", set()),
    ],
)
def test_placeholders_are_told_from_words(text: str, found: set[str]) -> None:
    assert translations.placeholders(text) == found


def test_marks_of_functions_classes_and_files_are_read() -> None:
    tree = ast.parse(TESTS)
    pairs = set(coverage.tests_of(tree.body, coverage.module_marks(tree), "t.py"))
    assert pairs == {
        ("TEL-01", "t.py::test_one"),
        ("TEL-02", "t.py::test_one"),
        ("TEL-03", "t.py::test_one"),
        ("TEL-01", "t.py::TestGroup::test_two"),
        ("IVR-01", "t.py::TestGroup::test_two"),
    }


def test_a_requirement_without_a_test_says_where_it_will_come() -> None:
    rows = [coverage.Row("LF-01", "Lost items", "A report"), coverage.Row("LF-02", "Lost items", "A match")]
    page = coverage.page(rows, {"LF-02": ["t.py::test_match"]})
    assert "| LF-01 | A report | not yet: lostfound comes with a later issue |" in page
    assert "| LF-02 | A match | `t.py::test_match` |" in page


def test_a_mark_of_an_unknown_requirement_is_refused() -> None:
    with pytest.raises(coverage.UnknownRow, match="TEL-99"):
        coverage.page([], {"TEL-99": ["t.py::test_it"]})
