"""One look at the centre: everything that the frames of one tick are made from, whatever they show.

A tick costs five queries; once in ten seconds the names are read again (8 more), once a minute the settled
part of the day (4 more), and once in an interval the same weekday of last week (4 more).
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.utils import timezone

from callcenter.acd.models import AgentSession, Call
from callcenter.telephony.words import CONNECTED, IN_LINE, CallState
from reports.live.counts import DayCounter, DayCounts, Tally, count, curve
from reports.live.directory import Directory, read_directory
from reports.live.hours import Day

log = logging.getLogger(__name__)
NAMES_STAND_FOR = timedelta(seconds=10)
BEAT_LASTS = timedelta(seconds=5)
UNSETTLED = frozenset({CallState.IN_MENU, *IN_LINE})


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that is not over."""

    id: int
    state: str
    queue: int | None
    agent: int | None
    caller: str
    language: str
    arrived_at: datetime
    offered_at: datetime | None
    answered_at: datetime | None
    wait_ms: int
    hold_count: int

    @property
    def in_line_since(self) -> datetime:
        """When the passenger began to wait for an agent."""
        return self.offered_at or self.arrived_at


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in agent's state now."""

    agent: int
    state: str
    since: datetime
    until: datetime | None
    reason: int | None
    call: int | None
    is_registered: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """The telephony process's sign of life. `at` is None when there was none, or nobody could be asked."""

    at: datetime | None = None
    ami: bool = False

    def is_alive(self, now: datetime) -> bool:
        """Whether it is recent."""
        return self.at is not None and now - self.at < BEAT_LASTS


@dataclass(frozen=True, slots=True)
class LastWeek:
    """The same weekday a week ago: up to the interval that runs now, and its whole curve."""

    interval: datetime
    so_far: Tally
    curve: tuple[tuple[int, int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Who does what at `now`, without counts of the day: all that the floor needs."""

    now: datetime
    directory: Directory
    sessions: tuple[Session, ...]
    calls: tuple[OpenCall, ...]

    def since(self, moment: datetime | None) -> float:
        """Seconds from the moment until this reading; 0 for None."""
        return max(0.0, (self.now - moment).total_seconds()) if moment else 0.0

    def is_over_long(self, call: OpenCall) -> bool:
        """Whether passenger and agent have been connected for longer than the queue finds usual."""
        queue = self.directory.queues.get(call.queue or 0)
        if queue is None or call.state not in CONNECTED:
            return False
        return self.since(call.answered_at) >= queue.over_long_seconds


@dataclass(frozen=True, slots=True)
class Reading(Look):
    """What was read at `now`, with the counts of the day."""

    counts: DayCounts
    last_week: LastWeek
    pulse: Pulse


class Reader:
    """Reads, remembering what seldom changes. Each thread that reads needs its own."""

    def __init__(self) -> None:
        self._counter = DayCounter()
        self._directory: tuple[datetime, Directory] | None = None
        self._last_week: LastWeek | None = None
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=0.3, socket_connect_timeout=0.3, retry=None
        )

    def look(self, now: datetime) -> Look:
        """See who does what: two queries, and the names from time to time."""
        return Look(now, self.directory(now), read_sessions(), read_calls())

    def read(self, now: datetime) -> Reading:
        """See who does what, and count the day."""
        look = self.look(now)
        unsettled = min((call.arrived_at for call in look.calls if call.state in UNSETTLED), default=None)
        day = Day.of(now, timezone.get_default_timezone())
        return Reading(
            now=now,
            directory=look.directory,
            sessions=look.sessions,
            calls=look.calls,
            counts=self._counter.count(day, now, unsettled),
            last_week=self._week_ago(day, now),
            pulse=self._pulse(),
        )

    def directory(self, now: datetime) -> Directory:
        """The names, at most ten seconds old."""
        if self._directory is None or not timedelta(0) <= now - self._directory[0] < NAMES_STAND_FOR:
            self._directory = (now, read_directory())
        return self._directory[1]

    def _week_ago(self, today: Day, now: datetime) -> LastWeek:
        interval = today.interval_at(now)
        if self._last_week is None or self._last_week.interval != interval:
            day = today.weeks_before(1, timezone.get_default_timezone())
            until = min(day.start + (interval - today.start), day.end)
            so_far = count(day.start, until, now, in_intervals=False)
            self._last_week = LastWeek(interval, so_far, tuple(curve(day.start, day.end, day)))
        return self._last_week

    def _pulse(self) -> Pulse:
        try:
            raw = self._redis.get(f"{settings.REDIS_PREFIX}:beat:{settings.ASTERISK['name']}")
            beat = json.loads(raw) if isinstance(raw, bytes) else None
            return Pulse(_moment(beat["at"]), bool(beat.get("ami"))) if beat else Pulse()
        except (redis.RedisError, ValueError, KeyError, TypeError) as failure:
            log.warning("wallboard: no sign of life of the telephony process: %s", failure)
            return Pulse()


def _moment(value: str | float) -> datetime:
    """The beat carries ISO text or seconds since 1970."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(value, tz=timezone.get_default_timezone())


def read_calls() -> tuple[OpenCall, ...]:
    """All calls that are not over; an index holds just these."""
    rows = (
        Call.objects.exclude(state=CallState.ENDED)
        .order_by("id")
        .values_list(
            "id",
            "state",
            "queue_id",
            "agent_id",
            "caller_number",
            "language",
            "arrived_at",
            "offered_at",
            "answered_at",
            "wait_ms",
            "hold_count",
        )  # fmt: skip
    )
    return tuple(OpenCall(*row) for row in rows)


def read_sessions() -> tuple[Session, ...]:
    """All agents who are signed in."""
    rows = (
        AgentSession.objects.filter(signed_out_at=None)
        .order_by("id")
        .values_list("agent_id", "state", "state_since", "until", "reason_id", "call_id", "is_registered")
    )
    return tuple(Session(*row) for row in rows)
