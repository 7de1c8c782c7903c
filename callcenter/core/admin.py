"""Events and the audit trail, for support; nothing here can be edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from callcenter.core.models import AuditEntry, OutboxEvent


class ReadOnlyAdmin(admin.ModelAdmin):
    """Facts are looked at, never edited."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts are written by services only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts are never changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts are never deleted by hand."""
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit trail."""

    list_display = ["at", "actor_name", "action", "subject_type", "subject_id"]
    list_filter = ["action"]
    search_fields = ["actor_name", "action", "subject_id"]
    show_full_result_count = False


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """The outbox, with what could not be delivered."""

    list_display = ["occurred_at", "type", "dispatched_at", "attempts"]
    list_filter = ["type", ("dispatched_at", admin.EmptyFieldListFilter)]
    show_full_result_count = False
