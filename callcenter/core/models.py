"""The outbox, the handlers' claims and the audit trail."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    occurred_at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    cause_id = models.UUIDField(null=True)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    dispatched_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["occurred_at"], name="outbox_undispatched", condition=models.Q(dispatched_at=None)
            ),
            models.Index(fields=["occurred_at"], name="outbox_occurred"),
        ]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class HandlerClaim(models.Model):
    """A handler has done its work for an event; written in the transaction of the effect."""

    handler = models.CharField(max_length=160)
    event_id = models.UUIDField()
    claimed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handler", "event_id"], name="handler_claims_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.handler} {self.event_id}"


class AuditEntry(models.Model):
    """Who did or saw what, kept for ever and never edited. Ids only, no personal data."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="audit_subject")]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.actor_name} {self.action}"
