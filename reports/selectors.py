"""Which calls a person may see, and pages of them. The only way a door of this app gets a call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast, Reverse

from callcenter.accounts.models import Role
from callcenter.accounts.permissions import REPORT_ROLES, has_role
from callcenter.acd.models import Agent, AgentStateInterval, Call, Offer, WrapUp
from callcenter.core import errors
from reports import facts, folding, kpi
from reports.call_sets import BELONGS_AT, CALL_SETS
from reports.filters import read_date
from reports.links import NO_QUEUE
from reports.models import Difference
from reports.periods import Kind, Period
from reports.sums import CALL_COLUMNS

PAGE_SIZE: Final = 50
EXPORT_BATCH: Final = 2000
SHORTEST_NUMBER: Final = 4
_NEWEST_FIRST: Final = ("-belongs_at", "-pk")
# Lists longer than this are not counted; their length is told by the facts, or not at all.
MOST_COUNTED: Final = 10_000

Person = AbstractBaseUser | AnonymousUser


def calls_visible_to(user: Person) -> QuerySet[Call]:
    """All calls for those who see reports, his own for an agent, none for others."""
    if has_role(user, *REPORT_ROLES):
        return Call.objects.all()
    if has_role(user, Role.AGENT):
        return Call.objects.filter(agent__user=user.pk)
    return Call.objects.none()


def call_for(user: Person, call_id: int) -> Call:
    """The call with all that hangs on it. Hidden and missing look the same."""
    found = (
        calls_visible_to(user)
        .select_related("queue", "agent__user", "customer")
        .prefetch_related(
            Prefetch("offers", Offer.objects.select_related("agent__user").order_by("offered_at")),
            Prefetch(
                "agent_intervals",
                AgentStateInterval.objects.select_related("agent__user").order_by("started_at"),
            ),
            Prefetch("wrap_ups", WrapUp.objects.select_related("agent__user", "reason")),
            "anomalies",
            "differences",
        )
        .filter(pk=call_id)
        .first()
    )
    if found is None:
        raise errors.NotFound
    return found


def differences_visible_to(user: Person) -> QuerySet[Difference]:
    """What the PBX and we disagreed about, for those who see reports."""
    if not has_role(user, *REPORT_ROLES):
        return Difference.objects.none()
    return Difference.objects.select_related("call")


@dataclass(frozen=True)
class CallFilter:
    """Which calls a list shows. `days` is set where the range is whole days."""

    start: datetime | None = None
    end: datetime | None = None
    days: Period | None = None
    queue: int | None = None
    team: int | None = None
    agent: int | None = None
    centre: int | None = None
    language: str = ""
    calls_set: str = "all"
    search: str = ""

    @property
    def is_linkedid(self) -> bool:
        """Whether a PBX's number of a call is looked for, and not a telephone number."""
        return "." in self.search


def read_filter(query: Mapping[str, str]) -> CallFilter:
    """Understand the address of a call list; an unreadable part is left out."""
    start, end, days = _read_range(query.get("from"), query.get("to"))
    chosen = query.get("set", "all")
    return CallFilter(
        start=start,
        end=end,
        days=days,
        queue=_number(query.get("queue")),
        team=_number(query.get("team")),
        agent=_number(query.get("agent")),
        centre=_number(query.get("centre")),
        language=query.get("language", "")[:10],
        calls_set=chosen if chosen in CALL_SETS else "all",
        search="".join(c for c in query.get("q", "") if c.isascii() and (c.isdigit() or c in ".+"))[:40],
    )


def _read_range(
    first: str | None, last: str | None
) -> tuple[datetime | None, datetime | None, Period | None]:
    """Days (both included) or moments in UTC (the end excluded)."""
    start, end = _read_moment(first), _read_moment(last)
    if start and end:
        return start, end, None
    given = [day for day in (read_date(first), read_date(last)) if day]
    if not given:
        return None, None, None
    days = Period(Kind.CUSTOM, min(given), max(given))
    return folding.day_bounds(days.first)[0], folding.day_bounds(days.last)[1], days


def _read_moment(text: str | None) -> datetime | None:
    if not text or not text.endswith("Z"):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def filtered(calls: QuerySet[Any], wanted: CallFilter) -> QuerySet[Any]:
    """The calls that the filter lets through, newest first."""
    calls = calls.filter(CALL_SETS[wanted.calls_set])
    calls = calls.annotate(belongs_at=BELONGS_AT)
    if wanted.start and wanted.end:
        bounds: dict[str, Any] = {"belongs_at__gte": wanted.start, "belongs_at__lt": wanted.end}
        calls = calls.filter(**bounds)
    if wanted.queue is not None:
        calls = calls.filter(queue=wanted.queue if wanted.queue != NO_QUEUE else None)
    if wanted.language:
        calls = calls.filter(language=wanted.language)
    calls = calls.filter(_of_people(wanted))
    if wanted.search:
        calls = _searched(calls, wanted)
    return calls.order_by(*_NEWEST_FIRST)


def _of_people(wanted: CallFilter) -> Q:
    chosen = Q()
    if wanted.agent:
        chosen &= Q(agent=wanted.agent)
    if wanted.team:
        chosen &= Q(agent__in=Agent.objects.filter(user__team=wanted.team))
    if wanted.centre:
        chosen &= Q(agent__in=Agent.objects.filter(user__team__centre=wanted.centre))
    return chosen


def _searched(calls: QuerySet[Call], wanted: CallFilter) -> QuerySet[Call]:
    """By the PBX's number of a call, or by the last digits of the caller's number."""
    if wanted.is_linkedid:
        return calls.filter(linkedid=wanted.search)
    digits = wanted.search.lstrip("+")
    if len(digits) < SHORTEST_NUMBER:
        return calls.none()
    backwards = Reverse(Cast("caller_number", TextField()))
    return calls.annotate(backwards=backwards).filter(backwards__startswith=digits[::-1])


@dataclass(frozen=True)
class CallPage:
    """A page of calls and the cursors of the pages beside it."""

    calls: list[Call]
    older: str
    newer: str


def page_of(calls: QuerySet[Any], cursor: str, *, newer: bool = False) -> CallPage:
    """Fifty calls after a cursor, found by an index however deep the page lies."""
    rows = calls.select_related("queue", "agent__user")
    place = _read_cursor(cursor)
    if place and newer:
        found = list(_after(rows, *place, "gt").order_by("belongs_at", "pk")[: PAGE_SIZE + 1])
        more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        return CallPage(found, _cursor(found[-1]) if found else "", _cursor(found[0]) if more else "")
    if place:
        rows = _after(rows, *place, "lt")
    found = list(rows[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    return CallPage(found, _cursor(found[-1]) if more else "", _cursor(found[0]) if place and found else "")


def _after(calls: QuerySet[Any], at: datetime, pk: int, way: str) -> QuerySet[Any]:
    beyond = Q(**{f"belongs_at__{way}": at}) | Q(**{"belongs_at": at, f"pk__{way}": pk})
    # The first condition is what the index is entered with.
    return calls.filter(Q(**{f"belongs_at__{way}e": at}) & beyond)


def _cursor(call: Call) -> str:
    moment: datetime = call.belongs_at  # type: ignore[attr-defined]
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%f}-{call.pk}"


def _read_cursor(text: str) -> tuple[datetime, int] | None:
    moment, _, pk = text.partition("-")
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), int(pk)
    except ValueError:
        return None


def count_of(user: Person, calls: QuerySet[Call], wanted: CallFilter) -> int | None:
    """How many calls a list has: from the facts for whole days, counted where it is short, else None."""
    if wanted.days and not wanted.search and has_role(user, *REPORT_ROLES) and not wanted.centre:
        return _told_by_facts(wanted, wanted.days)
    if wanted.start is None and not wanted.search:
        return None
    found = calls.order_by()[: MOST_COUNTED + 1].count()
    return found if found <= MOST_COUNTED else None


def _told_by_facts(wanted: CallFilter, days: Period) -> int | None:
    variants = [v for k in kpi.computed() for v in k.variants if v.calls == wanted.calls_set]
    if wanted.queue == NO_QUEUE or not (variants or wanted.calls_set in CALL_COLUMNS):
        return None
    selection = facts.Selection(wanted.queue, wanted.team, wanted.agent, wanted.language)
    sums = facts.sums_over(days, selection)
    return variants[0].behind.of(sums) if variants else int(getattr(sums, wanted.calls_set))


def in_batches(calls: QuerySet[Call]) -> Iterator[list[Call]]:
    """The whole list in batches, each found by its cursor: memory stays flat, no transaction stays open."""
    rows = calls.select_related("queue", "agent__user")
    batch = list(rows[:EXPORT_BATCH])
    while batch:
        yield batch
        last: Any = batch[-1]
        batch = list(_after(rows, last.belongs_at, last.pk, "lt")[:EXPORT_BATCH])
