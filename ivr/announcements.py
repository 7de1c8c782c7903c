"""What a waiting caller is told about place and time. Pure: names of files, played one after the other.

Whole phrases, not numbers glued to words: they sound like a person. Large numbers are told roughly.
"""

from ivr.naming import LANGUAGES, asterisk_name, audio_name
from ivr.spoken import chinese_number

EXACT_AHEAD = 20
AHEAD_TENS = (20, 30, 40, 50)
MANY_AHEAD = 60
WAIT_STEPS = (*range(1, 11), 15, 20, 25, 30, 40, 50, 60)

Texts = dict[str, dict[str, str]]
"""Code → language → text."""


def announcement_files(language: str, position: int, wait_minutes: int | None) -> list[str]:
    """Return the files that tell a caller his place and the estimated wait.

    `position` counts from 1 (the next to be served). `wait_minutes` is told rounded up to the next step;
    0 means less than a minute, None means that no estimate is known and nothing is said about it.
    An unknown language is told in Chinese.
    """
    language = language if language in LANGUAGES else LANGUAGES[0]
    codes = [_ahead_code(max(position, 1) - 1)]
    if wait_minutes is not None:
        codes.append(_wait_code(wait_minutes))
    return [asterisk_name(language, audio_name(code, TEXTS[code][language])) for code in codes]


def _ahead_code(ahead: int) -> str:
    if ahead == 0:
        return "say_next"
    if ahead <= EXACT_AHEAD:
        return f"say_ahead_{ahead}"
    if ahead >= MANY_AHEAD:
        return "say_ahead_many"
    return f"say_ahead_{ahead // 10 * 10}_odd"


def _wait_code(minutes: int) -> str:
    if minutes <= 0:
        return "say_wait_0"
    step = next((step for step in WAIT_STEPS if minutes <= step), None)
    return f"say_wait_{step}" if step else "say_wait_long"


def _texts() -> Texts:
    texts: Texts = {
        "say_next": {"zh": "您是下一位，请稍候。", "en": "You are next in line. Please hold."},
        "say_ahead_many": {
            "zh": "您前面还有六十多位旅客。",
            "en": "There are more than sixty callers ahead of you.",
        },
        "say_wait_0": {
            "zh": "预计等待不到一分钟。",
            "en": "The estimated wait is less than one minute.",
        },
        "say_wait_long": {
            "zh": "预计等待一小时以上。",
            "en": "The estimated wait is more than one hour.",
        },
    }
    for ahead in range(1, EXACT_AHEAD + 1):
        texts[f"say_ahead_{ahead}"] = {
            "zh": f"您前面还有{_count(ahead)}位旅客。",
            "en": _ahead_in_english(ahead),
        }
    for tens in AHEAD_TENS:
        texts[f"say_ahead_{tens}_odd"] = {
            "zh": f"您前面还有{chinese_number(tens)}多位旅客。",
            "en": f"There are more than {tens} callers ahead of you.",
        }
    for minutes in WAIT_STEPS:
        texts[f"say_wait_{minutes}"] = {
            "zh": f"预计等待约{_count(minutes)}分钟。",
            "en": f"The estimated wait is about {minutes} minute{'s' if minutes > 1 else ''}.",
        }
    return texts


def _count(number: int) -> str:
    return "两" if number == 2 else chinese_number(number)


def _ahead_in_english(ahead: int) -> str:
    return "There is one caller ahead of you." if ahead == 1 else f"There are {ahead} callers ahead of you."


TEXTS = _texts()
