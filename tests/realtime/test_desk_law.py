"""The law of the desk: snapshot + patches = fresh snapshot, whatever happened in between."""

import random
from collections.abc import Callable

import pytest

from callcenter.acd.models import Agent, CallReason
from callcenter.acd.services import wrap_ups
from tests.acd.driver import Driver
from tests.realtime.desk_page import Page, Telephony, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def driver(agent: Agent) -> Driver:
    return Driver()


async def test_a_call_changes_only_the_sections_it_touches(agent: Agent, driver: Driver) -> None:
    telephony = Telephony(driver)
    await telephony.do(driver.sign_in, agent)
    page = await Page(agent.user).open()
    await page.snapshot()
    await telephony.do(driver.talk, "c1", agent)
    patch = await page.hear()
    assert patch["type"] == "patch"
    assert "me" not in patch["sections"]
    assert "reference" not in patch["sections"]
    await page.until(await fresh(agent))
    assert page.sections["state"]["code"] == "talking"
    await page.close()


async def test_a_nudge_without_a_change_sends_nothing(agent: Agent, driver: Driver) -> None:
    page = await Page(agent.user).open()
    await page.snapshot()
    await Telephony(driver).nudge()
    assert await page.socket.receive_nothing(timeout=0.5)
    await page.close()


async def test_another_agents_call_is_not_told(agent: Agent, other_agent: Agent, driver: Driver) -> None:
    telephony = Telephony(driver)
    page = await Page(agent.user).open()
    await page.snapshot()
    await telephony.do(driver.sign_in, other_agent)
    await telephony.do(driver.talk, "c1", other_agent)
    assert await page.socket.receive_nothing(timeout=0.5)
    await page.close()


async def test_a_page_that_missed_everything_starts_afresh(agent: Agent, driver: Driver) -> None:
    telephony = Telephony(driver)
    await telephony.do(driver.sign_in, agent)
    page = await Page(agent.user).open()
    await page.snapshot()
    await page.close()
    await telephony.do(driver.talk, "c1", agent)
    again = await Page(agent.user, tab="b", opened=2).open()
    assert await again.snapshot() == await fresh(agent)
    assert again.seqs == [1]
    await again.close()


def deeds(driver: Driver, agent: Agent, dice: random.Random) -> list[Callable[[], object]]:
    """What may happen at a desk next; each is possible or refused without harm."""
    reasons = list(CallReason.objects.values_list("pk", flat=True))
    number = f"c{dice.randrange(10**9)}"

    def save() -> None:
        call = driver.session(agent).call
        if call:
            draft = {"reason_id": dice.choice(reasons), "note": f"note {dice.random()}"}
            wrap_ups.save_draft(agent, call.pk, draft)

    def ring_and_miss() -> None:
        driver.arrive(number)
        driver.wait_in(number)
        if number in driver.exchange.book.calls and driver.session(agent).state == "offered":
            driver.rings(number, agent)
            driver.returns(number, agent, "NOANSWER")

    def talk() -> None:
        if driver.session(agent).state == "ready":
            driver.talk(number, agent)

    def end() -> None:
        call = driver.session(agent).call
        if call and call.state != "ended":
            driver.ends(call.linkedid)

    def wish(kind: str, **payload: object) -> Callable[[], object]:
        return lambda: driver.wish(agent, kind, **payload)

    return [
        save, save, ring_and_miss, talk, talk, end, end, wish("go_ready"), wish("go_ready"),
        wish("go_not_ready", reason="break"), wish("finish_wrap_up", then="ready"), wish("extend_wrap_up"),
        wish("sign_out"), lambda: driver.sign_in(agent), lambda: driver.after(dice.choice([1, 40])),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
async def test_snapshot_and_patches_make_the_fresh_snapshot(seed: int, agent: Agent, driver: Driver) -> None:
    dice = random.Random(seed)
    telephony = Telephony(driver)
    await telephony.do(driver.sign_in, agent)
    page = await Page(agent.user).open()
    await page.snapshot()
    for _ in range(25):
        await telephony.do(lambda: dice.choice(deeds(driver, agent, dice))())
        await page.until(await fresh(agent))
    assert page.seqs == list(range(1, len(page.seqs) + 1))
    await page.close()
