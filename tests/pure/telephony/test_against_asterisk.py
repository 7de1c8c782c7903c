"""The cures of pyst2 and the event reader once more, against the real thing. `./run test` brings it."""

import asyncio
import contextlib
import os
import threading
import uuid

import pytest

from callcenter.telephony.adapters.ami_actions import ActionRefused, Actions, ChannelGone
from callcenter.telephony.adapters.ami_events import EventReader
from callcenter.telephony.adapters.ami_manager import ActionTimeout, HardenedManager
from callcenter.telephony.adapters.ami_text import LineBreakRefused, LoginRefused

HOST = os.environ.get("ASTERISK_AMI_HOST", "")
PORT = int(os.environ.get("ASTERISK_AMI_PORT") or 5038)

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.skipif(not HOST, reason="no Asterisk: ASTERISK_AMI_HOST is not set"),
]


def account(kind=""):
    return os.environ[f"ASTERISK_AMI_{kind}USER"], os.environ[f"ASTERISK_AMI_{kind}SECRET"]


@pytest.fixture
def actions():
    one = Actions(HOST, PORT, *account())
    yield one
    one.close()


@pytest.fixture
def manager():
    one = HardenedManager()
    one.connect(HOST, PORT)
    one.login(*account())
    yield one
    one.close()


@pytest.fixture
def variable():
    return f"TEST_{uuid.uuid4().hex}"


def test_it_greets_as_asterisk(manager):
    assert manager.act("Ping").response["Ping"] == "Pong"
    assert manager.title == "Asterisk Call Manager"


def test_fault_1_a_long_output_is_read_in_bulk(actions):
    assert len(actions.command("core show applications")) > 50


def test_fault_2_a_channel_variable_does_not_end_the_reading(manager):
    manager.act("Events", {"EventMask": "user"})
    manager.act("UserEvent", {"UserEvent": "Test", "ChanVariable": ["a=1", "b=2"]})
    assert manager.act("Ping").is_success


def test_fault_3_every_thread_gets_its_own_answer(actions, variable):
    wrong = []

    def ask(thread):
        for n in range(100):
            actions.setvar(None, f"{variable}_{thread}", n)
            if actions.getvar(None, f"{variable}_{thread}") != str(n):
                wrong.append((thread, n))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []


def test_fault_3_an_action_that_came_too_late_mixes_nothing_up(actions, variable):
    for n in range(50):
        with contextlib.suppress(ActionTimeout):  # now and then the answer is quicker than no patience at all
            actions.ask("Command", {"Command": "core show applications"}, timeout_seconds=0)
        actions.setvar(None, variable, n)
        assert actions.getvar(None, variable) == str(n)


def test_fault_4_no_header_leaks_into_the_next_action(manager, variable):
    manager.send_action(Action="Setvar", Variable=variable, Value="1")
    assert manager.send_action(Action="Getvar", Variable=f"{variable}_OTHER").response["Value"] == ""


@pytest.mark.covers("TEL-37")
def test_fault_5_after_the_pbx_has_closed_the_connection_the_next_action_connects_again(actions):
    actions.ask("Logoff")
    with contextlib.suppress(OSError):  # what is under way when the connection ends is told
        actions.ping()
    actions.ping()


def test_fault_7_the_output_of_a_command_is_whole(actions):
    first, second = actions.command("core show uptime")
    assert first.startswith("System uptime")
    assert second.startswith("Last reload")


def test_fault_7_the_items_of_a_list_come_with_their_action(actions):
    assert [item.event for item in actions.queue_status("net")][:1] == ["QueueParams"]


def test_fault_7_a_line_break_cannot_smuggle_an_action_in(actions, variable):
    with pytest.raises(LineBreakRefused):
        actions.setvar(None, variable, f"1\r\n\r\nAction: Setvar\r\nVariable: {variable}\r\nValue: 2")
    assert actions.getvar(None, variable) == ""


def test_chinese_goes_both_ways(actions, variable):
    actions.setvar(None, variable, '张三 "贵宾" ${X}')
    assert actions.getvar(None, variable) == '张三 "贵宾" ${X}'


def test_a_channel_that_is_gone_is_told_apart(actions):
    for ask in (
        lambda: actions.redirect("PJSIP/nobody-00000000", "hold", "s", "wait"),
        lambda: actions.hangup("PJSIP/nobody-00000000"),
        lambda: actions.getvar("PJSIP/nobody-00000000", "X"),
        lambda: actions.setvar("PJSIP/nobody-00000000", "X", 1),
    ):
        with pytest.raises(ChannelGone):
            ask()


def test_a_phone_in_the_net(actions):
    interface = "PJSIP/8888"
    actions.queue_add("net", interface, name="8888")
    actions.queue_add("net", interface, name="8888", paused=True)
    (member,) = [item for item in actions.queue_status("net") if item.text("Location") == interface]
    actions.queue_remove("net", interface)
    actions.queue_remove("net", interface)
    assert (member["Paused"], member["Name"]) == ("1", "8888")
    with pytest.raises(ActionRefused, match="No such queue"):
        actions.queue_remove("no-such-queue", interface)


def test_what_is_stored_is_read_and_forgotten(actions, variable):
    actions.db_put("test", variable, "值")
    assert actions.db_get("test", variable) == "值"
    actions.db_del("test", variable)
    actions.db_del("test", variable)
    assert actions.db_get("test", variable) is None


def test_a_snapshot_can_be_taken_of_an_empty_pbx(actions):
    taken = actions.snapshot()
    assert isinstance(taken.channels, tuple)
    assert isinstance(taken.contacts, frozenset)


def test_a_wrong_password_is_told_as_such():
    with pytest.raises(LoginRefused):
        Actions(HOST, PORT, account()[0], "wrong").ping()


async def test_what_happens_is_heard_by_the_event_reader(actions, variable):
    heard, connected, arrived = [], asyncio.Event(), asyncio.Event()

    def on_message(message):
        if message.text("UserEvent") == variable:
            heard.append(message)
            arrived.set()

    reader = EventReader(HOST, PORT, *account("EVENTS_"))
    task = asyncio.create_task(reader.run(on_message, connected.set, lambda why: None))
    await asyncio.wait_for(connected.wait(), 5)
    await asyncio.to_thread(actions.do, "UserEvent", {"UserEvent": variable, "Needs": ["a", "b"]})
    await asyncio.wait_for(arrived.wait(), 5)
    task.cancel()
    assert heard[0].texts("Needs") == ["a", "b"]
