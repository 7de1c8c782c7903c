"""An alert is raised once, says since when, and ends by itself."""

import json
from datetime import timedelta

import pytest
from django.conf import settings

from callcenter.acd.models import Agent, AgentSession, Queue
from reports.wallboard import wallboard_frame
from tests.realtime.conftest import NOW
from tests.reports import world
from tests.reports.world import after

KEY = f"{settings.REDIS_PREFIX}:beat:{settings.ASTERISK['name']}"


def alerts(now=NOW):
    return {alert["key"]: alert for alert in wallboard_frame(now)["alerts"]}


def beats(client, at, *, ami=True):
    client.set(KEY, json.dumps({"at": at.timestamp(), "ami": ami}))


@pytest.mark.covers("WB-11")
def test_the_lost_heartbeat_of_telephony_is_an_alert(busy, beat):
    assert "telephony_lost" in alerts()
    beats(beat, NOW)
    assert alerts() == {}
    assert "telephony_lost" in alerts(after(NOW, 6))


@pytest.mark.covers("WB-11")
def test_the_lost_link_to_the_pbx_is_an_alert(busy, beat):
    beats(beat, NOW, ami=False)
    assert list(alerts()) == ["pbx_lost"]


def test_a_long_wait_with_nobody_ready_is_one_alert_that_grows_graver(busy, beat):
    sign_in_one(state="talking")
    busy.wait("general", 45)
    beats(beat, NOW)
    (watch,) = alerts().values()
    beats(beat, after(NOW, 60))
    (bad,) = alerts(after(NOW, 60)).values()
    assert (watch["level"], bad["level"]) == ("watch", "bad")
    assert (watch["key"], watch["since"]) == (bad["key"], bad["since"])


def sign_in_one(state):
    agent = Agent.objects.first()
    AgentSession.objects.create(agent=agent, signed_in_at=NOW, state=state, state_since=NOW)


def test_callers_whom_nobody_signed_in_can_serve_are_grave_at_once(busy, beat):
    beats(beat, NOW)
    busy.wait("general", 1)
    assert alerts()["nobody_signed_in:general"]["level"] == "bad"


def test_a_wait_that_is_still_usual_is_no_alert(busy, beat):
    sign_in_one(state="ready")
    busy.wait("general", 30)
    beats(beat, NOW)
    assert alerts() == {}


def test_a_service_level_under_target_is_an_alert_once_there_are_enough_calls(busy, beat):
    beats(beat, NOW)
    queue, agent = Queue.objects.get(code="general"), Agent.objects.first()
    for n in range(5):
        assert "low_service_level:general" not in alerts()
        world.make_answered(queue, agent, NOW - timedelta(minutes=1), wait=30 if n else 2)
    low = alerts()["low_service_level:general"]
    assert (low["value"], low["target"], low["level"]) == (20.0, 80, "bad")


def test_when_telephony_is_gone_that_stands_first(busy, beat):
    busy.wait("general", 300)
    assert next(iter(alerts())) == "telephony_lost"
