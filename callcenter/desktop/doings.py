"""What the desk's socket does with the database, in plain functions that run in a thread."""

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.utils import translation
from django.utils.translation import gettext as _

from callcenter.accounts.models import User
from callcenter.acd.models import Agent, Command, Queue
from callcenter.acd.selectors import desk
from callcenter.acd.services import commands, wrap_ups
from callcenter.core.errors import DomainError
from callcenter.core.masking import mask_number
from callcenter.customers.models import Customer
from callcenter.desktop import orders
from ivr import selectors as ivr

agent_of = desk.agent_of


@dataclass(frozen=True)
class Answer:
    """What became of a wish: done, refused, or waiting for the answer on row `row`."""

    ok: bool
    code: str = "done"
    detail: str = ""
    row: int | None = None


def sections(agent: Agent, language: str) -> dict[str, Any]:
    """The agent's desk as it stands now, in his words."""
    with translation.override(language):
        found: dict[str, Any] = desk.desk_snapshot(agent)["sections"]
        if found["call"]:
            found["call"] = _in_words(found["call"], language)
    return found


def _in_words(call: dict[str, Any], language: str) -> dict[str, Any]:
    """Name what was pressed and how the passenger is served, and hide the middle of his number."""
    caller = call["caller"]
    pressed = ivr.path_in_words([step["label"] for step in call["path"]], language=language[:2])
    level = caller["level"] if caller["level"] != Customer.Level.ORDINARY else ""
    return {
        **call,
        **_wrap_up_rules(call["queue"]),
        "path": pressed,
        "caller": {
            **caller,
            "number": mask_number(caller["number"]),
            "level": str(Customer.Level(level).label) if level in Customer.Level.values else level,
        },
    }


def _wrap_up_rules(queue: dict[str, str] | None) -> dict[str, int]:
    """How long the wrap-up of this queue's calls lasts, and by how much it can be made longer."""
    row = Queue.objects.filter(code=queue["code"]).first() if queue else None
    if row is None:
        return {}
    return {"wrap_up_seconds": row.wrap_up_seconds, "extension_seconds": row.wrap_up_extension_seconds}


def carry_out(agent: Agent, user: User, wish: dict[str, Any], language: str) -> Answer:
    """Check a wish (`name`, `data`, `id`) and do it; a refusal is told in the agent's words."""
    with translation.override(language):
        try:
            data = orders.understand(wish.get("name"), wish.get("data"))
            row = _do(agent, user, str(wish["name"]), data, reply_to=str(wish.get("id", "")))
        except DomainError as refusal:
            return Answer(False, refusal.code, refusal.detail)
        except (DatabaseError, InterfaceError):
            return Answer(False, "database_away", _("The platform is busy. Try again."))
    return Answer(True, row=row)


def _do(agent: Agent, user: User, name: str, data: dict[str, Any], *, reply_to: str) -> int | None:
    """Save here and now what was typed; ask the rest of the telephony process.

    Returns the number of the row its answer will stand on, None when there is nothing to wait for.
    """
    if name == "save_draft":
        wrap_ups.save_draft(agent, data["call_id"], data)
        return None
    if name == "finish_wrap_up":
        wrap_ups.finish(agent, data["call_id"], data)
        data = {"call_id": data["call_id"], "then": data["then"], "reason": data["reason"]}
    return commands.request(agent, name, data, by=user, reply_to=reply_to).pk


def answers(rows: list[int]) -> list[Command]:
    """Those of these wishes that have been answered."""
    return list(Command.objects.filter(pk__in=rows).exclude(done_at=None).order_by("pk"))
