"""Tags of the frame: the navigation rail, icons, fields and the page's scheme."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from callcenter.accounts import navigation

register = template.Library()
SCHEMES = ("light", "dark")


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation_rail(context: dict[str, Any]) -> dict[str, Any]:
    """The rail of the person who asks, with the current page marked."""
    request = context["request"]
    sections = navigation.sections_for(request.user, request.path)
    return {"sections": sections, "user": request.user, "request": request}


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Return one of our drawn icons. An icon without words beside it needs a label."""
    css = f"i {size}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="#i-{}"/></svg>', css, label, name
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', css, name)


@register.simple_tag
def glyph(name: str) -> SafeString:
    """Return the shape that goes with a state's or a level's colour."""
    return format_html('<svg class="g" aria-hidden="true"><use href="#g-{}"/></svg>', name)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css: str = "", placeholder: str = "") -> dict[str, Any]:
    """A form field with its label, hint and errors."""
    is_group = isinstance(bound.field.widget, RadioSelect)
    is_tick = isinstance(bound.field.widget, CheckboxInput)
    attributes: dict[str, str | bool] = {} if is_group or is_tick else {"class": "input"}
    if placeholder:
        attributes["placeholder"] = placeholder
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attributes),
        "is_group": is_group,
        "is_tick": is_tick,
        "css": css,
    }


@register.simple_tag(takes_context=True)
def scheme(context: dict[str, Any]) -> str:
    """Return the scheme the person forced, before signing in the cookie; empty means the system's."""
    request = context.get("request")
    if request is None:
        return ""
    user = getattr(request, "user", None)
    chosen = user.scheme if user is not None and user.is_authenticated else request.COOKIES.get("scheme", "")
    return chosen if chosen in SCHEMES else ""


@register.simple_tag
def today() -> str:
    """Return the date as it is written out in the page's language."""
    # Translators: a Django date format, as on a station clock
    return date_format(timezone.localtime(), gettext("l j F Y"))


@register.filter
def local_name(thing: Any) -> str:
    """Return the name of a centre, team, queue … in the page's language, or else in Chinese."""
    if thing is None:
        return ""
    english = getattr(thing, "name_en", "")
    return english if english and get_language() == "en" else str(thing)


@register.filter
def minutes(seconds: float) -> int:
    """Return whole minutes."""
    return int(seconds // 60)


@register.filter
def html_language(code: str) -> str:
    """Return a Django language code as HTML writes it: zh-hans becomes zh-Hans."""
    return {"zh-hans": "zh-Hans"}.get(code, code)


@register.filter
def from_now(span: timedelta) -> datetime:
    """Return the moment that lies this span ahead."""
    return timezone.now() + span
