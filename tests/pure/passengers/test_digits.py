import struct

import pytest

from callcenter.telephony.passengers import digits, rtp
from callcenter.telephony.passengers.digits import DigitEvent


def packet(payload_type, payload, sequence, timestamp, source=7):
    return struct.pack("!BBHII", 0x80, payload_type, sequence, timestamp, source) + payload


def heard(packets):
    ear = rtp.Ear()
    for each in packets:
        ear.take(each, 101)
    return ear


def press_packets(key, sequence, timestamp):
    events = digits.digit_events(key, 0.1)
    return [packet(101, event.encode(), sequence + n, timestamp) for n, event in enumerate(events)]


@pytest.mark.parametrize("key", digits.KEYS)
def test_every_key_survives_the_wire(key):
    event = DigitEvent(key, True, 960)
    assert digits.parse_digit_event(event.encode()) == event


def test_the_example_layout_of_rfc_4733():
    assert DigitEvent("9", True, 0x0640).encode() == bytes([9, 0x8A, 0x06, 0x40])


def test_what_is_no_key_is_ignored():
    assert digits.parse_digit_event(bytes([16, 0, 0, 160])) is None
    assert digits.parse_digit_event(b"\x01") is None


def test_a_press_grows_and_ends_three_times():
    events = digits.digit_events("5", 0.1)
    assert [event.duration for event in events] == [160, 320, 480, 640, 800, 800, 800]
    assert [event.is_over for event in events] == [False] * 4 + [True] * 3


def test_a_press_is_heard_once_though_it_ends_three_times():
    assert heard(press_packets("5", 1, 100)).digits == ["5"]


def test_a_press_is_heard_though_two_ends_are_lost():
    assert heard(press_packets("5", 1, 100)[:-2]).digits == ["5"]


def test_the_same_key_twice_is_two_digits():
    assert heard(press_packets("5", 1, 100) + press_packets("5", 10, 3000)).digits == ["5", "5"]


def test_the_mouth_presses_what_the_ear_hears():
    mouth = rtp.Mouth()
    seconds = mouth.press("1*9", 0.12, 0.1)
    frames = [mouth.next_frame() for _ in range(round(seconds / 0.02))]
    events = [frame for frame in frames if isinstance(frame, DigitEvent)]
    starts = [n for n, event in enumerate(events) if event.is_first]
    sent = [packet(101, e.encode(), n, max(s for s in starts if s <= n)) for n, e in enumerate(events)]
    assert heard(sent).digits == ["1", "*", "9"]


def test_a_letter_that_no_telephone_has_is_refused():
    with pytest.raises(ValueError, match="'x'"):
        rtp.Mouth().press("1x", 0.1, 0.1)
