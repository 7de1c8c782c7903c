"""People, their roles, and the places they work in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Centre(models.Model):
    """One of the regional customer service centres."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    is_coordinating = models.BooleanField(
        _("coordinates the others"), default=False, help_text=_("Sees the complaints of all centres.")
    )

    class Meta:
        verbose_name = _("centre")
        verbose_name_plural = _("centres")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A group of agents under one lead."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="teams", verbose_name=_("centre"))
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is here for. Each person has one."""

    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Team lead")
    QUALITY = "quality", _("Quality reviewer")
    PLANNER = "planner", _("Planner")
    STATION = "station", _("Station staff")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractUser):
    """Someone who may sign in. `staff_no` is the number a passenger hears."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AGENT)
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    staff_no = models.CharField(_("staff number"), max_length=20, unique=True, null=True, blank=True)
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("centre")
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Empty: as the browser asks.")
    )
    scheme = models.CharField(
        _("colour scheme"),
        max_length=5,
        blank=True,
        choices=[("light", _("Light")), ("dark", _("Dark"))],
        help_text=_("Empty: as the system has it."),
    )
    large_text = models.BooleanField(_("large text"), default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")  # type: ignore[assignment]
        verbose_name_plural = _("people")  # type: ignore[assignment]
        indexes = [models.Index(fields=["role"], name="user_role")]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_administrator(self) -> bool:
        """Whether this person runs the platform."""
        return self.is_superuser or self.role == Role.ADMINISTRATOR


class DeskType(models.TextChoices):
    """What a desk is for (general, specialist, complaint, new media, lost items, shift leader)."""

    GENERAL = "general", _("General desk")
    SPECIALIST = "specialist", _("Specialist desk")
    COMPLAINT = "complaint", _("Complaint desk")
    NEW_MEDIA = "new_media", _("New-media desk")
    LOST_ITEM = "lost_item", _("Lost-item desk")
    BACK_OFFICE = "back_office", _("Back-office desk")
    SHIFT_LEADER = "shift_leader", _("Shift-leader desk")


class Seat(models.Model):
    """A desk on the floor: where it stands and what it is for."""

    class PhoneKind(models.TextChoices):
        """How the desk speaks."""

        BROWSER = "browser", _("Browser")
        VOIP = "voip", _("IP telephone")
        ANALOGUE = "analogue", _("Analogue telephone")

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="seats", verbose_name=_("centre"))
    number = models.CharField(_("number"), max_length=20)
    zone = models.CharField(_("zone"), max_length=40, blank=True)
    island = models.CharField(_("island"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("position in the island"), default=0)
    desk_type = models.CharField(
        _("desk type"), max_length=20, choices=DeskType.choices, default=DeskType.GENERAL
    )
    phone_kind = models.CharField(
        _("telephone"), max_length=10, choices=PhoneKind.choices, default=PhoneKind.BROWSER
    )
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="seats", verbose_name=_("usual agent")
    )

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["zone", "island", "position"]
        constraints = [models.UniqueConstraint(fields=["centre", "number"], name="seat_number_once_a_centre")]

    def __str__(self) -> str:
        return self.number
