"""Django admin as one of our own pages: same sign-in, same roles, same look."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class OfficeAdminSite(AdminSite):
    """Open to administrators, whatever their `is_staff` says."""

    site_header = _("System administration")
    site_title = _("System administration")
    index_title = _("System administration")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this person runs the platform."""
        user: Any = request.user
        return user.is_active and getattr(user, "is_administrator", False)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in where everybody does; who is signed in already has the wrong role."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", request.get_full_path()))
