"""Delivery of events: by wake-up, and by a sweeper for what was missed."""

import logging
from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from callcenter.core import events
from callcenter.core.models import HandlerClaim, OutboxEvent

log = logging.getLogger(__name__)
BATCH = 200
MAX_ATTEMPTS = 20
KEEP_EVENTS = timedelta(days=90)


@shared_task
def dispatch_outbox() -> None:
    """Deliver what lies in the outbox, oldest first."""
    while _dispatch_batch():
        pass


@shared_task
def sweep_outbox() -> None:
    """Deliver what a lost wake-up left behind."""
    dispatch_outbox()


def _dispatch_batch() -> int:
    """Deliver one batch; rows that another worker holds are skipped. Returns how many were delivered."""
    delivered = 0
    with transaction.atomic():
        rows = list(
            OutboxEvent.objects.select_for_update(skip_locked=True)
            .filter(dispatched_at=None, attempts__lt=MAX_ATTEMPTS)
            .order_by("occurred_at")[:BATCH]
        )
        for row in rows:
            delivered += _deliver_one(row)
    return delivered


def _deliver_one(row: OutboxEvent) -> int:
    try:
        events.deliver(row)
    except Exception as failure:  # the process edge of all handlers: log, count, go on with the next event
        log.exception("handling %s %s failed", row.type, row.pk)
        OutboxEvent.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1, last_error=f"{type(failure).__name__}: {failure}"[:2000]
        )
        return 0
    return 1


@shared_task
def retire_old_events() -> None:
    """Delete delivered events and their claims after their keeping time."""
    limit = timezone.now() - KEEP_EVENTS
    OutboxEvent.objects.filter(occurred_at__lt=limit).exclude(dispatched_at=None).delete()
    HandlerClaim.objects.filter(claimed_at__lt=limit).delete()
