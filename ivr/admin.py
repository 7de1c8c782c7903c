"""Menus for administrators: edited as drafts, published and gone back to after a question, else read-only."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callcenter.core import errors
from callcenter.core.admin import ReadOnlyAdmin
from ivr import selectors, speech
from ivr.admin_forms import KeyFormSet, VersionForm, node_form_for
from ivr.kinds import KINDS
from ivr.models import EmergencyNotice, IvrVisit, Menu, MenuKey, MenuNode, MenuVersion, Prompt, PromptAudio
from ivr.services import menus, notices, prompts

Do = Callable[[MenuVersion, Any], MenuVersion | None]


def _version_link(version: MenuVersion | None) -> str:
    if version is None:
        return "—"
    address = reverse("admin:ivr_menuversion_change", args=[version.pk])
    return format_html('<a href="{}">{} {}</a>', address, version.number, version.get_status_display())


@admin.register(Menu)
class MenuAdmin(admin.ModelAdmin):
    """The menus, with what callers hear now and what is being prepared."""

    list_display = ["name", "code", "entry", "published", "draft"]
    search_fields = ["code", "name", "name_en", "entry"]
    fields = ["code", ("name", "name_en"), "entry"]
    actions = ["make_draft"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """The versions are looked at in the list."""
        return super().get_queryset(request).prefetch_related("versions")

    @admin.display(description=_("callers hear"))
    def published(self, menu: Menu) -> str:
        """The published version."""
        return _version_link(_with_status(menu, MenuVersion.Status.PUBLISHED))

    @admin.display(description=_("draft"))
    def draft(self, menu: Menu) -> str:
        """The draft."""
        return _version_link(_with_status(menu, MenuVersion.Status.DRAFT))

    @admin.action(description=_("Make a draft of what callers hear now"), permissions=["change"])
    def make_draft(self, request: HttpRequest, queryset: Any) -> None:
        """Begin a draft of each menu."""
        for menu in queryset:
            try:
                menus.create_draft(menu, by=request.user)
            except errors.DomainError as refusal:
                self.message_user(request, f"{menu}: {refusal.detail}", messages.ERROR)
            else:
                self.message_user(request, gettext("The draft of %(menu)s is ready.") % {"menu": menu})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What callers heard is kept."""
        return False


def _with_status(menu: Menu, status: str) -> MenuVersion | None:
    return next((version for version in menu.versions.all() if version.status == status), None)


class NodeInline(admin.TabularInline):
    """The nodes of a version; settings and keys are on each node's own page."""

    model = MenuNode
    fields = ["key", "kind", "title_zh", "title_en", "prompt", "ways"]
    readonly_fields = ["ways"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        """The keys are shown in the table."""
        return super().get_queryset(request).select_related("prompt").prefetch_related("keys__target")

    @admin.display(description=_("keys and settings"))
    def ways(self, node: MenuNode) -> str:
        """Where the keys lead, as the link to the node's own page."""
        if node.pk is None:
            return gettext("After saving.")
        address = reverse("admin:ivr_menunode_change", args=[node.pk])
        leads = ", ".join(f"{way.key} → {way.target.key}" for way in node.keys.all())
        return format_html('<a href="{}">{}</a>', address, leads or gettext("Settings"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Read the prompts once for the whole table."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "prompt":
            if not hasattr(request, "prompt_choices"):
                request.prompt_choices = list(field.choices)  # type: ignore[attr-defined, arg-type]
            field.choices = request.prompt_choices  # type: ignore[attr-defined]
        return field

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return obj is not None and obj.is_draft

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(MenuVersion)
class MenuVersionAdmin(admin.ModelAdmin):
    """Versions: a draft is edited, checked and published; what was published is read and gone back to."""

    form = VersionForm
    list_display = ["menu", "number", "status", "note", "published_at", "published_by"]
    list_filter = ["status", "menu"]
    list_select_related = ["menu", "published_by"]
    fields = ["note", ("start", "operator")]
    inlines = [NodeInline]
    change_form_template = "admin/ivr/menuversion_change.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["ivr/menus.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A draft begins as a copy, made from the list of menus."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft is discarded by its own button, the rest is kept."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Refused when the draft was published meanwhile."""
        menus.record_edit(obj, by=request.user, fields=form.changed_data)
        super().save_model(request, obj, form, change)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what keeps the draft from being published, each problem beside its node."""
        version = self.get_object(request, object_id)
        context = {"problems": _problems(version) if version is not None else []}
        kwargs["extra_context"] = (kwargs.get("extra_context") or {}) | context
        return super().change_view(request, object_id, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """Add the pages that ask before they act."""
        doors = [("publish", self.publish), ("roll-back", self.roll_back), ("discard", self.discard)]
        own = [
            path(
                f"<int:version_id>/{name}/",
                self.admin_site.admin_view(door),
                name=f"ivr_menuversion_{name.replace('-', '_')}",
            )
            for name, door in doors
        ]
        return [*own, *super().get_urls()]

    def publish(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Publish a draft."""
        return self._asked(
            request,
            version_id,
            gettext("Publish"),
            gettext("The next caller hears this version. Calls in a menu now finish on theirs."),
            lambda version, by: menus.publish(version, by=by),
        )

    def roll_back(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Go back to a version."""
        return self._asked(
            request,
            version_id,
            gettext("Go back to this version"),
            gettext("The next caller hears this version again; the one published now is kept."),
            lambda version, by: menus.roll_back(version, by=by),
        )

    def discard(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Throw a draft away."""
        return self._asked(
            request,
            version_id,
            gettext("Discard the draft"),
            gettext("Everything in this draft is lost. What callers hear stays as it is."),
            lambda version, by: menus.discard_draft(version, by=by),
        )

    def _asked(
        self, request: HttpRequest, version_id: int, title: str, question: str, do: Do
    ) -> HttpResponse:
        """Ask first, then do it and say what came of it."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        version = selectors.menu_version_for(request.user, version_id)
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": f"{title}: {version}",
                "button": title,
                "question": question,
                "version": version,
                "problems": _problems(version),
            }
            return TemplateResponse(request, "admin/ivr/menuversion_question.html", context)
        try:
            left = do(version, request.user)
        except menus.MenuHasProblems as refusal:
            for sentence in refusal.sentences:
                self.message_user(request, sentence, messages.ERROR)
            left = version
        except (errors.DomainError, speech.SpeechFailed) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            left = version
        else:
            self.message_user(request, gettext("Done: %(what)s.") % {"what": f"{title} — {version}"})
        return HttpResponseRedirect(_address_of(left))


def _address_of(version: MenuVersion | None) -> str:
    if version is None:
        return reverse("admin:ivr_menu_changelist")
    return reverse("admin:ivr_menuversion_change", args=[version.pk])


def _problems(version: MenuVersion) -> list[tuple[str, str]]:
    """Return (sentence, address of the node it is about)."""
    nodes = dict(version.nodes.values_list("key", "pk"))
    return [
        (
            selectors.explain(problem),
            reverse("admin:ivr_menunode_change", args=[nodes[problem.node]]) if problem.node in nodes else "",
        )
        for problem in menus.problems_of(version)
    ]


class KeyInline(admin.TabularInline):
    """The keys of a node."""

    model = MenuKey
    fk_name = "node"
    formset = KeyFormSet
    fields = ["key", "target", "value", "label_zh", "label_en"]
    extra = 1

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return obj is not None and obj.version.is_draft

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(MenuNode)
class MenuNodeAdmin(admin.ModelAdmin):
    """One node: its words, the settings of its kind, its keys. Reached from its version."""

    inlines = [KeyInline]
    list_select_related = ["version__menu"]
    change_form_template = "admin/ivr/menunode_change.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["ivr/menus.css"]}

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """An end has no keys."""
        kind = KINDS.get(obj.kind) if obj else None
        return self.inlines if kind is None or kind.takes_keys or kind.named_exits else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Ask what the node's kind wants to know."""
        return super().get_form(
            request, obj, change, **{"form": node_form_for(obj.kind if obj else ""), "fields": None, **kwargs}
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Words first, then the settings."""
        names = list(node_form_for(obj.kind if obj else "").base_fields)
        words = ["title_zh", "title_en", "prompt"]
        return (
            [*words, *(name for name in names if name not in words)]
            if self._is_open(obj)
            else [*words, "settings"]
        )

    def _is_open(self, obj: MenuNode | None) -> bool:
        return obj is not None and obj.version.is_draft

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Nodes are found through their version."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nodes are added in their version's table."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nodes are removed in their version's table."""
        return super().has_delete_permission(request, obj) and (obj is None or self._is_open(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_change_permission(request, obj) and (obj is None or self._is_open(obj))

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Refused when the draft was published meanwhile."""
        menus.record_edit(obj.version, by=request.user, node=obj.key, fields=form.changed_data)
        super().save_model(request, obj, form, change)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Go back to the version."""
        return HttpResponseRedirect(_address_of(obj.version))


@admin.register(Prompt)
class PromptAdmin(admin.ModelAdmin):
    """What is said, in both languages."""

    list_display = ["code", "text_zh", "text_en", "updated_at"]
    search_fields = ["code", "text_zh", "text_en"]
    fields = ["code", "text_zh", "text_en"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Sound is rendered when a version that says it is published."""
        super().save_model(request, obj, form, change)
        prompts.record_prompt_edit(obj, by=request.user)


@admin.register(EmergencyNotice)
class EmergencyNoticeAdmin(admin.ModelAdmin):
    """What callers hear before the menu during an outage."""

    list_display = ["text_zh", "entry", "starts_at", "ends_at", "recovers_at", "created_by"]
    list_select_related = ["created_by"]
    fields = ["text_zh", "text_en", "recovers_at", "entry", ("starts_at", "ends_at")]
    actions = ["end_now"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Spoken at once, heard from its beginning on."""
        notices.announce(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What callers heard is kept; a notice is ended instead."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is over stays as it was heard."""
        return super().has_change_permission(request, obj) and (obj is None or obj.ends_at > timezone.now())

    @admin.action(description=_("End now"), permissions=["change"])
    def end_now(self, request: HttpRequest, queryset: Any) -> None:
        """No further caller hears these."""
        for notice in queryset:
            try:
                notices.end_now(notice, by=request.user)
            except notices.NoticeIsOver as refusal:
                self.message_user(request, f"{notice}: {refusal.detail}", messages.ERROR)


@admin.register(PromptAudio)
class PromptAudioAdmin(ReadOnlyAdmin):
    """What was rendered, and by which voice."""

    list_display = ["name", "language", "voice", "seconds", "rendered_at"]
    list_filter = ["language", "voice"]
    search_fields = ["name", "text"]


@admin.register(IvrVisit)
class IvrVisitAdmin(ReadOnlyAdmin):
    """Where callers went."""

    list_display = ["linkedid", "number", "node", "key", "ended", "language", "entered_at", "left_at"]
    list_filter = ["ended", "language"]
    search_fields = ["=linkedid"]
    ordering = ["-entered_at", "-number"]
    show_full_result_count = False
