"""What a measurement says, and how it is shown."""

import math
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("measurement", "figure", "yardstick", "ratio", "goal", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its yardstick. `is_met` is None where no goal was set."""

    what: str
    figure: float
    unit: str
    yardstick: str = ""
    beside: float | None = None
    goal: str = ""
    is_met: bool | None = None

    @property
    def ratio(self) -> float | None:
        """The figure in yardsticks."""
        return self.figure / self.beside if self.beside else None

    def cells(self) -> tuple[str, ...]:
        """The row's words."""
        beside = f"{self.yardstick} {number(self.beside)} {self.unit}" if self.beside is not None else ""
        ratio = "" if self.ratio is None else f"{number(self.ratio)}×"
        verdict = {True: "met", False: "ABOVE GOAL", None: ""}[self.is_met]
        return (self.what, f"{number(self.figure)} {self.unit}", beside, ratio, self.goal, verdict)


def number(value: float | None) -> str:
    """Three figures that count, thousands apart."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of all does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle of several runs."""
    return statistics.median(values)


def shown(rows: Sequence[Row]) -> str:
    """All rows as one table in Markdown, so that it can go into docs/performance.md as it is."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    padded = [
        "| "
        + " | ".join(cell + " " * (w - _width(cell)) for cell, w in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    return "\n".join([padded[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *padded[1:]])


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
