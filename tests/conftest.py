"""What every test may use: a small centre with people of each role."""

import pytest

from callcenter.accounts.models import Role, User
from callcenter.acd.demo import seed_centre
from callcenter.acd.models import Agent

PASSWORD = "railway-demo"


@pytest.fixture
def centre(db: None) -> None:
    """The demo centre with four agents: queues, skills, reasons, people of every role."""
    seed_centre(PASSWORD, agents=4)


@pytest.fixture
def agent(centre: None) -> Agent:
    """Extension 1001: Mandarin, English and complaints."""
    return Agent.objects.select_related("user").get(extension="1001")


@pytest.fixture
def other_agent(centre: None) -> Agent:
    """Extension 1002: a colleague."""
    return Agent.objects.select_related("user").get(extension="1002")


@pytest.fixture
def lead(centre: None) -> User:
    """A team lead."""
    return User.objects.get(username="lead1")


@pytest.fixture
def administrator(centre: None) -> User:
    """Someone who runs the platform."""
    return User.objects.get(role=Role.ADMINISTRATOR)


@pytest.fixture
def station_staff(centre: None) -> User:
    """Someone who sees no calls at all."""
    return User.objects.get(role=Role.STATION)
