"""Facts folded from calls and agents' states, what steers the folding, and the PBX's own account of calls.

Facts are derived: they can be dropped and rebuilt at any time and give the same numbers. Their dimensions
carry no foreign-key constraints, because the calls they come from already protect queues, agents and teams.
"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from callcenter.accounts.models import Team
from callcenter.acd.models import Agent, Call, NotReadyReason, Queue
from callcenter.acd.models.agents import AGENT_STATES


def _dimension(to: type[models.Model], name: Any) -> models.ForeignKey:
    return models.ForeignKey(
        to,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=name,
    )


class CallFact(models.Model):
    """Counts and milliseconds of calls; the columns mean what `reports.sums.Sums` says."""

    queue = _dimension(Queue, _("queue"))
    team = _dimension(Team, _("team"))
    agent = _dimension(Agent, _("agent"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    received = models.PositiveIntegerField(default=0)
    blocked = models.PositiveIntegerField(default=0)
    left_menu = models.PositiveIntegerField(default=0)
    self_service = models.PositiveIntegerField(default=0)
    offered = models.PositiveIntegerField(default=0)
    delayed = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    answered_in_time = models.PositiveIntegerField(default=0)
    abandoned = models.PositiveIntegerField(default=0)
    short_abandoned = models.PositiveIntegerField(default=0)
    abandoned_in_time = models.PositiveIntegerField(default=0)
    handled = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    transferred = models.PositiveIntegerField(default=0)
    answered_wait_ms = models.BigIntegerField(default=0)
    abandoned_wait_ms = models.BigIntegerField(default=0)
    short_abandoned_wait_ms = models.BigIntegerField(default=0)
    ring_ms = models.BigIntegerField(default=0)
    talk_ms = models.BigIntegerField(default=0)
    hold_ms = models.BigIntegerField(default=0)
    wrap_up_ms = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class StateFact(models.Model):
    """How long an agent was in a state."""

    team = _dimension(Team, _("team"))
    agent = _dimension(Agent, _("agent"))
    state = models.CharField(_("state"), max_length=12, choices=AGENT_STATES)
    reason = _dimension(NotReadyReason, _("reason"))
    milliseconds = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class IntervalCallFact(CallFact):
    """Calls by the quarter of an hour in which they were offered (or arrived, if they never were)."""

    start = models.DateTimeField(_("interval"))

    class Meta:
        verbose_name = _("calls of an interval")
        verbose_name_plural = _("calls by interval")
        constraints = [
            models.UniqueConstraint(
                fields=["start", "queue", "team", "agent", "language"],
                name="interval_calls_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.start:%F %R} {self.queue_id} {self.agent_id}"


class DayCallFact(CallFact):
    """Calls by local day: the sum of that day's intervals."""

    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("calls of a day")
        verbose_name_plural = _("calls by day")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "queue", "team", "agent", "language"],
                name="day_calls_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.queue_id} {self.agent_id}"


class IntervalStateFact(StateFact):
    """Agents' time by quarter of an hour; a state that runs over a border is cut there."""

    start = models.DateTimeField(_("interval"))

    class Meta:
        verbose_name = _("agent's time in an interval")
        verbose_name_plural = _("agents' time by interval")
        constraints = [
            models.UniqueConstraint(
                fields=["start", "agent", "team", "state", "reason"],
                name="interval_states_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.start:%F %R} {self.agent_id} {self.state}"


class DayStateFact(StateFact):
    """Agents' time by local day: the sum of that day's intervals."""

    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("agent's time in a day")
        verbose_name_plural = _("agents' time by day")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "agent", "team", "state", "reason"],
                name="day_states_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.agent_id} {self.state}"


class StaleInterval(models.Model):
    """A mark: something of this interval changed. Append-only, so that marking never waits for a fold."""

    start = models.DateTimeField()

    class Meta:
        verbose_name = _("interval to fold")
        verbose_name_plural = _("intervals to fold")

    def __str__(self) -> str:
        return f"{self.start:%F %R}"


class FoldState(models.Model):
    """One row: up to when agents' time has been folded."""

    folded_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of folding")
        verbose_name_plural = _("state of folding")
        constraints = [models.CheckConstraint(name="fold_state_is_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.folded_until}"


class Rebuild(models.Model):
    """Facts of some days computed anew; goes on where it stopped."""

    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    done_until = models.DateField(_("done up to"), null=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("rebuild of facts")
        verbose_name_plural = _("rebuilds of facts")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(
                name="rebuild_days_in_order", condition=Q(last_day__gte=models.F("first_day"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.last_day - self.first_day).days + 1

    @property
    def days_done(self) -> int:
        """How many of them are computed."""
        return (self.done_until - self.first_day).days + 1 if self.done_until else 0


class KpiTarget(models.Model):
    """This centre's target for a KPI instead of the source's; an empty end is open."""

    number = models.PositiveSmallIntegerField(
        _("KPI number"), unique=True, validators=[MinValueValidator(1), MaxValueValidator(23)]
    )
    low = models.FloatField(_("at least"), null=True, blank=True)
    high = models.FloatField(_("at most"), null=True, blank=True)
    watch = models.FloatField(
        _("watch margin"),
        default=0.1,
        help_text=_("The share of the limit by which it may be missed before it counts as failed."),
    )

    class Meta:
        verbose_name = _("KPI target")
        verbose_name_plural = _("KPI targets")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"KPI {self.number}"


class PbxLog(models.Model):
    """How far a PBX's record file has been read. A new inode means a rotated file, read from its start."""

    pbx = models.CharField(max_length=20, unique=True)
    inode = models.BigIntegerField(default=0)
    offset = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("PBX record file")
        verbose_name_plural = _("PBX record files")

    def __str__(self) -> str:
        return f"{self.pbx} {self.offset}"


class PbxCall(models.Model):
    """A call as the PBX itself recorded it. `lines` holds its records until the PBX has closed it."""

    pbx = models.CharField(max_length=20)
    linkedid = models.CharField(max_length=64)
    lines = models.JSONField(default=list)
    caller_number = models.CharField(max_length=32, blank=True)
    arrived_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    agent_extension = models.CharField(max_length=40, blank=True)
    talk_ms = models.PositiveIntegerField(default=0)
    released_by = models.CharField(max_length=10, blank=True)
    is_inbound = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("call in the PBX's records")
        verbose_name_plural = _("calls in the PBX's records")
        indexes = [
            models.Index(
                fields=["id"],
                name="pbx_call_to_compare",
                condition=Q(closed_at__isnull=False, compared_at=None, is_inbound=True),
            ),
            models.Index(fields=["arrived_at"], name="pbx_call_arrived"),
        ]
        constraints = [models.UniqueConstraint(fields=["linkedid", "pbx"], name="pbx_call_once")]

    def __str__(self) -> str:
        return f"{self.pbx} {self.linkedid}"


class Difference(models.Model):
    """The PBX's account and ours disagreed about a call."""

    class Kind(models.TextChoices):
        """What they disagreed about."""

        MISSING = "missing", _("We have no such call")
        STILL_OPEN = "still_open", _("Still open with us")
        ANSWERED = "answered", _("Answered or not")
        AGENT = "agent", _("Who answered")
        TALK = "talk", _("Length of talk")
        ENDED = "ended", _("When it ended")
        ONLY_OURS = "only_ours", _("The PBX has no such call")

    call = models.ForeignKey(Call, models.CASCADE, null=True, related_name="differences")
    pbx = models.CharField(max_length=20)
    linkedid = models.CharField(_("call"), max_length=64)
    kind = models.CharField(_("difference"), max_length=12, choices=Kind.choices)
    ours = models.CharField(_("ours"), max_length=60, blank=True)
    theirs = models.CharField(_("the PBX's"), max_length=60, blank=True)
    found_at = models.DateTimeField(_("found"), db_index=True)
    repaired_at = models.DateTimeField(_("repaired"), null=True)

    class Meta:
        verbose_name = _("difference from the PBX")
        verbose_name_plural = _("differences from the PBX")
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["linkedid", "pbx", "kind"], name="difference_once_a_call")
        ]

    def __str__(self) -> str:
        return f"{self.linkedid} {self.kind}"
