"""After five wrong passwords there is a pause, and the page says until when."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from callcenter.accounts.models import User

PASSWORD = "platform-nine-and-a-bit"
SIGN_IN = "/accounts/sign-in/"
START = datetime(2026, 7, 16, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.fixture
def people(db):
    for name in ("wang", "li"):
        User.objects.create_user(name, password=PASSWORD)


@pytest.fixture
def clock(people):
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def attempt(client: Client, password: str, username: str = "wang"):
    return client.post(SIGN_IN, {"username": username, "password": password})


def fail_five_times(client: Client):
    return [attempt(client, "wrong") for _ in range(5)][-1]


def test_each_failure_says_how_many_tries_are_left(client, clock):
    assert "还可试 4 次" in attempt(client, "wrong").content.decode()
    assert "还可试 3 次" in attempt(client, "wrong").content.decode()


@pytest.mark.covers("SEC-09")
def test_the_fifth_failure_starts_the_pause_and_says_until_when(client, clock):
    response = fail_five_times(client)
    assert response.status_code == 429
    page = response.content.decode()
    assert "09:15 再试" in page
    assert "15 分钟" in page


def test_during_the_pause_even_the_right_password_is_refused(client, clock):
    fail_five_times(client)
    assert attempt(client, PASSWORD).status_code == 429
    assert "_auth_user_id" not in client.session


def test_after_the_pause_the_right_password_opens(client, clock):
    fail_five_times(client)
    clock.shift(timedelta(minutes=16))
    assert attempt(client, PASSWORD).status_code == 302


def test_somebody_else_at_the_same_computer_is_not_held_up(client, clock):
    fail_five_times(client)
    assert attempt(client, PASSWORD, "li").status_code == 302


def test_a_success_forgets_the_failures_before_it(client, clock):
    for _ in range(4):
        attempt(client, "wrong")
    attempt(client, PASSWORD)
    client.logout()
    assert "还可试 4 次" in attempt(client, "wrong").content.decode()
