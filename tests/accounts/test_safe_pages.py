"""What every page carries, and what a foreign page cannot do in somebody's name."""

import re

import pytest
from django.test import Client

from callcenter.accounts.models import Role, User

SIGN_IN = "/accounts/sign-in/"
PAGES = [SIGN_IN, "/accounts/profile/", "/accounts/password/", "/accounts/components/", "/admin/"]


@pytest.fixture
def administrator(db) -> User:
    return User.objects.create_user("sun", password="x", role=Role.ADMINISTRATOR)


@pytest.fixture
def strict(administrator) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    return client


def directives(policy: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}


@pytest.mark.covers("SEC-09")
def test_a_form_from_elsewhere_is_refused_and_nothing_changes(strict, administrator):
    assert strict.post("/accounts/preferences/", {"language": "en"}).status_code == 403
    administrator.refresh_from_db()
    assert administrator.language == ""


def test_signing_in_needs_the_token_too(db):
    client = Client(enforce_csrf_checks=True)
    assert client.post(SIGN_IN, {"username": "a", "password": "b"}).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_scripts_and_styles_come_from_our_own_files_only(strict, path):
    policy = directives(strict.get(path, follow=True)["Content-Security-Policy"])
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["object-src"] == ["'none'"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_that_the_policy_forbids(strict, path):
    page = strict.get(path, follow=True).content.decode()
    assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/json\"))[^>]*>", page)
    assert not re.search(r"\sstyle=|\son(?:click|load|submit|change)=|<style", page)


@pytest.mark.parametrize("path", PAGES)
def test_pages_cannot_be_framed_or_guessed_at(strict, path):
    response = strict.get(path, follow=True)
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_a_page_that_is_not_there_says_so_in_our_look(strict):
    response = strict.get("/no/such/page/")
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()
