"""The agent's own day."""

import pytest
from django.test import Client
from django.utils import timezone

from callcenter.accounts.models import User
from callcenter.acd.models import Agent, CallReason
from callcenter.acd.services import wrap_ups
from callcenter.desktop import selectors
from tests.acd.driver import Driver


@pytest.fixture
def driver(agent: Agent) -> Driver:
    driver = Driver(now=timezone.now().replace(microsecond=0))
    driver.sign_in(agent)
    driver.talk("c1", agent)
    driver.after(30)
    driver.ends("c1")
    return driver


@pytest.mark.covers("DSK-18")
def test_a_call_of_today_is_listed_with_its_hour(driver: Driver, agent: Agent) -> None:
    day = selectors.own_day(agent, driver.now)
    assert [call["talk_seconds"] for call in day["calls"]] == [30]
    assert sum(hour["answered"] for hour in day["hours"]) == 1


@pytest.mark.covers("DSK-13")
def test_a_call_without_a_reason_is_marked_until_it_is_written(driver: Driver, agent: Agent) -> None:
    assert not selectors.own_day(agent, driver.now)["calls"][0]["is_complete"]
    reason = CallReason.objects.get(name="退票与退票费")
    call = driver.call("c1")
    wrap_ups.save_draft(agent, call.pk, {"reason_id": reason.pk, "result": "solved"})
    listed = selectors.own_day(agent, driver.now)["calls"][0]
    assert (listed["is_complete"], listed["reason"]) == (True, "退票与退票费")


def test_the_number_is_masked(driver: Driver, agent: Agent) -> None:
    assert selectors.own_day(agent, driver.now)["calls"][0]["passenger"] == "138****0001"


def test_a_colleague_sees_nothing_of_it(driver: Driver, other_agent: Agent) -> None:
    assert selectors.own_day(other_agent, driver.now) == {"calls": [], "stretches": [], "hours": []}


def test_a_lead_who_takes_no_calls_has_no_day(lead: User, client: Client) -> None:
    Agent.objects.filter(user=lead).update(is_active=False)
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/day/").status_code == 404
