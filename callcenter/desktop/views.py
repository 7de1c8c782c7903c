"""The desk's page and the few questions it asks over HTTP."""

import secrets
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from callcenter.accounts import permissions
from callcenter.accounts.models import Role
from callcenter.acd import tasks
from callcenter.acd.selectors import desk as desks
from callcenter.core.errors import Forbidden
from callcenter.desktop import selectors

HOMES = {
    Role.AGENT: "desktop:desk",
    Role.LEAD: "live:floor",
    Role.QUALITY: "reports:calls",
    Role.PLANNER: "reports:kpi",
    Role.ADMINISTRATOR: "admin:index",
}
LINKS = [
    (gettext_noop("Floor"), "grid", "live:floor", permissions.WATCHING_ROLES),
    (gettext_noop("Wallboard"), "screen", "live:wallboard", permissions.WATCHING_ROLES),
    (gettext_noop("KPI reports"), "chart", "reports:kpi", permissions.REPORT_ROLES),
]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to the page it works in."""
    user = request.user
    role = Role(user.role) if user.is_authenticated else Role.STATION
    if user.is_authenticated and user.is_administrator:
        role = Role.ADMINISTRATOR
    address = _address(HOMES[role]) if role in HOMES else None
    return redirect(address or reverse("accounts:profile"))


@require_GET
@permissions.role_required(*permissions.DESK_ROLES)
def desk(request: HttpRequest) -> HttpResponse:
    """Show the agent's desk; everything on it comes over its socket."""
    boot = {
        "user_id": request.user.pk,
        "tab_opened_at": int(timezone.now().timestamp() * 1000),
        "reasons_url": reverse("desktop:reasons"),
        "day_url": reverse("desktop:day"),
        "test_call_url": reverse("desktop:test-call") if settings.DEMO else None,
        "logout_url": reverse("accounts:logout"),
        "links": _links(request),
    }
    return render(request, "desktop/desk.html", {"boot": boot})


@require_GET
@permissions.role_required(*permissions.DESK_ROLES)
def reasons(request: HttpRequest) -> JsonResponse:
    """List the reason tree, or what matches `q` by word, pinyin or initials."""
    query = request.GET.get("q", "")
    return JsonResponse(selectors.reasons_found(query) if query else selectors.reason_tree(), safe=False)


@require_GET
@permissions.role_required(*permissions.DESK_ROLES)
def day(request: HttpRequest) -> JsonResponse:
    """Tell the agent his day so far; a person who takes no calls has none."""
    try:
        agent = desks.agent_of(request.user)  # type: ignore[arg-type]
    except Forbidden:
        raise Http404 from None
    return JsonResponse(selectors.own_day(agent, timezone.now()))


@require_POST
@permissions.role_required(*permissions.DESK_ROLES)
def test_call(request: HttpRequest) -> JsonResponse:
    """Let a demo passenger call the centre."""
    if not settings.DEMO:
        raise Http404
    ticket = secrets.token_urlsafe(12)
    cache.set(tasks.status_key(ticket), {"state": "queued"}, tasks.KEEP_SECONDS)
    tasks.place_test_call.delay(ticket)
    return JsonResponse({"status_url": reverse("desktop:test-call-status", args=[ticket])}, status=202)


@require_GET
@permissions.role_required(*permissions.DESK_ROLES)
def test_call_status(request: HttpRequest, ticket: str) -> JsonResponse:
    """Tell how far the demo passenger has come."""
    progress = cache.get(tasks.status_key(ticket)) if settings.DEMO else None
    if progress is None:
        raise Http404
    return JsonResponse(
        {
            "state": progress["state"],
            "detail": progress.get("detail", ""),
            "steps": _steps(progress.get("report") or {}),
        }
    )


def _steps(report: dict[str, Any]) -> list[str]:
    """What the passenger went through, as a person would tell it."""
    if not report:
        return []
    steps = [_("dialled")]
    if report.get("pressed"):
        steps.append(_("pressed %(keys)s") % {"keys": " ".join(str(report["pressed"]))})
    if report.get("waited_seconds"):
        steps.append(_("waited %(seconds)d s") % {"seconds": report["waited_seconds"]})
    if report.get("talked_seconds"):
        steps.append(_("talked %(seconds)d s") % {"seconds": report["talked_seconds"]})
    steps.append(_("call over"))
    return steps


def _links(request: HttpRequest) -> list[dict[str, str]]:
    return [
        {"label": _(label), "icon": icon, "url": address}
        for label, icon, name, roles in LINKS
        if permissions.has_role(request.user, *roles) and (address := _address(name))
    ]


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
