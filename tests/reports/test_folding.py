"""Facts are the same whenever, however often and in whatever order they are folded."""

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from callcenter.acd.models import AgentStateInterval, Call
from reports import services
from reports.folding import INTERVAL, floor_interval
from reports.models import DayCallFact, DayStateFact, IntervalCallFact, IntervalStateFact, StaleInterval
from reports.sums import CALL_COLUMNS
from tests.reports import world
from tests.reports.world import after, at

MORNING = at("2026-07-17 09:00")
NIGHT = at("2026-07-17 23:50")


def fold_day(day="2026-07-17"):
    start = at(f"{day} 00:00")
    services.fold_range(start, start + timedelta(days=1), start + timedelta(days=2))


def total(model, column, **where):
    return model.objects.filter(**where).aggregate(n=Sum(column))["n"] or 0


def facts():
    """Everything that is folded, without the rows' own keys."""
    return [
        sorted(map(repr, model.objects.values_list(*columns)))
        for model, columns in (
            (IntervalCallFact, ("start", "queue", "team", "agent", "language", *CALL_COLUMNS)),
            (DayCallFact, ("day", "queue", "team", "agent", "language", *CALL_COLUMNS)),
            (IntervalStateFact, ("start", "agent", "team", "state", "reason", "milliseconds")),
            (DayStateFact, ("day", "agent", "team", "state", "reason", "milliseconds")),
        )
    ]


def test_a_call_is_counted_where_it_was_offered(queue, agent):
    world.make_answered(queue, agent, at("2026-07-17 09:14:59"), wait=30, talk=600)
    fold_day()
    fact = IntervalCallFact.objects.get()
    assert (fact.start, fact.answered, fact.talk_ms) == (MORNING, 1, 600_000)


def test_each_ending_is_counted_in_its_own_column(queue, agent):
    world.make_answered(queue, agent, MORNING, wait=19.999)
    world.make_answered(queue, agent, MORNING, wait=20)
    world.make_abandoned(queue, MORNING, wait=20)
    world.make_abandoned(queue, MORNING, wait=20.001)
    world.make_left_menu(MORNING)
    world.make_blocked(queue, MORNING)
    world.make_call(queue, MORNING)
    fold_day()
    counted = {c: total(IntervalCallFact, c) for c in CALL_COLUMNS[:12]}
    assert counted == {
        "received": 6, "blocked": 1, "left_menu": 1, "self_service": 0, "offered": 5, "delayed": 4,
        "answered": 2, "answered_in_time": 1, "abandoned": 2, "short_abandoned": 1, "abandoned_in_time": 0,
        "handled": 2,
    }  # fmt: skip


def test_a_talking_call_is_answered_but_not_handled_yet(queue, agent):
    world.make_call(
        queue, MORNING, state="talking", agent=agent, answered_at=after(MORNING, 4), wait_ms=4000, talk_ms=7
    )
    fold_day()
    fact = IntervalCallFact.objects.get()
    assert (fact.answered, fact.answered_in_time, fact.handled, fact.talk_ms) == (1, 1, 0, 0)


def test_a_queue_has_its_own_limits(agent):
    queue = world.make_queue(service_level_seconds=5, short_abandon_seconds=2)
    world.make_answered(queue, agent, MORNING, wait=6)
    world.make_abandoned(queue, MORNING, wait=3)
    fold_day()
    assert total(DayCallFact, "answered_in_time") == 0
    assert total(DayCallFact, "short_abandoned") == 0


def test_a_state_is_cut_exactly_at_the_borders(agent):
    world.make_session(agent, at("2026-07-17 09:14:59.500"), ("ready", 900.75), ("talking", 0.25))
    fold_day()
    pieces = list(IntervalStateFact.objects.order_by("start", "state").values_list("state", "milliseconds"))
    assert pieces == [("ready", 500), ("ready", 900_000), ("ready", 250), ("talking", 250)]


def test_a_state_that_still_runs_counts_up_to_now(agent):
    session = world.make_session(agent, MORNING, ("ready", 60))
    AgentStateInterval.objects.filter(session=session).update(ended_at=None)
    services.fold_range(MORNING, MORNING + INTERVAL, after(MORNING, 100))
    assert total(IntervalStateFact, "milliseconds") == 100_000


@pytest.mark.covers("RPT-07")
def test_across_midnight_each_day_gets_its_own_part(queue, agent):
    world.make_answered(queue, agent, NIGHT, wait=5, talk=1200)
    world.make_session(agent, NIGHT, ("talking", 1200))
    services.fold_range(NIGHT, after(NIGHT, 1200), after(NIGHT, 1200))
    assert list(DayCallFact.objects.values_list("day", "answered")) == [(date(2026, 7, 17), 1)]
    assert dict(DayStateFact.objects.values_list("day", "milliseconds")) == {
        date(2026, 7, 17): 600_000,
        date(2026, 7, 18): 600_000,
    }


def test_folding_again_replaces_what_was_there(queue, agent):
    call = world.make_answered(queue, agent, MORNING)
    fold_day()
    call.delete()
    fold_day()
    assert (IntervalCallFact.objects.count(), DayCallFact.objects.count()) == (0, 0)


def test_recent_fold_takes_marks_and_the_time_that_passed(queue, agent):
    services.fold_recent(MORNING)
    call = world.make_answered(queue, agent, after(MORNING, -7200), talk=7300)
    services.mark_call_stale(call.pk)
    services.fold_recent(after(MORNING, 7200))
    assert total(DayCallFact, "handled") == 1
    assert not StaleInterval.objects.exists()


def test_a_lost_event_is_made_up_for(queue, agent):
    services.fold_recent(MORNING)
    world.make_answered(queue, agent, after(MORNING, -3600), talk=3600)
    services.fold_recent(after(MORNING, 30))
    assert total(DayCallFact, "handled") == 1


def test_a_state_closed_in_the_past_is_taken_back(agent):
    session = world.make_session(agent, MORNING, ("ready", 60))
    AgentStateInterval.objects.filter(session=session).update(ended_at=None)
    services.fold_recent(after(MORNING, 2000))
    AgentStateInterval.objects.filter(session=session).update(ended_at=after(MORNING, 100))
    services.mark_session_stale(session.pk)
    services.fold_recent(after(MORNING, 2010))
    assert total(IntervalStateFact, "milliseconds") == 100_000


def test_a_first_fold_over_old_data_takes_all_of_it(queue, agent):
    world.make_answered(queue, agent, after(MORNING, -5 * 86400))
    services.fold_recent(MORNING)
    assert total(DayCallFact, "answered") == 1


def test_a_rebuild_goes_on_where_it_stopped(queue, agent, lead):
    world.make_answered(queue, agent, MORNING)
    rebuild = services.request_rebuild(date(2026, 7, 16), date(2026, 7, 18), by=lead)
    rebuild.done_until = date(2026, 7, 16)
    rebuild.save()
    assert services.run_rebuilds() == 1
    rebuild.refresh_from_db()
    assert (rebuild.days, rebuild.days_done, total(DayCallFact, "answered")) == (3, 3, 1)
    assert rebuild.finished_at is not None


moments = st.integers(0, 2 * 86400).map(lambda s: after(at("2026-07-16 12:00"), s))
seconds = st.integers(0, 4000)


class AnyOrder(TestCase):
    """Whatever happens in whatever order, what was folded piecemeal equals a rebuild from the rows."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        calls=st.lists(st.tuples(moments, seconds, seconds, st.booleans()), max_size=8),
        states=st.lists(st.tuples(moments, st.lists(seconds, min_size=1, max_size=4)), max_size=4),
        pauses=st.lists(st.integers(0, 50_000), max_size=5),
        shuffle=st.randoms(use_true_random=False),
    )
    def test_incremental_equals_rebuilt(self, calls, states, pauses, shuffle):
        queue, agent = world.make_queue(), world.make_agent(world.make_team())
        self._work_and_fold(queue, agent, calls, states, pauses, shuffle)
        piecemeal, end = facts(), at("2026-07-19 00:00")
        for model in (IntervalCallFact, DayCallFact, IntervalStateFact, DayStateFact):
            model.objects.all().delete()
        services.fold_range(at("2026-07-16 00:00"), end, end)
        assert piecemeal == facts()
        assert_days_are_sums_of_intervals()

    def _work_and_fold(self, queue, agent, calls, states, pauses, shuffle):
        """Write rows in any order, marking each as the handlers do, with folds in between."""
        now = at("2026-07-16 12:00")
        services.fold_recent(now)
        deeds = [("call", c) for c in calls] + [("state", s) for s in states] + [("fold", p) for p in pauses]
        shuffle.shuffle(deeds)
        for kind, deed in deeds:
            if kind == "call":
                services.mark_call_stale(self._make_call(queue, agent, *deed).pk)
            elif kind == "state":
                self._make_states(agent, *deed)
            else:
                now = after(now, deed)
                services.fold_recent(min(now, at("2026-07-18 23:00")))
        services.fold_recent(at("2026-07-19 00:00"))

    def _make_call(self, queue, agent, offered, wait, talk, answered) -> Call:
        if answered:
            return world.make_answered(queue, agent, offered, wait=wait, talk=talk)
        return world.make_abandoned(queue, offered, wait=wait)

    def _make_states(self, agent, start, lengths):
        names = ("ready", "talking", "wrap_up", "not_ready")
        session = world.make_session(agent, start, *zip(names, lengths, strict=False))
        for interval in session.intervals.all():
            marks = {floor_interval(interval.started_at) + n * INTERVAL for n in range(6)}
            StaleInterval.objects.bulk_create(StaleInterval(start=s) for s in marks)


def assert_days_are_sums_of_intervals():
    for column in CALL_COLUMNS:
        assert total(DayCallFact, column) == total(IntervalCallFact, column)
    assert total(DayStateFact, "milliseconds") == total(IntervalStateFact, "milliseconds")
