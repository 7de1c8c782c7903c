"""The invented past is consistent: nobody talks twice at once, every second has a state."""

import random
from itertools import pairwise

import pytest

from reports import simulation
from reports.simulation import DAY, LONGEST_CALL

MIDNIGHT = 1_784_217_600.0
UNTIL = MIDNIGHT + 1.6 * DAY


@pytest.fixture(scope="module")
def centre():
    dice = random.Random(7)
    days = [(MIDNIGHT + n * DAY, n) for n in range(2)]
    moments = simulation.arrivals(days, 3000, UNTIL, dice)
    sessions = simulation.shifts(moments, 40, MIDNIGHT, UNTIL)
    calls = list(simulation.simulate(moments, sessions, dice))
    simulation.finish(sessions)
    return calls, sessions


def test_every_caller_has_an_end_before_now(centre):
    calls, _ = centre
    assert len(calls) == 3000
    assert "offered" not in {c.outcome for c in calls}
    assert all(c.ended + c.wrap_up <= UNTIL for c in calls)


def test_most_are_answered_and_some_give_up(centre):
    outcomes = [c.outcome for c in centre[0]]
    assert outcomes.count("answered") > 1500
    assert 0 < outcomes.count("abandoned") < 300


def test_every_second_of_a_shift_has_one_state(centre):
    for session in centre[1]:
        assert session.states[0][1] == session.start
        assert session.states[-1][2] == pytest.approx(session.end)
        assert all(a[2] == pytest.approx(b[1]) for a, b in pairwise(session.states))


def test_nobody_works_two_shifts_at_once(centre):
    by_agent = {}
    for session in centre[1]:
        by_agent.setdefault(session.agent, []).append((session.start, session.end))
    for shifts in by_agent.values():
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(shifts)))


def test_talks_and_states_are_the_same_time(centre):
    calls, sessions = centre
    talked = sum(c.talk for c in calls if c.outcome == "answered")
    states = [s for session in sessions for s in session.states if s[0] == "talking"]
    assert talked == pytest.approx(sum(end - start for _, start, end in states))


def test_the_longest_call_is_as_long_as_is_said(centre):
    assert max(c.ended + c.wrap_up - c.arrived for c in centre[0]) <= LONGEST_CALL
