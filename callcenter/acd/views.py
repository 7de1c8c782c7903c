"""The health page: for monitors as JSON, for administrators as a page."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from callcenter.accounts.models import Role
from callcenter.accounts.permissions import has_role
from callcenter.acd.services.health import check_health


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Say whether a call can be made. A stranger learns yes or no only; an administrator sees each part."""
    parts = check_health()
    ok = all(part.ok for part in parts)
    status = 200 if ok else 503
    insider = request.user.is_authenticated and has_role(request.user, Role.ADMINISTRATOR, Role.LEAD)
    if insider and "text/html" in request.headers.get("Accept", ""):
        return render(request, "acd/health.html", {"parts": parts, "ok": ok}, status=status)
    body: dict[str, object] = {"ok": ok}
    if insider:
        body["parts"] = [asdict(part) for part in parts]
    return JsonResponse(body, status=status)
