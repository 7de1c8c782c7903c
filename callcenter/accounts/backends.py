"""What the role alone allows in Django admin."""

from typing import Any

from django.http import HttpRequest


class AdministratorBackend:
    """Administrators may look after every table; nobody else gets anything from here.

    It signs nobody in and so has no `get_user`: a session never belongs to it.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Leave signing in to the others."""

    def has_perm(self, user_obj: Any, perm: str, obj: object = None) -> bool:
        """Answer by the role."""
        return user_obj.is_active and getattr(user_obj, "is_administrator", False)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Answer by the role."""
        return self.has_perm(user_obj, app_label)
