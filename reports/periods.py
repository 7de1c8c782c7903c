"""The stretch of days a report covers, what it is compared with, and the steps of its chart. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """How the period was chosen."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    CUSTOM = "custom"


CHART_DAYS_OF_A_WEEK = 28
LONGEST_CUSTOM_DAYS = 366


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, both included."""

    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.last - self.first).days + 1

    @property
    def is_one_day(self) -> bool:
        """Then charts go by half hours, else by days. A week on its Monday still goes by days."""
        return self.days == 1 and self.kind is not Kind.WEEK

    def previous(self) -> "Period":
        """What it is compared with: the same weekday a week ago, the week, month or as many days before."""
        match self.kind:
            case Kind.DAY:
                return Period(Kind.DAY, self.first - timedelta(7), self.last - timedelta(7))
            case Kind.MONTH:
                return month_of(self.first - timedelta(1))
            case _:
                return Period(self.kind, self.first - timedelta(self.days), self.last - timedelta(self.days))

    def step(self, direction: int) -> "Period":
        """The period before (-1) or after (+1) this one, as the arrows of the page go."""
        match self.kind:
            case Kind.MONTH:
                return month_of(self.last + timedelta(1) if direction > 0 else self.first - timedelta(1))
            case _:
                shift = timedelta(self.days * direction)
                return Period(self.kind, self.first + shift, self.last + shift)

    def charted(self) -> "Period":
        """What the chart shows: a week stands among the three before it."""
        if self.kind is Kind.WEEK:
            return Period(self.kind, self.last - timedelta(CHART_DAYS_OF_A_WEEK - 1), self.last)
        return self

    def until(self, today: date) -> "Period":
        """The same period without days to come."""
        return Period(self.kind, self.first, max(self.first, min(self.last, today)))


def day_of(day: date) -> Period:
    """That day."""
    return Period(Kind.DAY, day, day)


def week_of(day: date) -> Period:
    """Monday to Sunday around the day."""
    monday = day - timedelta(day.weekday())
    return Period(Kind.WEEK, monday, monday + timedelta(6))


def month_of(day: date) -> Period:
    """The calendar month of the day."""
    first = day.replace(day=1)
    following = (first + timedelta(31)).replace(day=1)
    return Period(Kind.MONTH, first, following - timedelta(1))


def custom(first: date, last: date) -> Period:
    """Any days, in either order, at most a year of them."""
    first, last = min(first, last), max(first, last)
    return Period(Kind.CUSTOM, max(first, last - timedelta(LONGEST_CUSTOM_DAYS - 1)), last)
