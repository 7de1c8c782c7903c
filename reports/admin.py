"""Targets and rebuilds to set; facts, differences and the PBX's account to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from callcenter.accounts.models import User
from callcenter.core.admin import ReadOnlyAdmin
from reports import services
from reports.models import DayCallFact, DayStateFact, Difference, KpiTarget, PbxCall, Rebuild


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    return request.user


@admin.register(KpiTarget)
class KpiTargetAdmin(admin.ModelAdmin):
    """This centre's targets."""

    list_display = ["number", "low", "high", "watch"]

    def save_model(self, request: HttpRequest, obj: KpiTarget, form: Any, change: bool) -> None:
        """Through the service, which keeps the old target in the audit trail."""
        saved = services.set_target(
            obj.number, low=obj.low, high=obj.high, watch=obj.watch, by=_user(request)
        )
        obj.pk = saved.pk


@admin.register(Rebuild)
class RebuildAdmin(admin.ModelAdmin):
    """Ask for facts to be computed anew, and watch it."""

    list_display = [
        "first_day",
        "last_day",
        "days_done",
        "days",
        "requested_by",
        "requested_at",
        "finished_at",
    ]
    list_select_related = ["requested_by"]
    fields = ["first_day", "last_day"]

    def save_model(self, request: HttpRequest, obj: Rebuild, form: Any, change: bool) -> None:
        """Written down by the service; the next fold takes it up."""
        saved = services.request_rebuild(obj.first_day, obj.last_day, by=_user(request))
        obj.pk = saved.pk

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was asked is not changed."""
        return False


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    """Where the PBX's records and ours disagreed."""

    list_display = ["found_at", "pbx", "linkedid", "kind", "ours", "theirs", "repaired_at"]
    list_filter = ["kind", "pbx", ("repaired_at", admin.EmptyFieldListFilter)]
    search_fields = ["linkedid"]
    show_full_result_count = False


@admin.register(PbxCall)
class PbxCallAdmin(ReadOnlyAdmin):
    """Calls as the PBX recorded them."""

    list_display = ["arrived_at", "pbx", "linkedid", "agent_extension", "talk_ms", "closed_at", "compared_at"]
    list_filter = ["pbx", "is_inbound"]
    search_fields = ["linkedid"]
    show_full_result_count = False


@admin.register(DayCallFact)
class DayCallFactAdmin(ReadOnlyAdmin):
    """Daily facts of calls."""

    list_display = [
        "day",
        "queue",
        "team",
        "agent",
        "language",
        "offered",
        "answered",
        "abandoned",
        "talk_ms",
    ]
    list_select_related = ["queue", "team", "agent__user"]
    list_filter = ["queue"]
    date_hierarchy = "day"
    show_full_result_count = False


@admin.register(DayStateFact)
class DayStateFactAdmin(ReadOnlyAdmin):
    """Daily facts of agents' time."""

    list_display = ["day", "agent", "team", "state", "reason", "milliseconds"]
    list_select_related = ["agent__user", "team", "reason"]
    list_filter = ["state"]
    date_hierarchy = "day"
    show_full_result_count = False
