"""AMI as text: cut into messages whatever the network does, written so that no value becomes an action."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.telephony.adapters.ami_text import (
    AmiTextError,
    LineBreakRefused,
    Message,
    MessageParser,
    encode_action,
    parse_message,
)
from tests.pure.telephony.recorded import FOLDER, recording

STREAM = (FOLDER / "refused.ami").read_bytes()
WHOLE = recording("refused")


def fed(*pieces):
    parser = MessageParser()
    return [message for piece in pieces for message in parser.feed(piece)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_where_the_network_cuts_the_stream_does_not_matter(cuts):
    edges = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    assert fed(*pieces) == WHOLE


def test_byte_by_byte_comes_to_the_same():
    start = STREAM[:3000]
    assert fed(*(start[n : n + 1] for n in range(len(start)))) == fed(start)


def test_the_banner_is_no_message():
    parser = MessageParser()
    (message,) = parser.feed(b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n")
    assert (parser.banner, message) == ("Asterisk Call Manager/11.0.0", {"Response": "Success"})


def test_a_stream_without_a_banner_is_read_from_its_first_line():
    assert fed(b"Event: Hangup\r\n\r\n") == [{"Event": "Hangup"}]


def test_a_half_message_waits_for_its_other_half():
    parser = MessageParser()
    assert parser.feed(b"Event: Hangup\r\nCause: 1") == []
    assert parser.feed(b"6\r\n\r\n") == [{"Event": "Hangup", "Cause": "16"}]


def test_a_header_that_occurs_twice_becomes_a_list():
    message = parse_message("Event: UserEvent\r\nChannel: a\r\nChannel: b\r\nChannel: c")
    assert message["Channel"] == ["a", "b", "c"]
    assert (message.text("Channel"), message.texts("Event")) == ("a", ["UserEvent"])


def test_the_lines_of_a_command_s_output_are_kept_in_their_order():
    message = parse_message("Response: Success\r\nOutput: first\r\nOutput: \r\nOutput: a: b")
    assert message["Output"] == ["first", "", "a: b"]


def test_a_value_may_be_empty_with_or_without_a_space():
    assert parse_message("Event: UserEvent\r\nSrc:\r\nOffer: ") == {
        "Event": "UserEvent",
        "Src": "",
        "Offer": "",
    }


def test_a_line_without_a_colon_goes_on_with_the_value_before():
    assert parse_message("Needs: ticket\r\nenglish\r\nEntry: 1")["Needs"] == "ticket\nenglish"
    assert parse_message("Needs: a\r\nNeeds: b\r\nc")["Needs"] == ["a", "b\nc"]


def test_a_bare_line_feed_belongs_to_the_value():
    assert parse_message("AppData: one\ntwo\r\nExten: s") == {"AppData": "one\ntwo", "Exten": "s"}


def test_chinese_survives_and_broken_bytes_do_no_harm():
    assert fed("Val: 张三\r\n\r\n".encode())[0]["Val"] == "张三"
    assert fed(b"Val: \xff\r\nKey: k\r\n\r\n")[0]["Key"] == "k"


def test_empty_lines_between_messages_are_passed_over():
    assert fed(b"Event: A\r\n\r\n\r\n\r\nEvent: B\r\n\r\n") == [{"Event": "A"}, {"Event": "B"}]


def test_a_stream_that_never_ends_a_message_is_not_ami():
    parser = MessageParser()
    assert parser.feed(b"x" * (16 << 20)) == []
    with pytest.raises(AmiTextError):
        parser.feed(b"x")


def test_numbers_are_read_with_a_way_out():
    message = Message(Cause="16", Duration="soon")
    assert (message.number("Cause"), message.number("Duration"), message.number("None", -1)) == (16, 0, -1)


def test_an_action_is_written_with_its_id_and_repeated_headers():
    data = encode_action(
        "Originate", "7", {"Channel": "PJSIP/1001", "Data": None, "Variable": ["a=1", "b=2"]}
    )
    assert data == (
        b"Action: Originate\r\nActionID: 7\r\nChannel: PJSIP/1001\r\nVariable: a=1\r\nVariable: b=2\r\n\r\n"
    )


@pytest.mark.parametrize("evil", ["x\r\nAction: Logoff", "x\nAction: Logoff", "x\r", "x\0"])
def test_a_value_with_a_line_break_is_refused(evil):
    with pytest.raises(LineBreakRefused):
        encode_action("Setvar", "1", {"Value": evil})
    with pytest.raises(LineBreakRefused):
        encode_action("Setvar", "1", {"Variable": ["fine", evil]})
    with pytest.raises(LineBreakRefused):
        encode_action("Setvar", "1", {evil: "fine"})


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text("abcXYZ", min_size=1), st.text("ab :=,中", max_size=9), max_size=5))
def test_what_is_written_is_read_back(headers):
    written = encode_action("Test", "1", {f"H{name}": value for name, value in headers.items()})
    (read,) = fed(written)
    assert read == {"Action": "Test", "ActionID": "1"} | {f"H{n}": v for n, v in headers.items()}
