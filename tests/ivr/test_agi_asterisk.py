"""The menus walked on a real Asterisk by telephone keys, with the server of this test behind the dialplan.

Asterisk rings our telephone and leads it into [menu], with the address of our own server on the channel: so
the menu server that the instance itself runs is left alone.
"""

import asyncio
import os
import secrets
import time

import pytest
from django.conf import settings

from callcenter.telephony.adapters.ami_actions import ActionRefused, Actions
from callcenter.telephony.passengers.leg import Leg
from callcenter.telephony.passengers.phone import Phone
from ivr import audio
from ivr.agi_server import MenuServer
from ivr.demo_tree import PROMPTS
from ivr.flow_source import FlowSource
from ivr.models import IvrVisit, MenuKey, MenuNode
from ivr.naming import audio_name
from ivr.selectors import path_for
from ivr.services import menus, prompts
from ivr.visit_writer import VisitWriter

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (os.environ.get("ASTERISK_AMI_PORT") and os.environ.get("ASTERISK_SOUNDS_DIR")),
        reason="no running Asterisk (ASTERISK_AMI_PORT, ASTERISK_SOUNDS_DIR): ./run test brings it",
    ),
]

TRAVELLING = ("CC_LANGUAGE", "CC_QUEUE", "CC_PRIORITY", "CC_NEEDS", "CC_PATH", "IVR_NEXT", "IVR_DONE")


@pytest.fixture
def source(published):
    source = FlowSource()
    source.start()
    yield source
    source.stop()


@pytest.fixture
def writer(published):
    writer = VisitWriter()
    writer.start()
    yield writer
    writer.stop(2)


@pytest.fixture
def server(source, writer):
    server = MenuServer(("127.0.0.1", 0), source.flow_for, writer.take)
    server.start()
    yield server
    server.stop(0)


@pytest.fixture
def pbx():
    asterisk = settings.ASTERISK
    actions = Actions(
        asterisk["ami_host"], asterisk["ami_port"], asterisk["ami_user"], asterisk["ami_secret"]
    )
    yield actions
    actions.close()


class Caller:
    """A person in the menu: hears, presses, hangs up. `port`: of the menu server, or of nobody."""

    def __init__(self, pbx, port):
        self._pbx, self._port, self._mark = pbx, port, secrets.token_hex(6)
        self.leg: Leg | None = None
        self.channel = ""

    async def walk(self, *deeds):
        """Be rung, then press (a string), listen (seconds), wait for a prompt (a code), hang up (None)."""
        asterisk = settings.ASTERISK
        async with Phone((asterisk["sip_host"], asterisk["sip_port"])) as phone:
            phone.on_incoming = self._take
            self._pbx.originate(
                f"PJSIP/trunk/sip:passenger@{phone.host}:{phone.port}",
                context="menu",
                exten="s",
                caller_id="12306",
                variables={
                    "CC_ENTRY": "12306",
                    "AGIHOST": "127.0.0.1",
                    "AGIPORT": self._port,
                    "__IVR_TEST": self._mark,
                },
            )
            await until(lambda: self.leg is not None and self.leg.is_up, "rung")
            await asyncio.get_running_loop().run_in_executor(None, self._find_channel)
            for deed in deeds:
                await self._do(deed)
            seen = await asyncio.get_running_loop().run_in_executor(None, self.variables)
            if self.leg.is_up:
                await self.leg.hang_up()
            return seen

    def _take(self, leg):
        self.leg = leg
        leg.answer()

    async def _do(self, deed):
        if deed is None:
            await self.leg.hang_up()
        elif isinstance(deed, float):
            await self.leg.lasts(deed)
        elif deed[0].isalpha():
            await until(lambda: self.hears(deed), f"hear {deed}")
        else:
            for key in deed:
                await self.leg.press(key)
                await self.leg.lasts(0.4)

    def hears(self, code):
        """Whether the last second of what came in is this prompt; µ-law arrives as it was sent."""
        language, _slash, code = code.rpartition("/")
        name = audio_name(code, PROMPTS[code][language or "zh"])
        prompt = (prompts.SHIPPED / (language or "zh") / f"{name}{audio.ENDING}").read_bytes()
        loud = [frame for frame in list(self.leg.ear.frames)[-50:] if len(set(frame)) > 40]
        return any(frame in prompt for frame in loud)

    def _find_channel(self):
        for row in self._pbx.core_show_channels():
            name = row.text("Channel")
            if name.startswith("PJSIP/trunk") and self._asked(name, "IVR_TEST") == self._mark:
                self.channel = name
                self.linkedid = row.text("Linkedid")

    def _asked(self, channel, name):
        try:
            return self._pbx.getvar(channel, name)
        except ActionRefused:
            return ""

    def variables(self):
        """What the menu left on the channel, once it is done."""
        end = time.monotonic() + 5
        while time.monotonic() < end and self._asked(self.channel, "IVR_DONE") != "1" and self.leg.is_up:
            time.sleep(0.05)
        return {name: self._asked(self.channel, name) for name in TRAVELLING}


async def until(condition, what, seconds=15):
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"never: {what}"
        await asyncio.sleep(0.05)


@pytest.mark.covers("IVR-01", "IVR-05")
def test_keys_lead_to_the_lost_item_line(server, writer, pbx):
    caller = Caller(pbx, server.port)
    seen = asyncio.run(caller.walk("welcome", "1", "main", "2", "lost", "1"))
    assert seen == {
        "CC_LANGUAGE": "zh",
        "CC_QUEUE": "lost",
        "CC_PRIORITY": "5",
        "CC_NEEDS": "mandarin,lost",
        "CC_PATH": "1main-2lost-1lost_agent",
        "IVR_NEXT": "hold",
        "IVR_DONE": "1",
    }
    assert writer.wait_until_written(5)
    assert [step["label"] for step in path_for(caller.linkedid)] == ["中文", "遗失物品", "遗失物品人工"]


@pytest.mark.covers("IVR-11")
def test_english_is_spoken_to_who_chose_it(server, pbx):
    seen = asyncio.run(Caller(pbx, server.port).walk("welcome", "2", "en/main", "0"))
    assert (seen["CC_QUEUE"], seen["CC_NEEDS"], seen["CC_LANGUAGE"]) == ("english", "english", "en")


@pytest.mark.covers("IVR-11")
def test_wrong_keys_repeat_hash_and_back_on_the_line(server, writer, pbx):
    caller = Caller(pbx, server.port)
    seen = asyncio.run(
        caller.walk(
            "welcome", "1", "main", "8", "wrong_key", "main", "*", "main", "1", "enquiry", "#", "main", "0"
        )
    )
    assert (seen["CC_QUEUE"], seen["CC_PATH"]) == ("general", "1main-0operator")
    assert writer.wait_until_written(5)
    ways = IvrVisit.objects.filter(linkedid=caller.linkedid).values_list("ended", flat=True)
    assert list(ways) == ["pressed", "wrong", "repeated", "pressed", "back", "operator", "finished"]


@pytest.mark.covers("IVR-03")
def test_who_hangs_up_after_the_answer_has_served_himself(server, writer, pbx):
    caller = Caller(pbx, server.port)
    asyncio.run(
        caller.walk(
            "welcome", "1", "main", "1", "enquiry", "1", "ticket", "4", "invoice", "after_answer", None
        )
    )
    wait_until_idle(server)
    assert writer.wait_until_written(5)
    last = IvrVisit.objects.filter(linkedid=caller.linkedid).latest("number")
    assert (last.node, last.ended) == ("invoice", "answered")


def test_a_hang_up_in_the_menu_is_noted(server, writer, pbx):
    caller = Caller(pbx, server.port)
    asyncio.run(caller.walk("welcome", "1", "main", None))
    wait_until_idle(server)
    assert writer.wait_until_written(5)
    last = IvrVisit.objects.filter(linkedid=caller.linkedid).latest("number")
    assert (last.node, last.ended) == ("main", "hung_up")


@pytest.mark.covers("IVR-02", "IVR-11")
def test_the_next_caller_hears_what_was_just_published(server, source, menu, administrator, pbx):
    draft = menus.create_draft(menu, by=administrator)
    nodes = MenuNode.objects.filter(version=draft)
    MenuKey.objects.create(node=nodes.get(key="main"), key="6", target=nodes.get(key="emergency"))
    menus.publish(draft, by=administrator)
    end = time.monotonic() + 1
    while source.flow_for("").version != draft.pk and time.monotonic() < end:
        time.sleep(0.01)
    seen = asyncio.run(Caller(pbx, server.port).walk("welcome", "1", "main", "6"))
    assert (seen["CC_QUEUE"], seen["CC_PRIORITY"]) == ("emergency", "1")


def test_without_a_menu_server_the_caller_still_gets_into_the_line(published, pbx):
    caller = Caller(pbx, 1)
    seen = asyncio.run(caller.walk(0.5))
    assert (seen["IVR_DONE"], seen["CC_QUEUE"]) == ("", "general")


def test_a_server_that_dies_in_mid_menu_loses_nobody(server, pbx):
    caller = Caller(pbx, server.port)

    async def die():
        walking = asyncio.ensure_future(caller.walk("welcome", "1", "main", 1.0))
        await until(
            lambda: caller.leg is not None and caller.leg.is_up and caller.hears("main"), "in the menu"
        )
        await asyncio.get_running_loop().run_in_executor(None, server.stop, 0)
        return await walking

    seen = asyncio.run(die())
    assert (seen["IVR_DONE"], seen["CC_QUEUE"]) == ("", "general")


def wait_until_idle(server):
    """Wait until no call is in the menu."""
    end = time.monotonic() + 5
    while server.call_count and time.monotonic() < end:
        time.sleep(0.02)
