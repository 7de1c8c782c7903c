"""The door: in with the right pair, back to where one wanted to go, out by a deed and not by a link."""

import pytest
from django.test import Client
from django.urls import reverse

from callcenter.accounts.models import Role, User

PASSWORD = "platform-nine-and-a-bit"
SIGN_IN = "/accounts/sign-in/"


@pytest.fixture
def wang(db) -> User:
    return User.objects.create_user("wang", password=PASSWORD, display_name="王芳", role=Role.AGENT)


def sign_in(client: Client, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"username": "wang", "password": password, **more})


@pytest.mark.covers("SEC-09")
def test_the_right_pair_opens(client, wang):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(wang.pk)


def test_the_wrong_pair_does_not_say_which_half_was_wrong(client, wang):
    known = sign_in(client, "nonsense").content.decode()
    unknown = client.post(SIGN_IN, {"username": "nobody", "password": "nonsense"}).content.decode()
    assert "用户名和密码不符" in known
    assert "用户名和密码不符" in unknown
    assert "_auth_user_id" not in client.session


def test_a_closed_account_stays_out(client, wang):
    User.objects.update(is_active=False)
    assert sign_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_signing_in_leads_to_the_page_that_was_wanted(client, wang):
    assert sign_in(client, next="/accounts/profile/")["Location"] == "/accounts/profile/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client, wang, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == "/"


def test_who_is_signed_in_already_is_sent_on(client, wang):
    client.force_login(wang)
    assert client.get(SIGN_IN)["Location"] == "/"


def test_a_link_to_sign_out_only_asks(client, wang):
    client.force_login(wang)
    assert "退出" in client.get(reverse("accounts:logout")).content.decode()
    assert "_auth_user_id" in client.session


def test_signing_out_takes_a_post(client, wang):
    client.force_login(wang)
    assert client.post(reverse("accounts:logout"))["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session


def test_django_admin_uses_the_same_door(client, db):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(SIGN_IN)


def test_a_new_password_counts_from_now_on(client, wang):
    client.force_login(wang)
    new = "another-good-one-77"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("accounts:password"), fields)["Location"] == reverse("accounts:profile")
    wang.refresh_from_db()
    assert wang.check_password(new)


def test_a_weak_password_is_refused_and_nothing_changes(client, wang):
    client.force_login(wang)
    fields = {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"}
    assert client.post(reverse("accounts:password"), fields).status_code == 200
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)


def test_the_demo_lists_its_people(client, wang, settings):
    settings.DEMO = True
    page = client.get(SIGN_IN).content.decode()
    assert "王芳" in page
    assert settings.DEMO_PASSWORD in page


def test_outside_the_demo_nobody_is_listed(client, wang):
    page = client.get(SIGN_IN).content.decode()
    assert "王芳" not in page
