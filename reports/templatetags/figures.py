"""Figures, moments and clocks as report pages write them."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from callcenter.core.masking import mask_number
from reports import wording
from reports.kpi import Kpi, Target, Text

register = template.Library()


@register.filter
def say(text: Text) -> str:
    """A sentence of the KPI registry in the page's language."""
    return wording.say(text)


@register.filter
def figure(value: float | None, indicator: Kpi) -> str:
    """The figure without its unit."""
    return wording.number(value, indicator.unit)


@register.filter
def unit(indicator: Kpi) -> str:
    """The word behind the figure."""
    return wording.unit_word(indicator.unit)


@register.filter
def target(wanted: Target) -> str:
    """The target in short."""
    return wording.target(wanted)


@register.filter
def why(found: Any) -> str:
    """Why there is no figure."""
    return wording.why_none(found.why)


@register.simple_tag
def change(now: Any, before: Any, indicator: Kpi) -> str:
    """How far the figure moved."""
    return wording.change(now.value, before.value, indicator.unit)


@register.filter
def thousands(count: int | None) -> str:
    """A whole number with its thousands separated."""
    return "" if count is None else f"{count:,}"


@register.filter
def call_language(code: str) -> str:
    """The language a caller chose."""
    return {"zh": gettext("Chinese"), "en": gettext("English")}.get(code, code)


@register.filter
def masked(number: str) -> str:
    """A telephone number with its middle hidden."""
    return mask_number(number) if number else "—"


@register.filter
def clock(milliseconds: int | None) -> str:
    """A length of time as mm:ss, from one hour h:mm:ss."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


@register.filter
def clock_of_seconds(seconds: float | None) -> str:
    """The same for seconds."""
    return clock(None if seconds is None else round(seconds * 1000))


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """A moment: today by its time, this year by day and time."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime()
    if local.date() == now.date():
        words = local.strftime("%H:%M:%S")
    elif local.year == now.year:
        # Translators: a Django date format
        words = date_format(local, gettext("j M H:i"))
    else:
        words = date_format(local, gettext("j M Y H:i"))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), words)
