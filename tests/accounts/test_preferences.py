"""Language and look belong to the person, and go with him to the next computer."""

import pytest
from django.test import Client
from django.urls import reverse

from callcenter.accounts import services
from callcenter.accounts.models import User

PREFERENCES = "/accounts/preferences/"
PROFILE = "/accounts/profile/"


@pytest.fixture
def wang(db) -> User:
    return User.objects.create_user("wang", password="x", display_name="王芳")


@pytest.fixture
def at_desk(client: Client, wang: User) -> Client:
    client.force_login(wang)
    return client


def test_pages_are_chinese_unless_chosen_otherwise(at_desk):
    assert '<html lang="zh-Hans"' in at_desk.get(PROFILE).content.decode()


def test_the_browser_is_asked_while_nothing_is_chosen(at_desk):
    page = at_desk.get(PROFILE, headers={"accept-language": "en-GB"}).content.decode()
    assert '<html lang="en"' in page


def test_the_language_switch_persists(at_desk, wang):
    response = at_desk.post(PREFERENCES, {"language": "en", "next": PROFILE})
    assert response["Location"] == PROFILE
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(pk=wang.pk))
    assert "My settings" in elsewhere.get(PROFILE).content.decode()


def test_one_choice_leaves_the_others_alone(at_desk, wang):
    services.change_preferences(wang, scheme="dark", large_text=True)
    at_desk.post(PREFERENCES, {"language": "en"})
    wang.refresh_from_db()
    assert (wang.language, wang.scheme, wang.large_text) == ("en", "dark", True)


def test_a_script_gets_an_empty_answer(at_desk, wang):
    response = at_desk.post(PREFERENCES, {"scheme": "dark"}, headers={"accept": "application/json"})
    wang.refresh_from_db()
    assert (response.status_code, wang.scheme) == (204, "dark")


def test_the_scheme_is_written_on_the_page(at_desk, wang):
    services.change_preferences(wang, scheme="dark", large_text=True)
    page = at_desk.get(PROFILE).content.decode()
    assert 'data-bs-theme="dark"' in page.split(">")[1]
    assert 'data-text="large"' in page.split(">")[1]


def test_what_is_not_on_offer_is_refused_and_nothing_changes(at_desk, wang):
    assert at_desk.post(PREFERENCES, {"language": "tlh"}).status_code == 400
    wang.refresh_from_db()
    assert wang.language == ""


def test_before_signing_in_the_choice_is_kept_by_the_browser(client, db):
    client.post(PREFERENCES, {"language": "en", "next": reverse("accounts:login")})
    assert "Sign in" in client.get(reverse("accounts:login")).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_the_way_back_leads_to_no_other_site(at_desk, elsewhere):
    assert at_desk.post(PREFERENCES, {"language": "en", "next": elsewhere})["Location"] != elsewhere


def test_the_settings_page_saves_all_three(at_desk, wang):
    at_desk.post(PROFILE, {"language": "zh-hans", "scheme": "light", "large_text": "True"})
    wang.refresh_from_db()
    assert (wang.language, wang.scheme, wang.large_text) == ("zh-hans", "light", True)


def test_only_preferences_can_be_changed_this_way(wang):
    with pytest.raises(TypeError):
        services.change_preferences(wang, role="administrator")
