"""Every page refuses whoever it is not for: by default, not by memory."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from callcenter.accounts import navigation
from callcenter.accounts.models import Role, User
from callcenter.accounts.permissions import RolesAllowed, has_role

from .addresses import all_addresses

SIGN_IN = "/accounts/sign-in/"
# What a stranger may reach: the door itself, its language switch, and what a load balancer asks.
OPEN_TO_STRANGERS = {"accounts:login", "accounts:preferences", "acd:health"}
# One's own settings and the way home; signing out, and the words of a widget.
OWN_PAGES = {"accounts", "home"}
HARMLESS = {"admin:logout", "admin:javascript-catalog"}
ENTRIES = [entry for _title, entries in navigation.RAIL for entry in entries]


def is_refused(response) -> bool:
    if response.status_code in (301, 302):
        return response["Location"].startswith((SIGN_IN, "/admin/login/"))
    return response.status_code in (401, 403, 404, 405)


@pytest.fixture
def person(db):
    def make(role: str) -> User:
        return User.objects.create_user(username=f"one-{role}", password="x", role=role)

    return make


@pytest.mark.covers("SEC-09")
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_refused_everywhere(client: Client, db, method):
    opened = {
        address.name for address in all_addresses() if not is_refused(getattr(client, method)(address.path))
    }
    assert opened <= OPEN_TO_STRANGERS


@pytest.mark.covers("SEC-09")
def test_a_role_without_pages_reaches_only_its_own_settings(client: Client, person):
    client.force_login(person(Role.STATION))
    opened = {address.name for address in all_addresses() if not is_refused(client.get(address.path))}
    opened -= OPEN_TO_STRANGERS | HARMLESS
    assert {name.split(":")[0] for name in opened} <= OWN_PAGES


@pytest.mark.covers("ORG-15", "SEC-09")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_the_rail_leads_each_role_to_its_pages_and_no_other(client: Client, person, entry, role):
    client.force_login(person(role))
    response = client.get(reverse(entry.url_name), follow=True)
    assert response.status_code == (200 if role in entry.roles else 403)


@pytest.mark.parametrize("role", list(Role))
def test_the_rail_shows_only_what_the_role_may_open(person, role):
    links = {link.url for section in navigation.sections_for(person(role), "/") for link in section.links}
    assert links == {reverse(entry.url_name) for entry in ENTRIES if role in entry.roles}


def test_a_superuser_counts_as_administrator(db):
    root = User.objects.create_superuser("root", password="x", role=Role.AGENT)
    assert has_role(root, Role.ADMINISTRATOR)


def test_a_closed_account_has_no_role():
    assert not has_role(User(role=Role.LEAD, is_active=False), Role.LEAD)


def test_a_stranger_has_no_role():
    assert not has_role(AnonymousUser(), *Role)


def test_an_api_view_that_names_no_roles_is_open_to_nobody():
    request = APIRequestFactory().get("/")
    request.user = User(role=Role.ADMINISTRATOR, is_superuser=True)
    assert not RolesAllowed().has_permission(request, APIView())


def test_the_page_of_components_is_for_administrators(client: Client, person):
    client.force_login(person(Role.LEAD))
    assert client.get(reverse("accounts:components")).status_code == 403
    client.force_login(person(Role.ADMINISTRATOR))
    assert client.get(reverse("accounts:components")).status_code == 200
