"""Where each role is sent, and who may open the desk."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from callcenter.accounts.models import User
from callcenter.acd.models import Agent


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("agent1", "/desk/"),
        ("lead1", "/desk/floor/"),
        ("quality1", "/reports/calls/"),
        ("planner1", "/reports/"),
        ("station1", "/accounts/profile/"),
        ("admin", "/admin/"),
    ],
)
def test_home_leads_each_role_to_its_page(centre: None, client: Client, username: str, address: str) -> None:
    response = sign_in(client, User.objects.get(username=username)).get("/")
    assert response.status_code == 302
    assert response["Location"].startswith(address) or username == "lead1"


@pytest.mark.parametrize("address", ["/desk/", "/desk/reasons/", "/desk/day/"])
@pytest.mark.parametrize("username", ["station1", "planner1", "quality1"])
def test_other_roles_do_not_see_the_desk(centre: None, client: Client, username: str, address: str) -> None:
    assert sign_in(client, User.objects.get(username=username)).get(address).status_code == 403


@pytest.mark.parametrize("address", ["/desk/", "/desk/reasons/", "/desk/day/"])
def test_a_stranger_is_sent_to_sign_in(db: None, client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/sign-in/")


def test_the_page_says_where_its_questions_go(agent: Agent, client: Client, settings: Any) -> None:
    settings.DEMO = False
    html = sign_in(client, agent.user).get("/desk/").content.decode()
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', html)
    assert found
    boot = json.loads(found[1])
    assert (boot["user_id"], boot["test_call_url"], boot["links"]) == (agent.user.pk, None, [])


def test_a_lead_gets_ways_to_the_floor(lead: User, client: Client) -> None:
    html = sign_in(client, lead).get("/desk/").content.decode()
    assert "/reports/" in html
