"""Every process dies once, with calls in the menu, in the line and talking; the time to recover is told."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from django.db import connections

from callcenter.acd.models import AgentSession, Call, Offer
from callcenter.telephony.passengers import audio, crowd
from callcenter.telephony.passengers.agents import Behaviour
from callcenter.telephony.passengers.passenger import Passenger, PassengerReport, Press, Script, Step
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.words import CallState, Outcome
from tests.telephony import truth
from tests.telephony.people import Colleague
from tests.telephony.running import Platform, wait_for_async

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.load,
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.timeout(180),
]

TALKING, WAITING, IN_MENU = 2, 3, 2
TALKERS_TONE = 430
TO_AN_AGENT = (Press("1", 0.4), Press("0", 0.4))
Tell = Callable[[str], None]


@dataclass
class Scene:
    """Calls in every place: `talking` with `agents`, `waiting` in this order, `in_menu` pressing nothing."""

    platform: Platform
    agents: list[Colleague]
    talking: list[Passenger]
    waiting: list[Passenger]
    in_menu: list[Passenger]
    calls: "list[asyncio.Task[PassengerReport]]"
    records_began: int

    @property
    def everybody(self) -> list[Passenger]:
        return [*self.talking, *self.waiting, *self.in_menu]

    def rows(self) -> dict[str, Call]:
        """Our rows of these passengers by number."""
        numbers = [passenger.report.number for passenger in self.everybody]
        since = self.talking[0].report.dialled_at
        return {
            call.caller_number: call
            for call in Call.objects.filter(caller_number__in=numbers, arrived_at__gte=since)
        }

    def assert_talkers_talk(self) -> None:
        """Both sides hear the other one's tone at this moment."""
        for passenger in self.talking:
            assert passenger.leg
            assert passenger.leg.is_up
            tone = passenger.leg.ear.tone()
            assert tone, f"{passenger.report.number} hears no agent"
            assert any(abs(tone.hertz - agent.hertz) < 8 for agent in self.agents)

    def assert_waiters_wait(self) -> None:
        """Those in the line are still there."""
        for passenger in self.waiting:
            assert passenger.leg
            assert passenger.leg.is_up

    async def finish(self) -> list[Call]:
        """Let the talkers hang up; the agents then serve the line in its order, and all is booked once."""
        order = [passenger.report.number for passenger in self.waiting]
        for passenger in self.in_menu + self.talking:
            passenger.give_up()
        reports = list(await asyncio.wait_for(asyncio.gather(*self.calls), 60))
        calls = await truth.assert_all_calls_end([r.number for r in reports], reports[0].dialled_at, 40)
        for agent in self.agents:
            await agent.sign_out()
        truth.assert_each_passenger_is_one_call(reports, calls)
        truth.assert_outcomes_are_what_passengers_saw(reports, calls)
        truth.assert_no_claim_is_left(calls)
        truth.assert_nothing_rang_twice([ring for agent in self.agents for ring in agent.rings])
        truth.assert_agents_seconds_add_up(
            AgentSession.objects.filter(agent__in=[a.agent for a in self.agents])
        )
        first_offers = Offer.objects.filter(call__in=calls, call__caller_number__in=order).order_by("id")
        served = list(dict.fromkeys(first_offers.values_list("call__caller_number", flat=True)))
        assert served == order, "the waiting kept their places"
        return calls


@pytest.fixture
async def scene(
    live: Platform, trunk: Phone, colleagues: Callable[..., list[Colleague]]
) -> AsyncIterator[Callable[[int], "asyncio.Future[Scene]"]]:
    """Make a scene; everybody hangs up in the end."""
    scenes: list[Scene] = []

    async def make(seed: int) -> Scene:
        places = iter(range(100))

        def send(**script: object) -> Passenger:
            number = crowd.number_for(next(places), seed)
            says = audio.tone(TALKERS_TONE)
            passenger = Passenger(Script(number=number, says=says, longest_seconds=150, **script))  # type: ignore[arg-type]
            calls.append(asyncio.ensure_future(passenger.call(trunk)))
            return passenger

        calls: list[asyncio.Task[PassengerReport]] = []
        began = truth.records_size()
        agents = colleagues(TALKING)
        for agent in agents:
            agent.decide = lambda _: Behaviour(0.2)
            await agent.ready()
        talking = [send(presses=TO_AN_AGENT, talks_seconds=None) for _ in range(TALKING)]
        await wait_for_async("they talk", lambda: all(p.step is Step.TALKING for p in talking), 30)
        waiting = []
        for _ in range(WAITING):
            waiting.append(send(presses=TO_AN_AGENT, talks_seconds=1.0))
            await wait_for_async("in the line", lambda: _state(waiting[-1]) == CallState.WAITING, 15)
        in_menu = [send(presses=(Press("1", 60),)) for _ in range(IN_MENU)]
        await wait_for_async("in the menu", lambda: all(_state(p) == CallState.IN_MENU for p in in_menu), 10)
        scenes.append(Scene(live, agents, talking, waiting, in_menu, calls, began))
        return scenes[-1]

    yield make
    for each in scenes:
        for passenger in each.everybody:
            passenger.give_up()
        await asyncio.wait(each.calls, timeout=10)


def _state(passenger: Passenger) -> str:
    row = Call.objects.filter(
        caller_number=passenger.report.number, arrived_at__gte=passenger.report.dialled_at
    ).first()
    return row.state if row else ""


async def test_the_telephony_process_is_killed(scene: Callable, live: Platform, tell: Tell) -> None:
    here = await scene(101)
    moment = time.time()
    began = live.kill("telephony")
    await asyncio.sleep(1)
    here.assert_talkers_talk()
    await wait_for_async("it leads again", lambda: live.leads(moment + 1), 40)
    tell(f"telephony killed: leads again after {time.monotonic() - began:.1f} s")
    await asyncio.sleep(1)
    here.assert_talkers_talk()
    here.assert_waiters_wait()
    calls = await here.finish()
    truth.assert_each_call_has_one_outcome(calls)


async def test_the_menu_server_is_killed(scene: Callable, live: Platform, trunk: Phone, tell: Tell) -> None:
    here = await scene(102)
    began = live.kill("agi")
    await wait_for_async(
        "those in the menu stand in the line",
        lambda: all(_state(p) == CallState.WAITING for p in here.in_menu),
        10,
    )
    tell(f"agi killed: callers of the menu stand in the line after {time.monotonic() - began:.1f} s")
    here.assert_talkers_talk()
    here.assert_waiters_wait()
    await wait_for_async("it runs again", lambda: live.pid("agi"), 20)
    await here.finish()


@pytest.mark.parametrize("name", ["web", "worker"])
async def test_a_process_that_carries_no_call_is_killed(
    name: str, scene: Callable, live: Platform, tell: Tell
) -> None:
    here = await scene(103 + (name == "web"))
    began = live.kill(name)
    await wait_for_async("it runs again", lambda: live.pid(name), 20)
    tell(f"{name} killed: runs again after {time.monotonic() - began:.1f} s")
    here.assert_talkers_talk()
    here.assert_waiters_wait()
    await here.finish()


@pytest.mark.covers("TEL-37")
async def test_the_manager_connection_is_cut(scene: Callable, live: Platform, tell: Tell) -> None:
    here = await scene(105)
    live.ami.cut()
    await asyncio.sleep(4)
    here.assert_talkers_talk()
    here.assert_waiters_wait()
    mended, began = time.time(), time.monotonic()
    live.ami.mend()
    await wait_for_async("it hears Asterisk again", lambda: live.leads(mended), 30)
    tell(f"AMI cut for 4 s: connected again {time.monotonic() - began:.1f} s after the line was mended")
    calls = await here.finish()
    truth.assert_each_call_has_one_outcome(calls)


@pytest.mark.parametrize("name", ["postgres", "valkey"])
async def test_a_store_is_restarted(name: str, scene: Callable, live: Platform, tell: Tell) -> None:
    here = await scene(106 + (name == "valkey"))
    moment = time.time()
    began = live.kill(name)
    await asyncio.sleep(1)
    here.assert_talkers_talk()
    here.assert_waiters_wait()
    await wait_for_async("it leads again", lambda: live.leads(moment + 1), 40)
    connections.close_all()
    tell(f"{name} killed: the telephony process works again after {time.monotonic() - began:.1f} s")
    await here.finish()


async def test_asterisk_is_restarted(scene: Callable, live: Platform, trunk: Phone, tell: Tell) -> None:
    here = await scene(108)
    moment = time.time()
    began = live.kill("asterisk")
    for passenger in here.everybody:
        assert passenger.leg
        passenger.leg.vanish()
    await wait_for_async("the link is back", lambda: live.leads(moment + 2), 40)
    tell(f"asterisk killed: link back after {time.monotonic() - began:.1f} s")
    await asyncio.gather(*here.calls)
    rows = list(here.rows().values())
    await wait_for_async(
        "our rows are closed", lambda: not Call.objects.exclude(state=CallState.ENDED).exists(), 30
    )
    for agent in here.agents:
        await agent.sign_out()
    assert len(rows) == len(here.everybody)
    answered = [call for call in here.rows().values() if call.outcome == Outcome.ANSWERED]
    assert len(answered) == TALKING
