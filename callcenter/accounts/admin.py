"""People and places for administrators."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from callcenter.accounts.models import Centre, Seat, Team, User

admin.site.unregister(Group)  # A person has one role; groups would be a second answer to the same question.


class PersonForm(UserChangeForm):
    """A person's record; the language is one of ours."""

    language = forms.ChoiceField(
        label=_("language"),
        required=False,
        choices=[("", _("As the browser asks")), ("zh-hans", "简体中文"), ("en", "English")],
    )


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Who may sign in, as what, and where he works."""

    form = PersonForm
    list_display = [
        "username",
        "display_name",
        "staff_no",
        "role",
        "team",
        "centre",
        "is_active",
        "last_login",
    ]
    list_display_links = ["username", "display_name"]
    list_filter = ["role", "is_active", "centre", "team"]
    list_select_related = ["team", "centre"]
    list_per_page = 50
    search_fields = ["username", "display_name", "staff_no"]
    autocomplete_fields = ["team", "centre"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "password", "display_name", "staff_no", "is_active"]}),
        (_("Work"), {"fields": ["role", "centre", "team"]}),
        (_("Look and language"), {"fields": ["language", "scheme", "large_text"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    "username",
                    "display_name",
                    "staff_no",
                    "password1",
                    "password2",
                ],
            },
        ),
        (_("Work"), {"fields": ["role", "centre", "team"]}),
    ]


@admin.register(Centre)
class CentreAdmin(admin.ModelAdmin):
    """The regional centres."""

    list_display = ["code", "name", "name_en", "is_coordinating"]
    list_filter = ["is_coordinating"]
    search_fields = ["code", "name", "name_en"]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    """Teams and how many people each has."""

    list_display = ["code", "name", "name_en", "centre", "people"]
    list_filter = ["centre"]
    list_select_related = ["centre"]
    search_fields = ["code", "name", "name_en"]
    autocomplete_fields = ["centre"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """Count the members in the same query."""
        teams: QuerySet[Team] = super().get_queryset(request)
        return teams.annotate(member_count=Count("members"))

    @admin.display(description=_("people"), ordering="member_count")
    def people(self, team: Team) -> int:
        """How many people the team has."""
        return int(team.member_count)  # type: ignore[attr-defined]


@admin.register(Seat)
class SeatAdmin(admin.ModelAdmin):
    """Desks on the floor; the floor view draws them from these."""

    list_display = ["number", "centre", "zone", "island", "position", "desk_type", "phone_kind", "user"]
    list_filter = ["centre", "desk_type", "phone_kind", "zone"]
    list_select_related = ["centre", "user"]
    list_per_page = 100
    search_fields = ["number", "zone", "island", "user__username", "user__display_name"]
    autocomplete_fields = ["centre", "user"]
