"""One call on its whole way through the running platform, told apart by tones."""

import asyncio
from collections.abc import Callable

import pytest

from callcenter.telephony.passengers import audio
from callcenter.telephony.passengers.crowd import number_for
from callcenter.telephony.passengers.passenger import Passenger, Script
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.words import Outcome
from tests.telephony import truth
from tests.telephony.people import Colleague

pytestmark = [pytest.mark.asterisk, pytest.mark.xdist_group("asterisk"), pytest.mark.timeout(90)]

PASSENGERS_TONE = 440


async def call(trunk: Phone, place: int, **script: object) -> tuple[Passenger, asyncio.Task[object]]:
    says = audio.tone(PASSENGERS_TONE)
    passenger = Passenger(Script(number=number_for(place, 1), says=says, **script))  # type: ignore[arg-type]
    return passenger, asyncio.ensure_future(passenger.call(trunk))


@pytest.mark.covers("TEL-01", "TEL-02")
async def test_a_passenger_talks_with_the_agent_who_is_ready(
    trunk: Phone, colleagues: Callable[..., list[Colleague]]
) -> None:
    [agent] = colleagues(1)
    await agent.ready()
    passenger, calling = await call(trunk, 1, talks_seconds=3.0)
    await calling
    [row] = await truth.assert_all_calls_end([passenger.report.number], passenger.report.dialled_at)
    assert passenger.report.heard_tone(agent.hertz)
    assert truth.hears(agent.rings[0].tones, PASSENGERS_TONE)
    assert (row.outcome, row.agent) == (Outcome.ANSWERED, agent.agent)
    assert row.released_by == "caller"
