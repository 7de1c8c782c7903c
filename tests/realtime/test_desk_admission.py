"""Who gets a desk's socket, and who does not."""

import pytest

from callcenter.accounts.models import User
from callcenter.acd.models import Agent
from tests.realtime.desk_page import Page

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER, WRONG_ROLE = 4401, 4403


@pytest.mark.covers("DSK-01")
async def test_an_agent_gets_the_desk_as_it_stands(agent: Agent) -> None:
    page = await Page(agent.user).open()
    sections = await page.snapshot()
    assert set(sections) == {"me", "state", "call", "draft", "today", "phone", "reference"}
    assert (sections["me"]["extension"], sections["state"]["code"]) == ("1001", "offline")
    assert sections["phone"] is None
    await page.close()


async def test_a_stranger_is_sent_away(centre: None) -> None:
    page = await Page(None).open()
    assert await page.closed_with() == STRANGER
    assert page.others == []


@pytest.fixture(params=["administrator", "station_staff"])
def outsider(request: pytest.FixtureRequest) -> User:
    """Someone who is signed in and has no desk."""
    person: User = request.getfixturevalue(request.param)
    return person


async def test_a_role_without_a_desk_is_refused(outsider: User) -> None:
    page = await Page(outsider).open()
    assert await page.closed_with() == WRONG_ROLE
    assert page.others == []


async def test_another_site_cannot_open_it(agent: Agent) -> None:
    page = await Page(agent.user, origin="http://elsewhere.example").open()
    assert not page.accepted


async def test_an_agent_who_takes_no_calls_any_more_is_refused(agent: Agent) -> None:
    await Agent.objects.filter(pk=agent.pk).aupdate(is_active=False)
    page = await Page(agent.user).open()
    assert await page.closed_with() == WRONG_ROLE
