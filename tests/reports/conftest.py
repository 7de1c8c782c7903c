"""A queue, two agents of one team, and the people who look at reports."""

import pytest

from callcenter.accounts.models import Role
from tests.reports import world


@pytest.fixture
def team(db):
    return world.make_team()


@pytest.fixture
def queue(db):
    return world.make_queue("general")


@pytest.fixture
def agent(team):
    return world.make_agent(team)


@pytest.fixture
def colleague(team):
    return world.make_agent(team)


@pytest.fixture
def lead(team):
    return world.make_user(Role.LEAD, team)


@pytest.fixture
def station_clerk(db):
    return world.make_user(Role.STATION)
