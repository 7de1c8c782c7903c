"""Administrators look after people and places in Django admin, whatever `is_staff` says."""

import pytest
from django.test import Client, RequestFactory

from callcenter.accounts.models import Centre, Role, Seat, Team, User


@pytest.fixture
def office(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("sun", password="x", role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def shanghai(db) -> Centre:
    return Centre.objects.create(code="shanghai", name="上海客服中心", name_en="Shanghai")


def test_an_administrator_changes_a_role(office, shanghai):
    wang = User.objects.create_user("wang", password="x", role=Role.AGENT)
    page = office.get(f"/admin/accounts/user/{wang.pk}/change/")
    fields = {
        **page.context["adminform"].form.initial,
        "role": Role.LEAD,
        "staff_no": "1001",
        "centre": shanghai.pk,
    }
    fields = {name: value for name, value in fields.items() if value not in (None, False, "")}
    assert office.post(f"/admin/accounts/user/{wang.pk}/change/", fields).status_code == 302
    wang.refresh_from_db()
    assert (wang.role, wang.centre) == (Role.LEAD, shanghai)


def test_an_administrator_adds_a_person_who_can_sign_in(office, client):
    password = "platform-nine-and-a-bit"
    fields = {"username": "li", "password1": password, "password2": password, "role": Role.PLANNER}
    assert office.post("/admin/accounts/user/add/", fields).status_code == 302
    assert User.objects.get(username="li").role == Role.PLANNER
    assert client.login(request=RequestFactory().post("/"), username="li", password=password)


def test_people_are_found_by_name_and_staff_number(office):
    User.objects.create_user("wang", password="x", display_name="王芳", staff_no="1001")
    User.objects.create_user("li", password="x", display_name="李强", staff_no="1002")
    page = office.get("/admin/accounts/user/", {"q": "1002"}).content.decode()
    assert "李强" in page
    assert "王芳" not in page


@pytest.mark.parametrize("model", ["user", "team", "centre", "seat"])
def test_a_longer_list_asks_the_database_no_more_often(
    office, shanghai, model, django_assert_max_num_queries
):
    team = Team.objects.create(centre=shanghai, code="one", name="一班")
    for number in range(15):
        user = User.objects.create_user(f"agent{number}", password="x", team=team, centre=shanghai)
        Seat.objects.create(centre=shanghai, number=str(number), user=user)
    with django_assert_max_num_queries(16):
        office.get(f"/admin/accounts/{model}/")


def test_an_agent_finds_no_administration(client, db):
    client.force_login(User.objects.create_user("wang", password="x", role=Role.AGENT, is_staff=True))
    assert client.get("/admin/", follow=True).status_code == 403
