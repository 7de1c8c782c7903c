"""Events: at least once delivered, exactly once done."""

from dataclasses import dataclass

import pytest
from django.db import transaction

from callcenter.core import events
from callcenter.core.models import AuditEntry, HandlerClaim, OutboxEvent
from callcenter.core.tasks import dispatch_outbox


@dataclass(frozen=True, kw_only=True)
class TrainLate(events.Event):
    train_id: int


@dataclass(frozen=True, kw_only=True)
class NobodyCares(events.Event):
    train_id: int


@events.handles(TrainLate)
def note_train(event: TrainLate) -> None:
    if event.train_id < 0:
        raise ValueError("no such train")
    AuditEntry.objects.create(action=f"late {event.train_id}")


@events.handles(TrainLate)
def tell_lead(event: TrainLate) -> None:
    AuditEntry.objects.create(action=f"told {event.train_id}")


def actions() -> list[str]:
    return sorted(AuditEntry.objects.values_list("action", flat=True))


@pytest.mark.django_db
def test_every_handler_does_its_work_once_however_often_it_is_delivered() -> None:
    row = events.publish(TrainLate(train_id=7))
    for _ in range(3):
        events.deliver(row)
    assert actions() == ["late 7", "told 7"]


@pytest.mark.django_db
def test_an_event_that_nobody_handles_is_kept_but_not_queued() -> None:
    row = events.publish(NobodyCares(train_id=1))
    assert row.dispatched_at is not None


@pytest.mark.django_db
def test_a_failing_handler_does_not_stop_the_others_and_is_tried_again() -> None:
    bad = events.publish(TrainLate(train_id=-1))
    events.publish(TrainLate(train_id=2))
    dispatch_outbox()
    bad.refresh_from_db()
    assert (actions(), bad.dispatched_at) == (["late 2", "told 2"], None)
    assert bad.attempts >= 1
    assert "no such train" in bad.last_error


@pytest.mark.django_db(transaction=True)
def test_nothing_is_published_when_the_transaction_fails() -> None:
    def write_and_fail() -> None:
        with transaction.atomic():
            events.publish(TrainLate(train_id=3))
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    assert not OutboxEvent.objects.filter(type="TrainLate").exists()


@pytest.mark.django_db
def test_an_effect_that_fails_leaves_no_claim() -> None:
    row = events.publish(TrainLate(train_id=-5))
    with pytest.raises(ValueError, match="no such train"):
        events.deliver(row)
    assert not HandlerClaim.objects.filter(event_id=row.pk, handler__endswith="note_train").exists()
