"""Counts and rates of a choice: today, this interval and the one before, and the same weekday last week.

Formulas stand in `reports.kpi`. Rates leave out callers in the line who may still turn out either way.
"""

from datetime import datetime

from reports import kpi
from reports.live.choice import Choice
from reports.live.counts import Cell, Counted, total
from reports.live.hours import STEP
from reports.sums import DEMAND_COLUMNS, Sums

SHOWN_COUNTS = (
    "received", "self_service", "left_menu", "offered", "answered", "abandoned", "short_abandoned", "blocked",
)  # fmt: skip
MENU_ONLY = frozenset({"received", "self_service", "left_menu", "blocked"})


class Figures:
    """The counted side of a board."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.counts = choice.reading.counts
        self.interval = self.counts.day.interval_at(choice.reading.now)

    @property
    def variant(self) -> str:
        """The reading of the service level: nobody knows a team's share of callers who left."""
        return "answered_only" if self.choice.is_by_people else "without_short"

    def as_json(self) -> dict[str, object]:
        """As the page reads it. `today_closed` leaves out the running interval, to compare with last week."""
        return {
            "today": self._shown(total(self.counts.today.cells, self.choice.shows_cell)),
            "interval": self._shown(self._of_interval(self.interval)),
            "previous": self._shown(self._of_interval(self.interval - STEP)),
            "today_closed": self._counts(total(self.counts.today.cells, self._is_closed).sums),
            "last_week": self._counts(
                total(self.choice.reading.last_week.so_far.cells, self.choice.shows_cell).sums
            ),
        }

    def of_queue(self, queue: int) -> Sums:
        """The running interval of one queue, without calls that may yet be answered in time."""
        cells = (cell for cell in self.counts.recent.cells if cell.interval == self.interval)
        return total(cells, lambda c: c.queue == queue and self.choice.shows_cell(c)).decided_in_time

    def service_level(self, target: int | None) -> dict[str, object]:
        """How the running interval stands to the target; None where the chosen queues have different ones."""
        reached = self._service_level(self._of_interval(self.interval))
        return {
            "variant": self.variant,
            "target": target,
            "level": kpi.Target(low=target).level(reached).value,
        }

    def _is_closed(self, cell: Cell) -> bool:
        return cell.interval < self.interval and self.choice.shows_cell(cell)

    def _of_interval(self, start: datetime) -> Counted:
        return total(
            self.counts.recent.cells, lambda cell: cell.interval == start and self.choice.shows_cell(cell)
        )

    def _shown(self, counted: Counted) -> dict[str, object]:
        return {
            **self._counts(counted.sums),
            "service_level": self._service_level(counted),
            "speed_of_answer_seconds": kpi.figure(kpi.SPEED_OF_ANSWER, counted.sums, "answered").value,
            "answer_rate": self._rate(kpi.ANSWERED, counted),
            "abandonment_rate": self._rate(kpi.ABANDONMENT, counted),
        }

    def _service_level(self, counted: Counted) -> float | None:
        return kpi.figure(kpi.SERVICE_LEVEL, counted.decided_in_time, self.variant).value

    def _rate(self, which: kpi.Kpi, counted: Counted) -> float | None:
        return None if self.choice.is_by_people else kpi.figure(which, counted.decided, "without_short").value

    def _counts(self, sums: Sums) -> dict[str, int | None]:
        hidden: frozenset[str] = DEMAND_COLUMNS if self.choice.is_by_people else frozenset()
        if self.choice.hides_menu:
            hidden |= MENU_ONLY
        return {name: None if name in hidden else getattr(sums, name) for name in SHOWN_COUNTS}
