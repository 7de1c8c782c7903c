"""Which agent a caller is offered to."""

import pytest

from callcenter.telephony import engine
from callcenter.telephony.engine import Need, OfferReason, RelaxStep, Strategy
from tests.pure.telephony.centre import NOW, agent, ago, caller, offers, queue

ENGLISH = (Need("english"),)


@pytest.mark.covers("TEL-02")
def test_the_agent_who_has_been_idle_longest_gets_the_call():
    assert offers([caller("c")], [agent("a", 30), agent("b", 90), agent("d", 60)]) == {"c": "b"}


@pytest.mark.covers("TEL-02")
def test_the_strategy_is_a_setting_of_the_queue():
    agents = [
        agent("idle", 90, skills={"ticket": 1}, calls_today=9),
        agent("expert", 30, skills={"ticket": 5}, calls_today=9),
        agent("fresh", 10, skills={"ticket": 1}, calls_today=2),
    ]
    chosen = {
        strategy: offers([caller("c")], agents, queue(strategy=strategy, needs=(Need("ticket"),)))["c"]
        for strategy in Strategy
    }
    assert chosen == {
        Strategy.LONGEST_IDLE: "idle",
        Strategy.MOST_SKILLED: "expert",
        Strategy.LEAST_CALLS: "fresh",
    }


def test_most_skilled_adds_the_levels_of_all_skills_that_are_needed():
    both = queue(strategy=Strategy.MOST_SKILLED, needs=(Need("english"), Need("ticket")))
    one_sided = agent("one-sided", 90, skills={"english": 5, "ticket": 1})
    rounded = agent("rounded", 10, skills={"english": 4, "ticket": 4, "lost": 5})
    assert offers([caller("c")], [one_sided, rounded], both) == {"c": "rounded"}


def test_equally_skilled_agents_are_settled_by_idle_time():
    policy = queue(strategy=Strategy.MOST_SKILLED, needs=(Need("a"), Need("b")))
    agents = [agent("x", 10, skills={"a": 3, "b": 2}), agent("y", 20, skills={"a": 2, "b": 3})]
    assert offers([caller("c")], agents, policy) == {"c": "y"}


@pytest.mark.covers("TEL-03")
def test_an_english_caller_is_offered_only_to_an_english_speaker():
    agents = [agent("mandarin", 90), agent("english", 5, skills={"english": 1})]
    assert offers([caller("c", needs=ENGLISH)], agents) == {"c": "english"}


@pytest.mark.covers("TEL-34")
def test_a_language_nobody_ready_speaks_waits():
    assert offers([caller("c", needs=(Need("cantonese"),))], [agent("mandarin", skills={"english": 5})]) == {}


@pytest.mark.covers("TEL-03")
def test_the_level_of_a_skill_counts():
    expert_only = (Need("complaint", 3),)
    agents = [agent("junior", 90, skills={"complaint": 2}), agent("senior", 5, skills={"complaint": 3})]
    assert offers([caller("c", needs=expert_only)], agents) == {"c": "senior"}


def test_several_skills_are_wanted_at_once():
    both = (Need("english"), Need("complaint"))
    halves = [agent("e", skills={"english": 5}), agent("k", skills={"complaint": 5})]
    assert offers([caller("c", needs=both)], halves) == {}
    whole = agent("w", skills={"english": 1, "complaint": 1})
    assert offers([caller("c", needs=both)], [*halves, whole]) == {"c": "w"}


def test_the_needs_of_queue_and_caller_add_up_at_the_higher_level():
    policy = queue(needs=(Need("ticket", 2), Need("english", 1)))
    decided = engine.needs_at(caller("c", needs=(Need("english", 3),)), policy, NOW)
    assert decided == (Need("english", 3), Need("ticket", 2))


@pytest.mark.parametrize(("waited", "chosen"), [(29, {}), (30, {"c": "second-best"})])
def test_a_level_is_lowered_after_its_waiting_time(waited, chosen):
    policy = queue(needs=(Need("english", 4),), relax=(RelaxStep(30, "english", 2),))
    assert offers([caller("c", waited)], [agent("second-best", skills={"english": 2})], policy) == chosen


@pytest.mark.parametrize(("waited", "chosen"), [(59, {}), (60, {"c": "anybody"})])
def test_a_skill_is_dropped_after_its_waiting_time(waited, chosen):
    policy = queue(needs=(Need("english"),), relax=(RelaxStep(60, "english"),))
    assert offers([caller("c", waited)], [agent("anybody")], policy) == chosen


def test_a_step_never_asks_for_more_than_before():
    policy = queue(needs=(Need("english", 1),), relax=(RelaxStep(10, "english", 4),))
    assert engine.needs_at(caller("c", 20), policy, NOW) == (Need("english", 1),)


def test_the_offer_tells_that_the_needs_were_relaxed():
    policy = queue(needs=(Need("english", 4),), relax=(RelaxStep(30, "english", 2),))
    agents = [agent("a", skills={"english": 3}), agent("b", skills={"english": 2})]
    decisions = engine.match([caller("late", 31), caller("early", 5)], agents, {"general": policy}, NOW)
    assert [(d.call_id, d.relaxed, d.waited_seconds) for d in decisions] == [("late", True, 31)]


def test_the_last_agent_who_spoke_with_the_passenger_comes_first():
    agents = [agent("idle", 90), agent("knows-her", 5)]
    decisions = engine.match([caller("c", last_agent="knows-her")], agents, {}, NOW)
    assert [(d.agent_id, d.reason) for d in decisions] == [("knows-her", OfferReason.LAST_AGENT)]


def test_the_last_agent_still_needs_the_skill():
    agents = [agent("knows-her", 90), agent("english", 5, skills={"english": 1})]
    assert offers([caller("c", needs=ENGLISH, last_agent="knows-her")], agents) == {"c": "english"}


@pytest.mark.parametrize(("waited", "chosen"), [(9, {}), (10, {"c": "other"})])
def test_a_busy_last_agent_is_waited_for_only_so_long(waited, chosen):
    policy = queue(last_agent_grace_seconds=10)
    assert offers([caller("c", waited, last_agent="busy")], [agent("other")], policy) == chosen


def test_a_stranger_leaves_the_last_agent_to_his_passenger_when_another_is_free():
    waiting = [caller("stranger", 30), caller("hers", 5, last_agent="knows-her")]
    assert offers(waiting, [agent("knows-her", 90), agent("other", 5)]) == {
        "stranger": "other",
        "hers": "knows-her",
    }


def test_a_stranger_further_ahead_takes_the_last_agent_when_nobody_else_is_free():
    waiting = [caller("stranger", 30), caller("hers", 5, last_agent="knows-her")]
    assert offers(waiting, [agent("knows-her")]) == {"stranger": "knows-her"}


@pytest.mark.parametrize(("since_missed", "chosen"), [(59, {}), (60, {"c": "missed-it"})])
def test_an_agent_who_just_missed_the_call_is_not_offered_it_again(since_missed, chosen):
    call = caller("c", 100, missed={"missed-it": ago(since_missed)})
    assert offers([call], [agent("missed-it")], queue(miss_pause_seconds=60)) == chosen


def test_the_last_agent_who_missed_the_call_loses_his_claim():
    call = caller("c", 5, last_agent="a", missed={"a": ago(3)})
    assert offers([call], [agent("a", 90), agent("b")], queue(last_agent_grace_seconds=30)) == {"c": "b"}


def test_a_queue_is_served_by_its_teams():
    agents = [agent("far", 90, team="south"), agent("near", 5, team="north"), agent("nowhere", 99)]
    assert offers([caller("c")], agents, queue(teams=frozenset({"north"}))) == {"c": "near"}


@pytest.mark.parametrize(("waited", "chosen"), [(39, {}), (40, {"c": "far"})])
def test_other_teams_help_after_a_while(waited, chosen):
    policy = queue(teams=frozenset({"north"}), open_to_all_after_seconds=40)
    assert offers([caller("c", waited)], [agent("far", team="south")], policy) == chosen


def test_a_queue_never_uses_more_desks_than_it_has():
    waiting = [caller(f"c{n}", 10 + n) for n in range(4)]
    agents = [agent(f"a{n}") for n in range(4)]
    assert sorted(offers(waiting, agents, queue(capacity=3), in_progress={"general": 1})) == ["c2", "c3"]


def test_a_caller_gives_his_agent_up_when_that_serves_another_caller_too():
    waiting = [caller("ahead", 50), caller("english", 10, needs=ENGLISH)]
    agents = [agent("both", 90, skills={"english": 3}), agent("plain", 5)]
    assert offers(waiting, agents) == {"ahead": "plain", "english": "both"}


def test_exchanges_reach_through_several_callers():
    waiting = [
        caller("first", 90, needs=(Need("a"),)),
        caller("second", 80, needs=(Need("b"),)),
        caller("third", 70, needs=(Need("a"), Need("x"))),
    ]
    agents = [
        agent("one", 90, skills={"a": 1, "x": 1}),
        agent("two", 80, skills={"a": 1, "b": 1}),
        agent("three", 70, skills={"b": 1}),
    ]
    assert offers(waiting, agents) == {"first": "two", "second": "three", "third": "one"}


def test_a_caller_of_an_unknown_queue_is_served_all_the_same():
    assert offers([caller("c", queue="renamed")], [agent("a")]) == {"c": "a"}


def test_the_same_call_or_agent_twice_is_a_mistake():
    with pytest.raises(ValueError, match="twice"):
        offers([caller("c"), caller("c")], [agent("a")])
    with pytest.raises(ValueError, match="twice"):
        offers([caller("c")], [agent("a"), agent("a")])
