"""One agent, several pages: the newest has the desk."""

import pytest

from callcenter.acd.models import Agent
from tests.realtime.desk_page import Page

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN_OVER = 4409


@pytest.mark.covers("DSK-34")
async def test_the_newer_page_takes_over(agent: Agent) -> None:
    old = await Page(agent.user, tab="a", opened=1).open()
    await old.snapshot()
    new = await Page(agent.user, tab="b", opened=2).open()
    await new.snapshot()
    assert await old.closed_with() == TAKEN_OVER
    assert old.others == [{"type": "taken_over"}]
    await new.close()


async def test_an_older_page_that_comes_back_does_not_take_the_desk(agent: Agent) -> None:
    new = await Page(agent.user, tab="b", opened=2).open()
    await new.snapshot()
    old = await Page(agent.user, tab="a", opened=1).open()
    assert await old.closed_with() == TAKEN_OVER
    assert await new.socket.receive_nothing(timeout=0.3)
    await new.close()


async def test_a_page_that_reconnects_replaces_its_own_dead_connection_quietly(agent: Agent) -> None:
    dead = await Page(agent.user, tab="a", opened=1).open()
    await dead.snapshot()
    alive = await Page(agent.user, tab="a", opened=1).open()
    await alive.snapshot()
    assert await dead.closed_with() == 1000
    assert dead.others == []
    await alive.close()


async def test_use_here_takes_the_desk_from_a_page_opened_later(agent: Agent) -> None:
    here = await Page(agent.user, tab="a", opened=1).open()
    await here.snapshot()
    assert (await here.wish("use_here"))["ok"]
    other = await Page(agent.user, tab="b", opened=2).open()
    assert await other.closed_with() == TAKEN_OVER
    await here.close()


async def test_two_agents_do_not_disturb_each_other(agent: Agent, other_agent: Agent) -> None:
    mine = await Page(agent.user, tab="a", opened=1).open()
    await mine.snapshot()
    theirs = await Page(other_agent.user, tab="b", opened=2).open()
    await theirs.snapshot()
    assert await mine.socket.receive_nothing(timeout=0.3)
    await mine.close()
    await theirs.close()
