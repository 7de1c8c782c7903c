"""The pages of the wallboard and the floor, and what the floor's drawer asks for."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from callcenter.accounts.permissions import WATCHING_ROLES, role_required
from callcenter.core.errors import DomainError
from reports.floor import agent_detail
from reports.live import access
from reports.live.directory import Directory, read_directory
from reports.live.selection import Selection


@require_safe
@role_required(*WATCHING_ROLES)
def wallboard(request: HttpRequest) -> HttpResponse:
    """The wallboard of the part of the centre that stands in the address."""
    directory = read_directory()
    selection = Selection.from_address(request.META["QUERY_STRING"])
    if not selection.known_in(directory.codes):
        raise Http404
    centre = _named_centre(request.user, directory, selection)
    boot = {"selection": selection.as_json(), "centre": centre, **_parts(directory)}
    return render(request, "reports/wallboard.html", {"boot": boot})


def _parts(directory: Directory) -> dict[str, list[dict[str, str]]]:
    """What can be chosen."""
    queues = (queue.called for queue in directory.queues.values() if queue.is_active)
    return {
        "queues": [name.as_json() for name in queues],
        "teams": [directory.teams[code].as_json() for code in sorted(directory.teams)],
        "centres": [directory.centres[code].as_json() for code in sorted(directory.centres)],
    }


def _named_centre(user: Any, directory: Directory, selection: Selection) -> dict[str, str] | None:
    """The centre whose name stands over the board, if it is clear which one is meant."""
    only = next(iter(directory.centres)) if len(directory.centres) == 1 else ""
    code = selection.centre or only or (user.centre.code if user.centre else "")
    return directory.centres[code].as_json() if code else None


@require_safe
@role_required(*WATCHING_ROLES)
def floor(request: HttpRequest) -> HttpResponse:
    """The floor of the person's centre."""
    directory = read_directory()
    try:
        centre = access.centre_for(request.user, request.GET.get("centre", ""), directory.centres)
    except DomainError as refusal:
        raise Http404 from refusal
    name = directory.centres[centre].as_json() if centre else None
    boot = {"centre": name, "zone": request.GET.get("zone", ""), "agents": f"{request.path}agents/"}
    return render(request, "reports/floor.html", {"boot": boot})


@require_safe
@role_required(*WATCHING_ROLES)
def floor_agent(request: HttpRequest, agent_id: int) -> JsonResponse:
    """Everything about one agent now."""
    try:
        centre = access.centre_for(request.user, request.GET.get("centre", ""), read_directory().centres)
        return JsonResponse(agent_detail(timezone.now(), agent_id, centre))
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.detail}, status=refusal.status)
