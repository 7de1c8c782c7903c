"""Which menu a new call walks: the published one as of now, or the last one known when the database is away.

One thread and one database connection serve every call of the process. Calls that come while a question is
under way share the next one, so a call costs at most one small query and a burst of calls a single one.
"""

import logging
import threading
from collections.abc import Callable, Mapping

from django.db import DatabaseError, InterfaceError, connection

from ivr import selectors
from ivr.flow import Flow

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 0.25


class FlowSource:
    """The flows of all menus by number dialled, asked anew for every call."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._asked, self._answered = threading.Condition(self._lock), threading.Condition(self._lock)
        self._questions = self._answers = 0
        self._flows: Mapping[str, Flow] = {}
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="flow-source", daemon=True)

    def start(self) -> None:
        """Begin, with the flows that are published now."""
        self._thread.start()
        self.flow_for("")

    def stop(self) -> None:
        """End the thread and its connection."""
        with self._lock:
            self._is_stopping = True
            self._asked.notify()
        self._thread.join(timeout=5)

    def flow_for(self, entry: str) -> Flow | None:
        """Return the flow for the number dialled, never waiting longer than the patience for the database."""
        with self._lock:
            self._questions += 1
            mine = self._questions
            self._asked.notify()
            self._answered.wait_for(lambda: self._answers >= mine, self._patience_seconds)
            flows = self._flows
        return flows.get(entry) or flows.get("")

    def _run(self) -> None:
        while True:
            with self._lock:
                self._asked.wait_for(lambda: self._is_stopping or self._questions > self._answers)
                if self._is_stopping:
                    break
                question = self._questions
            flows = self._load()
            with self._lock:
                self._flows = self._flows if flows is None else flows
                self._answers = question
                self._answered.notify_all()
        connection.close()

    def _load(self) -> Mapping[str, Flow] | None:
        """Return what is published, or None when the database is away. A cut connection gets one retry."""
        for ask in (_ask_quietly, _ask_loudly):
            flows = ask(self._published)
            if flows is not None:
                return flows
            connection.close()
        return None

    def _published(self) -> Mapping[str, Flow]:
        published = selectors.published_versions()
        return {entry: selectors.flow_of(version) for entry, version in published.items()}


def _ask_quietly(ask: Callable[[], Mapping[str, Flow]]) -> Mapping[str, Flow] | None:
    try:
        return ask()
    except (DatabaseError, InterfaceError):
        return None


def _ask_loudly(ask: Callable[[], Mapping[str, Flow]]) -> Mapping[str, Flow] | None:
    try:
        return ask()
    except (DatabaseError, InterfaceError) as failure:
        log.warning("the database is away, calls walk the last menu known: %s", str(failure).strip())
        return None
