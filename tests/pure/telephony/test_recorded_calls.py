"""From Asterisk's own words to what the call was: recordings → signals → the call machine."""

import itertools

import pytest

from callcenter.telephony import machine, signals
from callcenter.telephony.adapters import replay
from callcenter.telephony.words import CallState, Outcome
from tests.pure.telephony.recorded import CALLS, recording


def call_of(events):
    """The call as it stands after these events."""
    heard = replay.replay(events)
    call = machine.arrive(next(heard))
    for signal in heard:
        call = machine.advance(call, signal)
    return call


@pytest.mark.covers("TEL-24")
@pytest.mark.parametrize(
    ("name", "outcome", "released_by"),
    [
        ("left_menu", Outcome.LEFT_MENU, "caller"),
        ("self_served", Outcome.SELF_SERVICE, "system"),
        ("abandoned", Outcome.ABANDONED, "caller"),
        ("menu_failed", Outcome.ABANDONED, "caller"),
        ("left_while_ringing", Outcome.ABANDONED, "caller"),
        ("missed", Outcome.ABANDONED, "caller"),
        ("unreachable", Outcome.ABANDONED, "caller"),
        ("net_abandoned", Outcome.ABANDONED, "caller"),
        ("answered", Outcome.ANSWERED, "agent"),
        ("caller_ends", Outcome.ANSWERED, "caller"),
        ("refused", Outcome.ANSWERED, "caller"),
        ("agent_vanished", Outcome.ANSWERED, "caller"),
        ("leg_hung_up", Outcome.ANSWERED, "system"),
        ("net", Outcome.ANSWERED, "agent"),
        ("net_and_back", Outcome.ANSWERED, "caller"),
    ],
)
def test_every_call_ends_in_exactly_one_outcome(name, outcome, released_by):
    call = call_of(recording(name))
    assert (call.state, call.outcome, call.released_by) == (CallState.ENDED, outcome, released_by)


@pytest.mark.covers("TEL-21")
def test_two_holds_of_one_call_add_up():
    call = call_of(recording("held"))
    assert (call.hold_count, call.hold_ms) == (2, pytest.approx(1100, abs=100))


def test_what_the_caller_waited_and_talked_fills_the_whole_call():
    call = call_of(recording("held"))
    whole = (call.ended_at - call.arrived_at).total_seconds() * 1000
    parts = call.menu_ms + call.wait_ms + call.talk_ms + call.hold_ms
    assert parts == pytest.approx(whole, abs=20)


@pytest.mark.covers("TEL-12")
@pytest.mark.parametrize("name", CALLS)
def test_events_twice_over_change_nothing(name):
    once = recording(name)
    assert call_of([message for message in once for _ in range(2)]) == call_of(once)


@pytest.mark.parametrize("name", CALLS)
def test_a_stream_cut_anywhere_leaves_a_call_that_can_go_on(name):
    events = recording(name)
    arrival = next(place for place, event in enumerate(events) if event.event == "Newchannel")
    for end in range(arrival + 1, len(events)):
        heard = replay.replay(itertools.islice(events, end))
        call = machine.arrive(next(heard))
        for signal in heard:
            assert isinstance(signal, signals.Signal)
            call = machine.advance(call, signal)
        assert (call.state is CallState.ENDED) == (call.outcome is not Outcome.OPEN)
