"""The people of the demo centre, shown on the sign-in page so that a visitor can be any of them."""

from dataclasses import dataclass

from django.conf import settings

from callcenter.accounts.models import Role, User

SHOWN_AGENTS = 3


@dataclass(frozen=True)
class DemoSignIn:
    """One log-in a visitor may take."""

    username: str
    password: str
    name: str
    role: str


def sign_ins() -> list[DemoSignIn]:
    """Return three agents and one person of each other role; empty unless this is a demo."""
    if not settings.DEMO:
        return []
    return [
        DemoSignIn(person.username, settings.DEMO_PASSWORD, str(person), person.get_role_display())
        for role in Role
        for person in _first_people(role)
    ]


def _first_people(role: Role) -> list[User]:
    people = User.objects.filter(role=role, is_active=True).order_by("pk")
    return list(people[: SHOWN_AGENTS if role == Role.AGENT else 1])
