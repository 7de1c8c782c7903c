"""Who may watch what. Every door of the wallboard and the floor asks here."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from callcenter.accounts.models import User
from callcenter.accounts.permissions import WATCHING_ROLES, has_role
from callcenter.core.errors import Forbidden, NotFound


def may_watch(user: object) -> bool:
    """Leads, planners, quality reviewers and administrators watch; agents and stations do not."""
    return has_role(user, *WATCHING_ROLES)


def centre_for(user: User | AnonymousUser, wanted: str, centres: Iterable[str]) -> str:
    """The centre whose floor this person sees: his own; administrators and people of no centre choose.

    Raises Forbidden for somebody else's centre and NotFound for one that does not exist.
    """
    if isinstance(user, AnonymousUser):
        raise Forbidden
    known = sorted(centres)
    own = user.centre.code if user.centre else ""
    chosen = wanted or own or (known[0] if known else "")
    if wanted and wanted not in known:
        raise NotFound
    if own and chosen != own and not user.is_administrator:
        raise Forbidden
    return chosen
