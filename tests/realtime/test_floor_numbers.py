"""The floor shows every seat once, with its agent as he is now."""

from datetime import timedelta

import pytest

from callcenter.accounts.models import Centre, Seat
from callcenter.acd.models import Agent, AgentSession, NotReadyReason, Queue
from callcenter.core.errors import NotFound
from reports.floor import agent_detail, floor_frame
from reports.live.reading import Reader
from tests.realtime.conftest import NOW
from tests.reports import world
from tests.reports.world import after


def people(frame):
    places = [place for island in frame["islands"] for place in island["seats"]]
    return {place["agent"]["id"]: place["agent"] for place in places if place["agent"]}


def test_each_seat_has_its_agent_and_state(busy):
    busy.sign_in(share=0.8)
    frame = floor_frame(NOW, "shanghai")
    states = dict(AgentSession.objects.values_list("agent_id", "state"))
    assert {pk: a["state"] for pk, a in people(frame).items()} == {
        pk: states.get(pk, "offline") for pk in Agent.objects.values_list("pk", flat=True)
    }
    assert sum(frame["states"].values()) == 40


def test_the_largest_zone_is_shown_unless_another_is_asked_for(busy):
    Seat.objects.filter(number__startswith="C").update(zone="三层")
    assert floor_frame(NOW, "shanghai")["zone"] == "二层东区"
    asked = floor_frame(NOW, "shanghai", "三层")
    assert (asked["zone"], len(people(asked))) == ("三层", 8)
    assert [(z["name"], z["seats"]) for z in asked["zones"]] == [("二层东区", 32), ("三层", 8)]


def test_a_signed_in_agent_without_a_seat_is_not_lost(busy):
    guest = Agent.objects.first()
    Seat.objects.filter(user=guest.user).update(user=None)
    AgentSession.objects.create(agent=guest, signed_in_at=NOW, state="ready", state_since=NOW)
    frame = floor_frame(NOW, "shanghai", "~")
    assert (frame["zone"], list(people(frame))) == ("~", [guest.pk])


def test_who_is_away_longer_than_usual_is_marked(busy):
    reason = NotReadyReason.objects.filter(usual_seconds__gt=0).first()
    agent = Agent.objects.first()
    AgentSession.objects.create(
        agent=agent, signed_in_at=NOW, state="not_ready", state_since=NOW, reason=reason
    )
    late = after(NOW, reason.usual_seconds)
    assert people(floor_frame(NOW, "shanghai"))[agent.pk]["is_late"] is False
    assert people(floor_frame(late, "shanghai"))[agent.pk]["is_late"] is True


def test_an_over_long_call_is_marked(busy):
    agent = Agent.objects.first()
    call = world.make_call(
        Queue.objects.get(code="general"), NOW - timedelta(hours=1), state="talking", agent=agent,
        answered_at=NOW - timedelta(minutes=59),
    )  # fmt: skip
    AgentSession.objects.create(agent=agent, signed_in_at=NOW, state="talking", state_since=NOW, call=call)
    assert people(floor_frame(NOW, "shanghai"))[agent.pk]["call"]["is_over_long"] is True


def test_the_number_of_queries_does_not_grow_with_the_floor(busy, django_assert_num_queries):
    reader = Reader()
    reader.look(NOW)
    busy.sign_in()
    with django_assert_num_queries(2):
        reader.look(after(NOW, 1))


def test_details_tell_the_day_and_hide_the_passenger(busy):
    busy.sign_in(share=1)
    session = AgentSession.objects.filter(state="talking").select_related("call", "agent").first()
    detail = agent_detail(NOW, session.agent_id, "shanghai")
    assert (
        detail["call"]["caller"] == session.call.caller_number[:3] + "****" + session.call.caller_number[-4:]
    )
    assert session.call.caller_number not in str(detail)
    assert detail["stretches"][-1]["state"] == "talking"
    assert all(
        a["end"] == b["start"] for a, b in zip(detail["stretches"], detail["stretches"][1:], strict=False)
    )


def test_an_agent_of_another_centre_looks_as_if_he_did_not_exist(busy):
    Centre.objects.create(code="beijing", name="北京")
    with pytest.raises(NotFound):
        agent_detail(NOW, Agent.objects.first().pk, "beijing")
