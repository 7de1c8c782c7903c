"""Commands from desks: each row is carried out once and answered on the row."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.acd.exchange import timers
from callcenter.acd.exchange.state import LiveAgent, skills_of
from callcenter.acd.models import Agent, Command
from callcenter.acd.services import recording
from callcenter.core.errors import DomainError
from callcenter.telephony.agent_machine import AgentStatus, IllegalTransition
from callcenter.telephony.effects import HangUp, Provision, Revoke
from callcenter.telephony.words import AgentState, OfferResult

if TYPE_CHECKING:
    from callcenter.acd.exchange.exchange import Exchange

IN_CALL = (AgentState.TALKING, AgentState.ON_HOLD)
STALE = timedelta(minutes=2)
"""A wish that could not be carried out for so long is no longer wanted."""


class NotPossible(DomainError):
    """The agent's state does not allow this."""

    code = "not_possible_now"
    message = _("This is not possible in your present state.")


class NotSignedIn(DomainError):
    """The agent has no open session."""

    code = "not_signed_in"
    message = _("Sign in to your shift first.")


class PhoneNotRegistered(DomainError):
    """Calls could not reach the agent's phone."""

    code = "phone_not_registered"
    message = _("Your phone is not connected. Check the microphone and wait a moment.")


class UnknownReason(DomainError):
    """There is no such not-ready reason to choose."""

    code = "unknown_reason"
    status = 400
    message = _("Choose a reason from the list.")


class TooLate(DomainError):
    """The command lay too long."""

    code = "too_late"
    message = _("The telephone system was away. Try again.")


class NotAnAgent(DomainError):
    """This person takes no calls."""

    code = "not_an_agent"
    status = 403
    message = _("You are not set up to take calls. Ask an administrator.")


def run_waiting(exchange: "Exchange", now: datetime) -> None:
    """Carry out every open command, oldest first."""
    for command in Command.objects.filter(done_at=None).select_related("agent").order_by("id")[:200]:
        try:
            if timezone.now() - command.requested_at > STALE:
                raise TooLate
            _carry_out(exchange, command, now)
            command.ok, command.code, command.detail = True, "done", ""
        except DomainError as refusal:
            command.ok, command.code, command.detail = False, refusal.code, refusal.detail[:200]
        except IllegalTransition:
            command.ok, command.code, command.detail = False, NotPossible.code, str(NotPossible.message)
        command.done_at = now
        command.save(update_fields=["ok", "code", "detail", "done_at"])
        if command.agent_id:
            exchange.book.out.touched.add(command.agent_id)


def _carry_out(exchange: "Exchange", command: Command, now: datetime) -> None:
    if command.agent is None:
        raise NotAnAgent
    if command.kind == "sign_in":
        sign_in(exchange, command.agent, now)
        return
    agent = exchange.book.agents.get(command.agent.extension)
    if agent is None:
        raise NotSignedIn
    order = ORDERS.get(command.kind)
    if order is None:
        raise NotPossible
    order(exchange, agent, command.payload, now)


def sign_in(exchange: "Exchange", row: Agent, now: datetime) -> None:
    """Open a session; a second sign-in finds the first and is content."""
    if not row.is_active:
        raise NotAnAgent
    if row.extension in exchange.book.agents:
        return
    if row.extension not in exchange.book.directory.agents:
        timers.refresh_directory(exchange)  # an administrator added him a moment ago
    known = exchange.book.directory.agents[row.extension]
    password = secrets.token_urlsafe(24)
    status = AgentStatus(AgentState.NOT_READY, now, reason="signed_in")
    session = recording.open_session(
        row.pk,
        status,
        exchange.book.directory.ids,
        password=password,
        expires_at=now + timedelta(seconds=settings.SIP_CREDENTIAL_SECONDS),
    )
    exchange.book.out.effects.append(Provision(row.extension, password, row.uses_browser_phone))
    exchange.book.sign_in(
        LiveAgent(
            pk=row.pk,
            extension=row.extension,
            session_pk=session.pk,
            status=status,
            name=str(known.user),
            team=known.user.team.code if known.user.team else None,
            skills=skills_of(known),
            uses_browser=row.uses_browser_phone,
        )
    )


def _sign_out(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    if agent.status.state in (*IN_CALL, AgentState.OFFERED):
        raise NotPossible
    if agent.status.state is AgentState.WRAP_UP:
        exchange.finish_work(agent, now, reason="signed_in")
    exchange.book.out.effects.append(Revoke(agent.extension))
    exchange.book.set_status(agent, AgentState.OFFLINE, now)


def _go_ready(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    if agent.status.state in (*IN_CALL, AgentState.OFFERED):
        if agent.status.next_reason:
            exchange.book.plan(agent, next_reason="")
        return
    if not agent.is_registered or agent.lost_at:
        raise PhoneNotRegistered
    exchange.book.set_status(agent, AgentState.READY, now)


def _go_not_ready(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    code = str(payload.get("reason", ""))
    reason = exchange.book.directory.reasons.get(code)
    if reason is None or reason.is_system:
        raise UnknownReason
    if agent.status.state in (*IN_CALL, AgentState.OFFERED):
        exchange.book.plan(agent, next_reason=code)
        return
    exchange.book.set_status(
        agent, AgentState.NOT_READY, now, reason=code, lasts_seconds=reason.ready_again_seconds
    )


def _finish_wrap_up(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    if agent.status.state is not AgentState.WRAP_UP:
        return  # the time was up a moment before: what was typed is saved, and that is what was wanted
    if payload.get("then") == "not_ready":
        _go_not_ready(exchange, agent, payload, now)
    else:
        exchange.finish_work(agent, now)


def _extend_wrap_up(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    if agent.status.state is not AgentState.WRAP_UP:
        raise NotPossible
    live_queue = exchange.book.queue_of(agent)
    exchange.book.extend(agent, live_queue.wrap_up_extension_seconds)


def _reject(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    live = exchange.book.calls.get(agent.status.call_id)
    if agent.status.state is not AgentState.OFFERED or live is None:
        raise NotPossible
    exchange.book.close_offer(live, OfferResult.REJECTED, now)
    live.missed[agent.extension] = now
    exchange.release(agent, OfferResult.REJECTED, now)
    exchange.take_back(live, now)


def _hang_up(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    live = exchange.book.calls.get(agent.status.call_id)
    if agent.status.state not in IN_CALL or live is None:
        raise NotPossible
    if live.call.leg:
        exchange.book.out.effects.append(HangUp(live.call.call_id, live.call.channel))


def _phone_status(exchange: "Exchange", agent: LiveAgent, payload: dict[str, Any], now: datetime) -> None:
    """The page says which call its phone holds. A page that came back without its call gets it again."""
    live = exchange.book.calls.get(agent.status.call_id)
    if not payload.get("registered") or agent.status.state not in IN_CALL or live is None:
        return
    agent.returning = False
    if payload.get("holding") == live.call.call_id or live.offer is not None:
        return
    exchange.resume(live, agent, now)


Order = Callable[["Exchange", LiveAgent, dict[str, Any], datetime], None]
ORDERS: dict[str, Order] = {
    "sign_out": _sign_out,
    "go_ready": _go_ready,
    "go_not_ready": _go_not_ready,
    "finish_wrap_up": _finish_wrap_up,
    "extend_wrap_up": _extend_wrap_up,
    "reject": _reject,
    "hang_up": _hang_up,
    "phone_status": _phone_status,
}
