"""Queues, skills, agents and reasons for administrators; calls and states to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from treebeard.admin import TreeAdmin
from treebeard.forms import movenodeform_factory

from callcenter.acd.models import (
    Agent,
    AgentSession,
    AgentSkill,
    Anomaly,
    Call,
    CallReason,
    Command,
    NotReadyReason,
    Offer,
    Queue,
    QueueSkill,
    Skill,
)
from callcenter.acd.services import reasons
from callcenter.core.admin import ReadOnlyAdmin


class QueueSkillInline(admin.TabularInline):
    """What callers of the queue need."""

    model = QueueSkill
    extra = 0
    autocomplete_fields = ["skill"]


@admin.register(Queue)
class QueueAdmin(admin.ModelAdmin):
    """Waiting lines."""

    list_display = ["position", "code", "name", "priority", "service_level", "wrap_up_seconds", "is_active"]
    list_display_links = ["code", "name"]
    list_filter = ["is_active", "strategy"]
    search_fields = ["code", "name", "name_en"]
    list_select_related = ["overflow_queue"]
    inlines = [QueueSkillInline]
    fieldsets = [
        (None, {"fields": ["code", ("name", "name_en"), ("position", "is_active")]}),
        (_("Who is served, by whom"), {"fields": ["strategy", "priority", "last_agent_seconds"]}),
        (
            _("Promises"),
            {"fields": [("service_level_seconds", "service_level_target"), "short_abandon_seconds"]},
        ),
        (_("Times"), {"fields": ["ring_seconds", ("wrap_up_seconds", "wrap_up_extension_seconds")]}),
        (
            _("While waiting"),
            {"fields": ["announce_seconds", ("max_wait_seconds", "max_length"), "overflow_queue"]},
        ),
        (_("Watch"), {"fields": [("over_long_seconds", "over_short_seconds")]}),
    ]

    @admin.display(description=_("service level"))
    def service_level(self, queue: Queue) -> str:
        """Target and time in one column."""
        return f"{queue.service_level_target} % / {queue.service_level_seconds} s"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Calls point at queues for ever: a queue is taken out of use, not deleted."""
        return False


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    """Skills."""

    list_display = ["code", "name", "name_en", "is_language"]
    search_fields = ["code", "name", "name_en"]


class AgentSkillInline(admin.TabularInline):
    """What an agent can do."""

    model = AgentSkill
    extra = 0
    autocomplete_fields = ["skill"]


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin):
    """Agents."""

    list_display = ["extension", "user", "team", "skill_list", "is_active"]
    list_filter = ["is_active", "user__team", "skills__skill"]
    list_select_related = ["user__team"]
    search_fields = ["extension", "user__username", "user__display_name", "user__staff_no"]
    autocomplete_fields = ["user"]
    inlines = [AgentSkillInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Skills in one query."""
        return super().get_queryset(request).prefetch_related("skills__skill")

    @admin.display(description=_("team"))
    def team(self, agent: Agent) -> str:
        """The person's team."""
        return str(agent.user.team or "—")

    @admin.display(description=_("skills"))
    def skill_list(self, agent: Agent) -> str:
        """Skills with levels."""
        return "  ".join(str(skill) for skill in agent.skills.all())


@admin.register(NotReadyReason)
class NotReadyReasonAdmin(admin.ModelAdmin):
    """Reasons for not being ready."""

    list_display = ["position", "code", "name", "name_en", "ready_again_seconds", "is_system"]
    list_display_links = ["code"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The system's own reasons stay."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_system)


@admin.register(CallReason)
class CallReasonAdmin(TreeAdmin):
    """The reason tree."""

    form = movenodeform_factory(CallReason)
    list_display = ["name", "name_en", "code", "is_active"]
    search_fields = ["name", "name_en", "code", "keywords", "pinyin", "initials"]

    def save_model(self, request: HttpRequest, obj: CallReason, form: Any, change: bool) -> None:
        """Keep the search keys in step with the name."""
        reasons.fill_search_keys(obj)
        super().save_model(request, obj, form, change)


class OfferInline(admin.TabularInline):
    """Whom the call was offered to."""

    model = Offer
    extra = 0
    can_delete = False
    fields = ["agent", "offered_at", "rang_at", "ended_at", "result"]
    readonly_fields = ["agent", "offered_at", "rang_at", "ended_at", "result"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts are written by the exchange only."""
        return False


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """Calls, for support."""

    list_display = ["arrived_at", "linkedid", "queue", "state", "outcome", "agent", "is_rebuilt"]
    list_filter = ["outcome", "state", "queue", "is_rebuilt"]
    list_select_related = ["queue", "agent__user"]
    search_fields = ["=linkedid"]
    show_full_result_count = False
    inlines = [OfferInline]


@admin.register(AgentSession)
class AgentSessionAdmin(ReadOnlyAdmin):
    """Sessions, for support."""

    list_display = ["signed_in_at", "signed_out_at", "agent", "state", "state_since"]
    list_filter = ["state"]
    list_select_related = ["agent__user"]
    exclude = ["sip_password"]
    show_full_result_count = False


@admin.register(Command)
class CommandAdmin(ReadOnlyAdmin):
    """Commands, for support."""

    list_display = ["requested_at", "kind", "agent", "ok", "code", "done_at"]
    list_filter = ["kind", "ok"]
    list_select_related = ["agent__user"]
    show_full_result_count = False


@admin.register(Anomaly)
class AnomalyAdmin(ReadOnlyAdmin):
    """Signals that could not be."""

    list_display = ["at", "linkedid", "kind"]
    list_filter = ["kind"]
    show_full_result_count = False
