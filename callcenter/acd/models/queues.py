"""Skills and waiting lines."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

LEVEL = [MinValueValidator(1), MaxValueValidator(5)]


class Skill(models.Model):
    """Something an agent can do: a language or a subject."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    is_language = models.BooleanField(_("is a language"), default=False)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Queue(models.Model):
    """A waiting line and its rules."""

    class Strategy(models.TextChoices):
        """Who among the able agents gets the call."""

        LONGEST_IDLE = "longest_idle", _("Longest idle")
        MOST_SKILLED = "most_skilled", _("Most skilled")
        LEAST_CALLS = "least_calls", _("Fewest calls today")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)
    strategy = models.CharField(
        _("strategy"), max_length=20, choices=Strategy.choices, default=Strategy.LONGEST_IDLE
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("1 is served first, 9 last."),
    )
    service_level_seconds = models.PositiveIntegerField(_("service level: seconds"), default=20)
    service_level_target = models.PositiveSmallIntegerField(
        _("service level: target (%)"), default=80, validators=[MaxValueValidator(100)]
    )
    short_abandon_seconds = models.PositiveIntegerField(
        _("short abandon (seconds)"),
        default=20,
        help_text=_("Who leaves the line within this time is cleared from the rates."),
    )
    ring_seconds = models.PositiveIntegerField(
        _("ringing (seconds)"), default=20, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    wrap_up_seconds = models.PositiveIntegerField(
        _("wrap-up (seconds)"), default=60, help_text=_("0: ready at once after the call.")
    )
    wrap_up_extension_seconds = models.PositiveIntegerField(_("wrap-up extension (seconds)"), default=30)
    max_wait_seconds = models.PositiveIntegerField(
        _("longest wait (seconds)"), default=600, help_text=_("Then the caller overflows. 0: no limit.")
    )
    max_length = models.PositiveIntegerField(
        _("longest line"), default=0, help_text=_("More callers overflow at once. 0: no limit.")
    )
    overflow_queue = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("overflows to")
    )
    last_agent_seconds = models.PositiveIntegerField(
        _("wait for the last agent (seconds)"),
        default=10,
        help_text=_("How long a caller waits for the agent he spoke with before. 0: not at all."),
    )
    announce_seconds = models.PositiveIntegerField(
        _("tell place and wait every (seconds)"), default=45, help_text=_("0: never.")
    )
    over_long_seconds = models.PositiveIntegerField(_("over-long call (seconds)"), default=1800)
    over_short_seconds = models.PositiveIntegerField(_("over-short call (seconds)"), default=5)

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class QueueSkill(models.Model):
    """A skill that callers of a queue need, and how the need relaxes while they wait."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="needs")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    min_level = models.PositiveSmallIntegerField(
        _("least level"), default=1, validators=LEVEL, help_text=_("1 is a beginner, 5 an expert.")
    )
    relax_after_seconds = models.PositiveIntegerField(
        _("relax after (seconds)"), null=True, blank=True, help_text=_("Empty: never.")
    )
    relaxed_level = models.PositiveSmallIntegerField(
        _("level then"),
        null=True,
        blank=True,
        validators=LEVEL,
        help_text=_("Empty: the skill is then not asked for."),
    )

    class Meta:
        verbose_name = _("needed skill")
        verbose_name_plural = _("needed skills")
        constraints = [models.UniqueConstraint(fields=["queue", "skill"], name="queue_needs_skill_once")]

    def __str__(self) -> str:
        return f"{self.skill} ≥ {self.min_level}"
