"""What a desk asks for is checked, carried out once, and answered."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from channels.db import database_sync_to_async

from callcenter.acd.models import Agent, CallReason, Command, WrapUp
from tests.acd.driver import Driver
from tests.realtime.desk_page import Page, Telephony

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def driver(agent: Agent) -> Driver:
    return Driver()


@pytest.fixture
async def telephony(driver: Driver) -> AsyncIterator[Telephony]:
    """A telephony process that is up."""
    process = Telephony(driver)
    serving = asyncio.create_task(process.serve())
    yield process
    serving.cancel()


@pytest.fixture
async def page(agent: Agent) -> AsyncIterator[Page]:
    opened = await Page(agent.user).open()
    await opened.snapshot()
    yield opened
    await opened.close()


@pytest.mark.covers("DSK-12")
async def test_signing_in_is_done_and_answered(page: Page, telephony: Telephony) -> None:
    assert (await page.wish("sign_in"))["ok"]
    await page.until_state("not_ready")
    assert page.sections["phone"]["password"]


async def test_a_refusal_comes_back_with_its_code_and_a_sentence(page: Page, telephony: Telephony) -> None:
    result = await page.wish("go_ready")
    assert (result["ok"], result["code"]) == (False, "not_signed_in")
    assert result["detail"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("dance", {}, "unknown_command"),
        ("", {}, "unknown_command"),
        ("go_not_ready", {}, "invalid"),
        ("go_not_ready", {"reason": "x" * 500}, "invalid"),
        ("save_draft", {"call_id": "mine"}, "invalid"),
        ("save_draft", {"call_id": 1, "result": "wonderful"}, "invalid"),
        ("save_draft", {"call_id": 999_999}, "not_found"),
        ("phone_status", {"registered": "perhaps"}, "invalid"),
    ],
)
async def test_a_bad_wish_is_refused_and_nothing_is_recorded(
    page: Page, name: str, data: dict[str, object], code: str
) -> None:
    result = await page.wish(name, **data)
    assert (result["ok"], result["code"]) == (False, code)
    assert await Command.objects.acount() == 0


@pytest.mark.parametrize("noise", [[], "hello", {"type": "command"}, {"type": "unknown"}, None])
async def test_noise_does_not_break_the_socket(page: Page, noise: object) -> None:
    await page.say(noise)
    assert (await page.wish("use_here"))["ok"]


async def test_text_that_is_no_json_is_passed_over(page: Page) -> None:
    await page.socket.send_text("{")
    assert (await page.wish("use_here"))["ok"]


async def test_a_page_may_ask_to_look_when_a_nudge_was_lost(page: Page, driver: Driver, agent: Agent) -> None:
    await database_sync_to_async(driver.sign_in)(agent)
    assert (await page.wish("look"))["ok"]
    await page.until_state("ready")


@pytest.mark.covers("DSK-11", "DSK-19")
async def test_a_draft_is_saved_while_telephony_is_away(page: Page, driver: Driver, agent: Agent) -> None:
    away = Telephony(driver)
    await away.do(driver.sign_in, agent)
    await away.do(driver.talk, "c1", agent)
    await page.until_state("talking")
    call_id = page.sections["call"]["id"]
    assert (await page.wish("save_draft", call_id=call_id, note="02:50 black bag"))["ok"]
    saved = await WrapUp.objects.aget(call_id=call_id)
    assert (saved.note, saved.finished_at) == ("02:50 black bag", None)


@pytest.mark.covers("DSK-08", "DSK-27")
async def test_a_finished_wrap_up_is_kept_even_when_telephony_does_not_answer(
    page: Page, driver: Driver, agent: Agent
) -> None:
    away = Telephony(driver)
    await away.do(driver.sign_in, agent)
    await away.do(driver.talk, "c1", agent)
    await away.do(driver.ends, "c1")
    await page.until_state("wrap_up")
    reason = await CallReason.objects.filter(numchild=0).afirst()
    assert reason is not None
    call_id = page.sections["call"]["id"]
    await page.send(
        "finish_wrap_up", call_id=call_id, reason_id=reason.pk, result="solved", first_call_resolved=True
    )
    await asyncio.sleep(0.3)
    saved = await WrapUp.objects.aget(call_id=call_id)
    assert saved.finished_at is not None
    assert saved.first_call_resolved is True


async def test_another_agents_call_cannot_be_written_about(
    page: Page, driver: Driver, other_agent: Agent
) -> None:
    telephony = Telephony(driver)
    await telephony.do(driver.sign_in, other_agent)
    await telephony.do(driver.talk, "c1", other_agent)
    theirs = await telephony.do(driver.call, "c1")
    result = await page.wish("save_draft", call_id=theirs.pk, note="not mine")
    assert (result["ok"], result["code"]) == (False, "not_found")
    assert await WrapUp.objects.acount() == 0
