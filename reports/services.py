"""Folding calls and agents' time into facts, at once or again; and the centre's targets."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from callcenter.accounts.models import User
from callcenter.acd.models import AgentStateInterval, Call
from callcenter.core import audit, errors
from reports import folding
from reports.call_sets import BELONGS_AT
from reports.folding import INTERVAL, floor_interval
from reports.models import FoldState, KpiTarget, Rebuild, StaleInterval

# One fold at a time, whichever process runs it.
_FOLD_LOCK: Final = 0x4643_4654
# An event that never came is made up for by looking at calls that ended since a little before the last fold.
_OVERLAP: Final = timedelta(minutes=2)
# A longer gap is not folded in one transaction.
_LONGEST_GAP: Final = timedelta(days=1)


class BadRebuildDays(errors.Invalid):
    """The last day is before the first, or there are more days than one rebuild may cover."""

    code = "bad_rebuild_days"


def mark_call_stale(call_id: int) -> None:
    """Have the interval of this call folded again soon."""
    at = Call.objects.filter(pk=call_id).values_list(BELONGS_AT, flat=True).first()
    if at is not None:
        StaleInterval.objects.create(start=floor_interval(at))


def mark_session_stale(session_id: int) -> None:
    """Have an agent's time folded again where his last state ended before what is already folded."""
    ended_at = (
        AgentStateInterval.objects.filter(session=session_id, ended_at__isnull=False)
        .order_by("-ended_at")
        .values_list("ended_at", flat=True)
        .first()
    )
    folded_until = FoldState.objects.filter(pk=1).values_list("folded_until", flat=True).first()
    if ended_at is None or folded_until is None or ended_at >= folded_until:
        return
    starts = folding.intervals_between(ended_at, folded_until)
    StaleInterval.objects.bulk_create(StaleInterval(start=start) for start in starts)


@transaction.atomic
def fold_range(start: datetime, end: datetime, now: datetime | None = None) -> None:
    """Compute the facts of all intervals that touch [start, end), and of their days. Idempotent."""
    _lock()
    first, last = floor_interval(start), floor_interval(end - timedelta(microseconds=1)) + INTERVAL
    folding.fold_intervals(first, last, now or timezone.now())
    folding.fold_days(folding.days_between(first, last))


def fold_recent(now: datetime | None = None) -> int:
    """Fold what has been marked and what time has passed since the last fold. Returns how many intervals."""
    now = now or timezone.now()
    _catch_up(now)
    with transaction.atomic():
        _lock()
        state, _ = FoldState.objects.get_or_create(pk=1)
        since = state.folded_until or _first_moment() or now
        marks = list(StaleInterval.objects.values_list("pk", "start"))
        starts = {start for _, start in marks} | set(folding.intervals_between(since, now + INTERVAL))
        starts |= _intervals_of_calls_ended_since(since - _OVERLAP)
        ranges = folding.contiguous(starts)
        for first, last in ranges:
            folding.fold_intervals(first, last, now)
        folding.fold_days(sorted({day for pair in ranges for day in folding.days_between(*pair)}))
        StaleInterval.objects.filter(pk__in=[pk for pk, _ in marks]).delete()
        FoldState.objects.filter(pk=1).update(folded_until=now)
    return len(starts)


def _intervals_of_calls_ended_since(at: datetime) -> set[datetime]:
    moments = Call.objects.filter(ended_at__gte=at).values_list(BELONGS_AT, flat=True)
    return {floor_interval(moment) for moment in moments}


def _catch_up(now: datetime) -> None:
    """Fold day by day what a long pause (or a first start over old data) has left behind."""
    until = FoldState.objects.filter(pk=1).values_list("folded_until", flat=True).first() or _first_moment()
    if until is None or now - until <= _LONGEST_GAP:
        return
    for day in folding.days_between(until, now):
        fold_range(*folding.day_bounds(day), now)
    FoldState.objects.update_or_create(pk=1, defaults={"folded_until": now})


def _first_moment() -> datetime | None:
    moments = [
        Call.objects.aggregate(first=Min("arrived_at"))["first"],
        AgentStateInterval.objects.aggregate(first=Min("started_at"))["first"],
    ]
    return min((moment for moment in moments if moment), default=None)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOLD_LOCK])


def request_rebuild(first_day: date, last_day: date, *, by: User | None = None) -> Rebuild:
    """Write down that the facts of these days are to be computed anew; the worker takes it up."""
    if last_day - first_day > timedelta(days=3660) or last_day < first_day:
        raise BadRebuildDays
    rebuild = Rebuild.objects.create(first_day=first_day, last_day=last_day, requested_by=by)
    audit.record("facts.rebuild", by=by, subject=rebuild, first_day=first_day, last_day=last_day)
    return rebuild


def run_rebuilds() -> int:
    """Do what was asked for and is not done. Returns how many rebuilds were finished."""
    open_ones = list(Rebuild.objects.filter(finished_at=None).order_by("requested_at"))
    for rebuild in open_ones:
        run_rebuild(rebuild)
    return len(open_ones)


def run_rebuild(rebuild: Rebuild) -> None:
    """Compute the days that are left, each in a transaction with its progress: a kill loses none."""
    while rebuild.finished_at is None:
        with transaction.atomic():
            _lock()
            rebuild.refresh_from_db()
            if rebuild.finished_at:
                return
            day = rebuild.done_until + timedelta(days=1) if rebuild.done_until else rebuild.first_day
            fold_range(*folding.day_bounds(day))
            rebuild.done_until = day
            rebuild.finished_at = timezone.now() if day >= rebuild.last_day else None
            rebuild.save(update_fields=["done_until", "finished_at"])


@transaction.atomic
def set_target(
    number: int,
    *,
    low: float | None,
    high: float | None,
    watch: float = 0.1,
    by: User | None,
) -> KpiTarget:
    """Set this centre's target for a KPI; the audit trail keeps the old one."""
    old = KpiTarget.objects.filter(number=number).first()
    target, _ = KpiTarget.objects.update_or_create(
        number=number, defaults={"low": low, "high": high, "watch": watch}
    )
    before = [old.low, old.high] if old else None
    audit.record("kpi.target", by=by, subject=target, before=before, after=[low, high])
    return target
