"""What keeps a version from being published."""

import copy

import pytest

from ivr.demo_tree import PROMPTS, TREE
from ivr.kinds.base import World
from ivr.validation import problems_in

WORLD = World(
    queues=frozenset({"general", "ticket", "lost", "complaint", "priority", "emergency", "english"}),
    skills=frozenset({"mandarin", "english", "ticket", "lost", "complaint", "priority", "emergency"}),
    prompts=PROMPTS,
)


def node(tree, key):
    """Return a node of a tree."""
    return next(node for node in tree["nodes"] if node["key"] == key)


def problems(change, world=WORLD):
    """Return (code, node) of the problems that a change to the demo tree brings."""
    tree = copy.deepcopy(TREE)
    change(tree)
    return [(problem.code, problem.node) for problem in problems_in(tree, world)]


def test_the_demo_tree_has_none():
    assert problems(lambda tree: None) == []


def unlink(tree):
    node(tree, "feedback")["exits"].pop()


def dangle(tree):
    node(tree, "lost")["exits"][0]["target"] = "nowhere"


def empty(tree):
    node(tree, "carry")["exits"] = []


def double(tree):
    node(tree, "lost")["exits"].append({"key": "1", "target": "lost_help"})


def mute(tree):
    node(tree, "main")["prompt"] = ""


def circle(tree):
    for key in ("a", "b"):
        tree["nodes"].append({"key": key, "kind": "menu", "prompt": "main", "exits": []})
    node(tree, "a")["exits"] = [{"key": "1", "target": "b"}]
    node(tree, "b")["exits"] = [{"key": "1", "target": "a"}]
    node(tree, "main")["exits"].append({"key": "6", "target": "a"})


@pytest.mark.covers("IVR-02")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (unlink, ("unreachable", "suggestion_agent")),
        (dangle, ("dead_end", "lost")),
        (empty, ("dead_end", "carry")),
        (double, ("duplicate_key", "lost")),
        (mute, ("no_prompt", "main")),
        (circle, ("no_way_out", "a")),
        (lambda tree: tree.update(start="gone"), ("no_start", "")),
        (lambda tree: tree.update(operator="main"), ("no_operator", "main")),
        (lambda tree: node(tree, "operator")["settings"].update(queue="gone"), ("unknown_queue", "operator")),
        (
            lambda tree: node(tree, "operator")["settings"].update(skills=["fly"]),
            ("unknown_skill", "operator"),
        ),
        (lambda tree: node(tree, "language")["exits"][0].update(value="fr"), ("no_language", "language")),
        (lambda tree: node(tree, "main").update(kind="dream"), ("unknown_kind", "main")),
        (
            lambda tree: node(tree, "main")["exits"].append({"key": "x", "target": "lost"}),
            ("bad_key", "main"),
        ),
    ],
)
def test_a_planted_fault_is_found(change, expected):
    assert expected in problems(change)


def test_a_prompt_without_english_is_found():
    world = World(WORLD.queues, WORLD.skills, {**PROMPTS, "main": {"zh": "主菜单", "en": " "}})
    assert problems(lambda tree: None, world) == [("missing_prompt", "main")]


def test_a_prompt_that_every_menu_says_is_found_missing():
    world = World(
        WORLD.queues, WORLD.skills, {code: texts for code, texts in PROMPTS.items() if code != "no_key"}
    )
    assert problems(lambda tree: None, world) == [("missing_prompt", "")]


def test_every_problem_is_told_at_once():
    def both(tree):
        dangle(tree)
        mute(tree)

    assert len(problems(both)) == 2
