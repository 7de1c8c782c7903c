"""What needs a person now.

Pure: an alert follows from one reading alone, so it is raised once, keeps its key, and ends by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reports import kpi
from reports.live.directory import QueueRules
from reports.live.reading import OpenCall, Pulse
from reports.sums import Sums

LONG_WAIT_WATCH = 2
"""A wait of twice the queue's service-level time is worth a look,"""
LONG_WAIT_BAD = 4
"""of four times, or past the queue's own limit, it needs a deed."""
FEWEST_CALLS = 5
"""Fewer decided calls in the interval say nothing about a service level."""
GRAVITY = {"bad": 0, "watch": 1}
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to act on. The page makes the sentence from `kind` and `data`."""

    kind: str
    level: str
    since: datetime | None
    queue: QueueRules | None = None
    data: tuple[tuple[str, object], ...] = ()

    @property
    def key(self) -> str:
        """What tells it from the others; it stays the same while the alert lasts."""
        return f"{self.kind}:{self.queue.called.code}" if self.queue else self.kind

    def as_json(self) -> dict[str, object]:
        """As the page reads it."""
        queue = self.queue.called.as_json() if self.queue else None
        return {
            "key": self.key, "kind": self.kind, "level": self.level, "since": self.since, "queue": queue,
            **dict(self.data),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineNow:
    """How one queue stands. `staffed`: signed-in agents able to serve it; `ready`: those of them free."""

    queue: QueueRules
    waiting: tuple[OpenCall, ...]
    ready: int
    staffed: int
    interval: Sums
    """Calls of the running interval, without those that may yet be answered in time."""

    @property
    def oldest(self) -> datetime | None:
        """When the passenger came who has waited longest."""
        return min((call.in_line_since for call in self.waiting), default=None)


def alerts_of(pulse: Pulse, lines: list[LineNow], interval_start: datetime, now: datetime) -> list[Alert]:
    """All alerts, the gravest and oldest first."""
    found = list(_of_the_platform(pulse, now))
    for line in lines:
        found += _of_a_line(line, interval_start, now)
    return sorted(found, key=lambda alert: (GRAVITY[alert.level], alert.since or LONG_AGO, alert.key))


def _of_the_platform(pulse: Pulse, now: datetime) -> Iterator[Alert]:
    if not pulse.is_alive(now):
        yield Alert("telephony_lost", "bad", pulse.at)
    elif not pulse.ami:
        yield Alert("pbx_lost", "bad", None)


def _of_a_line(line: LineNow, interval_start: datetime, now: datetime) -> Iterator[Alert]:
    wait = _long_wait(line, now)
    if line.oldest is not None and line.staffed == 0:
        yield Alert("nobody_signed_in", "bad", line.oldest, line.queue, (("waiting", len(line.waiting)),))
    elif line.oldest is not None and line.ready == 0 and wait is not None:
        yield Alert("nobody_ready", wait.level, line.oldest, line.queue, (("waiting", len(line.waiting)),))
    elif wait is not None:
        yield wait
    if (low := _low_service_level(line, interval_start)) is not None:
        yield low


def _long_wait(line: LineNow, now: datetime) -> Alert | None:
    if (level := wait_level(line.queue, line.oldest, now)) == "good":
        return None
    since = (line.oldest or now) + timedelta(seconds=LONG_WAIT_WATCH * line.queue.service_level_seconds)
    return Alert(
        "long_wait", level, since, line.queue, (("waiting", len(line.waiting)), ("oldest", line.oldest))
    )


def wait_level(queue: QueueRules, oldest: datetime | None, now: datetime) -> str:
    """How grave the longest wait of a queue is."""
    waited = (now - oldest).total_seconds() if oldest else 0.0
    limit = queue.max_wait_seconds
    if waited >= LONG_WAIT_BAD * queue.service_level_seconds or (limit and waited >= limit):
        return "bad"
    return "watch" if waited >= LONG_WAIT_WATCH * queue.service_level_seconds else "good"


def _low_service_level(line: LineNow, interval_start: datetime) -> Alert | None:
    reached = kpi.figure(kpi.SERVICE_LEVEL, line.interval, "without_short")
    level = kpi.Target(low=line.queue.service_level_target).level(reached.value)
    if reached.denominator < FEWEST_CALLS or level not in (kpi.Level.WATCH, kpi.Level.BAD):
        return None
    data = (("value", reached.value), ("target", line.queue.service_level_target))
    return Alert("low_service_level", level.value, interval_start, line.queue, data)
