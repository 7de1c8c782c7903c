"""Written text → text as a voice should say it. Pure."""

import re

DIGITS = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")
_NUMBER = re.compile(r"(\d+)(?:\.(\d+))?(%)?")
SIGNS = {"*": "星号", "#": "井号"}


def chinese_number(number: int) -> str:
    """Say a number from 0 to 99,999,999 in Chinese: 20 → 二十, 105 → 一百零五, 10010 → 一万零一十."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        tail = _below_ten_thousand(low) if low else ""
        return _below_ten_thousand(high) + "万" + ("零" if low and low < 1000 else "") + tail
    spoken = _below_ten_thousand(number)
    return spoken[1:] if spoken.startswith("一十") else spoken


def _below_ten_thousand(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    spoken, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            spoken += ("零" if gap and spoken else "") + DIGITS[digit] + UNITS[power]
            gap = False
        else:
            gap = True
    return spoken


def speakable(text: str, language: str) -> str:
    """Return the text with numbers and signs spelled out for the voice of `language` (zh or en).

    English voices read numbers themselves; Chinese ones are given characters.
    """
    if language != "zh":
        return text.replace("*", "star").replace("#", "pound")
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    return _NUMBER.sub(_say_number, text)


def _say_number(match: re.Match[str]) -> str:
    whole, fraction, percent = match.groups()
    if len(whole) > 8 or (len(whole) > 1 and whole.startswith("0")):
        spoken = "".join(DIGITS[int(d)] for d in whole)
    else:
        spoken = chinese_number(int(whole))
    if fraction:
        spoken += "点" + "".join(DIGITS[int(d)] for d in fraction)
    return f"百分之{spoken}" if percent else spoken
