import pytest

from callcenter.telephony.passengers import messages
from callcenter.telephony.passengers.messages import MalformedMessage, Session

INVITE = (
    b"INVITE sip:1001@10.0.0.1 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKabc;rport\r\n"
    b"Via: SIP/2.0/UDP 10.0.0.3:5060\r\n"
    b'f: "Wang; Li" <sip:13900000001@10.0.0.2>;tag=left\r\n'
    b"To: <sip:1001@10.0.0.1>\r\n"
    b"i: one@10.0.0.2\r\n"
    b"CSeq: 7   INVITE\r\n"
    b"X-Long: first\r\n second\r\n"
    b"m: <sip:13900000001@10.0.0.2:5062;transport=udp>\r\n"
    b"l: 4\r\n\r\nbody"
)


def test_a_request_is_taken_apart():
    message = messages.parse(INVITE)
    assert (message.method, message.uri, message.call_id) == ("INVITE", "sip:1001@10.0.0.1", "one@10.0.0.2")
    assert (message.cseq, message.branch, message.body) == ((7, "INVITE"), "z9hG4bKabc", "body")


def test_tags_and_addresses_survive_a_semicolon_in_the_name():
    message = messages.parse(INVITE)
    assert (message.tag("from"), message.tag("to")) == ("left", "")
    assert message.user("from") == "13900000001"
    assert message.address("contact") == "sip:13900000001@10.0.0.2:5062;transport=udp"


def test_a_folded_header_is_one_line():
    assert messages.parse(INVITE).header("x-long") == "first second"


def test_an_answer_copies_the_way_back_and_adds_our_tag():
    answer = messages.parse(messages.response_to(messages.parse(INVITE), 180, "right").encode())
    assert (answer.code, answer.method, answer.tag("to")) == (180, "INVITE", "right")
    assert len(answer.all_headers("via")) == 2


@pytest.mark.parametrize(
    "noise", [b"", b"\r\n\r\n", b"\x80\x00\x01", b"HELLO\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n"]
)
def test_what_is_not_sip_is_refused(noise):
    with pytest.raises(MalformedMessage):
        messages.parse(noise)


def test_a_session_says_the_same_after_the_wire():
    session = Session("127.0.0.1", 4000, "sendonly", 96)
    assert messages.parse_session(session.encode(3)) == session


def test_an_offer_without_our_sound_is_no_session():
    assert messages.parse_session("c=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 8\r\n") is None
