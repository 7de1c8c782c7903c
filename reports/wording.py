"""Figures as people read them: value with unit, target, change, period, and why there is none."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from reports.kpi import NO_TARGET, Target, Text, Unit, Why
from reports.periods import Kind, Period

NONE = "—"
DECIMALS = {Unit.PERCENT: 1, Unit.SECONDS: 1, Unit.PER_HOUR: 1, Unit.CALLS: 0}
MINUS = "\N{MINUS SIGN}"


def say(text: Text) -> str:
    """The sentence in the language of the page."""
    return text.en if (get_language() or "").startswith("en") else text.zh


def unit_word(unit: Unit) -> str:
    """The word behind a figure."""
    words = {
        Unit.PERCENT: "%",
        Unit.SECONDS: gettext("s"),
        Unit.PER_HOUR: gettext("an hour"),
        Unit.CALLS: gettext("calls"),
    }
    return words.get(unit, "")


def number(value: float | None, unit: Unit) -> str:
    """The figure without its unit, thousands separated."""
    if value is None:
        return NONE
    decimals = DECIMALS.get(unit, 1)
    if unit is Unit.SECONDS and abs(value) >= 100:
        decimals = 0
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def change(now: float | None, before: float | None, unit: Unit) -> str:
    """How far the figure moved: counts by percent, others in their own unit; empty without the one before."""
    if now is None or before is None:
        return ""
    if unit is Unit.CALLS:
        return _signed((now - before) / before * 100, 1, "%") if before else ""
    return _signed(now - before, DECIMALS.get(unit, 1), "")


def _signed(value: float, decimals: int, suffix: str) -> str:
    rounded = round(value, decimals)
    if rounded == 0:
        return gettext("no change")
    sign = "+" if rounded > 0 else MINUS
    return f"{sign}{abs(rounded):,.{decimals}f}{suffix}"


def _limit(value: float) -> str:
    return f"{value:g}"


def target(wanted: Target) -> str:
    """The target in short, or that there is none."""
    if wanted.low is not None and wanted.high is not None:
        limits = f"{_limit(wanted.low)}–{_limit(wanted.high)}"
    elif wanted.low is not None:
        limits = f"≥ {_limit(wanted.low)}"
    elif wanted.high is not None:
        limits = f"≤ {_limit(wanted.high)}"
    else:
        return gettext("No target")
    return gettext("Target %(limits)s") % {"limits": limits}


def has_target(wanted: Target) -> bool:
    """Whether any limit is set."""
    return (wanted.low, wanted.high) != (NO_TARGET.low, NO_TARGET.high)


def why_none(why: Why | None) -> str:
    """The reason that stands instead of a figure."""
    if why is None:
        return ""
    return {
        Why.NO_DEMAND: gettext("No calls in this period."),
        Why.NO_ROSTER: gettext("No roster: nobody's time was scheduled."),
        Why.NOT_BY_PEOPLE: gettext("Callers whom nobody answered belong to no team or agent."),
        Why.NOT_BY_QUEUE: gettext("An agent's time is not split by queue or language."),
        Why.NOT_COMPUTED: gettext("Not computed yet."),
    }[why]


def period(span: Period) -> str:
    """The days of a report as its head shows them."""
    if span.kind is Kind.MONTH:
        return date_format(span.first, gettext("F Y"))  # a Django date format
    if span.is_one_day:
        return date_format(span.first, gettext("l, j F Y"))  # a Django date format
    return f"{short_day(span.first)} – {short_day(span.last)}"


def short_day(day: date) -> str:
    """A day of this year without the year."""
    # Translators: Django date formats
    return date_format(day, gettext("j M") if day.year == timezone.localdate().year else gettext("j M Y"))


def step(moment: date | datetime) -> str:
    """The label of a step of a chart or table."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).strftime("%H:%M")
    return short_day(moment)


def compared_with(span: Period) -> str:
    """What the change is counted from."""
    return {
        Kind.DAY: gettext("compared with the same day last week"),
        Kind.WEEK: gettext("compared with last week"),
        Kind.MONTH: gettext("compared with last month"),
        Kind.CUSTOM: gettext("compared with the days before"),
    }[span.kind]


def divided(value: int, *, is_time: bool) -> str:
    """A numerator or denominator: calls as a count, time as hours and minutes."""
    if not is_time:
        return f"{value:,}"
    minutes, seconds = divmod(round(value / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02d}:{seconds:02d}"
