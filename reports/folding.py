"""The fold itself: sets of rows in, sets of facts out, in the database. Called by `services` only.

A fact is a pure function of call and state rows (and of `now` for states that still run), so folding an
interval again gives the same rows, in whatever order intervals are folded.
"""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateTimeField, F, Func, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from callcenter.acd.models import Call
from reports.call_sets import BELONGS_AT, aggregates
from reports.models import DayCallFact, DayStateFact, IntervalCallFact, IntervalStateFact
from reports.sums import CALL_COLUMNS

INTERVAL: Final = timedelta(minutes=15)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=ZoneInfo("UTC"))
CALL_DIMENSIONS: Final = ("queue_id", "team_id", "agent_id", "language")
STATE_DIMENSIONS: Final = ("agent_id", "team_id", "state", "reason_id")

# The index behind the constraint `intervals_do_not_overlap` finds the rows. Whole milliseconds telescope, so
# the pieces of a state add up to the state exactly.
_STATES: Final = """
INSERT INTO reports_intervalstatefact (start, agent_id, team_id, state, reason_id, milliseconds)
SELECT piece.start, i.agent_id, u.team_id, i.state, i.reason_id,
       sum(
         floor(1000 * extract(epoch FROM least(i.ended_at, %(now)s, piece.start + interval '15 minutes')))
         - floor(1000 * extract(epoch FROM greatest(i.started_at, piece.start)))
       )::bigint
FROM acd_agentstateinterval i
JOIN acd_agent a ON a.id = i.agent_id
JOIN accounts_user u ON u.id = a.user_id
CROSS JOIN LATERAL generate_series(
    greatest(
        date_bin('15 minutes', i.started_at, timestamptz '2000-01-01 00:00:00+00'), %(start)s::timestamptz
    ),
    least(i.ended_at, %(now)s, %(end)s::timestamptz) - interval '1 microsecond',
    interval '15 minutes'
) AS piece (start)
WHERE tstzrange(i.started_at, i.ended_at, '[)') && tstzrange(%(start)s, %(until)s, '[)')
GROUP BY 1, 2, 3, 4, 5
"""


class DateBin(Func):
    """The start of the quarter of an hour a moment lies in."""

    function = "date_bin"
    template = "%(function)s('15 minutes', %(expressions)s, timestamptz '2000-01-01 00:00:00+00')"
    output_field = DateTimeField()


def floor_interval(at: datetime) -> datetime:
    """The start of the interval the moment lies in."""
    return at - (at - _EPOCH) % INTERVAL


def intervals_between(start: datetime, end: datetime) -> list[datetime]:
    """Starts of all intervals that touch [start, end)."""
    first = floor_interval(start)
    return [first + INTERVAL * n for n in range(-((first - end) // INTERVAL))]


def contiguous(starts: set[datetime]) -> list[tuple[datetime, datetime]]:
    """Join interval starts into as few ranges as possible."""
    ranges: list[tuple[datetime, datetime]] = []
    for start in sorted(starts):
        if ranges and ranges[-1][1] == start:
            ranges[-1] = (ranges[-1][0], start + INTERVAL)
        else:
            ranges.append((start, start + INTERVAL))
    return ranges


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """When a local day begins and ends."""
    zone = timezone.get_default_timezone()
    following = day + timedelta(days=1)
    return (
        datetime(day.year, day.month, day.day, tzinfo=zone),
        datetime(following.year, following.month, following.day, tzinfo=zone),
    )


def days_between(start: datetime, end: datetime) -> list[date]:
    """The local days that [start, end) touches."""
    zone = timezone.get_default_timezone()
    first = start.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def calls_between(start: datetime, end: datetime) -> QuerySet[Call]:
    """The calls that belong to [start, end)."""
    return Call.objects.filter(
        Q(offered_at__gte=start, offered_at__lt=end)
        | Q(offered_at=None, arrived_at__gte=start, arrived_at__lt=end)
    )


def fold_intervals(start: datetime, end: datetime, now: datetime) -> None:
    """Replace the interval facts of [start, end), both on interval borders."""
    IntervalCallFact.objects.filter(start__gte=start, start__lt=end)._raw_delete("default")
    rows = (
        calls_between(start, end)
        .order_by()
        .annotate(start=DateBin(BELONGS_AT), team_id=F("agent__user__team_id"))
        .values("start", *CALL_DIMENSIONS)
        .annotate(**aggregates())
        .values_list("start", *CALL_DIMENSIONS, *CALL_COLUMNS)
    )
    _insert_select("reports_intervalcallfact", ("start", *CALL_DIMENSIONS, *CALL_COLUMNS), rows)
    IntervalStateFact.objects.filter(start__gte=start, start__lt=end)._raw_delete("default")
    if now > start:
        with connection.cursor() as cursor:
            cursor.execute(_STATES, {"start": start, "end": end, "now": now, "until": min(end, now)})


def fold_days(days: list[date]) -> None:
    """Replace the daily facts by the sums of their intervals."""
    for day in days:
        start, end = day_bounds(day)
        DayCallFact.objects.filter(day=day)._raw_delete("default")
        calls = _by_day(IntervalCallFact.objects.filter(start__gte=start, start__lt=end))
        rows = calls.values("day", *CALL_DIMENSIONS).annotate(**{f"s_{c}": Sum(c) for c in CALL_COLUMNS})
        _insert_select(
            "reports_daycallfact",
            ("day", *CALL_DIMENSIONS, *CALL_COLUMNS),
            rows.values_list("day", *CALL_DIMENSIONS, *(f"s_{c}" for c in CALL_COLUMNS)),
        )
        DayStateFact.objects.filter(day=day)._raw_delete("default")
        states = _by_day(IntervalStateFact.objects.filter(start__gte=start, start__lt=end))
        rows = states.values("day", *STATE_DIMENSIONS).annotate(ms=Sum("milliseconds"))
        _insert_select(
            "reports_daystatefact",
            ("day", *STATE_DIMENSIONS, "milliseconds"),
            rows.values_list("day", *STATE_DIMENSIONS, "ms"),
        )


def _by_day(facts: QuerySet) -> QuerySet:
    return facts.order_by().annotate(day=TruncDate("start", tzinfo=timezone.get_default_timezone()))


def _insert_select(table: str, columns: tuple[str, ...], rows: QuerySet) -> None:
    """INSERT … SELECT: the rows never leave the database."""
    sql, parameters = rows.query.sql_with_params()
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) {sql}", parameters)  # names come from this module only
