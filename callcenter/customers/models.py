"""Passengers, as far as a call needs them: who rings, in which language, how important."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A passenger we know."""

    class Level(models.TextChoices):
        """How a passenger is served."""

        ORDINARY = "ordinary", _("Ordinary")
        FREQUENT = "frequent", _("Frequent traveller")
        PRIORITY = "priority", _("Priority passenger")

    name = models.CharField(_("name"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.ORDINARY)
    language = models.CharField(_("language"), max_length=10, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("passenger")
        verbose_name_plural = _("passengers")

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class CustomerNumber(models.Model):
    """A telephone number of a passenger, as digits only."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="numbers")
    number = models.CharField(_("number"), max_length=32, unique=True)

    class Meta:
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")

    def __str__(self) -> str:
        return self.number
