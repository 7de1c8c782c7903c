"""An agent in a real browser answers a real call, with everything that can go wrong in the middle of it."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from playwright.async_api import expect

from callcenter.acd.models import Call, WrapUp
from callcenter.telephony.passengers import audio, crowd
from callcenter.telephony.passengers.passenger import Passenger, PassengerReport, Press, Script
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.words import Outcome
from tests.browser.desk import AGENTS_TONE, PASSENGERS_TONE, Desk, passenger_hears, passenger_hears_music
from tests.telephony import truth

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.browser,
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.timeout(120),
]

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
