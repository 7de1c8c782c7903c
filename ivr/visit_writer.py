"""Visits are written while callers go on: many calls in one insert, by one thread with one connection."""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection

from ivr.services.visits import TimedVisit, record_visits

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
RETRY_SECONDS = 1.0
MOST_KEPT = 20_000
BATCH = 500


class VisitWriter:
    """Takes visits without waiting; keeps them while the database is away, and of too many the newest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed, self._idle = threading.Condition(self._lock), threading.Condition(self._lock)
        self._kept: deque[TimedVisit] = deque(maxlen=MOST_KEPT)
        self._is_writing = self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="visit-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def take(self, visits: Iterable[TimedVisit]) -> None:
        """Keep visits for the next insert."""
        with self._lock:
            self._kept.extend(visits)
            self._changed.notify()

    def wait_until_written(self, timeout_seconds: float) -> bool:
        """Wait until nothing is left to write; False when time ran out."""
        with self._lock:
            return self._idle.wait_for(lambda: not self._kept and not self._is_writing, timeout_seconds)

    def stop(self, timeout_seconds: float = 5) -> None:
        """Write what is left, if the database answers in time, and end the thread."""
        if not self.wait_until_written(timeout_seconds):
            log.warning("%s visits could not be written", len(self._kept))
        with self._lock:
            self._is_stopping = True
            self._changed.notify()
        self._thread.join(timeout=timeout_seconds)

    def _run(self) -> None:
        while True:
            with self._lock:
                self._changed.wait_for(lambda: self._is_stopping or bool(self._kept))
                if self._is_stopping:
                    break
                batch = [self._kept.popleft() for _ in range(min(BATCH, len(self._kept)))]
                self._is_writing = True
            pause = self._write(batch)
            with self._lock:
                self._is_writing = False
                if not self._kept:
                    self._idle.notify_all()
            time.sleep(pause)
        connection.close()

    def _write(self, batch: list[TimedVisit]) -> float:
        """Write a batch; put it back when the database is away. Returns how long to wait before the next."""
        try:
            record_visits(batch)
        except (IntegrityError, DataError):
            log.exception("%s visits do not fit the database and are dropped", len(batch))
        except (DatabaseError, InterfaceError) as failure:
            log.warning("the database is away, visits are kept: %s", str(failure).strip())
            connection.close()
            with self._lock:
                self._kept.extendleft(reversed(batch[: MOST_KEPT - len(self._kept)]))
            return RETRY_SECONDS
        return PAUSE_SECONDS
