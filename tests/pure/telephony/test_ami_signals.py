"""What the platform understands of what Asterisk says. Everything here replays recordings of a real one."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.telephony import signals
from callcenter.telephony.adapters import ami_reading, replay
from callcenter.telephony.adapters.ami_signals import Translator
from callcenter.telephony.adapters.ami_text import Message
from tests.pure.telephony.recorded import CALLS, in_short, recording, said

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
INTO_THE_LINE = ["CallArrived", "WaitingBegan"]
TALKING = [*INTO_THE_LINE, "AgentRang 2001", "AgentAnswered 2001"]


def only(name, kind):
    (found,) = [signal for signal in replay.replay(recording(name)) if isinstance(signal, kind)]
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("left_menu", ["CallArrived", "CallEnded by_caller"]),
        ("self_served", ["CallArrived", "SelfServed", "CallEnded by_system"]),
        ("menu_failed", ["CallArrived", "MenuFailed", "WaitingBegan", "CallEnded by_caller"]),
        ("abandoned", [*INTO_THE_LINE, "CallEnded by_caller"]),
        ("answered", [*TALKING, "LegEnded 2001 16 by_agent", "CallEnded by_agent"]),
        ("caller_ends", [*TALKING, "CallEnded by_caller", "LegEnded 2001 16"]),
    ],
)
def test_a_plain_call(name, expected):
    assert said(name) == expected


@pytest.mark.covers("TEL-24")
def test_a_caller_who_gives_up_while_the_phone_rings():
    assert said("left_while_ringing") == [
        *INTO_THE_LINE,
        "AgentRang 2001",
        "CallEnded by_caller",
        "LegEnded 2001 16",
    ]


def test_a_refusal_and_a_second_agent():
    assert said("refused") == [
        *INTO_THE_LINE,
        "LegEnded 2001 17 by_agent",
        "DeliveryReturned 2001 BUSY",
        "AgentRang 2002",
        "AgentAnswered 2002",
        "LegEnded 2002 16",
        "CallEnded by_caller",
    ]


def test_a_phone_that_nobody_picks_up():
    assert said("missed")[2:-1] == ["AgentRang 2001", "DeliveryReturned 2001 NOANSWER", "LegEnded 2001 0"]


def test_a_phone_that_is_not_there():
    assert said("unreachable")[2:-1] == ["DeliveryReturned 2009 CHANUNAVAIL"]


def test_an_agent_whose_phone_goes_silent_did_not_hang_up():
    """`rtp_timeout` ends the leg with cause 44; the caller is back in the line."""
    assert said("agent_vanished") == [
        *TALKING,
        "DeliveryReturned 2001 ANSWER",
        "LegEnded 2001 44",
        "CallEnded by_caller",
    ]


def test_a_leg_that_we_hang_up_was_not_ended_by_the_agent():
    assert said("leg_hung_up") == [
        *TALKING,
        "DeliveryReturned 2001 ANSWER",
        "LegEnded 2001 16",
        "CallEnded by_system",
    ]


def test_a_caller_whom_we_take_back_keeps_his_call():
    assert said("taken_back") == [
        *TALKING,
        "LegEnded 2001 16",
        "AgentRang 2002",
        "AgentAnswered 2002",
        "LegEnded 2002 16",
        "CallEnded by_caller",
    ]


@pytest.mark.covers("TEL-21")
def test_every_hold_and_its_end():
    assert said("held") == [
        *TALKING,
        *["AgentHeld", "AgentUnheld"] * 2,
        "CallEnded by_agent",
        "LegEnded 2001 16 by_agent",
    ]


@pytest.mark.covers("TEL-21")
def test_how_long_the_agent_held_is_read_off_asterisk_s_own_clock():
    moments = [
        s.at for s in replay.replay(recording("held")) if "Held" in in_short(s) or "held" in in_short(s)
    ]
    held = [(end - start).total_seconds() for start, end in zip(moments[::2], moments[1::2], strict=True)]
    assert held == pytest.approx([0.8, 0.3], abs=0.1)


def test_the_net_takes_the_caller_and_an_agent_answers_there():
    assert said("net") == [
        *INTO_THE_LINE,
        "NetEntered",
        "AgentRang 2001",
        "AgentAnswered 2001",
        "LegEnded 2001 16 by_agent",
        "CallEnded by_agent",
    ]


def test_the_net_gives_the_caller_back():
    assert said("net_and_back")[2:5] == ["NetEntered", "NetLeft", "AgentRang 2001"]


def test_a_caller_who_gives_up_in_the_net_has_not_come_back_from_it():
    assert said("net_abandoned") == [*INTO_THE_LINE, "NetEntered", "CallEnded by_caller"]


def test_a_new_registration_is_told_before_the_old_one_is_gone():
    heard = list(replay.replay(recording("contact")))
    first, second = heard[0].uri, heard[1].uri
    assert [(type(s).__name__, s.uri) for s in heard] == [
        ("ContactGained", first),
        ("ContactGained", second),
        ("ContactLost", first),
        ("ContactLost", second),
    ]
    assert {s.extension for s in heard} == {"2003"}


def test_an_agent_s_own_call_is_no_passenger_s():
    assert said("internal") == []


def test_who_calls_and_what_he_dialled():
    arrived = only("abandoned", signals.CallArrived)
    assert (arrived.caller_number, arrived.dialled_number) == ("13900000001", "400")
    assert arrived.leg_id == arrived.call_id


def test_what_the_menu_found_out_comes_along():
    began = only("abandoned", signals.WaitingBegan)
    assert (began.queue, began.language, began.priority) == ("ticket", "zh", 5)
    assert (began.needs, began.path) == (("ticket", "english"), ("1", "2"))
    assert began.channel.startswith("PJSIP/trunk-")


def test_the_offer_comes_back_with_its_number():
    assert only("missed", signals.DeliveryReturned).offer_id == "of-7"


def test_needs_whose_commas_the_dialplan_did_not_quote_are_read_all_the_same():
    assert ami_reading.words_of("ticket\nenglish") == ("ticket", "english")


def test_without_a_time_stamp_the_moment_of_receipt_counts():
    event = Message(Event="ContactStatus", AOR="1001", URI="sip:x", ContactStatus="NonQualified")
    assert Translator().translate(event, NOON) == signals.ContactGained("1001", NOON, "sip:x")


@pytest.mark.parametrize("status", ["NonQualified", "Reachable", "Unknown"])
def test_a_contact_counts_until_it_is_removed(status):
    event = Message(Event="ContactStatus", AOR="1001", URI="sip:x", ContactStatus=status)
    assert isinstance(Translator().translate(event, NOON), signals.ContactGained)


@pytest.mark.parametrize("event", ["Newexten", "RTCPSent", "QueueMemberStatus", "SomethingNew", ""])
def test_what_says_nothing_is_passed_over(event):
    assert Translator().translate(Message(Event=event, Linkedid="1", Uniqueid="1"), NOON) is None


# -- laws ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CALLS)
def test_every_event_twice_says_no_more_than_once(name):
    once = recording(name)
    twice = [message for message in once for _ in range(2)]
    assert [*map(in_short, replay.replay(twice))] == said(name)


@pytest.mark.parametrize("name", CALLS)
def test_a_stream_that_comes_again_from_the_start_says_nothing_new(name):
    assert [*map(in_short, replay.replay(recording(name) * 2))] == said(name)


@pytest.mark.parametrize("name", CALLS)
def test_neighbours_that_change_places_change_nothing(name):
    """Across topics Asterisk promises no order; on one channel it keeps it."""
    events = recording(name)
    for place in range(len(events) - 1):
        one, other = events[place : place + 2]
        if one.text("Channel") != other.text("Channel"):
            swapped = [*events[:place], other, one, *events[place + 2 :]]
            assert Counter(map(in_short, replay.replay(swapped))) == Counter(said(name))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CALLS), st.randoms(use_true_random=False))
def test_no_order_at_all_tells_a_thing_twice_or_misses_the_end(name, chance):
    events = recording(name)
    chance.shuffle(events)
    heard = list(replay.replay(events))
    assert len(set(heard)) == len(heard)
    assert sum(isinstance(signal, signals.CallEnded) for signal in heard) == 1


@pytest.mark.parametrize("name", CALLS)
def test_who_joins_in_mid_call_still_hears_the_end(name):
    events = recording(name)
    last_end = max(place for place, event in enumerate(events) if event.event == "Hangup")
    for place in range(last_end):
        assert in_short([*replay.replay(events[place:])][-1]).startswith(("CallEnded", "LegEnded"))


@pytest.mark.parametrize("name", CALLS)
def test_when_a_call_is_over_nothing_of_it_is_kept(name):
    translator = Translator()
    list(replay.replay(recording(name), translator))
    assert (translator._legs, translator._calls) == ({}, {})


# -- reading the PBX again ----------------------------------------------------------------------------------


def channel(name, leg, call, state="Up", application="Wait", duration="00:01:05"):
    return Message(
        Channel=name,
        Uniqueid=leg,
        Linkedid=call,
        ChannelStateDesc=state,
        Application=application,
        Duration=duration,
        CallerIDNum="<unknown>",
        Context="hold",
        Exten="s",
        BridgeId="",
    )


def test_a_snapshot_knows_agents_legs_and_registered_phones():
    lines = [channel("PJSIP/trunk-01", "1.1", "1.1"), channel("PJSIP/1001-02", "1.2", "1.1", "Ringing")]
    contacts = [
        Message(Endpoint="1001", Status="NonQualified"),
        Message(Endpoint="1002", Status="Removed"),
        Message(Endpoint="trunk", Status="Reachable"),
    ]
    taken = ami_reading.snapshot(lines, contacts, NOON)
    assert [(c.extension, c.duration_seconds, c.caller_number) for c in taken.channels] == [
        (None, 65, ""),
        ("1001", 65, ""),
    ]
    assert taken.contacts == {"1001"}


def test_what_the_snapshot_showed_is_not_told_again():
    lines = [
        channel("PJSIP/trunk-01", "1.1", "1.1"),
        channel("PJSIP/1001-02", "1.2", "1.1"),
        channel("PJSIP/1002-03", "1.3", "1.3"),
    ]
    translator = Translator()
    translator.adopt(ami_reading.snapshot(lines, [], NOON))
    again = Message(Event="BridgeEnter", Channel="PJSIP/1001-02", Uniqueid="1.2", Linkedid="1.1")
    own_call = Message(Event="Hangup", Channel="PJSIP/1002-03", Uniqueid="1.3", Linkedid="1.3", Cause="16")
    assert translator.translate(again, NOON) is None
    assert translator.translate(own_call, NOON) is None
