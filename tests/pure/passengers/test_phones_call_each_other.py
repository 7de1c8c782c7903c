"""Two of our telephones over loopback, nothing between them."""

import asyncio

import pytest

from callcenter.telephony.passengers import audio
from callcenter.telephony.passengers.leg import CallRefused, EndedBy, LegState
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.passengers.transactions import Timers

FAST = Timers(t1=0.02, t2=0.1)


class Pair:
    """A caller's telephone and a called one; `incoming` gets the called side's legs."""

    def __init__(self, caller, called):
        self.caller, self.called = caller, called
        self.incoming = asyncio.Queue()
        called.on_incoming = self.incoming.put_nowait

    async def ringing(self):
        """Start a call; return both legs and the task that dials."""
        leg = await self.caller.call("1001", "13900000001")
        dialling = asyncio.ensure_future(leg.dial())
        there = await asyncio.wait_for(self.incoming.get(), 2)
        there.ring()
        await asyncio.sleep(0.05)
        return leg, there, dialling

    async def talking(self):
        """Start a call and take it; return both legs."""
        leg, there, dialling = await self.ringing()
        there.answer()
        await asyncio.wait_for(dialling, 2)
        return leg, there


@pytest.fixture
async def pair():
    caller = await Phone(("127.0.0.1", 9)).open(timers=FAST)
    called = await Phone(("127.0.0.1", caller.port), "1001").open(timers=FAST)
    caller.server = ("127.0.0.1", called.port)
    yield Pair(caller, called)
    await asyncio.gather(caller.close(), called.close())


async def ended(leg):
    await asyncio.wait_for(leg.ended.wait(), 2)
    return leg.ended_by


async def test_both_hear_the_other_one(pair):
    leg, there = await pair.talking()
    leg.mouth.play(audio.tone(440), repeats=True)
    there.mouth.play(audio.tone(660), repeats=True)
    await asyncio.sleep(0.5)
    assert leg.ear.tone().hertz == pytest.approx(660, abs=3)
    assert there.ear.tone().hertz == pytest.approx(440, abs=3)


async def test_digits_arrive_both_ways(pair):
    leg, there = await pair.talking()
    await asyncio.gather(leg.press("19*0#"), there.press("5"))
    await asyncio.sleep(0.1)
    assert ("".join(there.ear.digits), "".join(leg.ear.digits)) == ("19*0#", "5")


async def test_the_called_side_sees_who_calls(pair):
    _, there, dialling = await pair.ringing()
    assert there.invite.user("from") == "13900000001"
    dialling.cancel()


async def test_the_caller_hangs_up(pair):
    leg, there = await pair.talking()
    await leg.hang_up()
    assert (await ended(there), leg.ended_by) == (EndedBy.THEM, EndedBy.US)


async def test_the_called_side_hangs_up(pair):
    leg, there = await pair.talking()
    await there.hang_up()
    assert (await ended(leg), there.ended_by) == (EndedBy.THEM, EndedBy.US)


async def test_a_caller_who_gives_up_cancels_the_ringing(pair):
    leg, there, dialling = await pair.ringing()
    await leg.hang_up()
    assert (await ended(there), there.code) == (EndedBy.THEM, 487)
    with pytest.raises(CallRefused, match="487"):
        await dialling


async def test_a_busy_telephone_refuses(pair):
    leg, there, dialling = await pair.ringing()
    there.reject(486)
    with pytest.raises(CallRefused, match="486"):
        await dialling
    assert (leg.code, leg.ended_by) == (486, EndedBy.THEM)


async def test_nobody_home_is_refused(pair):
    pair.called.on_incoming = None
    leg = await pair.caller.call("1001")
    with pytest.raises(CallRefused, match="480"):
        await leg.dial()


async def test_hold_and_back(pair):
    leg, there = await pair.talking()
    there.mouth.play(audio.tone(660), repeats=True)
    await there.hold()
    assert leg.is_held_by_them
    await asyncio.sleep(0.6)
    assert leg.ear.tone() is None
    await there.unhold()
    await asyncio.sleep(0.3)
    assert not leg.is_held_by_them
    assert leg.ear.tone().hertz == pytest.approx(660, abs=3)


async def test_one_who_vanishes_says_nothing(pair):
    leg, there = await pair.talking()
    there.vanish()
    await asyncio.sleep(0.3)
    assert (leg.state, there.state) == (LegState.UP, LegState.ENDED)


async def test_a_vanished_telephone_does_not_answer_a_bye(pair):
    leg, there = await pair.talking()
    there.vanish()
    await leg.hang_up()
    assert leg.ended_by is EndedBy.US


async def test_closing_a_telephone_hangs_up_what_is_up(pair):
    leg, _ = await pair.talking()
    await pair.called.close()
    assert await ended(leg) is EndedBy.THEM


async def test_silence_from_the_other_side_ends_in_408():
    async with await Phone(("127.0.0.1", 9)).open(timers=Timers(t1=0.005)) as alone:
        leg = await alone.call("1001")
        with pytest.raises(CallRefused, match="408"):
            await leg.dial()
