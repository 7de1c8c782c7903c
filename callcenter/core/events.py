"""Events: what happened, announced upward. At least once delivered, exactly once done."""

import dataclasses
import logging
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from callcenter.core.models import HandlerClaim, OutboxEvent

log = logging.getLogger(__name__)
DISPATCH_TASK = "callcenter.core.tasks.dispatch_outbox"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events: frozen, past tense, ids only."""

    version: ClassVar[int] = 1


Handler = Callable[[Any], None]
_types: dict[str, type[Event]] = {}
_handlers: dict[str, list[tuple[str, Handler]]] = defaultdict(list)


def handles(event_type: type[Event]) -> Callable[[Handler], Handler]:
    """Register a handler. It runs in a transaction that also claims the event for it."""

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _types[event_type.__name__] = event_type
        if all(name != known for known, _ in _handlers[event_type.__name__]):
            _handlers[event_type.__name__].append((name, handler))
        return handler

    return register


def publish(event: Event, *, actor_id: int | None = None, cause_id: UUID | None = None) -> OutboxEvent:
    """Write the event to the outbox of the current transaction and wake the handlers after commit."""
    return publish_all([event], actor_id=actor_id, cause_id=cause_id)[0]


def publish_all(
    events: list[Event], *, actor_id: int | None = None, cause_id: UUID | None = None
) -> list[OutboxEvent]:
    """Like `publish`, for several events in one insert. An event nobody handles is born dispatched."""
    now = timezone.now()
    rows = OutboxEvent.objects.bulk_create(
        OutboxEvent(
            type=type(event).__name__,
            version=event.version,
            payload=dataclasses.asdict(event),
            actor_id=actor_id,
            cause_id=cause_id,
            occurred_at=now,
            dispatched_at=None if _handlers[type(event).__name__] else now,
        )
        for event in events
    )
    if any(row.dispatched_at is None for row in rows):
        transaction.on_commit(_waker.wake, robust=True)
    return rows


class _Waker:
    """Tells a worker from a thread of its own, at most every few milliseconds.

    A task costs milliseconds to send, and a commit must not wait for it: between the commit and the ringing
    telephone stands only this call. What is not told (broker away, process killed) the sweeper delivers.
    """

    PAUSE_SECONDS = 0.05

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._process = 0
        self._lock = threading.Lock()

    def wake(self) -> None:
        """Have a worker told soon; returns at once."""
        self._wanted.set()
        with self._lock:
            if self._process != os.getpid():  # threads do not survive a fork
                self._process = os.getpid()
                threading.Thread(target=self._run, name="waker", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                current_app.send_task(DISPATCH_TASK, retry=False, ignore_result=True)
            except (OperationalError, OSError):
                log.warning("the broker is away; the sweeper will deliver")
            time.sleep(self.PAUSE_SECONDS)


_waker = _Waker()


def deliver(row: OutboxEvent) -> None:
    """Run every handler that has not yet done its work for this event, then mark it dispatched."""
    event = _restore(row)
    for name, handler in _handlers[row.type]:
        _run_once(name, handler, event, row.pk)
    OutboxEvent.objects.filter(pk=row.pk).update(dispatched_at=timezone.now())


def _run_once(name: str, handler: Handler, event: Event, event_id: UUID) -> None:
    with transaction.atomic():
        _, mine = HandlerClaim.objects.get_or_create(handler=name, event_id=event_id)
        if mine:
            handler(event)


def _restore(row: OutboxEvent) -> Event:
    kind = _types[row.type]
    known = {f.name for f in dataclasses.fields(kind)}
    return kind(**{k: v for k, v in row.payload.items() if k in known})
