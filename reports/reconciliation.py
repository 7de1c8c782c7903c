"""Hold our calls against the PBX's own records; what differs is written down, repaired and marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from callcenter.acd.models import Call
from callcenter.acd.services import calls as acd_calls
from callcenter.telephony.words import CallState, Outcome
from reports import pbx_log
from reports.models import Difference, PbxCall

# The exchange may still be writing when the PBX has closed a call.
GRACE: Final = timedelta(seconds=20)
TALK_TOLERANCE_MS: Final = 1500
END_TOLERANCE: Final = timedelta(seconds=2)
BATCH: Final = 500
# Where our calls are looked for that the PBX does not know.
LOOK_BACK: Final = timedelta(hours=1)
KEEP: Final = timedelta(days=60)


@dataclass(frozen=True)
class Totals:
    """What both sides must agree on over a stretch of time."""

    calls: int
    offered: int
    answered: int
    abandoned: int
    talk_ms: int


def reconcile(now: datetime | None = None) -> int:
    """Read every PBX's records on and compare what it has closed. Returns how many differences were found."""
    now = now or timezone.now()
    found = 0
    for pbx, folder in _sources():
        pbx_log.read_on(pbx, folder, now)
        found += compare(pbx, now)
    return found


def _sources() -> Iterator[tuple[str, Path]]:
    if settings.ASTERISK["log_dir"]:
        yield settings.ASTERISK["name"], Path(settings.ASTERISK["log_dir"])


def compare(pbx: str, now: datetime) -> int:
    """Compare the calls that the PBX closed a while ago. Returns how many differences are new."""
    before = Difference.objects.filter(pbx=pbx).count()
    waiting = PbxCall.objects.filter(
        pbx=pbx, is_inbound=True, compared_at=None, closed_at__lte=now - GRACE
    ).order_by("pk")
    for theirs in waiting[:BATCH]:
        _compare_call(theirs, now)
    _find_only_ours(pbx, now)
    return Difference.objects.filter(pbx=pbx).count() - before


@transaction.atomic
def _compare_call(theirs: PbxCall, now: datetime) -> None:
    ours = Call.objects.select_related("agent").filter(pbx=theirs.pbx, linkedid=theirs.linkedid).first()
    found = list(_differences(ours, theirs))
    for kind, our_word, their_word in found:
        Difference.objects.get_or_create(
            pbx=theirs.pbx,
            linkedid=theirs.linkedid,
            kind=kind,
            defaults={"call": ours, "ours": our_word, "theirs": their_word, "found_at": now},
        )
    if any(kind == Difference.Kind.STILL_OPEN for kind, _, _ in found):
        return
    if found:
        ours = _repair(ours, theirs)
    PbxCall.objects.filter(pk=theirs.pk).update(compared_at=now)
    open_ones = Difference.objects.filter(pbx=theirs.pbx, linkedid=theirs.linkedid, repaired_at=None)
    open_ones.update(repaired_at=now, call=ours)


def _differences(ours: Call | None, theirs: PbxCall) -> Iterator[tuple[str, str, str]]:
    """(kind, ours, theirs) of everything the two accounts disagree about."""
    kinds = Difference.Kind
    if ours is None:
        yield kinds.MISSING, "", _clock(theirs.arrived_at)
        return
    if ours.state != CallState.ENDED:
        yield kinds.STILL_OPEN, ours.state, _clock(theirs.ended_at)
        return
    if (ours.answered_at is None) != (theirs.answered_at is None):
        yield kinds.ANSWERED, _clock(ours.answered_at), _clock(theirs.answered_at)
    elif theirs.answered_at is not None:
        extension = ours.agent.extension if ours.agent else ""
        if extension not in theirs.agent_extension.split(","):
            yield kinds.AGENT, extension, theirs.agent_extension
        if abs(ours.talk_ms + ours.hold_ms - theirs.talk_ms) > TALK_TOLERANCE_MS:
            yield kinds.TALK, f"{ours.talk_ms + ours.hold_ms} ms", f"{theirs.talk_ms} ms"
    if ours.ended_at and theirs.ended_at and abs(ours.ended_at - theirs.ended_at) > END_TOLERANCE:
        yield kinds.ENDED, _clock(ours.ended_at), _clock(theirs.ended_at)


def _clock(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " UTC" if at else ""


def _repair(ours: Call | None, theirs: PbxCall) -> Call:
    """Have acd set the call to what the PBX says. Holds are inside its talks, so ours are taken out again."""
    held = min(ours.hold_ms if ours else 0, theirs.talk_ms)
    assert theirs.arrived_at is not None and theirs.ended_at is not None  # noqa: PT018
    return acd_calls.repair_call(
        pbx=theirs.pbx,
        linkedid=theirs.linkedid,
        caller_number=theirs.caller_number,
        arrived_at=theirs.arrived_at,
        offered_at=theirs.offered_at,
        answered_at=theirs.answered_at,
        ended_at=theirs.ended_at,
        agent_extension=theirs.agent_extension.split(",")[-1],
        talk_ms=theirs.talk_ms - held,
        hold_ms=held,
        released_by=theirs.released_by,
    )


def _find_only_ours(pbx: str, now: datetime) -> None:
    """Our ended calls of the last hour of which the PBX, whose records reach back further, knows nothing."""
    first = PbxCall.objects.filter(pbx=pbx).order_by("pk").values_list("arrived_at", flat=True).first()
    if first is None:
        return
    known = PbxCall.objects.filter(pbx=pbx, linkedid=OuterRef("linkedid"))
    strangers = Call.objects.filter(
        pbx=pbx,
        ended_at__gte=max(first, now - LOOK_BACK),
        ended_at__lt=now - 3 * GRACE,
        arrived_at__gte=first,
    ).exclude(Exists(known))
    Difference.objects.bulk_create(
        (
            Difference(call=c, pbx=pbx, linkedid=c.linkedid, kind=Difference.Kind.ONLY_OURS, found_at=now)
            for c in strangers
        ),
        ignore_conflicts=True,
    )


def pbx_totals(start: datetime, end: datetime, pbx: str | None = None) -> Totals:
    """What the PBX recorded of the calls that arrived in [start, end) and are closed."""
    calls = PbxCall.objects.filter(
        arrived_at__gte=start, arrived_at__lt=end, is_inbound=True, closed_at__isnull=False
    )
    calls = calls.filter(pbx=pbx) if pbx else calls
    answered, offered = Q(answered_at__isnull=False), Q(offered_at__isnull=False)
    found = calls.aggregate(
        calls=Count("pk"),
        offered=Count("pk", filter=offered),
        answered=Count("pk", filter=answered),
        abandoned=Count("pk", filter=offered & ~answered),
        talk_ms=Sum("talk_ms", default=0),
    )
    return Totals(**found)


def our_totals(start: datetime, end: datetime, pbx: str | None = None) -> Totals:
    """The same of our own calls; holds count as talk, as the PBX sees them."""
    calls = Call.objects.filter(arrived_at__gte=start, arrived_at__lt=end, state=CallState.ENDED)
    calls = calls.filter(pbx=pbx) if pbx else calls
    found = calls.aggregate(
        calls=Count("pk"),
        offered=Count("pk", filter=Q(offered_at__isnull=False)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        abandoned=Count("pk", filter=Q(outcome=Outcome.ABANDONED.value)),
        talk=Sum("talk_ms", default=0),
        hold=Sum("hold_ms", default=0),
    )
    return Totals(talk_ms=found.pop("talk") + found.pop("hold"), **found)


def retire(now: datetime) -> None:
    """Forget the PBX's account of calls after its keeping time, and of those it never closed."""
    PbxCall.objects.filter(closed_at__lt=now - KEEP).delete()
    PbxCall.objects.filter(closed_at=None, arrived_at__lt=now - KEEP).delete()
