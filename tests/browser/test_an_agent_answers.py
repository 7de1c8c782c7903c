"""An agent in a real browser answers a real call, with everything that can go wrong in the middle of it."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from functools import partial

import pytest
from django.db.models import Sum
from playwright.async_api import Page, expect

from callcenter.acd.models import Call, WrapUp
from callcenter.telephony.passengers import audio, crowd
from callcenter.telephony.passengers.passenger import Passenger, PassengerReport, Press, Script
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.words import Outcome
from reports.models import IntervalCallFact
from tests.browser.desk import AGENTS_TONE, PASSENGERS_TONE, Desk, passenger_hears, passenger_hears_music
from tests.telephony import truth
from tests.telephony.running import Platform, wait_for_async

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.timeout(120),
]

OpenPage = Callable[[str, str], Coroutine[None, None, Page]]
OpenDesk = Callable[[str], Coroutine[None, None, Desk]]
TO_AN_AGENT = (Press("1", 0.5), Press("0", 0.5))


def dial(trunk: Phone, place: int) -> tuple[Passenger, "asyncio.Task[PassengerReport]"]:
    """A passenger presses 1 for Mandarin and 0 for an agent, and talks until the agent hangs up."""
    script = Script(
        number=crowd.number_for(place, 7),
        presses=TO_AN_AGENT,
        says=audio.tone(PASSENGERS_TONE),
        talks_seconds=None,
        longest_seconds=90,
    )
    passenger = Passenger(script)
    return passenger, asyncio.ensure_future(passenger.call(trunk))


@pytest.mark.covers("TEL-05", "TEL-06", "TEL-21", "TEL-22")
@pytest.mark.usefixtures("time_to_write")
async def test_a_call_from_the_menu_to_the_wrap_up(open_desk: OpenDesk, trunk: Phone) -> None:
    desk = await open_desk("agent1")
    await desk.begin_shift()
    passenger, calling = dial(trunk, 1)
    await expect(desk.part("ring-card")).to_be_visible(timeout=15000)
    await desk.answer()
    await passenger_hears(passenger, AGENTS_TONE)
    await desk.hears(PASSENGERS_TONE)

    await desk.part("hold").click()
    await desk.has("agent-state", "on_hold")
    await passenger_hears_music(passenger)
    await desk.part("hold").click()
    await desk.has("agent-state", "talking")
    await passenger_hears(passenger, AGENTS_TONE)

    await desk.part("hang-up").click()
    await desk.has("agent-state", "wrap_up")
    report = await asyncio.wait_for(calling, 5)
    assert (report.ending, report.ended_by) == ("talked", "them")
    await desk.write("退票费已说明")
    await desk.part("finish").click()
    await desk.has("agent-state", "ready")

    [call] = await truth.assert_all_calls_end([report.number], report.dialled_at)
    assert (call.outcome, call.agent.extension, call.hold_count) == (Outcome.ANSWERED, "1001", 1)
    written = WrapUp.objects.get(call=call)
    assert (written.note, written.result) == ("退票费已说明", "solved")
    assert written.finished_at


@pytest.mark.covers("TEL-37")
@pytest.mark.usefixtures("time_to_write")
async def test_a_reload_in_mid_call_brings_the_call_and_the_words_back(
    open_desk: OpenDesk, trunk: Phone
) -> None:
    desk = await open_desk("agent1")
    await desk.begin_shift()
    passenger, calling = dial(trunk, 2)
    await expect(desk.part("ring-card")).to_be_visible(timeout=15000)
    await desk.answer()
    await passenger_hears(passenger, AGENTS_TONE)
    await desk.part("note").fill("说到一半")
    await expect(desk.part("draft-saved")).to_be_visible()

    await desk.page.reload()
    await desk.has("session", "active")
    await passenger_hears(passenger, AGENTS_TONE)
    await desk.hears(PASSENGERS_TONE)
    await expect(desk.part("note")).to_have_value("说到一半")

    await desk.part("hang-up").click()
    report = await asyncio.wait_for(calling, 5)
    [call] = await truth.assert_all_calls_end([report.number], report.dialled_at)
    assert (call.outcome, Call.objects.filter(caller_number=report.number).count()) == (Outcome.ANSWERED, 1)


@pytest.mark.usefixtures("time_to_write")
async def test_a_closed_tab_returns_the_passenger_to_the_front_of_the_line(
    open_desk: OpenDesk, trunk: Phone, colleagues: Callable[..., list]
) -> None:
    desk = await open_desk("agent1")
    await desk.begin_shift()
    passenger, calling = dial(trunk, 3)
    await expect(desk.part("ring-card")).to_be_visible(timeout=15000)
    await desk.answer()
    await passenger_hears(passenger, AGENTS_TONE)
    [colleague] = colleagues(1)
    await colleague.ready()

    closed_at = asyncio.get_running_loop().time()
    await desk.page.context.close()
    await passenger_hears(passenger, colleague.hertz, 8)
    assert asyncio.get_running_loop().time() - closed_at < 5
    passenger.give_up()
    report = await calling
    [call] = await truth.assert_all_calls_end([report.number], report.dialled_at)
    assert call.agent == colleague.agent


@pytest.mark.usefixtures("time_to_write")
async def test_a_second_tab_takes_the_call_over(open_desk: OpenDesk, trunk: Phone) -> None:
    desk = await open_desk("agent1")
    await desk.begin_shift()
    passenger, calling = dial(trunk, 4)
    await expect(desk.part("ring-card")).to_be_visible(timeout=15000)
    await desk.answer()
    await passenger_hears(passenger, AGENTS_TONE)

    other = await desk.in_another_tab()
    await expect(desk.part("taken-over")).to_be_visible(timeout=10000)
    await other.has("session", "active")
    await passenger_hears(passenger, AGENTS_TONE)
    await other.hears(PASSENGERS_TONE)
    assert passenger.leg
    assert passenger.leg.is_up

    await other.part("hang-up").click()
    report = await asyncio.wait_for(calling, 5)
    [call] = await truth.assert_all_calls_end([report.number], report.dialled_at)
    assert call.outcome == Outcome.ANSWERED


@pytest.mark.usefixtures("time_to_write")
async def test_ten_seconds_without_the_servers_do_not_touch_the_talk(
    open_desk: OpenDesk, trunk: Phone, live: Platform
) -> None:
    """Both connections of the page stand and carry nothing; the sound goes its own way."""
    desk = await open_desk("agent1")
    await desk.begin_shift()
    passenger, calling = dial(trunk, 5)
    await expect(desk.part("ring-card")).to_be_visible(timeout=15000)
    await desk.answer()
    await passenger_hears(passenger, AGENTS_TONE)

    for line in (live.web, live.sockets):
        line.swallow()
    await asyncio.sleep(10)
    await passenger_hears(passenger, AGENTS_TONE, 1)
    for line in (live.web, live.sockets):
        line.mend()
    await desk.has("line", "live", 20)
    await desk.has("agent-state", "talking")
    await passenger_hears(passenger, AGENTS_TONE, 5)
    await desk.hears(PASSENGERS_TONE)

    await desk.part("hang-up").click()
    report = await asyncio.wait_for(calling, 10)
    [call] = await truth.assert_all_calls_end([report.number], report.dialled_at)
    assert (call.outcome, report.times_joined) == (Outcome.ANSWERED, 1)


@pytest.mark.covers("WB-02", "WB-05", "TEL-14")
@pytest.mark.usefixtures("time_to_write")
async def test_wallboard_and_report_show_exactly_that_call(
    open_desk: OpenDesk, open_page: OpenPage, trunk: Phone
) -> None:
    board = await open_page("lead1", "/reports/wallboard/")
    before = await counted(board, "answered")
    desk = await open_desk("agent2")
    await desk.begin_shift()
    passenger, calling = dial(trunk, 6)
    await expect(desk.part("ring-card")).to_be_visible(timeout=15000)
    await desk.answer()
    await passenger_hears(passenger, AGENTS_TONE)
    await desk.part("hang-up").click()
    report = await asyncio.wait_for(calling, 5)
    await desk.write("完")
    await desk.part("finish").click()
    [call] = await truth.assert_all_calls_end([report.number], report.dialled_at)

    await wait_for_async("the wallboard counts it", partial(is_counted, board, "answered", before + 1), 10)
    await board.goto(f"{board.url.split('/reports/')[0]}/reports/calls/?q={report.number[-4:]}")
    row = board.locator(f"tr[data-call='{call.pk}']")
    await expect(row).to_have_count(1)
    await expect(row).to_contain_text("1002")
    await wait_for_async("the KPI facts count it", facts_equal_calls, 40)


def facts_equal_calls() -> bool:
    """Whether the folded facts count as many answered calls as there are."""
    folded = IntervalCallFact.objects.aggregate(answered=Sum("answered"))["answered"]
    return folded == Call.objects.filter(outcome=Outcome.ANSWERED).count()


async def counted(board: Page, name: str) -> int:
    """What the wallboard says of today."""
    cell = board.locator(f"[data-count='{name}'] td").first
    await expect(cell).to_have_text(re.compile(r"\d"))
    return int(re.sub(r"\D", "", await cell.inner_text()))


async def is_counted(board: Page, name: str, expected: int) -> bool:
    return await counted(board, name) == expected
