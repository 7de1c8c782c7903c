"""Whatever is pressed and however broken the flow, a walk waits or ends and never raises."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr import flow
from ivr.flow import Collect, Digits, Finish, HungUp, Silence
from ivr.kinds import KINDS
from tests.pure.ivr.walks import DEMO

KEYS = "0123456789*#"
SECONDS = st.floats(0, 60)
INPUTS = st.lists(
    st.one_of(
        st.builds(Digits, st.sampled_from(KEYS) | st.text(max_size=3), SECONDS),
        st.just(Silence()),
        st.just(HungUp()),
    ),
    max_size=150,
)
NAMES = st.sampled_from(["a", "b", "c", "d", "gone"])
EXITS = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from([*KEYS, "next"]),
            "target": NAMES,
            "value": st.sampled_from(["zh", "en", "xx"]),
        }
    ),
    max_size=4,
)
NODES = st.lists(
    st.fixed_dictionaries({"key": NAMES, "kind": st.sampled_from([*KINDS, "unknown"]), "exits": EXITS}),
    max_size=5,
)
TREES = st.fixed_dictionaries({"start": NAMES, "operator": NAMES, "nodes": NODES})


def assert_waits_or_ends(tree, inputs):
    """Walk to the end; fail if the walk neither waits nor ends."""
    _position, actions = flow.start(tree)
    for heard in inputs:
        assert isinstance(actions[-1], Collect | Finish)
        if isinstance(actions[-1], Finish):
            return
        _position, actions = flow.step(tree, _position, heard)
    assert isinstance(actions[-1], Collect | Finish)


@settings(max_examples=300, deadline=None)
@given(INPUTS)
def test_any_keys_in_the_demo_tree(inputs):
    assert_waits_or_ends(DEMO, inputs)


@settings(max_examples=300, deadline=None)
@given(TREES, INPUTS)
def test_any_keys_in_any_tree(tree, inputs):
    assert_waits_or_ends(flow.flow_from(tree, 1), inputs)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from("12345*9"), min_size=200, max_size=200))
def test_nobody_walks_in_circles_for_ever(keys):
    position, actions = flow.start(DEMO)
    for key in keys:
        if isinstance(actions[-1], Finish):
            break
        position, actions = flow.step(DEMO, position, Digits(key, 60))
    assert isinstance(actions[-1], Finish)
