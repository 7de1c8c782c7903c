"""Who may open what. A door names the roles it is for; everybody else is refused."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import BasePermission

from callcenter.accounts.models import Role

if TYPE_CHECKING:  # the views read the default permission, which stands in this module
    from rest_framework.request import Request
    from rest_framework.views import APIView

EVERYBODY = frozenset(Role)
DESK_ROLES = frozenset({Role.AGENT, Role.LEAD})
WATCHING_ROLES = frozenset({Role.LEAD, Role.PLANNER, Role.QUALITY, Role.ADMINISTRATOR})
REPORT_ROLES = frozenset({Role.LEAD, Role.PLANNER, Role.QUALITY, Role.ADMINISTRATOR})
# An agent finds his own calls there, the others everybody's.
CALL_ROLES = REPORT_ROLES | {Role.AGENT}
ADMIN_ROLES = frozenset({Role.ADMINISTRATOR})

View = Callable[..., HttpResponseBase]


def has_role(user: Any, *roles: str) -> bool:
    """Whether this person is signed in, active and has one of the roles; a superuser is an administrator."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.role in roles or (Role.ADMINISTRATOR in roles and user.is_administrator)


def role_required(*roles: str) -> Callable[[View], View]:
    """Open a function view to these roles only. `role_required()` opens it to nobody."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


class RoleRequiredMixin(AccessMixin):
    """Open a class-based view to `allowed_roles` only; without them it is open to nobody."""

    allowed_roles: frozenset[str] = frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send strangers to the sign-in page and refuse the wrong role."""
        if not has_role(request.user, *self.allowed_roles):
            return self.handle_no_permission()
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class RolesAllowed(BasePermission):
    """Open an API view to the roles in its `allowed_roles`; without them it is open to nobody."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        """Look at the roles the view names."""
        return has_role(request.user, *getattr(view, "allowed_roles", ()))
