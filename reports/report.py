"""The KPI report put together: tiles, one chart, one breakdown, all from the same sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add
from typing import Any, Final

from django.utils import timezone

from reports import charts, facts, kpi, links, wording
from reports.charts import Chart, Point, Spark
from reports.filters import Filters
from reports.kpi import Figure, Kpi, Level, Split, Target, Unit, Variant
from reports.models import KpiTarget
from reports.periods import Kind, Period
from reports.sums import Sums

# A page shows the lines that need a person; a big centre has hundreds of agents.
MOST_LINES: Final = 100
_SHORTEST_SHIFT_MS: Final = 15 * 60_000
_TAB_SPLITS: Final = {
    "queue": frozenset({Split.QUEUE}),
    "language": frozenset({Split.QUEUE}),
    "team": frozenset({Split.PEOPLE}),
    "agent": frozenset({Split.PEOPLE}),
    "step": frozenset[Split](),
}


@dataclass(frozen=True)
class Tile:
    """One KPI at a glance."""

    indicator: Kpi
    variant: Variant
    figure: Figure
    before: Figure
    target: Target
    level: Level
    spark: Spark | None
    is_here: bool
    address: str

    @property
    def has_room(self) -> bool:
        """Whether a line fits beside the figure."""
        return (self.figure.value or 0) < 100_000

    @property
    def division(self) -> str:
        """The figure as numerator over denominator."""
        columns, found = self.variant.numerator.columns, self.figure
        top = wording.divided(found.numerator, is_time=any(c.endswith("_ms") for c in columns))
        if self.variant.denominator is None:
            return top
        is_time = any(c.endswith("_ms") for c in self.variant.denominator.columns)
        return f"{top} ÷ {wording.divided(found.denominator, is_time=is_time)}"


@dataclass(frozen=True)
class Row:
    """One line of the breakdown. `key` is what the address and the call list need to narrow to it."""

    key: Any
    name: str
    sums: Sums
    figure: Figure
    before: Figure
    level: Level
    calls: int
    address: str
    splits: frozenset[Split]
    share: float = 0.0


@dataclass(frozen=True)
class Report:
    """Everything the page and its exports show."""

    filters: Filters
    shown: Period
    compared: Period
    tiles: list[Tile]
    chosen: Tile
    total: Sums
    chart: Chart
    steps: list[Row]
    rows: list[Row]
    targets: Mapping[int, Target]

    @property
    def lines(self) -> list[Row]:
        """What the breakdown's table shows; the exports have all of it."""
        if self.filters.breakdown != "step":
            return self.rows[:MOST_LINES]
        if self.shown.is_one_day:
            return [row for row in self.steps if row.sums != Sums()]
        return [row for row in self.steps if self.shown.first <= row.key <= self.shown.last]

    @property
    def lines_left_out(self) -> int:
        """How many lines are only in the exports."""
        return max(0, len(self.rows) - MOST_LINES)

    @property
    def why_no_lines(self) -> str:
        """Why no line has a figure, in words; empty when one has."""
        if not self.lines or any(row.figure.value is not None for row in self.lines):
            return ""
        return wording.why_none(self.lines[0].figure.why)

    @property
    def levels(self) -> dict[str, int]:
        """How many KPIs meet their target, nearly do, do not."""
        return {level.value: sum(t.level is level for t in self.tiles) for level in Level}


@dataclass(frozen=True)
class _Steps:
    """Sums by step, now and in the time compared with."""

    charted: Period
    before: Period
    sums: Mapping[Any, Sums]

    def of(self, steps: Sequence[Any]) -> Sums:
        return reduce(add, (self.sums[s] for s in steps if s in self.sums), Sums())


def targets(queue: Any = None) -> dict[int, Target]:
    """The target of each KPI: the centre's own, else the source's; a queue has its own service level."""
    wanted = {k.number: k.target for k in kpi.REGISTRY}
    for row in KpiTarget.objects.all():
        wanted[row.number] = Target(row.low, row.high, row.watch)
    if queue is not None:
        wanted[kpi.SERVICE_LEVEL.number] = Target(low=float(queue.service_level_target))
    return wanted


def build(filters: Filters, names: Mapping[Any, str], queues: Mapping[int, Any], now: datetime) -> Report:
    """Read the facts once and put the report together. `names` are those of the breakdown's rows."""
    today = timezone.localtime(now).date()
    shown = filters.period.until(today)
    compared = _compared(filters.period, shown)
    is_running = shown.is_one_day and shown.first == today
    wanted = targets(queues.get(filters.selection.queue_id or 0))
    steps = _read_steps(filters, shown)
    passed = _passed_steps(shown, now)
    total = steps.of(passed)
    before = steps.of(facts.steps(compared)[: len(passed)]) if _is_known(compared) else None
    tiles = [_tile(filters, k, wanted[k.number], total, before, steps) for k in kpi.computed()]
    chosen = next(t for t in tiles if t.is_here)
    step_rows = _with_shares(_step_rows(filters, chosen, steps))
    return Report(
        filters=filters,
        shown=shown,
        compared=compared,
        tiles=tiles,
        chosen=chosen,
        total=total,
        chart=_chart(chosen, step_rows, shown, now),
        steps=step_rows,
        # Half a day is not held against a whole one.
        rows=_rows(filters, chosen, shown, None if is_running else compared, names, queues),
        targets=wanted,
    )


def _compared(period: Period, shown: Period) -> Period:
    """As many days of the period before as are shown of this one."""
    before = period.previous()
    return Period(before.kind, before.first, min(before.last, before.first + timedelta(shown.days - 1)))


def _read_steps(filters: Filters, shown: Period) -> _Steps:
    charted = _charted(filters.period, shown)
    before = _before(charted)
    sums = facts.sums_by_step(before, filters.selection) | facts.sums_by_step(charted, filters.selection)
    return _Steps(charted, before, sums)


def _charted(period: Period, shown: Period) -> Period:
    return period.charted() if period.kind is Kind.WEEK else shown


def _before(charted: Period) -> Period:
    """What the dashed line shows: the days right before, or the same day of last week."""
    if charted.kind in (Kind.DAY, Kind.MONTH):
        return charted.previous()
    return Period(Kind.CUSTOM, charted.first - timedelta(charted.days), charted.first - timedelta(1))


def _passed_steps(shown: Period, now: datetime) -> list[Any]:
    steps = facts.steps(shown)
    return [s for s in steps if s <= now] if shown.is_one_day else steps


def _tile(filters: Filters, k: Kpi, target: Target, total: Sums, before: Sums | None, steps: _Steps) -> Tile:
    variant = k.variant(filters.variants.get(k.number))
    splits = filters.selection.splits
    found = kpi.figure(k, total, variant.key, splits)
    line = [
        kpi.figure(k, steps.sums[s], variant.key, splits).value if s in steps.sums else None
        for s in facts.steps(steps.charted)
    ]
    return Tile(
        indicator=k,
        variant=variant,
        figure=found,
        before=_figure(k, before, variant.key, splits),
        target=target,
        level=target.level(found.value),
        spark=charts.spark(line),
        is_here=k.number == filters.indicator.number,
        address=filters.address(kpi=k.number),
    )


def _is_known(compared: Period) -> bool:
    """Whether the facts reach back that far; part of a period is no comparison."""
    first = facts.first_day()
    return first is not None and compared.first >= first


def _figure(k: Kpi, sums: Sums | None, variant: str, splits: frozenset[Split]) -> Figure:
    """The KPI, or none where nothing at all was recorded."""
    return Figure(None, why=kpi.Why.NO_DEMAND) if sums is None else kpi.figure(k, sums, variant, splits)


def _row(
    key: Any,
    name: str,
    address: str,
    chosen: Tile,
    now: Sums | None,
    before: Sums | None,
    splits: frozenset[Split],
) -> Row:
    k, variant = chosen.indicator, chosen.variant
    found = _figure(k, now, variant.key, splits)
    return Row(
        key=key,
        name=name,
        sums=now or Sums(),
        figure=found,
        before=_figure(k, before, variant.key, splits),
        level=chosen.target.level(found.value),
        calls=variant.behind.of(now or Sums()),
        address=address,
        splits=splits,
    )


def _step_rows(filters: Filters, chosen: Tile, steps: _Steps) -> list[Row]:
    now, before = facts.steps(steps.charted), facts.steps(steps.before)
    before += [None] * (len(now) - len(before))
    return [
        _row(
            step,
            wording.step(step),
            links.calls_of_step(filters, chosen.variant.calls, step),
            chosen,
            steps.sums.get(step),
            steps.sums.get(former),
            filters.selection.splits,
        )
        for step, former in zip(now, before, strict=False)
    ]


def _rows(
    filters: Filters,
    chosen: Tile,
    shown: Period,
    compared: Period | None,
    names: Mapping[Any, str],
    queues: Mapping[int, Any],
) -> list[Row]:
    """The breakdown, what needs a person first; without a comparison its changes stay empty."""
    by = filters.breakdown
    if by == "step":
        return []
    now = facts.sums_by(shown, filters.selection, by)
    before = facts.sums_by(compared, filters.selection, by) if compared else {}
    splits = filters.selection.splits | _TAB_SPLITS[by]
    rows = []
    for key, sums in now.items():
        if key in names and _is_worth_a_line(key, by, sums, chosen):
            address = links.calls_of_row(filters, chosen.variant.calls, shown, by, key)
            own = replace(chosen, target=_row_target(chosen, by, queues.get(key)))
            rows.append(_row(key, names[key], address, own, sums, before.get(key), splits))
    return _with_shares(sorted(rows, key=lambda row: _worst_first(row, chosen.target)))


def _is_worth_a_line(key: Any, by: str, sums: Sums, chosen: Tile) -> bool:
    """Not a row without a name and calls, nor someone whose shift only just touched the period."""
    if key is None:
        return chosen.variant.behind.of(sums) > 0
    return by != "agent" or sums.answered > 0 or kpi.SIGNED_IN.of(sums) >= _SHORTEST_SHIFT_MS


def _row_target(chosen: Tile, by: str, queue: Any) -> Target:
    if by == "queue" and queue is not None and chosen.indicator is kpi.SERVICE_LEVEL:
        return Target(low=float(queue.service_level_target))
    return chosen.target


def _worst_first(row: Row, target: Target) -> tuple[bool, float, str]:
    value = row.figure.value
    if value is None:
        return True, 0.0, row.name
    low_is_bad = target.low is not None and target.high is None
    return False, value if low_is_bad else -value, row.name


def _with_shares(rows: list[Row]) -> list[Row]:
    """The width of each row's bar: its part of the largest value."""
    largest = max((abs(r.figure.value) for r in rows if r.figure.value is not None), default=0.0)
    if not largest:
        return rows
    return [replace(r, share=round(100 * abs(r.figure.value or 0) / largest, 1)) for r in rows]


def _chart(chosen: Tile, rows: list[Row], shown: Period, now: datetime) -> Chart:
    points = [
        Point(
            label=row.name,
            value=row.figure.value,
            before=row.before.value,
            address=row.address,
            is_weekend=_is_weekend(row.key),
            is_faint=not isinstance(row.key, datetime) and not shown.first <= row.key <= shown.last,
        )
        for row in rows
    ]
    moment = None
    if rows and isinstance(rows[0].key, datetime):
        moment = (now - rows[0].key) / facts.HALF_HOUR
    return charts.bar_chart(points, chosen.target, percent=chosen.indicator.unit is Unit.PERCENT, now=moment)


def _is_weekend(step: date | datetime) -> bool:
    return not isinstance(step, datetime) and step.weekday() >= 5
