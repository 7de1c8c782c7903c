"""The demo's passenger at the press of a button."""

from typing import Any

import pytest
from django.test import Client

from callcenter.acd import tasks
from callcenter.acd.models import Agent


@pytest.fixture
def desk(agent: Agent, client: Client) -> Client:
    client.force_login(agent.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tickets of the calls that were asked for; nobody dials."""
    tickets: list[str] = []
    monkeypatch.setattr(tasks.place_test_call, "delay", tickets.append)
    return tickets


def test_it_is_there_in_the_demo_only(desk: Client, queued: list[str], settings: Any) -> None:
    settings.DEMO = False
    assert desk.post("/desk/test-call/").status_code == 404
    assert queued == []


def test_it_is_queued_and_can_be_followed(desk: Client, queued: list[str], settings: Any) -> None:
    settings.DEMO = True
    response = desk.post("/desk/test-call/")
    assert response.status_code == 202
    assert len(queued) == 1
    assert desk.get(response.json()["status_url"]).json()["state"] == "queued"


def test_the_report_is_told_in_steps(desk: Client, settings: Any) -> None:
    settings.DEMO = True
    report = {"pressed": "121", "waited_seconds": 3.2, "talked_seconds": 7.8}
    tasks.cache.set(tasks.status_key("t1"), {"state": "done", "report": report}, 60)
    answer = desk.get("/desk/test-call/t1/").json()
    assert answer["state"] == "done"
    assert len(answer["steps"]) == 5


def test_an_unknown_ticket_is_not_found(desk: Client, settings: Any) -> None:
    settings.DEMO = True
    assert desk.get("/desk/test-call/nonsense/").status_code == 404
