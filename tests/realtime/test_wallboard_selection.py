"""A board of a part of the centre shows that part, and a dash for what nobody can know."""

from datetime import timedelta

import pytest

from callcenter.accounts.models import Team
from callcenter.acd.models import Agent, AgentSession, Queue
from reports.live.selection import Selection
from reports.wallboard import wallboard_frame
from tests.realtime.conftest import NOW
from tests.reports import world


@pytest.fixture
def calls(busy):
    """Two calls answered by different teams in different queues, and one caller who gave up."""
    general, lost = Queue.objects.get(code="general"), Queue.objects.get(code="lost")
    first, other = team_of(0), team_of(1)
    world.make_answered(general, first, NOW - timedelta(minutes=5), wait=4)
    world.make_answered(lost, other, NOW - timedelta(minutes=5), wait=30)
    world.make_abandoned(general, NOW - timedelta(minutes=5), wait=50)
    return general, lost


def team_of(number: int) -> Agent:
    return Agent.objects.filter(user__team=Team.objects.order_by("code")[number]).first()


def test_a_queues_board_counts_its_calls_only(calls):
    figures = wallboard_frame(NOW, queues=["general"])["figures"]["today"]
    assert (figures["offered"], figures["answered"], figures["abandoned"]) == (2, 1, 1)
    assert figures["received"] is None


def test_a_queues_board_shows_the_agents_who_can_serve_it(calls):
    everyone, able = wallboard_frame(NOW)["agents"]["people"], wallboard_frame(NOW, queues=["lost"])["agents"]
    assert 0 < able["people"] < everyone


def test_a_teams_board_shows_its_answers_and_no_share_of_lost_callers(calls):
    team = team_of(0).user.team.code
    figures = wallboard_frame(NOW, teams=[team])["figures"]["today"]
    assert (figures["answered"], figures["service_level"]) == (1, 100.0)
    assert (figures["offered"], figures["abandoned"], figures["abandonment_rate"]) == (None, None, None)
    assert wallboard_frame(NOW, teams=[team])["service_level"]["variant"] == "answered_only"


def test_a_teams_board_shows_its_people(busy):
    busy.sign_in(share=1)
    team = Team.objects.order_by("code")[1]
    agents = wallboard_frame(NOW, teams=[team.code])["agents"]
    assert agents["signed_in"] == AgentSession.objects.filter(agent__user__team=team).count()
    assert [row["code"] for row in agents["teams"]] == [team.code]


def test_another_centres_people_are_not_on_the_board(busy):
    assert wallboard_frame(NOW, centre="elsewhere")["agents"]["people"] == 0


def test_one_selection_has_one_topic_however_it_is_written():
    one = Selection.from_address("queue=b&queue=a&team=t1&queue=a")
    assert one == Selection.from_topic(Selection.of(queues=["a", "b"], teams=["t1"]).topic)
    assert Selection.from_topic("wallboard:") == Selection()
