"""Agents, their sessions, and where every second of a session went."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from callcenter.acd.models.queues import LEVEL, Skill
from callcenter.telephony.words import AgentState

AGENT_STATES = [
    (AgentState.OFFLINE.value, _("Offline")),
    (AgentState.READY.value, _("Ready")),
    (AgentState.OFFERED.value, _("Ringing")),
    (AgentState.TALKING.value, _("Talking")),
    (AgentState.ON_HOLD.value, _("On hold")),
    (AgentState.WRAP_UP.value, _("Wrap-up")),
    (AgentState.NOT_READY.value, _("Not ready")),
]


class NotReadyReason(models.Model):
    """Why an agent takes no calls."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_system = models.BooleanField(
        _("set by the system"), default=False, help_text=_("Such a reason cannot be chosen.")
    )
    ready_again_seconds = models.PositiveIntegerField(
        _("ready again after (seconds)"), null=True, blank=True, help_text=_("Empty: when the agent says so.")
    )
    usual_seconds = models.PositiveIntegerField(_("usual length (seconds)"), null=True, blank=True)

    class Meta:
        verbose_name = _("not-ready reason")
        verbose_name_plural = _("not-ready reasons")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Agent(models.Model):
    """Someone who takes calls: a person with a telephone and skills."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="agent", verbose_name=_("person")
    )
    extension = models.CharField(_("extension"), max_length=10, unique=True)
    is_active = models.BooleanField(_("takes calls"), default=True)
    uses_browser_phone = models.BooleanField(_("speaks in the browser"), default=True)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ["extension"]

    def __str__(self) -> str:
        return f"{self.extension} {self.user}"


class AgentSkill(models.Model):
    """How well an agent can do something, from 1 (beginner) to 5 (expert)."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"), default=3, validators=LEVEL)

    class Meta:
        verbose_name = _("agent's skill")
        verbose_name_plural = _("agent's skills")
        constraints = [models.UniqueConstraint(fields=["agent", "skill"], name="agent_has_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class AgentSession(models.Model):
    """One sign-in of an agent. The only home of the agent's state; the telephony process alone writes it."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="sessions")
    signed_in_at = models.DateTimeField()
    signed_out_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=AGENT_STATES)
    state_since = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="When the state ends by itself.")
    reason = models.ForeignKey(NotReadyReason, models.PROTECT, null=True, related_name="+")
    next_reason = models.ForeignKey(
        NotReadyReason, models.PROTECT, null=True, related_name="+", help_text="Not ready after this call."
    )
    call = models.ForeignKey("acd.Call", models.SET_NULL, null=True, related_name="+")
    is_registered = models.BooleanField(default=False, help_text="The phone is registered with the PBX.")
    sip_password = models.CharField(max_length=64, blank=True)
    sip_expires_at = models.DateTimeField(null=True)
    desk_seq = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("agent session")
        verbose_name_plural = _("agent sessions")
        indexes = [models.Index(fields=["agent", "-signed_in_at"], name="session_by_agent")]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"], name="agent_signed_in_once", condition=Q(signed_out_at=None)
            ),
            models.CheckConstraint(
                name="session_offline_when_signed_out",
                condition=Q(
                    signed_out_at=None, state__in=[s.value for s in AgentState if s != AgentState.OFFLINE]
                )
                | Q(signed_out_at__isnull=False, state=AgentState.OFFLINE.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.state}"


class TsTzRange(Func):
    """PostgreSQL's range of two moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class AgentStateInterval(models.Model):
    """A stretch of a session in one state. Together they cover the session without gap or overlap."""

    session = models.ForeignKey(AgentSession, models.CASCADE, related_name="intervals")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=AGENT_STATES)
    reason = models.ForeignKey(NotReadyReason, models.PROTECT, null=True, related_name="+")
    call = models.ForeignKey("acd.Call", models.SET_NULL, null=True, related_name="agent_intervals")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("agent state")
        verbose_name_plural = _("agent states")
        indexes = [
            models.Index(fields=["agent", "started_at"], name="interval_by_agent"),
            models.Index(fields=["started_at"], name="interval_started"),
            models.Index(fields=["ended_at"], name="interval_ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], name="session_has_one_open_interval", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="interval_ends_after_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
            ExclusionConstraint(
                name="intervals_do_not_overlap",
                expressions=[
                    (
                        TsTzRange("started_at", "ended_at", RangeBoundary(inclusive_upper=False)),
                        RangeOperators.OVERLAPS,
                    ),
                    ("session", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.state} {self.started_at:%F %T}"
