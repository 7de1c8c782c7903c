"""Who goes first, and what a waiting caller can be told."""

from datetime import timedelta

import pytest

from callcenter.telephony import engine
from tests.pure.telephony.centre import NOW, agent, caller, offers, queue


@pytest.mark.covers("TEL-01")
def test_callers_of_one_priority_are_served_in_the_order_they_came():
    assert offers([caller("late", 5), caller("early", 50), caller("middle", 20)], [agent("a")]) == {
        "early": "a"
    }


@pytest.mark.covers("TEL-33")
def test_a_vip_behind_five_ordinary_callers_is_served_first():
    waiting = [caller(f"c{n}", 20 + n) for n in range(5)] + [caller("vip", 1, priority=2)]
    assert offers(waiting, [agent("a")]) == {"vip": "a"}


@pytest.mark.covers("TEL-33")
def test_priority_is_worth_a_fixed_number_of_seconds_and_no_more():
    settings = queue(ageing_seconds=30)
    vip = caller("vip", 1, priority=4)
    assert offers([caller("ordinary", 30), vip], [agent("a")], settings) == {"vip": "a"}
    assert offers([caller("ordinary", 32), vip], [agent("a")], settings) == {"ordinary": "a"}


def test_a_priority_outside_the_scale_counts_as_its_end():
    assert engine.due_at(caller("c", priority=0), queue()) == engine.due_at(caller("c", priority=1), queue())
    assert engine.due_at(caller("c", priority=99), queue()) == engine.due_at(caller("c", priority=9), queue())


def test_a_queue_with_a_shorter_target_goes_ahead_by_the_difference():
    urgent, calm = queue("urgent", target_seconds=10), queue("calm", target_seconds=60)
    both = [caller("calm", 49, queue="calm"), caller("urgent", 0, queue="urgent")]
    assert offers(both, [agent("a")], urgent, calm) == {"urgent": "a"}
    both = [caller("calm", 51, queue="calm"), caller("urgent", 0, queue="urgent")]
    assert offers(both, [agent("a")], urgent, calm) == {"calm": "a"}


@pytest.mark.covers("TEL-33")
def test_an_endless_stream_of_first_priority_callers_does_not_starve_the_ordinary_one():
    settings = {"general": queue()}
    bound = engine.overtaking_bound_seconds(settings)
    line = [engine.WaitingCall("ordinary", "general", NOW, priority=9)]
    for second in range(bound + 2):
        now = NOW + timedelta(seconds=second)
        line.append(engine.WaitingCall(f"vip{second}", "general", now, priority=1))
        (offer,) = engine.match(line, [engine.ReadyAgent("only", NOW)], settings, now)
        line = [call for call in line if call.call_id != offer.call_id]
        if offer.call_id == "ordinary":
            break
    assert offer.call_id == "ordinary"
    assert second <= bound


def test_a_caller_whose_agent_vanished_goes_before_everybody():
    waiting = [caller("vip", 300, priority=1), caller("returned", 5, priority=9, is_returned=True)]
    assert offers(waiting, [agent("a")]) == {"returned": "a"}
    assert engine.positions(waiting, {}) == {"returned": 1, "vip": 2}


@pytest.mark.covers("TEL-01")
def test_each_caller_has_a_place_in_his_own_queue():
    waiting = [
        caller("g2", 10),
        caller("g1", 20),
        caller("l1", 5, queue="lost"),
        caller("g3", 1),
    ]
    assert engine.positions(waiting, {}) == {"g1": 1, "g2": 2, "g3": 3, "l1": 1}


def test_a_vip_is_told_the_place_he_really_has():
    places = engine.positions([caller("c", 10), caller("vip", 1, priority=1)], {"general": queue()})
    assert places == {"vip": 1, "c": 2}


@pytest.mark.covers("TEL-35")
@pytest.mark.parametrize(
    ("position", "agents", "expected"),
    [(1, 1, 180), (1, 10, 18), (5, 10, 90), (3, 0, None), (0, 4, 0)],
)
def test_the_wait_is_the_place_times_handle_time_over_the_agents(position, agents, expected):
    estimate = engine.estimated_wait_seconds(position, agents_signed_in=agents, average_handle_seconds=180)
    assert estimate == expected


def test_agents_who_are_ready_now_shorten_the_line():
    estimate = engine.estimated_wait_seconds(
        3, agents_signed_in=10, average_handle_seconds=100, agents_ready=3
    )
    assert estimate == 0


def test_a_clock_that_runs_behind_makes_no_negative_wait():
    assert caller("c", waited=-5).waited_seconds(NOW) == 0
