"""Two hundred passengers and a dozen agents who do as they please; afterwards the books must balance."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from callcenter.acd.models import AgentSession
from callcenter.telephony.passengers import audio, crowd
from callcenter.telephony.passengers.agents import Behaviour, Ring
from callcenter.telephony.passengers.passenger import Passenger, PassengerReport, Press, Script
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.words import Outcome
from tests.telephony import truth
from tests.telephony.people import Colleague, keep_at_work

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.load,
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.timeout(300),
]

SEED = 20261122
CALLS = 200
CALLS_PER_SECOND = 6.0
AGENTS = 12


def script_for(place: int, dice: random.Random) -> Script:
    """A passenger: some leave the menu, some the line, most talk."""
    script = partial(
        Script,
        number=crowd.number_for(place, SEED),
        says=audio.tone(400 + place % 5),
        longest_seconds=90,
    )
    keys = (Press("1", dice.uniform(0.3, 1.2)), Press("0", dice.uniform(0.3, 1.5)))
    kind = dice.random()
    if kind < 0.12:
        return script(gives_up_in_menu_seconds=dice.uniform(0.2, 2.5))
    if kind < 0.30:
        return script(presses=keys, gives_up_in_line_seconds=dice.uniform(0.2, 8.0))
    if kind < 0.50:
        return script(presses=keys, talks_seconds=None)
    return script(presses=keys, talks_seconds=dice.uniform(0.5, 4.0))


@dataclass
class Floor:
    """Decides for agents and for those passengers who give up while an agent's phone rings."""

    dice: random.Random
    passengers: dict[str, Passenger] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def decide(self, ring: Ring) -> Behaviour:
        kind = self.dice.random()
        pause = self.dice.uniform(0.1, 1.0)
        if ring.resumes or kind < 0.68:
            return self._note("answered", Behaviour(pause, talks_seconds=self.dice.uniform(1.0, 5.0)))
        if kind < 0.76:
            return self._note("missed", Behaviour(None))
        if kind < 0.86:
            return self._note("rejected", Behaviour(pause, rejects_with=486))
        if kind < 0.93:
            return self._note("dropped off", Behaviour(pause, talks_seconds=1.0, drops_off=True))
        asyncio.get_running_loop().call_later(pause, self._leave, ring.caller)
        return self._note("left while ringing", Behaviour(None))

    def _leave(self, number: str) -> None:
        if passenger := self.passengers.get(number):
            passenger.give_up()

    def _note(self, what: str, behaviour: Behaviour) -> Behaviour:
        self.seen[what] += 1
        return behaviour


async def call_all(trunk: Phone, floor: Floor, dice: random.Random) -> list[PassengerReport]:
    calls = []
    for place in range(CALLS):
        passenger = Passenger(script_for(place, dice))
        floor.passengers[passenger.report.number] = passenger
        calls.append(asyncio.ensure_future(passenger.call(trunk)))
        await asyncio.sleep(dice.expovariate(CALLS_PER_SECOND))
    return list(await asyncio.gather(*calls))


@pytest.mark.covers("TEL-12", "TEL-24", "TEL-29")
async def test_every_call_ends_once_and_the_books_balance(
    trunk: Phone, colleagues: Callable[..., list[Colleague]], tell: Callable[[str], None]
) -> None:
    records_began = truth.records_size()
    dice = random.Random(SEED)
    floor = Floor(random.Random(SEED + 1))
    agents = colleagues(AGENTS)
    for agent in agents:
        agent.decide = floor.decide
        await agent.ready()
    keeper = keep_at_work(agents)
    reports = await call_all(trunk, floor, dice)
    keeper.cancel()
    calls = await truth.assert_all_calls_end([report.number for report in reports], reports[0].dialled_at)
    for agent in agents:
        await agent.sign_out()
    outcomes = Counter(call.outcome for call in calls)
    tell(f"{dict(outcomes)}; agents: {dict(floor.seen)}")
    assert outcomes[Outcome.ANSWERED] > CALLS / 4
    truth.assert_each_passenger_is_one_call(reports, calls)
    truth.assert_each_call_has_one_outcome(calls)
    truth.assert_outcomes_are_what_passengers_saw(reports, calls)
    truth.assert_nothing_rang_twice([ring for agent in agents for ring in agent.rings])
    truth.assert_no_claim_is_left(calls)
    truth.assert_agents_seconds_add_up(AgentSession.objects.filter(agent__in=[a.agent for a in agents]))
    truth.assert_totals_equal_the_records(calls, truth.recorded_since(records_began))
