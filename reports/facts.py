"""Reads of facts as sums: over a period, by step of time, by queue, team, agent or language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import DateTimeField, F, Func, Min, Model, Q, QuerySet, Sum

from reports import folding
from reports.kpi import Split
from reports.models import DayCallFact, DayStateFact, IntervalCallFact, IntervalStateFact
from reports.periods import Period
from reports.sums import CALL_COLUMNS, Sums

HALF_HOUR: Final = timedelta(minutes=30)
_STATE_OF_COLUMN: Final = {
    "ready_time_ms": "ready",
    "ringing_time_ms": "offered",
    "talking_time_ms": "talking",
    "on_hold_time_ms": "on_hold",
    "wrap_up_time_ms": "wrap_up",
    "not_ready_time_ms": "not_ready",
}
# The key a row is grouped by, for each breakdown; agents' time has no queue and no language.
BREAKDOWNS: Final = {"queue": "queue_id", "team": "team_id", "agent": "agent_id", "language": "language"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose facts: an empty part is everyone's. `centre_teams` is None unless a centre is chosen."""

    queue_id: int | None = None
    team_id: int | None = None
    agent_id: int | None = None
    language: str = ""
    centre_teams: frozenset[int] | None = None

    @property
    def splits(self) -> frozenset[Split]:
        """To what parts of the centre it is narrowed."""
        people = self.team_id or self.agent_id or self.centre_teams is not None
        queue = self.queue_id or self.language
        return frozenset(([Split.PEOPLE] if people else []) + ([Split.QUEUE] if queue else []))

    def of_calls(self) -> Q:
        """The filter on facts of calls."""
        wanted = Q()
        if self.queue_id:
            wanted &= Q(queue=self.queue_id)
        if self.language:
            wanted &= Q(language=self.language)
        return wanted & self.of_time()

    def of_time(self) -> Q:
        """The filter on facts of agents' time."""
        wanted = Q()
        if self.team_id:
            wanted &= Q(team=self.team_id)
        if self.agent_id:
            wanted &= Q(agent=self.agent_id)
        if self.centre_teams is not None:
            wanted &= Q(team__in=self.centre_teams)
        return wanted


class HalfHour(Func):
    """The half hour an interval lies in."""

    function = "date_bin"
    template = "%(function)s('30 minutes', %(expressions)s, timestamptz '2000-01-01 00:00:00+00')"
    output_field = DateTimeField()


def sums_over(period: Period, selection: Selection) -> Sums:
    """One row of sums over the whole period."""
    return _merge(*_by(period, selection, None)).get(None, Sums())


def sums_by_step(period: Period, selection: Selection) -> dict[Any, Sums]:
    """Sums by half hour of one day, by day of a longer period. Steps without anything are missing."""
    return _merge(*_by(period, selection, "step"))


def sums_by(period: Period, selection: Selection, breakdown: str) -> dict[Any, Sums]:
    """Sums by the ids of a breakdown; None stands for calls that nobody answered or that had no queue."""
    return _merge(*_by(period, selection, BREAKDOWNS[breakdown]))


def first_day() -> date | None:
    """The first day there are facts of."""
    return DayCallFact.objects.aggregate(first=Min("day"))["first"]


def steps(period: Period) -> list[Any]:
    """Every step of the period, in order, also those in which nothing happened."""
    if not period.is_one_day:
        return [period.first + timedelta(n) for n in range(period.days)]
    start, end = folding.day_bounds(period.first)
    first = start.astimezone(end.tzinfo)
    return [first + HALF_HOUR * n for n in range((end - start) // HALF_HOUR)]


def step_bounds(step: date | datetime) -> tuple[datetime, datetime]:
    """When a step begins and ends."""
    if isinstance(step, datetime):
        return step, step + HALF_HOUR
    return folding.day_bounds(step)


def _by(period: Period, selection: Selection, key: str | None) -> tuple[Iterable[dict], Iterable[dict]]:
    by_interval = key == "step" and period.is_one_day
    calls = _within(IntervalCallFact if by_interval else DayCallFact, period).filter(selection.of_calls())
    time = _within(IntervalStateFact if by_interval else DayStateFact, period).filter(selection.of_time())
    if key == "step":
        step = HalfHour("start") if by_interval else F("day")
        calls, time = calls.annotate(key=step), time.annotate(key=step)
    elif key is not None:
        calls = calls.annotate(key=F(key))
        if key not in {"team_id", "agent_id"}:
            return _grouped(calls, key, _call_sums()), []
        time = time.annotate(key=F(key))
    return _grouped(calls, key, _call_sums()), _grouped(time, key, _time_sums())


def _within(model: type[Model], period: Period) -> QuerySet:
    facts: QuerySet = model._default_manager.order_by()
    if model in (DayCallFact, DayStateFact):
        return facts.filter(day__gte=period.first, day__lte=period.last)
    return facts.filter(
        start__gte=folding.day_bounds(period.first)[0], start__lt=folding.day_bounds(period.last)[1]
    )


def _grouped(facts: QuerySet, key: str | None, columns: dict[str, Sum]) -> Iterable[dict]:
    if key is None:
        return [facts.aggregate(**columns)]
    return facts.values("key").annotate(**columns)


def _call_sums() -> dict[str, Sum]:
    return {f"s_{column}": Sum(column) for column in CALL_COLUMNS}


def _time_sums() -> dict[str, Sum]:
    return {
        f"s_{column}": Sum("milliseconds", filter=Q(state=state))
        for column, state in _STATE_OF_COLUMN.items()
    }


def _merge(*tables: Iterable[dict]) -> dict[Any, Sums]:
    merged: dict[Any, Sums] = {}
    for rows in tables:
        for row in rows:
            key = row.pop("key", None)
            sums = Sums(**{name[2:]: int(value or 0) for name, value in row.items()})
            merged[key] = merged[key] + sums if key in merged else sums
    return merged
