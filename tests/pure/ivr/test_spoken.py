"""Numbers and signs as a voice says them."""

import pytest

from ivr.announcements import TEXTS, announcement_files
from ivr.naming import asterisk_name, audio_name
from ivr.spoken import chinese_number, speakable


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (0, "零"), (2, "二"), (10, "十"), (15, "十五"), (20, "二十"), (105, "一百零五"), (110, "一百一十"),
        (1010, "一千零一十"), (10_010, "一万零一十"), (54_298, "五万四千二百九十八"),
    ],
)  # fmt: skip
def test_numbers_in_chinese(number, spoken):
    assert chinese_number(number) == spoken


def test_keys_percentages_and_long_numbers():
    assert speakable("请按1，重听请按*", "zh") == "请按一，重听请按星号"
    assert speakable("收5%，1.5元，编号0755", "zh") == "收百分之五，一点五元，编号零七五五"
    assert speakable("press * now", "en") == "press star now"


def names(*codes, language="zh"):
    """Return the files of phrases."""
    return [asterisk_name(language, audio_name(code, TEXTS[code][language])) for code in codes]


@pytest.mark.parametrize(
    ("position", "minutes", "codes"),
    [
        (1, 0, ["say_next", "say_wait_0"]),
        (2, 1, ["say_ahead_1", "say_wait_1"]),
        (21, 11, ["say_ahead_20", "say_wait_15"]),
        (38, 61, ["say_ahead_30_odd", "say_wait_long"]),
        (900, None, ["say_ahead_many"]),
        (0, None, ["say_next"]),
    ],
)
def test_place_and_wait_are_told(position, minutes, codes):
    assert announcement_files("zh", position, minutes) == names(*codes)


def test_an_unknown_language_is_told_in_chinese():
    assert announcement_files("fr", 1, None) == names("say_next")


def test_every_phrase_is_there_in_both_languages():
    for position in range(1, 100):
        for minutes in range(100):
            assert len(announcement_files("en", position, minutes)) == 2
