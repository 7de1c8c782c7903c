"""Named sets of calls. The fold counts them and the call list shows them, so figures match lists."""

from typing import Final

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from callcenter.telephony.words import CallState, Outcome

# A call offered straight to a free agent spends only moments in the line before his phone rings.
AT_ONCE_MS: Final = 1000
DEFAULT_LIMIT_SECONDS: Final = 20

_service_level_ms = Coalesce(F("queue__service_level_seconds"), DEFAULT_LIMIT_SECONDS) * 1000
_short_abandon_ms = Coalesce(F("queue__short_abandon_seconds"), DEFAULT_LIMIT_SECONDS) * 1000
_answered = Q(answered_at__isnull=False)
_abandoned = Q(outcome=Outcome.ABANDONED.value)
_blocked = Q(outcome=Outcome.BLOCKED.value)
_handled = _answered & Q(state=CallState.ENDED.value)

CALL_SETS: Final[dict[str, Q]] = {
    "all": Q(),
    "received": ~_blocked,
    "blocked": _blocked,
    "left_menu": Q(outcome=Outcome.LEFT_MENU.value),
    "self_service": Q(outcome=Outcome.SELF_SERVICE.value),
    "offered": Q(offered_at__isnull=False),
    "delayed": Q(offered_at__isnull=False)
    & (Q(missed_count__gt=0) | Q(wait_ms__gt=F("ring_ms") + AT_ONCE_MS)),
    "answered": _answered,
    "answered_in_time": _answered & Q(wait_ms__lt=_service_level_ms),
    "abandoned": _abandoned,
    "short_abandoned": _abandoned & Q(wait_ms__lte=_short_abandon_ms),
    "abandoned_long": _abandoned & Q(wait_ms__gt=_short_abandon_ms),
    "abandoned_in_time": _abandoned & Q(wait_ms__lt=_service_level_ms),
    "handled": _handled,
    "held": _handled & Q(hold_count__gt=0),
    "transferred": _answered & Q(was_transferred=True),
    "demand": _blocked | _abandoned | _answered,
    "open": ~Q(state=CallState.ENDED.value),
    "rebuilt": Q(is_rebuilt=True),
}
NAMES: Final = {
    "all": _("All calls"),
    "received": _("Received"),
    "blocked": _("Blocked"),
    "left_menu": _("Left in the menu"),
    "self_service": _("Served by the menu"),
    "offered": _("Entered the line"),
    "delayed": _("Waited for a free agent"),
    "answered": _("Answered"),
    "answered_in_time": _("Answered in time"),
    "abandoned": _("Abandoned"),
    "short_abandoned": _("Short abandons"),
    "abandoned_long": _("Abandoned, without short ones"),
    "abandoned_in_time": _("Abandoned within the answer limit"),
    "handled": _("Handled to the end"),
    "held": _("Put on hold"),
    "transferred": _("Transferred"),
    "demand": _("Blocked, abandoned or answered"),
    "open": _("Going on now"),
    "rebuilt": _("Rebuilt from the PBX's records"),
}
# A call belongs to the moment it was offered; one that never was, to the moment it arrived.
BELONGS_AT: Final = Coalesce("offered_at", "arrived_at")

_COUNTED: Final = (
    "received", "blocked", "left_menu", "self_service", "offered", "delayed", "answered", "answered_in_time",
    "abandoned", "short_abandoned", "abandoned_in_time", "handled", "held", "transferred",
)  # fmt: skip
_SUMMED: Final = {
    "answered_wait_ms": ("wait_ms", "answered"),
    "abandoned_wait_ms": ("wait_ms", "abandoned"),
    "short_abandoned_wait_ms": ("wait_ms", "short_abandoned"),
    "ring_ms": ("ring_ms", "handled"),
    "talk_ms": ("talk_ms", "handled"),
    "hold_ms": ("hold_ms", "handled"),
    "wrap_up_ms": ("wrap_up_ms", "handled"),
}


def aggregates() -> dict[str, Count | Coalesce]:
    """Every fact column of calls as an aggregate over call rows."""
    counts = {name: Count("pk", filter=CALL_SETS[name]) for name in _COUNTED}
    sums = {column: Coalesce(Sum(field, filter=CALL_SETS[of]), 0) for column, (field, of) in _SUMMED.items()}
    return {**counts, **sums}
