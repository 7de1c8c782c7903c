"""What callers press and where it leads."""

import pytest

from ivr import flow
from ivr.flow import Collect, Digits, HungUp, Needs, Say, Silence
from tests.pure.ivr.walks import DEMO, document, files, finish, walk


def test_the_first_prompt_is_played_in_both_languages():
    assert files(walk()[1]) == ["zh/welcome", "en/welcome"]


@pytest.mark.covers("IVR-11")
def test_the_chosen_language_is_spoken_from_then_on():
    assert files(walk("2")[1]) == ["en/main"]


@pytest.mark.covers("IVR-01")
def test_three_levels_of_keys_lead_to_an_answer():
    position, actions = walk("1111")
    assert (position.node, files(actions)) == ("refund_fee", ["zh/refund_fee"])


@pytest.mark.covers("IVR-05")
@pytest.mark.parametrize(
    ("keys", "queue", "service", "skill"),
    [
        ("11111", "ticket", "enquiry", "ticket"),
        ("141", "complaint", "complaint", "complaint"),
        ("142", "general", "praise", "mandarin"),
        ("143", "general", "suggestion", "mandarin"),
        ("15", "emergency", "emergency", "emergency"),
        ("121", "lost", "lost_item", "lost"),
        ("131", "priority", "assistance", "priority"),
    ],
)
def test_each_service_sets_queue_and_skill(keys, queue, service, skill):
    needs = finish(walk(keys)[1]).needs
    assert (needs.queue, needs.service) == (queue, service)
    assert skill in needs.skills


def test_emergencies_go_first():
    assert finish(walk("15")[1]).needs.priority == 1


def test_an_english_caller_is_led_to_the_english_line_with_the_subject_as_skill():
    needs = finish(walk("21111")[1]).needs
    assert needs == Needs("english", ("english", "ticket"), "en", 5, "enquiry")


def test_zero_reaches_an_agent_from_anywhere():
    assert finish(walk("10")[1]).needs.queue == "general"
    assert finish(walk("0")[1]).needs.queue == "general"


def test_a_menu_of_its_own_meaning_for_zero_goes_first():
    assert finish(walk("1110")[1]).needs.queue == "ticket"


def test_star_repeats():
    assert files(walk("1*")[1]) == ["zh/main"]


@pytest.mark.parametrize("key", ["9", "#"])
def test_nine_and_hash_lead_back(key):
    assert walk(f"11{key}")[0].node == "main"
    assert walk(f"11{key}{key}")[0].node == "language"


def test_back_at_the_very_start_is_a_wrong_key():
    assert files(walk("9")[1]) == ["zh/wrong_key", "en/wrong_key", "zh/welcome", "en/welcome"]


def test_a_wrong_key_is_told_and_the_menu_repeated():
    assert files(walk("17")[1]) == ["zh/wrong_key", "zh/main"]


def test_silence_is_told_and_the_menu_repeated():
    assert files(walk("1", Silence())[1]) == ["zh/no_key", "zh/main"]


@pytest.mark.covers("IVR-11")
@pytest.mark.parametrize("failures", [(Silence(),) * 3, ("777",), ("7", Silence(), "7")])
def test_three_failures_lead_to_an_agent(failures):
    _, actions = walk("1", *failures)
    assert actions[0] == Say(DEMO.sound("to_agent", "zh"))
    assert finish(actions).needs.queue == "general"


def test_a_good_key_forgives_the_failures_before():
    assert isinstance(walk("1", Silence(), Silence(), "1", Silence(), Silence())[1][-1], Collect)


def test_who_hangs_up_in_a_menu_has_left_it():
    ended = finish(walk("11", HungUp())[1])
    assert (ended.needs, ended.is_self_service) == (None, False)


@pytest.mark.covers("IVR-03")
def test_who_hangs_up_after_the_answer_has_served_himself():
    position, actions = walk("1111", Silence(), HungUp())
    assert finish(actions).is_self_service
    assert position.visits[-1].ended == "answered"


def test_who_hangs_up_in_the_midst_of_the_answer_has_not():
    assert not finish(walk("1111", HungUp())[1]).is_self_service


def test_who_heard_the_answer_and_went_back_before_hanging_up_has_served_himself():
    assert finish(walk("11119", HungUp())[1]).is_self_service


def test_who_skipped_the_answer_has_not():
    assert not finish(walk("1111", Digits("9", 1), HungUp())[1]).is_self_service


def test_two_silences_after_an_answer_end_with_a_farewell():
    _, actions = walk("1111", Silence(), Silence(), Silence())
    assert files(actions) == ["zh/goodbye"]
    assert (finish(actions).needs, finish(actions).is_self_service) == (None, True)


def test_after_the_answer_the_choices_are_told_and_after_a_silence_again():
    assert files(walk("1111", Silence())[1]) == ["zh/after_answer"]
    assert files(walk("1111", Silence(), Silence())[1]) == ["zh/no_key", "zh/after_answer"]


def test_a_wrong_key_during_the_answer_does_not_make_it_heard():
    position, actions = walk("1111", Digits("7", 1), Silence(), HungUp())
    assert not finish(actions).is_self_service
    assert position.visits[-1].ended == "hung_up"


def test_the_path_is_what_was_pressed_less_the_steps_taken_back():
    position, _ = walk("111921")
    path = flow.path_of(position.visits)
    assert path == (("1", "language"), ("1", "main"), ("2", "enquiry"), ("1", "fares"))


def test_the_path_is_told_in_words():
    path = finish(walk("121")[1]).path
    assert flow.labels(DEMO, path, "zh") == [
        {"key": "1", "label": "中文"},
        {"key": "2", "label": "遗失物品"},
        {"key": "1", "label": "遗失物品人工"},
    ]
    assert flow.steps_of(DEMO, path) == [("1", "main"), ("2", "lost"), ("1", "lost_agent")]


def test_an_announcement_is_played_on_the_way():
    tree = {
        "start": "notice",
        "operator": "line",
        "nodes": [
            {
                "key": "notice",
                "kind": "announcement",
                "prompt": "main",
                "exits": [{"key": "next", "target": "line"}],
            },
            {"key": "line", "kind": "queue", "settings": {"queue": "general"}},
        ],
    }
    position, actions = walk(tree=flow.flow_from(document(tree), 1))
    assert files(actions) == ["zh/main"]
    assert [visit.ended for visit in position.visits] == ["passed", "finished"]


def test_a_farewell_node_ends_the_call():
    tree = {"start": "bye", "operator": "", "nodes": [{"key": "bye", "kind": "hang_up", "prompt": "goodbye"}]}
    _, actions = walk(tree=flow.flow_from(document(tree), 1))
    assert (files(actions), finish(actions).needs) == (["zh/goodbye"], None)


@pytest.mark.parametrize(
    "tree", [{}, {"start": "a", "operator": "b", "nodes": [{"key": "a", "kind": "menu"}]}]
)
def test_a_broken_flow_leads_to_an_agent(tree):
    assert finish(walk("0", tree=flow.flow_from(tree, 1))[1]).needs.queue == "general"
