"""Where the marks of a chart stand. Pure geometry; templates draw it as SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

from reports.kpi import Level, Target

Place = Callable[[float], float]
WIDTH, HEIGHT = 760.0, 390.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 8.0, 16.0, 28.0
SPARK_WIDTH, SPARK_HEIGHT = 64.0, 26.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One step. `over` is the top of the part that misses the target, None where it is met."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: float
    is_missed: bool
    is_faint: bool
    hatch_height: float
    address: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on an axis."""

    at: float
    text: str

    @property
    def text_y(self) -> float:
        """The base line of its words beside an axis."""
        return self.at + 4

    @property
    def label_y(self) -> float:
        """Where its words stand when they stand on the line."""
        return self.at - 5 if self.at > TOP + 16 else self.at + 15


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart with the comparison as a dashed line and the target as a rule."""

    bars: list[Bar]
    comparison: list[str]
    weekends: list[tuple[float, float]]
    x_marks: list[Mark]
    y_marks: list[Mark]
    target_lines: list[Mark]
    now_x: float | None
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    base: float = HEIGHT - BOTTOM
    plot_height: float = HEIGHT - BOTTOM - TOP
    label_y: float = HEIGHT - 8


@dataclass(frozen=True, slots=True)
class Point:
    """A step to be drawn."""

    label: str
    value: float | None
    before: float | None
    address: str = ""
    is_weekend: bool = False
    is_faint: bool = False


def bar_chart(points: Sequence[Point], target: Target, *, percent: bool, now: float | None = None) -> Chart:
    """Lay out the steps. `now` is how many steps have passed, for the line that marks this moment."""
    top_value = _ceiling(points, target, percent)
    span = (WIDTH - LEFT - RIGHT) / max(1, len(points))
    base = HEIGHT - BOTTOM

    def y(value: float) -> float:
        return round(base - (base - TOP) * min(value, top_value) / top_value, 1)

    def x(index: float) -> float:
        return round(LEFT + span * index, 1)

    bars = [_bar(p, x(n + 0.2), span * 0.6, y, target) for n, p in enumerate(points) if p.value is not None]
    return Chart(
        bars=bars,
        comparison=_lines([(x(n + 0.5), p.before) for n, p in enumerate(points)], y),
        weekends=[(x(n), round(span, 1)) for n, p in enumerate(points) if p.is_weekend],
        x_marks=_x_marks(points, x),
        y_marks=[Mark(y(v), f"{v:,.10g}") for v in _ticks(top_value)],
        target_lines=[
            Mark(y(v), f"{v:g}") for v in (target.low, target.high) if v is not None and v <= top_value
        ],
        now_x=x(now) if now is not None and 0 <= now <= len(points) else None,
    )


def _bar(point: Point, x: float, width: float, y: Place, target: Target) -> Bar:
    value = point.value or 0.0
    top, base = y(value), HEIGHT - BOTTOM
    missed = target.level(value) in (Level.WATCH, Level.BAD)
    hatch = base - top
    if target.high is not None and value > target.high:
        hatch = y(target.high) - top
    return Bar(
        x=x,
        y=top,
        width=round(width, 1),
        height=round(base - top, 1),
        label=point.label,
        value=value,
        is_missed=missed,
        is_faint=point.is_faint,
        hatch_height=round(hatch, 1) if missed else 0.0,
        address=point.address,
    )


def _ceiling(points: Sequence[Point], target: Target, percent: bool) -> float:
    values = [v for p in points for v in (p.value, p.before) if v is not None]
    highest = max([*values, target.low or 0.0, target.high or 0.0], default=0.0)
    if percent and 50 < highest <= 100:
        return 100.0
    if highest <= 0:
        return 1.0
    step = _step(highest)
    return step * (floor(highest / step + 1e-9) + 1)


def _step(highest: float) -> float:
    """A round step that gives three to six lines."""
    size = 10 ** floor(log10(highest / 4))
    return next(size * n for n in (1, 2, 2.5, 5, 10, 20) if highest / (size * n) <= 5)


def _ticks(top_value: float) -> list[float]:
    step = 20.0 if top_value == 100.0 else _step(top_value)
    return [round(step * n, 6) for n in range(int(top_value / step + 1e-9) + 1)]


def _x_marks(points: Sequence[Point], x: Place) -> list[Mark]:
    every = max(1, -(-len(points) // 10))
    if len(points) == 48:
        every = 4
    elif len(points) in (28, 29, 30, 31):
        every = 7
    return [Mark(x(n + 0.5), p.label) for n, p in enumerate(points) if n % every == 0]


def _lines(points: Sequence[tuple[float, float | None]], y: Place) -> list[str]:
    """Polylines through what is there; a gap in the values is a gap in the line."""
    lines: list[list[str]] = [[]]
    for at, value in points:
        if value is None:
            lines.append([])
        else:
            lines[-1].append(f"{at},{y(value)}")
    return [" ".join(line) for line in lines if len(line) > 1]


@dataclass(frozen=True, slots=True)
class Spark:
    """A line without axes, and its last point."""

    points: str
    x: float
    y: float


def spark(values: Sequence[float | None]) -> Spark | None:
    """The small line of a tile; None where there is nothing to compare."""
    known = [(n, v) for n, v in enumerate(values) if v is not None]
    if len(known) < 2:
        return None
    low, high = min(v for _, v in known), max(v for _, v in known)
    reach = (high - low) or 1.0
    last = len(values) - 1
    places = [
        (
            round(2 + (SPARK_WIDTH - 6) * n / last, 1),
            round(SPARK_HEIGHT - 3 - (SPARK_HEIGHT - 6) * (v - low) / reach, 1),
        )
        for n, v in known
    ]
    return Spark(" ".join(f"{a},{b}" for a, b in places), *places[-1])
