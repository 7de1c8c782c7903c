"""Wishes for the telephony process: a row, and a wake-up after commit."""

from functools import partial
from typing import Any

from django.db import transaction

from callcenter.accounts.models import User
from callcenter.acd.models import Agent, Command
from callcenter.core import hub

WAKE_TOPIC = "telephony"
KINDS = frozenset(
    {
        "sign_in",
        "sign_out",
        "go_ready",
        "go_not_ready",
        "finish_wrap_up",
        "extend_wrap_up",
        "reject",
        "hang_up",
        "phone_status",
    }
)
_publisher: list[hub.Publisher] = []


def request(
    agent: Agent, kind: str, payload: dict[str, Any] | None = None, *, by: User, reply_to: str = ""
) -> Command:
    """Record what an agent wants; the telephony process carries it out within milliseconds.

    The answer stands on the row (`done_at`, `ok`, `code`, `detail`); the desk is nudged when it does.
    Raises ValueError for a kind that does not exist.
    """
    if kind not in KINDS:
        raise ValueError(kind)
    command = Command.objects.create(
        kind=kind, agent=agent, payload=payload or {}, requested_by=by, reply_to=reply_to[:40]
    )
    transaction.on_commit(partial(wake_telephony))
    return command


def wake_telephony() -> None:
    """Nudge the telephony process; without Redis it looks by itself every second."""
    if not _publisher:
        _publisher.append(hub.Publisher())
    _publisher[0].publish([(WAKE_TOPIC, b"{}")])
