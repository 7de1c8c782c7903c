"""Calls, their legs, the offers made of them, and what agents wrote down."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Reverse
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from callcenter.acd.models.agents import Agent, AgentSession
from callcenter.acd.models.queues import Queue
from callcenter.telephony.words import CallState, OfferResult, Outcome, ReleasedBy

CALL_STATES = [
    (CallState.IN_MENU.value, _("In the menu")),
    (CallState.WAITING.value, _("Waiting")),
    (CallState.RINGING.value, _("Ringing")),
    (CallState.TALKING.value, _("Talking")),
    (CallState.ON_HOLD.value, _("On hold")),
    (CallState.ENDED.value, _("Ended")),
]
OUTCOMES = [
    (Outcome.OPEN.value, _("Open")),
    (Outcome.ANSWERED.value, _("Answered")),
    (Outcome.ABANDONED.value, _("Abandoned")),
    (Outcome.LEFT_MENU.value, _("Left in the menu")),
    (Outcome.SELF_SERVICE.value, _("Self-service")),
    (Outcome.BLOCKED.value, _("Blocked")),
]
OFFER_RESULTS = [
    (OfferResult.OPEN.value, _("Ringing")),
    (OfferResult.ANSWERED.value, _("Answered")),
    (OfferResult.MISSED.value, _("Missed")),
    (OfferResult.REJECTED.value, _("Rejected")),
    (OfferResult.UNREACHABLE.value, _("Phone unreachable")),
    (OfferResult.CALLER_LEFT.value, _("Caller left")),
    (OfferResult.WITHDRAWN.value, _("Withdrawn")),
]
RELEASED_BY = [
    (ReleasedBy.CALLER.value, _("Caller")),
    (ReleasedBy.AGENT.value, _("Agent")),
    (ReleasedBy.SYSTEM.value, _("System")),
]


class Call(models.Model):
    """One passenger's call through all its turns. Durations are whole milliseconds, so sums are exact."""

    pbx = models.CharField(max_length=20)
    linkedid = models.CharField(max_length=64)
    channel = models.CharField(max_length=80, blank=True)
    caller_number = models.CharField(_("caller"), max_length=32, blank=True)
    dialled_number = models.CharField(_("dialled"), max_length=32, blank=True)
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, null=True, related_name="calls")
    language = models.CharField(_("language"), max_length=10, blank=True)
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="calls", verbose_name=_("queue"))
    priority = models.PositiveSmallIntegerField(default=5)
    needs = ArrayField(models.CharField(max_length=30), default=list)
    path = ArrayField(models.CharField(max_length=40), default=list)
    state = models.CharField(_("state"), max_length=10, choices=CALL_STATES, default=CallState.IN_MENU)
    outcome = models.CharField(_("outcome"), max_length=15, choices=OUTCOMES, default=Outcome.OPEN)
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="calls", verbose_name=_("agent"))
    released_by = models.CharField(_("released by"), max_length=10, choices=RELEASED_BY, blank=True)
    arrived_at = models.DateTimeField(_("arrived"))
    offered_at = models.DateTimeField(_("offered"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    stretch_began_at = models.DateTimeField(
        null=True, help_text="When the present stretch of talking or holding began; earlier ones are summed."
    )
    menu_ms = models.PositiveIntegerField(default=0)
    wait_ms = models.PositiveIntegerField(default=0)
    ring_ms = models.PositiveIntegerField(default=0)
    talk_ms = models.PositiveIntegerField(default=0)
    hold_ms = models.PositiveIntegerField(default=0)
    wrap_up_ms = models.PositiveIntegerField(default=0)
    hold_count = models.PositiveSmallIntegerField(default=0)
    missed_count = models.PositiveSmallIntegerField(default=0)
    was_transferred = models.BooleanField(default=False)
    used_net = models.BooleanField(default=False, help_text="Stood in the plain app_queue for a while.")
    is_rebuilt = models.BooleanField(default=False, help_text="Completed from the PBX's own records.")

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(fields=["-arrived_at"], name="call_arrived"),
            models.Index(fields=["queue", "-offered_at"], name="call_queue_offered"),
            models.Index(fields=["agent", "-answered_at"], name="call_agent_answered"),
            models.Index(fields=["caller_number", "-arrived_at"], name="call_caller"),
            models.Index(fields=["customer", "-arrived_at"], name="call_customer"),
            models.Index(fields=["offered_at"], name="call_offered"),
            models.Index(fields=["ended_at"], name="call_ended"),
            models.Index(
                Coalesce("offered_at", "arrived_at").desc(),
                models.F("id").desc(),
                name="call_belongs",
            ),
            models.Index(
                Coalesce("offered_at", "arrived_at").desc(),
                models.F("id").desc(),
                name="call_rare",
                condition=Q(is_rebuilt=True) | Q(outcome=Outcome.BLOCKED.value),
            ),
            models.Index(OpClass(Reverse("caller_number"), "text_pattern_ops"), name="call_number_backwards"),
            models.Index(fields=["id"], name="call_open", condition=~Q(state=CallState.ENDED.value)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["pbx", "linkedid"], name="call_linkedid_once"),
            models.CheckConstraint(
                name="call_ended_has_outcome_and_time",
                condition=Q(state=CallState.ENDED.value, ended_at__isnull=False)
                & ~Q(outcome=Outcome.OPEN.value)
                | ~Q(state=CallState.ENDED.value) & Q(ended_at=None, outcome=Outcome.OPEN.value),
            ),
            models.CheckConstraint(
                name="call_answered_has_times",
                condition=~Q(outcome=Outcome.ANSWERED.value)
                | Q(answered_at__isnull=False, agent__isnull=False, offered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="call_abandoned_was_offered",
                condition=~Q(outcome=Outcome.ABANDONED.value) | Q(offered_at__isnull=False, answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.linkedid} {self.state}"


class Leg(models.Model):
    """One agent's channel of a call."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="legs")
    uniqueid = models.CharField(max_length=64)
    channel = models.CharField(max_length=80)
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="legs")
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.PositiveSmallIntegerField(null=True)
    ended_by_agent = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        constraints = [models.UniqueConstraint(fields=["call", "uniqueid"], name="leg_once_a_call")]

    def __str__(self) -> str:
        return self.channel


class Offer(models.Model):
    """A claim: this call to this agent, now. At most one open for a call, and one for an agent."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="offers")
    session = models.ForeignKey(AgentSession, models.CASCADE, related_name="offers")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="offers")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField()
    rang_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, choices=OFFER_RESULTS, default=OfferResult.OPEN)
    is_resume = models.BooleanField(
        default=False, help_text="Brings a call back to its agent after a reload."
    )

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes = [models.Index(fields=["agent", "-offered_at"], name="offer_by_agent")]
        constraints = [
            models.UniqueConstraint(fields=["call"], name="call_offered_once", condition=Q(ended_at=None)),
            models.UniqueConstraint(
                fields=["session"], name="agent_offered_once", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="offer_ended_has_result",
                condition=Q(ended_at=None, result=OfferResult.OPEN.value)
                | Q(ended_at__isnull=False) & ~Q(result=OfferResult.OPEN.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}→{self.agent_id} {self.result}"


class CallReason(MP_Node):
    """A node of the reason tree: why passengers call."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    keywords = models.CharField(_("other words"), max_length=200, blank=True)
    pinyin = models.CharField(max_length=300, blank=True, editable=False)
    initials = models.CharField(max_length=80, blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    node_order_by = ["code"]

    class Meta:
        verbose_name = _("call reason")
        verbose_name_plural = _("call reasons")

    def __str__(self) -> str:
        return self.name


class CallResult(models.TextChoices):
    """How the agent left the passenger's matter."""

    SOLVED = "solved", _("Solved")
    TICKET = "ticket", _("Passed on")
    CALL_BACK = "call_back", _("Call back agreed")
    REDIRECTED = "redirected", _("Referred elsewhere")
    NO_SPEECH = "no_speech", _("Nobody spoke")


class WrapUp(models.Model):
    """What an agent wrote down about a call: a draft while he types, final when he finishes."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="wrap_ups")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="wrap_ups")
    reason = models.ForeignKey(CallReason, models.PROTECT, null=True, blank=True, related_name="+")
    reason_during_call = models.BooleanField(default=False)
    result = models.CharField(max_length=12, choices=CallResult.choices, blank=True)
    first_call_resolved = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("wrap-up")
        verbose_name_plural = _("wrap-ups")
        indexes = [models.Index(fields=["reason"], name="wrap_up_reason")]
        constraints = [models.UniqueConstraint(fields=["call", "agent"], name="wrap_up_once_a_talk")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.result}"


class Anomaly(models.Model):
    """A signal that could not be, kept with its raw text for people to look at."""

    at = models.DateTimeField(db_index=True)
    call = models.ForeignKey(Call, models.CASCADE, null=True, related_name="anomalies")
    linkedid = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=80)
    raw = models.TextField()

    class Meta:
        verbose_name = _("anomaly")
        verbose_name_plural = _("anomalies")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"
