"""Walking the demo tree in tests, in as few words as a rule book has."""

from ivr import flow
from ivr.demo_tree import PROMPTS, TREE
from ivr.naming import LANGUAGES

SECONDS = 10.0


def document(tree=TREE, seconds=SECONDS):
    """Return the tree as a published document in which every prompt lasts `seconds`."""
    audio = {
        code: {language: {"file": f"{language}/{code}", "seconds": seconds} for language in LANGUAGES}
        for code in PROMPTS
    }
    return {**tree, "audio": audio}


DEMO = flow.flow_from(document(), version=1)


def walk(*inputs, tree=DEMO):
    """Play inputs: a string is pressed key by key after the whole prompt was heard."""
    position, actions = flow.start(tree)
    for given in inputs:
        for heard in [flow.Digits(key, SECONDS * 3) for key in given] if isinstance(given, str) else [given]:
            position, actions = flow.step(tree, position, heard)
    return position, actions


def files(actions):
    """Return what is played, by short names."""
    return [sound.file for action in actions for sound in getattr(action, "sounds", ())]


def finish(actions):
    """Return how the walk ended."""
    assert isinstance(actions[-1], flow.Finish), actions
    return actions[-1]
