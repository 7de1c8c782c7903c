"""What acd announces reaches the facts through the outbox, the handlers and the tasks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from callcenter.acd.events import AgentStateChanged, CallEnded, WrapUpFinished
from callcenter.acd.models import Call
from callcenter.core import events
from callcenter.core.models import OutboxEvent
from reports import services, tasks
from reports.models import DayCallFact, KpiTarget, StaleInterval
from tests.reports import world


@pytest.fixture
def ended(queue, agent):
    """A call that ended an hour ago."""
    return world.make_answered(queue, agent, timezone.now() - timedelta(hours=1))


def deliver():
    for row in OutboxEvent.objects.filter(dispatched_at=None):
        events.deliver(row)


def test_an_ended_call_is_in_the_facts_after_the_next_fold(ended):
    tasks.fold_recent()
    Call.objects.filter(pk=ended.pk).update(wrap_up_ms=77_000)
    events.publish(WrapUpFinished(call_id=ended.pk, agent_id=ended.agent_id))
    deliver()
    tasks.fold_recent()
    assert DayCallFact.objects.get().wrap_up_ms == 77_000


def test_an_event_handled_twice_marks_once(ended):
    row = events.publish(CallEnded(call_id=ended.pk))
    events.deliver(row)
    events.deliver(row)
    assert StaleInterval.objects.count() == 1


def test_an_event_of_a_call_that_is_gone_does_no_harm(db):
    events.publish(CallEnded(call_id=4711))
    events.publish(AgentStateChanged(session_id=4711, agent_id=1))
    deliver()
    assert not StaleInterval.objects.exists()


def test_the_night_computes_yesterday_again(queue, agent):
    world.make_answered(queue, agent, timezone.now() - timedelta(days=1))
    tasks.nightly()
    assert DayCallFact.objects.get().answered == 1


def test_a_rebuild_asked_for_is_done_by_the_worker(ended, lead):
    today = timezone.localdate()
    services.request_rebuild(today - timedelta(days=1), today, by=lead)
    assert tasks.run_rebuilds() == 1
    assert DayCallFact.objects.get().answered == 1


def test_days_in_the_wrong_order_are_refused(db, lead):
    today = timezone.localdate()
    with pytest.raises(services.BadRebuildDays):
        services.request_rebuild(today, today - timedelta(days=1), by=lead)


def test_a_changed_target_keeps_the_old_one_in_the_audit_trail(lead):
    services.set_target(9, low=None, high=15.0, by=lead)
    services.set_target(9, low=None, high=12.0, by=lead)
    assert KpiTarget.objects.get().high == 12.0
