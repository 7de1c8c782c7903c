"""What people ask of the telephony process."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Command(models.Model):
    """A wish recorded by a web or Celery process, carried out once by the telephony process."""

    kind = models.CharField(max_length=30)
    agent = models.ForeignKey("acd.Agent", models.CASCADE, null=True, related_name="+")
    payload = models.JSONField(default=dict)
    reply_to = models.CharField(max_length=40, blank=True, help_text="The sender's own number of this wish.")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    ok = models.BooleanField(null=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("command")
        verbose_name_plural = _("commands")
        indexes = [models.Index(fields=["id"], name="command_open", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
