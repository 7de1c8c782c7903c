"""What agents write down about calls. The web process saves it, so it is safe whatever else is away."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.acd.models import Agent, AgentSession, Call, CallReason, CallResult, Leg, WrapUp
from callcenter.core.errors import DomainError, Invalid, NotFound
from callcenter.telephony.words import CallState

NOTE_LENGTH = 4000


class ReasonMissing(Invalid):
    """A finished wrap-up names why the passenger called."""

    code = "reason_missing"
    message = _("Choose the reason of the call.")


class ResultMissing(Invalid):
    """A finished wrap-up says how the matter was left."""

    code = "result_missing"
    message = _("Choose the result of the call.")


class NoteTooLong(Invalid):
    """The note is longer than we keep."""

    code = "note_too_long"
    message = _("The note is too long: shorten it to 4,000 characters.")


class AlreadyFinished(DomainError):
    """The wrap-up is closed."""

    code = "already_finished"
    message = _("This wrap-up is already finished.")


def save_draft(agent: Agent, call_id: int, data: dict[str, Any]) -> WrapUp:
    """Keep what the agent has typed so far; the last save wins. Raises NotFound for another's call."""
    return _save(agent, call_id, data, finish=False)


def finish(agent: Agent, call_id: int, data: dict[str, Any]) -> WrapUp:
    """Close the wrap-up. Raises ReasonMissing, ResultMissing, NoteTooLong, NotFound."""
    return _save(agent, call_id, data, finish=True)


@transaction.atomic
def _save(agent: Agent, call_id: int, data: dict[str, Any], *, finish: bool) -> WrapUp:
    call = _call_of(agent, call_id)
    reason = _reason(data.get("reason_id"))
    result = data.get("result") or ""
    note = str(data.get("note") or "")
    if result and result not in CallResult.values:
        raise Invalid
    if len(note) > NOTE_LENGTH:
        raise NoteTooLong
    if finish and reason is None:
        raise ReasonMissing
    if finish and not result:
        raise ResultMissing
    now = timezone.now()
    wrap_up, _created = WrapUp.objects.select_for_update().get_or_create(
        call=call, agent=agent, defaults={"saved_at": now}
    )
    if reason and wrap_up.reason_id != reason.pk:
        wrap_up.reason_during_call = call.state != CallState.ENDED
    wrap_up.reason, wrap_up.result, wrap_up.note = reason, result, note
    wrap_up.first_call_resolved = data.get("first_call_resolved")
    wrap_up.saved_at = now
    if finish:
        wrap_up.finished_at = wrap_up.finished_at or now
    wrap_up.save()
    return wrap_up


def _call_of(agent: Agent, call_id: int) -> Call:
    """The agent's own call: he had a leg of it, or it is his session's present one."""
    own = Call.objects.filter(pk=call_id)
    with_leg = Leg.objects.filter(call_id=call_id, agent=agent).exists()
    if with_leg or AgentSession.objects.filter(agent=agent, call_id=call_id, signed_out_at=None).exists():
        return own.get()
    raise NotFound


def _reason(reason_id: Any) -> CallReason | None:
    if not reason_id:
        return None
    try:
        reason: CallReason = CallReason.objects.get(pk=reason_id, is_active=True)
    except (CallReason.DoesNotExist, ValueError, TypeError):
        raise Invalid(_("This reason is no longer in use. Choose another.")) from None
    return reason
