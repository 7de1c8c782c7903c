"""The event reader: everything, in order, and a word when it was away."""

import asyncio
import time

import pytest

from callcenter.telephony.adapters.ami_events import EventReader, Patience
from tests.pure.telephony.scripted_pbx import ScriptedPbx, say

QUICK = Patience(connect=1, login=1, boot=0.2, silence=0.2, first_retry=0.02, last_retry=0.1)


class Listener:
    """Runs a reader and keeps what it says."""

    def __init__(self, port, secret="right", patience=QUICK, on_message=None):
        self.reader = EventReader("127.0.0.1", port, "platform", secret, patience)
        self.events, self.story = [], []
        self.on_message = on_message or self.events.append

    async def __aenter__(self):
        self._task = asyncio.create_task(
            self.reader.run(self.on_message, lambda: self.story.append("connected"), self.story.append)
        )
        return self

    async def __aexit__(self, *_):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, condition, seconds=5):
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@pytest.fixture
def pbx():
    with ScriptedPbx() as server:
        yield server


async def test_events_arrive_in_their_order(pbx):
    async with Listener(pbx.port) as listener:
        await listener.until(lambda: listener.story == ["connected"])
        pbx.push(b"".join(say(Event="Hangup", Number=n) for n in range(100)))
        await listener.until(lambda: len(listener.events) == 100)
        assert [event["Number"] for event in listener.events] == [str(n) for n in range(100)]


async def test_answers_are_no_events(pbx):
    async with Listener(pbx.port) as listener:
        await listener.until(lambda: listener.story)
        pbx.push(say(Response="Success", Ping="Pong") + say(Event="Hangup"))
        await listener.until(lambda: listener.events)
        assert [event.event for event in listener.events] == ["Hangup"]


@pytest.mark.covers("TEL-37")
async def test_a_lost_connection_is_told_and_made_again(pbx):
    async with Listener(pbx.port) as listener:
        await listener.until(lambda: listener.story == ["connected"])
        pbx.drop()
        await listener.until(lambda: len(listener.story) == 3)
        assert (listener.story[0], listener.story[2]) == ("connected", "connected")
        assert "closed the connection" in listener.story[1]
        pbx.push(say(Event="Hangup"))
        await listener.until(lambda: listener.events)


@pytest.mark.covers("TEL-37")
async def test_a_pbx_that_comes_late_is_waited_for():
    server = ScriptedPbx()
    server.stop()
    async with Listener(server.port) as listener:
        await asyncio.sleep(0.15)
        assert listener.story == []
        with ScriptedPbx(port=server.port):
            await listener.until(lambda: listener.story == ["connected"])


async def test_a_refused_account_keeps_trying_and_says_nothing_of_being_connected(pbx):
    async with Listener(pbx.port, secret="wrong") as listener:
        await listener.until(lambda: len(pbx.heard) >= 3)
        assert listener.story == []


async def test_nothing_counts_before_the_pbx_has_booted(pbx, monkeypatch):
    monkeypatch.setattr("tests.pure.telephony.scripted_pbx.BOOTED", b"")
    async with Listener(pbx.port, patience=Patience(boot=5)) as listener:
        await listener.until(lambda: pbx.logins == 1)
        pbx.push(say(Event="ContactStatus"))
        await asyncio.sleep(0.1)
        assert (listener.story, listener.events) == ([], [])
        pbx.push(say(Event="FullyBooted"))
        await listener.until(lambda: listener.events)
        assert listener.story == ["connected"]


async def test_an_account_that_may_not_see_the_boot_goes_on_without(pbx, monkeypatch):
    monkeypatch.setattr("tests.pure.telephony.scripted_pbx.BOOTED", b"")
    async with Listener(pbx.port) as listener:
        await listener.until(lambda: listener.story == ["connected"])


async def test_a_silent_pbx_that_answers_is_kept(pbx):
    async with Listener(pbx.port) as listener:
        await listener.until(lambda: sum(a["Action"] == "Ping" for a in pbx.heard) >= 3)
        assert listener.story == ["connected"]


async def test_a_silent_pbx_that_does_not_answer_is_lost(pbx):
    pbx.script = lambda action: b""
    async with Listener(pbx.port) as listener:
        await listener.until(lambda: len(listener.story) >= 2)
        assert listener.story[1].startswith("TimeoutError")


async def test_one_event_that_breaks_its_reader_does_not_end_the_others(pbx, caplog):
    seen = []

    def on_message(message):
        seen.append(message.event)
        if message.event == "Odd":
            raise RuntimeError("what is that?")

    async with Listener(pbx.port, on_message=on_message) as listener:
        await listener.until(lambda: listener.story)
        pbx.push(say(Event="Odd") + say(Event="Even"))
        await listener.until(lambda: seen == ["Odd", "Even"])
    assert "what is that?" in caplog.text


async def test_a_slow_reader_loses_nothing(pbx):
    """While it is busy the socket fills and the PBX waits."""
    seen = []

    def on_message(message):
        seen.append(message["Number"])
        if len(seen) % 1000 == 0:
            time.sleep(0.01)  # noqa: ASYNC251

    data = b"".join(say(Event="Newexten", Number=n, AppData="x" * 300) for n in range(20_000))
    async with Listener(pbx.port, on_message=on_message) as listener:
        await listener.until(lambda: listener.story)
        await asyncio.gather(asyncio.to_thread(pbx.push, data), listener.until(lambda: len(seen) == 20_000))
    assert seen == [str(n) for n in range(20_000)]


def test_the_pauses_between_attempts_grow_to_a_limit():
    retries = Patience(first_retry=0.1, last_retry=1).retries()
    assert [round(next(retries), 1) for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1, 1]
