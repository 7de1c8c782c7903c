"""Scripted passengers against a centre that is one telephone."""

import asyncio

import pytest

from callcenter.telephony.passengers import audio, cli, crowd
from callcenter.telephony.passengers.agents import AgentPhone, Behaviour
from callcenter.telephony.passengers.leg import EndedBy
from callcenter.telephony.passengers.passenger import Ending, Passenger, Press, Script
from callcenter.telephony.passengers.phone import Phone


class Centre:
    """Answers every call with a prompt; after `agent_after` seconds an agent speaks."""

    def __init__(self, phone):
        self.phone, self.legs = phone, []
        self.agent_after = None
        self.refuses_with = None
        phone.on_incoming = self.take

    def take(self, leg):
        self.legs.append(leg)
        if self.refuses_with:
            leg.reject(self.refuses_with)
            return
        leg.answer()
        leg.mouth.play(audio.speech(2.0), repeats=True)
        if self.agent_after is not None:
            asyncio.get_running_loop().call_later(self.agent_after, self.join, leg)

    def join(self, leg):
        """What Asterisk does when a passenger gets through: another RTP source."""
        leg.stream.change_source()
        leg.mouth.play(audio.tone(700), repeats=True)


@pytest.fixture
async def trunk():
    async with await Phone(("127.0.0.1", 9)).open() as trunk:
        yield trunk


@pytest.fixture
async def centre(trunk):
    async with await Phone(("127.0.0.1", trunk.port), "12306").open() as phone:
        trunk.server = ("127.0.0.1", phone.port)
        yield Centre(phone)


async def call(trunk, **script):
    return await asyncio.wait_for(Passenger(Script(**script)).call(trunk), 10)


async def test_a_passenger_presses_is_joined_talks_and_hangs_up(trunk, centre):
    centre.agent_after = 1.5
    report = await call(trunk, presses=(Press("1", 0.3), Press("2", 0.3)), talks_seconds=0.8)
    assert (report.ending, report.ended_by, report.pressed) == (Ending.TALKED, EndedBy.US, "12")
    assert report.talked_seconds == pytest.approx(0.8, abs=0.3)
    assert report.heard_tone(700)
    assert "".join(centre.legs[0].ear.digits) == "12"


async def test_a_passenger_speaks_while_talking(trunk, centre):
    centre.agent_after = 0.1
    calling = asyncio.ensure_future(call(trunk, says=audio.tone(450), talks_seconds=1.0))
    await asyncio.sleep(0.9)
    assert centre.legs[0].ear.tone().hertz == pytest.approx(450, abs=3)
    await calling


async def test_a_passenger_presses_when_the_prompt_falls_silent(trunk, centre):
    report = await call(trunk, presses=(Press("7", after_silence_seconds=0.3),), gives_up_in_line_seconds=0.3)
    assert (report.pressed, report.ending) == ("7", Ending.LEFT_LINE)


async def test_a_passenger_gives_up_in_the_menu(trunk, centre):
    report = await call(trunk, presses=(Press("1", 30),), gives_up_in_menu_seconds=0.3)
    assert (report.ending, report.pressed) == (Ending.LEFT_MENU, "")


async def test_a_passenger_gives_up_in_the_line(trunk, centre):
    report = await call(trunk, gives_up_in_line_seconds=0.5)
    assert report.ending is Ending.LEFT_LINE
    assert report.waited_seconds == pytest.approx(0.5, abs=0.3)


async def test_a_passenger_gives_up_before_anybody_answers(trunk, centre):
    centre.phone.on_incoming = lambda leg: leg.ring()
    report = await call(trunk, gives_up_unanswered_seconds=0.3)
    assert (report.ending, report.sip_code, report.answered_at) == (Ending.LEFT_UNANSWERED, 487, None)


async def test_a_refused_passenger_says_so(trunk, centre):
    centre.refuses_with = 486
    report = await call(trunk)
    assert (report.ending, report.sip_code) == (Ending.REFUSED, 486)


async def test_the_centre_hangs_up_in_the_line(trunk, centre):
    calling = asyncio.ensure_future(call(trunk))
    await asyncio.sleep(0.4)
    await centre.legs[0].hang_up()
    report = await calling
    assert (report.ending, report.ended_by) == (Ending.RELEASED_IN_LINE, EndedBy.THEM)


async def test_time_back_in_the_line_is_not_talk(trunk, centre):
    centre.agent_after = 0.1
    calling = asyncio.ensure_future(call(trunk, talks_seconds=1.0))
    await asyncio.sleep(0.6)
    centre.legs[0].stream.change_source()
    await asyncio.sleep(1.0)
    assert not calling.done()
    centre.legs[0].stream.change_source()
    report = await calling
    assert (report.times_joined, report.ending) == (2, Ending.TALKED)


async def test_an_agent_behaves_as_told():
    async with await Phone(("127.0.0.1", 9)).open() as trunk:
        agent = AgentPhone(("127.0.0.1", trunk.port), "1001", "secret", 700)
        await agent.phone.open()
        trunk.server = ("127.0.0.1", agent.phone.port)
        told = iter([Behaviour(0.05, rejects_with=486), Behaviour(0.05, talks_seconds=0.3)])
        agent.decide = lambda ring: next(told)
        reports = [await call(trunk, dials="1001") for _ in range(2)]
        assert [report.sip_code for report in reports] == [486, 200]
        assert [ring.code for ring in agent.rings] == [486, 200]
        assert not agent.rings[0].overlaps(agent.rings[1])
        await agent.phone.close()


async def test_a_crowd_reports_in_order(trunk, centre):
    numbers = [crowd.number_for(place) for place in range(5)]
    scripts = [Script(number=number, gives_up_in_line_seconds=0.2) for number in numbers]
    trunk_server = trunk.server
    centre.phone.server = trunk_server
    reports = await crowd.call_all(trunk_server, scripts, calls_per_second=50)
    assert [report.number for report in reports] == numbers


async def test_the_summary_counts_endings(trunk, centre):
    reports = [await call(trunk, gives_up_in_line_seconds=0.1) for _ in range(2)]
    assert crowd.summarise(reports).endings == {Ending.LEFT_LINE: 2}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "5060"],
        ["--host", "h", "--port", "1", "--press", "1,x"],
        ["--host", "h", "--port", "1", "--count", "0"],
    ],
)
def test_misuse_is_explained(arguments, monkeypatch, capsys):
    monkeypatch.delenv("ASTERISK_SIP_HOST", raising=False)
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert (end.value.code, "./run call: error:" in capsys.readouterr().err) == (2, True)
