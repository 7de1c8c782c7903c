"""Addresses of the call list that show exactly the calls behind a figure."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reports import facts
from reports.filters import Filters
from reports.periods import Period

# In an address 0 stands for calls without a queue.
NO_QUEUE = 0


def calls(filters: Filters, calls_set: str, shown: Period) -> str:
    """The calls of the whole report."""
    return _address(filters, calls_set, shown.first.isoformat(), shown.last.isoformat())


def calls_of_step(filters: Filters, calls_set: str, step: date | datetime) -> str:
    """The calls of one step of the chart."""
    if not isinstance(step, datetime):
        return _address(filters, calls_set, step.isoformat(), step.isoformat())
    start, end = facts.step_bounds(step)
    return _address(filters, calls_set, _moment(start), _moment(end))


def calls_of_row(filters: Filters, calls_set: str, shown: Period, by: str, key: Any) -> str:
    """The calls of one line of the breakdown."""
    narrowed = {by: NO_QUEUE if key is None else key}
    return _address(filters, calls_set, shown.first.isoformat(), shown.last.isoformat(), narrowed)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _address(
    filters: Filters, calls_set: str, first: str, last: str, narrowed: dict[str, Any] | None = None
) -> str:
    chosen = filters.selection
    parts: dict[str, Any] = {
        "set": calls_set,
        "from": first,
        "to": last,
        "queue": chosen.queue_id,
        "team": chosen.team_id,
        "agent": chosen.agent_id,
        "language": chosen.language,
        "centre": filters.centre_id,
        **(narrowed or {}),
    }
    query = urlencode({name: value for name, value in parts.items() if value not in (None, "")})
    return f"{reverse('reports:calls')}?{query}"
