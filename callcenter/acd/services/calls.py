"""Writes of calls outside the exchange: repair from the PBX's own records."""

from datetime import datetime, timedelta

from django.db import transaction

from callcenter.acd import events as happened
from callcenter.acd.models import Agent, Call
from callcenter.core import audit, events
from callcenter.telephony.words import CallState, Outcome

REMEMBER_LAST_AGENT = timedelta(days=1)


def last_agent_of(caller_number: str, at: datetime) -> str:
    """Extension of the agent who spoke with this number within a day, or empty."""
    if not caller_number:
        return ""
    return (
        Call.objects.filter(
            caller_number=caller_number,
            arrived_at__gte=at - REMEMBER_LAST_AGENT,
            agent__isnull=False,
            state=CallState.ENDED,
        )
        .order_by("-arrived_at")
        .values_list("agent__extension", flat=True)
        .first()
        or ""
    )


@transaction.atomic
def repair_call(
    *,
    pbx: str,
    linkedid: str,
    caller_number: str = "",
    dialled_number: str = "",
    arrived_at: datetime,
    offered_at: datetime | None,
    answered_at: datetime | None,
    ended_at: datetime,
    agent_extension: str = "",
    talk_ms: int = 0,
    hold_ms: int = 0,
    released_by: str = "",
) -> Call:
    """Set an ended call to what the PBX's records say, marked as rebuilt; a missing one is created.

    A call that is still open is left alone and returned as it is: the exchange has its truth.
    """
    call, created = Call.objects.select_for_update().get_or_create(
        pbx=pbx,
        linkedid=linkedid,
        defaults={"arrived_at": arrived_at, "caller_number": caller_number, "dialled_number": dialled_number},
    )
    if not created and call.state != CallState.ENDED:
        return call
    agent = Agent.objects.filter(extension=agent_extension).first() or call.agent
    offered_at = call.offered_at or offered_at or answered_at
    if answered_at and agent:
        call.outcome, call.agent, call.answered_at, call.offered_at = (
            Outcome.ANSWERED,
            agent,
            answered_at,
            offered_at,
        )
        call.wait_ms = _ms(offered_at, answered_at)
        call.talk_ms, call.hold_ms = talk_ms, hold_ms
    elif offered_at:
        call.outcome, call.offered_at, call.answered_at = Outcome.ABANDONED, offered_at, None
        call.wait_ms = _ms(offered_at, ended_at)
    elif call.outcome not in (Outcome.SELF_SERVICE, Outcome.LEFT_MENU):
        call.outcome = Outcome.LEFT_MENU
    call.menu_ms = _ms(call.arrived_at, call.offered_at or ended_at)
    call.state, call.ended_at, call.is_rebuilt = CallState.ENDED, ended_at, True
    call.released_by = released_by or call.released_by
    call.save()
    audit.record("call.repaired", subject=call, created=created)
    events.publish(happened.CallRepaired(call_id=call.pk))
    return call


def _ms(start: datetime | None, end: datetime) -> int:
    return max(0, round((end - start).total_seconds() * 1000)) if start else 0
