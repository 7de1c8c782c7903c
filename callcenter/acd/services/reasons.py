"""Writes of the reason tree: search keys are made here."""

from pypinyin import Style, lazy_pinyin

from callcenter.acd.models import CallReason


def fill_search_keys(reason: CallReason) -> None:
    """Set pinyin and initials from name and other words, so that typing `ysw` or `yishi` finds 遗失物."""
    words = f"{reason.name} {reason.keywords}"
    reason.pinyin = "".join(lazy_pinyin(words))[:300].lower().replace(" ", "")
    reason.initials = "".join(lazy_pinyin(words, style=Style.FIRST_LETTER))[:80].lower().replace(" ", "")
