"""The navigation rail as data: where each entry leads and which roles see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callcenter.accounts import permissions


@dataclass(frozen=True)
class Entry:
    """One line of the rail. `url_name` may belong to an app above this one; it is known by name only."""

    label: str | Promise
    icon: str
    url_name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Link:
    """An entry as one person sees it on one page."""

    label: str | Promise
    icon: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class Section:
    """A heading of the rail and what stands under it."""

    title: str | Promise
    links: list[Link]


RAIL: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (
        _("Live"),
        (
            Entry(_("Desk"), "headset", "desktop:desk", permissions.DESK_ROLES),
            Entry(_("Floor"), "grid", "live:floor", permissions.WATCHING_ROLES),
            Entry(_("Wallboard"), "screen", "live:wallboard", permissions.WATCHING_ROLES),
        ),
    ),
    (
        _("Calls and figures"),
        (
            Entry(_("Call records"), "phone", "reports:calls", permissions.CALL_ROLES),
            Entry(_("KPI reports"), "chart", "reports:kpi", permissions.REPORT_ROLES),
        ),
    ),
    (
        _("Settings"),
        (Entry(_("System setup"), "gear", "admin:index", permissions.ADMIN_ROLES),),
    ),
)


def sections_for(user: Any, path: str) -> list[Section]:
    """Return the rail for this person; sections without an entry are left out."""
    sections = (Section(title, list(_links(entries, user, path))) for title, entries in RAIL)
    return [section for section in sections if section.links]


def _links(entries: tuple[Entry, ...], user: Any, path: str) -> Iterator[Link]:
    for entry in entries:
        url = _address(entry.url_name)
        if url and permissions.has_role(user, *entry.roles):
            yield Link(entry.label, entry.icon, url, is_here=path.startswith(url))


def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None
