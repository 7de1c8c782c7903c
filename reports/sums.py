"""What facts add up: counts and milliseconds. Pure; ratios are computed from these sums, never averaged."""

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of calls and milliseconds over any set of calls and any stretch of agents' time.

    `handled` are answered calls that are over, so their talk is final; `delayed` ones waited because nobody
    was free at once; `..._in_time` means in less than the queue's service-level seconds, as the source says.
    """

    received: int = 0
    blocked: int = 0
    left_menu: int = 0
    self_service: int = 0
    offered: int = 0
    delayed: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    abandoned_in_time: int = 0
    handled: int = 0
    held: int = 0
    transferred: int = 0
    answered_wait_ms: int = 0
    abandoned_wait_ms: int = 0
    short_abandoned_wait_ms: int = 0
    ring_ms: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    ready_time_ms: int = 0
    ringing_time_ms: int = 0
    talking_time_ms: int = 0
    on_hold_time_ms: int = 0
    wrap_up_time_ms: int = 0
    not_ready_time_ms: int = 0
    scheduled_ms: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        """Add column by column."""
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))


COLUMNS: Final = tuple(f.name for f in fields(Sums))
TIME_COLUMNS: Final = tuple(name for name in COLUMNS if name.endswith("_time_ms")) + ("scheduled_ms",)
CALL_COLUMNS: Final = tuple(name for name in COLUMNS if name not in TIME_COLUMNS)
# Callers whom nobody answered belong to no agent, so these columns say nothing about an agent or a team.
DEMAND_COLUMNS: Final = frozenset(
    {
        "received", "blocked", "left_menu", "self_service", "offered", "delayed", "abandoned",
        "short_abandoned", "abandoned_in_time", "abandoned_wait_ms", "short_abandoned_wait_ms",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of columns, some of them subtracted: the numerator or the denominator of a KPI."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    def less(self, *columns: str) -> "Total":
        """The same total without these columns."""
        return Total(self.plus, self.minus + columns)

    def of(self, sums: Sums) -> int:
        """The total of these sums."""
        added: int = sum(getattr(sums, column) for column in self.plus)
        subtracted: int = sum(getattr(sums, column) for column in self.minus)
        return added - subtracted

    @property
    def columns(self) -> frozenset[str]:
        """Every column that counts."""
        return frozenset(self.plus + self.minus)


def total(*columns: str) -> Total:
    """Shorthand for a plain sum of columns."""
    return Total(columns)
