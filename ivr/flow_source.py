"""Which menu a new call walks: the published one, or the last one known while the database is away.

Calls never ask the database. One thread with one connection is told by PostgreSQL of every publication
(NOTIFY, milliseconds after the commit) and looks by itself each second in case a notice was lost.
"""

import logging
import select
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import DatabaseError, InterfaceError, connection

from ivr import selectors
from ivr.flow import Flow

log = logging.getLogger(__name__)
CHANNEL = "ivr_menu_published"
LOOK_EVERY_SECONDS = 1.0
FIRST_LOOK_SECONDS = 10.0


class FlowSource:
    """The flows of all menus by number dialled, kept fresh behind the calls' backs."""

    def __init__(self, look_every_seconds: float = LOOK_EVERY_SECONDS) -> None:
        self._look_every_seconds = look_every_seconds
        self._flows: Mapping[str, Flow] = {}
        self._notices: list[selectors.SpokenNotice] = []
        self._has_looked, self._is_stopping = threading.Event(), threading.Event()
        self._is_listening = self._is_away = False
        self._thread = threading.Thread(target=self._run, name="flow-source", daemon=True)

    def start(self) -> None:
        """Begin, and wait for the first look."""
        self._thread.start()
        self._has_looked.wait(FIRST_LOOK_SECONDS)

    def stop(self) -> None:
        """End the thread and its connection."""
        self._is_stopping.set()
        self._thread.join(timeout=self._look_every_seconds + 5)

    def flow_for(self, entry: str) -> Flow | None:
        """Return the flow for the number dialled; None when nothing was ever published. Never waits."""
        flows = self._flows
        return flows.get(entry) or flows.get("")

    def notices_for(self, entry: str) -> list[str]:
        """Return what a caller of this number hears before the menu now. Never waits."""
        now = datetime.now(UTC)
        return [file for notice in self._notices if notice.is_for(entry, now) for file in notice.files]

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            self._look()
            self._has_looked.set()
            self._wait()
        connection.close()

    def _look(self) -> None:
        """Read what is published. What calls walk stays as it is when that cannot be read."""
        try:
            if not self._is_listening:
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
                self._is_listening = True
            published = selectors.published_versions()
            self._flows = {entry: selectors.flow_of(version) for entry, version in published.items()}
            self._notices = selectors.notices_ahead()
        except (DatabaseError, InterfaceError) as failure:
            self._disconnect(failure)
        else:
            if self._is_away:
                log.info("the database is back")
            self._is_away = False

    def _wait(self) -> None:
        """Wait for a notice, or for the time to look by ourselves."""
        if not self._is_listening:
            self._is_stopping.wait(self._look_every_seconds)
            return
        try:
            session = connection.connection
            if select.select([session], [], [], self._look_every_seconds)[0]:
                session.poll()
                session.notifies.clear()
        except (DatabaseError, InterfaceError, session.Error, OSError, ValueError) as failure:
            self._disconnect(failure)

    def _disconnect(self, failure: Exception) -> None:
        if not self._is_away:
            log.warning("the database is away, calls walk the last menu known: %s", str(failure).strip())
        self._is_away, self._is_listening = True, False
        connection.close()
