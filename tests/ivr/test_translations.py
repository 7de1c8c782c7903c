"""Every sentence an administrator reads in the menus' pages has its Chinese."""

import pytest
from django.utils.translation import gettext, override

from ivr.demo_tree import TREE
from ivr.kinds import KINDS
from ivr.kinds.base import World
from ivr.validation import NO_TEXT, problems_in

BROKEN = {
    "nodes": [
        {"key": "a", "kind": kind, "exits": [{"key": "x", "target": "gone"}], "settings": {"skills": ["fly"]}}
        for kind in [*KINDS, "unknown"]
    ]
}


def sentences():
    """Return the messages of problems, and the words of the kinds."""
    found = {problem.message for tree in (BROKEN, {}, TREE) for problem in problems_in(tree, World())}
    found.update(NO_TEXT.values())
    for kind in KINDS.values():
        found.add(kind.label)
        found.update(field.label for field in kind.fields)
        found.update(name for field in kind.fields for _code, name in field.choices)
    return sorted(found)


@pytest.mark.parametrize("sentence", sentences())
def test_it_is_translated(sentence):
    with override("zh-hans"):
        assert gettext(sentence) != sentence
