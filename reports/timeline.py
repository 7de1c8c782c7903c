"""What happened to one call, in order, from all that was written down about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from callcenter.accounts.templatetags.frame import local_name
from callcenter.acd.models import Call
from callcenter.telephony.words import AgentState, OfferResult, Outcome
from ivr import selectors as ivr

_STATES = {
    AgentState.TALKING.value: noop("Talked with %(agent)s"),
    AgentState.ON_HOLD.value: noop("On hold by %(agent)s"),
    AgentState.WRAP_UP.value: noop("Wrap-up by %(agent)s"),
}
_OFFERS = {
    OfferResult.OPEN.value: noop("Rings at %(agent)s"),
    OfferResult.ANSWERED.value: noop("Rang at %(agent)s, who answered"),
    OfferResult.MISSED.value: noop("Rang at %(agent)s, who did not answer"),
    OfferResult.REJECTED.value: noop("Rang at %(agent)s, who refused"),
    OfferResult.UNREACHABLE.value: noop("%(agent)s's phone could not be reached"),
    OfferResult.CALLER_LEFT.value: noop("Rang at %(agent)s when the caller left"),
    OfferResult.WITHDRAWN.value: noop("Offer to %(agent)s withdrawn"),
}
_ENDS = {
    Outcome.ANSWERED.value: _("Call ended"),
    Outcome.ABANDONED.value: _("Caller left the line"),
    Outcome.LEFT_MENU.value: _("Caller hung up in the menu"),
    Outcome.SELF_SERVICE.value: _("Served by the menu"),
    Outcome.BLOCKED.value: _("Blocked: never got in"),
}
_TROUBLE = {OfferResult.MISSED.value, OfferResult.REJECTED.value, OfferResult.UNREACHABLE.value}


@dataclass(frozen=True)
class Entry:
    """One stop of the call's way. `mark` is how the stop is drawn: done, now or bad."""

    at: datetime
    text: str
    detail: str = ""
    seconds: float | None = None
    mark: str = "done"


def timeline(call: Call, now: datetime) -> list[Entry]:
    """Every entry, oldest first. The call comes with all that hangs on it prefetched."""
    entries = [
        *_way_in(call),
        *_offers(call),
        *_states(call, now),
        *_notes(call),
        *_trouble(call),
        *_end(call),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _way_in(call: Call) -> Iterator[Entry]:
    keys = " › ".join(step["label"] for step in ivr.path_in_words(call.path, language=_language()))
    yield Entry(
        call.arrived_at,
        gettext("Arrived at %(number)s") % {"number": call.dialled_number or "—"},
        gettext("Pressed %(keys)s") % {"keys": keys} if keys else "",
        call.menu_ms / 1000 if call.menu_ms else None,
    )
    if call.offered_at:
        mark = "done" if call.ended_at or call.answered_at else "now"
        text = gettext("Entered the line %(queue)s") % {"queue": _queue_name(call)}
        yield Entry(call.offered_at, text, seconds=call.wait_ms / 1000 or None, mark=mark)


def _language() -> str:
    """`zh` or `en`, as the menus name them."""
    return (get_language() or "zh")[:2]


def _queue_name(call: Call) -> str:
    return local_name(call.queue) or "—"


def _offers(call: Call) -> Iterator[Entry]:
    for offer in call.offers.all():
        text = gettext(_OFFERS[offer.result]) % {"agent": offer.agent.user}
        if offer.is_resume:
            text = gettext("Brought back to %(agent)s") % {"agent": offer.agent.user}
        length = _length(offer.offered_at, offer.ended_at)
        yield Entry(offer.offered_at, text, "", length, "bad" if offer.result in _TROUBLE else "done")


def _states(call: Call, now: datetime) -> Iterator[Entry]:
    for stretch in call.agent_intervals.all():
        if stretch.state in _STATES:
            text = gettext(_STATES[stretch.state]) % {"agent": stretch.agent.user}
            length = _length(stretch.started_at, stretch.ended_at or now)
            yield Entry(stretch.started_at, text, "", length, "done" if stretch.ended_at else "now")


def _notes(call: Call) -> Iterator[Entry]:
    for note in call.wrap_ups.all():
        parts = [str(note.reason) if note.reason else "", note.get_result_display(), note.note]
        text = gettext("Written down by %(agent)s") % {"agent": note.agent.user}
        yield Entry(note.finished_at or note.saved_at, text, " · ".join(p for p in parts if p))


def _trouble(call: Call) -> Iterator[Entry]:
    for anomaly in call.anomalies.all():
        yield Entry(anomaly.at, gettext("A signal that did not fit"), anomaly.kind, mark="bad")
    for difference in call.differences.all():
        text = gettext("The PBX's records differ: %(what)s") % {"what": difference.get_kind_display()}
        detail = gettext("ours %(ours)s, the PBX's %(theirs)s") % {
            "ours": difference.ours or "—",
            "theirs": difference.theirs or "—",
        }
        yield Entry(difference.repaired_at or difference.found_at, text, detail, mark="bad")


def _end(call: Call) -> Iterator[Entry]:
    if call.ended_at:
        who = call.get_released_by_display()
        by: Any = gettext("Released by: %(who)s") % {"who": who} if who else ""
        yield Entry(call.ended_at + timedelta(microseconds=1), str(_ENDS.get(call.outcome, "")), by)


def _length(start: datetime, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if end else None
