"""The local day and its 15-minute intervals."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Day:
    """One local day as it stands in the database: from its first moment to the first of the next."""

    local_date: date
    start: datetime
    end: datetime

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Day":
        """The local day that the moment falls into."""
        return cls.on(moment.astimezone(zone).date(), zone)

    @classmethod
    def on(cls, day: date, zone: ZoneInfo) -> "Day":
        """The local day of that date."""
        start, end = (
            datetime.combine(d, time.min, zone).astimezone(UTC) for d in (day, day + timedelta(days=1))
        )
        return cls(day, start, end)

    def weeks_before(self, weeks: int, zone: ZoneInfo) -> "Day":
        """The same weekday, some weeks earlier."""
        return Day.on(self.local_date - timedelta(weeks=weeks), zone)

    def interval_at(self, moment: datetime) -> datetime:
        """When the interval began that the moment falls into; before midnight counts on backwards."""
        return self.start + (moment - self.start) // STEP * STEP

    def index_of(self, interval: datetime) -> int:
        """The interval's number in the day, from 0."""
        return (interval - self.start) // STEP

    @property
    def intervals(self) -> int:
        """How many there are: 96, but for days on which the clock is changed."""
        return (self.end - self.start) // STEP
