"""When a queue gives a caller up, and to whom."""

import pytest

from callcenter.telephony import engine
from callcenter.telephony.engine import Overflow, OverflowReason
from tests.pure.telephony.centre import NOW, caller, queue

TO_GENERAL = Overflow(to_queue="general")
CLOSED = Overflow(message="closed")


def leaving(policy, waiting, agents_signed_in=3):
    decisions = engine.overflow(policy, waiting, NOW, agents_signed_in=agents_signed_in)
    return [(d.call_id, d.reason, d.to_queue or d.message) for d in decisions]


@pytest.mark.covers("TEL-35")
@pytest.mark.parametrize(
    ("waited", "expected"), [(119, []), (120, [("c", OverflowReason.MAX_WAIT, "general")])]
)
def test_who_has_waited_120_seconds_goes_to_the_overflow_queue(waited, expected):
    policy = queue("lost", max_wait_seconds=120, overflow=TO_GENERAL)
    assert leaving(policy, [caller("c", waited, queue="lost")]) == expected


@pytest.mark.covers("TEL-35")
def test_a_line_that_is_too_long_gives_up_its_last_callers():
    policy = queue("lost", max_length=2, overflow=TO_GENERAL)
    waiting = [caller(name, waited, queue="lost") for name, waited in [("a", 30), ("b", 20), ("c", 10)]]
    assert leaving(policy, waiting) == [("c", OverflowReason.MAX_LENGTH, "general")]


def test_those_who_leave_for_their_wait_make_room_in_the_line():
    policy = queue("lost", max_length=1, max_wait_seconds=60, overflow=TO_GENERAL)
    waiting = [caller("old", 90, queue="lost"), caller("young", 5, queue="lost")]
    assert leaving(policy, waiting) == [("old", OverflowReason.MAX_WAIT, "general")]


@pytest.mark.covers("TEL-35")
def test_with_nobody_signed_in_everybody_hears_the_message():
    policy = queue("elderly_booking", no_agents=CLOSED)
    waiting = [caller("a", 1, queue="elderly_booking"), caller("b", 2, queue="elderly_booking")]
    assert leaving(policy, waiting, agents_signed_in=0) == [
        ("b", OverflowReason.NO_AGENTS, "closed"),
        ("a", OverflowReason.NO_AGENTS, "closed"),
    ]
    assert leaving(policy, waiting, agents_signed_in=1) == []


def test_without_an_overflow_everybody_stays():
    assert leaving(queue(max_wait_seconds=1, max_length=0), [caller("c", 99)], agents_signed_in=0) == []


def test_a_caller_is_never_sent_back_where_he_came_from():
    policy = queue("lost", max_wait_seconds=1, overflow=TO_GENERAL)
    call = caller("c", 99, queue="lost", overflowed_from=frozenset({"general"}))
    assert leaving(policy, [call]) == []


def test_callers_of_other_queues_are_left_alone():
    assert leaving(queue("lost", max_length=0, overflow=TO_GENERAL), [caller("c", 99)]) == []


def test_a_way_out_is_either_a_queue_or_a_message():
    with pytest.raises(ValueError, match="either"):
        Overflow()
    with pytest.raises(ValueError, match="either"):
        Overflow(to_queue="general", message="closed")
