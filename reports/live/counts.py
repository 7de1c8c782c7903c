"""The day's calls, counted by interval, queue and team.

A call belongs to the interval in which it entered the line, or, if it never did, in which it arrived. What is
long past hardly ever changes: the settled part of the day is counted once a minute, the rest with every
frame. A repair of an old call (reconciliation) therefore shows within a minute.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce

from callcenter.acd.models import Call
from callcenter.telephony.words import IN_LINE, Outcome
from reports.call_sets import DEFAULT_LIMIT_SECONDS, aggregates
from reports.live.hours import STEP, Day
from reports.sums import Sums

SETTLED_FOR = timedelta(minutes=1)
SETS = aggregates()
MENU_COLUMNS = ("received", "blocked", "left_menu", "self_service")
LINE_COLUMNS = (
    "received", "offered", "answered", "answered_in_time", "abandoned", "short_abandoned", "answered_wait_ms",
)  # fmt: skip
OPEN_COLUMNS = ("in_line", "in_line_in_time")
ENDING = ("ended_at", "released_by", "caller_number")
OFFERED = LINE_COLUMNS.index("offered")


class IntervalStart(Func):
    """PostgreSQL's `date_bin`: the start of the 15-minute interval that a moment falls into."""

    function = "DATE_BIN"
    template = "%(function)s(INTERVAL '15 minutes', %(expressions)s)"
    output_field = DateTimeField()


@dataclass(frozen=True, slots=True)
class Cell:
    """Calls of one interval, queue and team (of the agent who answered; None before that)."""

    interval: datetime
    queue: int | None
    team: int | None
    menu: tuple[int, ...] = (0,) * len(MENU_COLUMNS)
    line: tuple[int, ...] = (0,) * len(LINE_COLUMNS + OPEN_COLUMNS)


@dataclass(frozen=True, slots=True)
class Counted:
    """Sums of calls, some of them still in the line, and of these some who may yet be answered in time."""

    sums: Sums
    in_line: int
    in_line_in_time: int

    @property
    def decided(self) -> Sums:
        """Without callers in the line: nobody knows yet whether they will be answered."""
        return replace(self.sums, offered=self.sums.offered - self.in_line)

    @property
    def decided_in_time(self) -> Sums:
        """Without callers who may yet be answered in time. Those past it count as missed at once."""
        return replace(self.sums, offered=self.sums.offered - self.in_line_in_time)


def total(cells: Iterable[Cell], wanted: Callable[[Cell], bool]) -> Counted:
    """Add up the cells that are wanted."""
    chosen = [cell for cell in cells if wanted(cell)]
    menu = _added(MENU_COLUMNS, (cell.menu for cell in chosen))
    line = _added(LINE_COLUMNS + OPEN_COLUMNS, (cell.line for cell in chosen))
    in_line, in_line_in_time = (line.pop(name) for name in OPEN_COLUMNS)
    return Counted(Sums(**menu) + Sums(**line), in_line, in_line_in_time)


def _added(columns: tuple[str, ...], rows: Iterable[tuple[int, ...]]) -> dict[str, int]:
    return dict.fromkeys(columns, 0) | dict(zip(columns, map(sum, zip(*rows, strict=True)), strict=False))


@dataclass(frozen=True, slots=True)
class Oddity:
    """An answered call that was over much too late or much too soon. `seconds` is talk and hold together."""

    call_id: int
    is_long: bool
    seconds: int
    queue: int
    agent: int | None
    ended_at: datetime
    released_by: str
    caller: str


@dataclass(frozen=True, slots=True)
class Tally:
    """All counts of a stretch of time, with the calls that were over-long or over-short."""

    cells: tuple[Cell, ...] = ()
    odd: tuple[Oddity, ...] = ()
    """In the order in which they ended."""

    def __add__(self, other: "Tally") -> "Tally":
        """The counts of both stretches."""
        return Tally(self.cells + other.cells, self.odd + other.odd)


def count(start: datetime, end: datetime, now: datetime, *, in_intervals: bool = True) -> Tally:
    """Count the calls of [start, end), which begins with an interval, as they stand at `now`: three queries.

    Without `in_intervals` all cells carry the start: a day then has few of them.
    """
    bin_from = start if in_intervals else None
    cells = (*_menu_cells(start, end, bin_from), *_line_cells(start, end, bin_from, now))
    return Tally(cells, _odd_calls(start, end))


def _interval(column: str, origin: datetime | None, start: datetime) -> Any:
    if origin is None:
        return Value(start, output_field=DateTimeField())
    return IntervalStart(F(column), Value(origin, output_field=DateTimeField()))


def _menu_cells(start: datetime, end: datetime, origin: datetime | None) -> Iterator[Cell]:
    rows = (
        Call.objects.filter(arrived_at__gte=start, arrived_at__lt=end, offered_at=None)
        .values_list(_interval("arrived_at", origin, start), "queue_id")
        .annotate(**{name: SETS[name] for name in MENU_COLUMNS})
        .order_by()
    )
    return (Cell(interval, queue, None, menu=tuple(counts)) for interval, queue, *counts in rows)


def _line_cells(start: datetime, end: datetime, origin: datetime | None, now: datetime) -> Iterator[Cell]:
    in_line = Q(state__in=IN_LINE)
    rows = (
        _offered(start, end)
        .values_list(_interval("offered_at", origin, start), "queue_id", "agent__user__team_id")
        .annotate(
            **{name: SETS[name] for name in LINE_COLUMNS},
            in_line=Count("id", filter=in_line),
            in_line_in_time=Count("id", filter=in_line & Q(offered_at__gt=_latest_in_time(now))),
        )
        .order_by()
    )
    return (Cell(interval, queue, team, line=tuple(counts)) for interval, queue, team, *counts in rows)


def _latest_in_time(now: datetime) -> ExpressionWrapper:
    """Who came before this can no longer be answered within his queue's service-level time."""
    limit = Coalesce(F("queue__service_level_seconds"), DEFAULT_LIMIT_SECONDS)
    second = Value(timedelta(seconds=1), output_field=DurationField())
    return ExpressionWrapper(
        Value(now, output_field=DateTimeField()) - limit * second, output_field=DateTimeField()
    )


def _offered(start: datetime, end: datetime) -> QuerySet[Call]:
    return Call.objects.filter(offered_at__gte=start, offered_at__lt=end)


def _odd_calls(start: datetime, end: datetime) -> tuple[Oddity, ...]:
    spoken = F("talk_ms") + F("hold_ms")
    is_long = Q(spoken_ms__gte=F("queue__over_long_seconds") * 1000)
    rows = (
        Call.objects.filter(ended_at__gte=start, ended_at__lt=end, outcome=Outcome.ANSWERED)
        .annotate(spoken_ms=spoken)
        .filter(is_long | Q(spoken_ms__lte=F("queue__over_short_seconds") * 1000))
        .order_by("ended_at", "id")
        .values_list("id", "spoken_ms", "queue__over_long_seconds", "queue_id", "agent_id", *ENDING)
    )
    return tuple(
        Oddity(pk, ms >= limit * 1000, ms // 1000, queue, agent, ended_at, released_by, caller)
        for pk, ms, limit, queue, agent, ended_at, released_by, caller in rows
    )


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Today, its live part by interval, and the curve of calls that entered the line."""

    day: Day
    today: Tally
    recent: Tally
    curve: tuple[tuple[int, int | None, int], ...]
    """(interval's number, queue, calls that entered the line)."""


def curve(start: datetime, end: datetime, day: Day) -> list[tuple[int, int | None, int]]:
    """Calls that entered the line, by interval and queue: one query."""
    rows = (
        _offered(start, end)
        .values_list(_interval("offered_at", day.start, start), "queue_id")
        .annotate(offered=Count("id"))
        .order_by()
    )
    return [(day.index_of(interval), queue, offered) for interval, queue, offered in rows]


@dataclass(frozen=True, slots=True)
class _Settled:
    """The part of a day that was counted at `at`, up to `until`."""

    day: Day
    at: datetime
    until: datetime
    tally: Tally
    curve: tuple[tuple[int, int | None, int], ...]


class DayCounter:
    """Counts today with each call, reading the settled part of it once a minute. Not safe for two threads."""

    def __init__(self) -> None:
        self._settled: _Settled | None = None

    def count(self, day: Day, now: datetime, unsettled_since: datetime | None) -> DayCounts:
        """`unsettled_since`: when the oldest call came that is still in the menu or in the line."""
        settled = self._settled
        if settled is None or settled.day != day or now - settled.at >= SETTLED_FOR or now < settled.at:
            settled = self._settled = _settle(day, now, unsettled_since)
        before_now = day.interval_at(now) - STEP
        recent = count(min(settled.until, before_now), day.end, now)
        of_today = Tally(
            tuple(cell for cell in recent.cells if cell.interval >= settled.until),
            tuple(odd for odd in recent.odd if odd.ended_at >= settled.until),
        )
        fresh = tuple(
            (day.index_of(c.interval), c.queue, c.line[OFFERED]) for c in of_today.cells if c.line[OFFERED]
        )
        return DayCounts(day, settled.tally + of_today, recent, settled.curve + fresh)


def _settle(day: Day, now: datetime, unsettled_since: datetime | None) -> _Settled:
    until = day.interval_at(now) - STEP
    if unsettled_since is not None:
        until = min(until, day.interval_at(unsettled_since))
    until = max(until, day.start)
    if until == day.start:
        return _Settled(day, now, until, Tally(), ())
    tally = count(day.start, until, now, in_intervals=False)
    return _Settled(day, now, until, tally, tuple(curve(day.start, until, day)))
