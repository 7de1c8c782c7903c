"""pyst2's faults, one by one, and that the wrapped Manager does not have them any more."""

import subprocess
import sys
import threading
import time

import asterisk.manager
import pytest

from callcenter.telephony.adapters.ami_manager import ActionTimeout, ConnectionLost, HardenedManager
from callcenter.telephony.adapters.ami_text import LineBreakRefused
from tests.pure.telephony.scripted_pbx import ScriptedPbx, error, say, success


@pytest.fixture
def pbx():
    with ScriptedPbx() as server:
        yield server


@pytest.fixture
def manager(pbx):
    one = HardenedManager(timeout_seconds=2)
    one.connect("127.0.0.1", pbx.port)
    one.login("platform", "right")
    yield one
    one.close()


def test_it_is_pyst2_s_manager_and_its_verbs_work(pbx, manager):
    assert isinstance(manager, asterisk.manager.Manager)
    assert manager.redirect("PJSIP/trunk-1", "1001", context="acd").is_success
    assert manager.hangup("PJSIP/trunk-1").is_success
    assert [action["Action"] for action in pbx.heard[1:]] == ["Redirect", "Hangup"]
    assert pbx.heard[1]["Context"] == "acd"


def test_it_asks_for_no_events(pbx, manager):
    assert pbx.heard[0]["Events"] == "off"


def test_fault_1_it_reads_in_bulk(pbx, manager):
    """pyst2 reads one byte at a time: 1,129 messages a second, 18 s for these."""

    def long_list(action):
        headers = {f"Header{n}": "x" * 12 for n in range(15)}
        item = say(Event="Item", ActionID=action["ActionID"], **headers)
        return success(action, EventList="start") + item * 20_000 + done(action)

    pbx.script = long_list
    started = time.perf_counter()
    assert len(manager.act("Listing").items) == 20_000
    assert time.perf_counter() - started < 5


def done(action):
    return say(Event="ListComplete", ActionID=action["ActionID"], EventList="Complete", ListItems=1)


def test_fault_2_a_channel_variable_does_not_end_the_reading(pbx, manager):
    """pyst2 raises in its reader at the first ChanVariable header; all that follows is silently lost."""
    variables = say(Event="Newchannel", ChanVariable=["CC_QUEUE=ticket", "CC_LANGUAGE=zh"])
    pbx.script = lambda action: variables + success(action, ChanVariable=["a=1", "b=2"])
    assert manager.act("Status").response["ChanVariable"] == ["a=1", "b=2"]
    assert manager.act("Ping").is_success


def test_fault_3_every_thread_gets_its_own_answer(pbx, manager):
    """pyst2 matches answers by their order: of 800 actions from 4 threads 552 got another's."""
    pbx.script = lambda action: success(action, Value=action["Value"])
    wrong = []

    def ask(thread):
        for n in range(200):
            value = f"{thread}-{n}"
            if manager.act("Setvar", {"Value": value}).response["Value"] != value:
                wrong.append(value)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []


def test_fault_3_answers_may_come_in_any_order(pbx, manager):
    first = []

    def turn_round(action):
        first.append(action)
        return success(action, Order="second") + success(first[0], Order="first") if len(first) == 2 else b""

    pbx.script = turn_round
    got = {}
    early = threading.Thread(target=lambda: got.update(a=manager.act("A").response["Order"]))
    early.start()
    while not first:
        time.sleep(0.005)
    got["b"] = manager.act("B").response["Order"]
    early.join(2)
    assert got == {"a": "first", "b": "second"}


def test_fault_3_an_action_has_a_timeout_and_a_late_answer_goes_to_nobody(pbx, manager):
    slow = []

    def script(action):
        if action["Action"] == "Slow":
            slow.append(action)
            return b""
        return success(slow[0], Order="late") + success(action, Order="own")

    pbx.script = script
    threading.Timer(0.1, pbx.push, [say(Event="Alive")]).start()
    with pytest.raises(ActionTimeout):
        manager.act("Slow", timeout_seconds=0.3)
    assert manager.act("Ping").response["Order"] == "own"


def test_a_pbx_that_says_nothing_at_all_counts_as_gone(pbx, manager):
    pbx.script = lambda action: b""
    with pytest.raises(ActionTimeout):
        manager.act("Ping", timeout_seconds=0.2)
    assert not manager.connected()


def test_fault_4_no_header_leaks_into_the_next_action(pbx, manager):
    """pyst2's send_action has one dictionary for all calls."""
    manager.send_action(Action="Setvar", Variable="A", Value="1")
    manager.send_action(Action="Ping")
    assert set(pbx.heard[-1]) == {"Action", "ActionID"}


def test_fault_4_the_caller_s_dictionary_is_left_as_it_was(pbx, manager):
    mine = {"Action": "Ping"}
    manager.send_action(mine, Channel="x")
    assert mine == {"Action": "Ping"}


def test_fault_5_who_waits_for_an_answer_is_told_when_the_connection_ends(pbx, manager):
    pbx.script = lambda action: b""
    threading.Timer(0.1, pbx.drop).start()
    started = time.monotonic()
    with pytest.raises(ConnectionLost):
        manager.act("Ping")
    assert time.monotonic() - started < 1
    assert not manager.connected()


def test_fault_5_a_lost_connection_takes_no_more_actions(pbx, manager):
    pbx.drop()
    manager.message_thread.join(2)
    with pytest.raises(OSError, match="not connected"):
        manager.act("Ping")


def test_fault_5_a_process_that_forgets_its_manager_ends_all_the_same(pbx):
    """pyst2 logs off in __del__ and hangs there when the connection is gone."""
    code = (
        "from callcenter.telephony.adapters.ami_manager import HardenedManager as M\n"
        f"m = M(); m.connect('127.0.0.1', {pbx.port}); m.login('platform', 'right'); del m\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], timeout=20, check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr


def test_fault_5_closing_twice_is_fine(manager):
    manager.close()
    manager.close()


def test_fault_6_an_odd_message_does_not_end_the_reading(pbx, manager):
    """pyst2's dispatch thread dies of the first exception; here no code of others runs in the reader."""
    pbx.push(b"Response: Success\r\nActionID: nobody\r\n\r\n" + b"nonsense\r\n\r\n" + b": \r\n\r\n")
    assert manager.act("Ping").is_success


def test_fault_7_the_output_of_a_command_is_whole(pbx, manager):
    """pyst2 keeps the last line only."""
    pbx.script = lambda action: success(action, Output=["one", "two", "three"])
    assert manager.command("core show uptime").response.texts("Output") == ["one", "two", "three"]


def test_fault_7_the_items_of_a_list_come_with_their_action(pbx, manager):
    """pyst2 gives QueueStatus as raw text."""
    pbx.script = lambda action: (
        success(action, EventList="start", Message="Queue status will follow")
        + say(Event="QueueParams", Queue="net", ActionID=action["ActionID"])
        + say(Event="Hangup", Channel="of somebody else")
        + say(Event="QueueMember", Name="1001", ActionID=action["ActionID"])
        + done(action)
    )
    answer = manager.act("QueueStatus")
    assert [item["Event"] for item in answer.items] == ["QueueParams", "QueueMember"]


def test_fault_7_half_a_list_is_no_list(pbx, manager):
    pbx.script = lambda action: (
        success(action, EventList="start") + say(ActionID=action["ActionID"], Event="x")
    )
    threading.Timer(0.1, pbx.drop).start()
    with pytest.raises(ConnectionLost):
        manager.act("QueueStatus")


def test_fault_7_a_line_break_cannot_smuggle_an_action_in(pbx, manager):
    with pytest.raises(LineBreakRefused):
        manager.send_action(Action="Setvar", Variable="A", Value="1\r\n\r\nAction: Originate")
    assert [action["Action"] for action in pbx.heard] == ["Login"]


def test_a_refused_account_is_told_as_pyst2_tells_it(pbx):
    manager = HardenedManager(timeout_seconds=2)
    manager.connect("127.0.0.1", pbx.port)
    with pytest.raises(asterisk.manager.ManagerAuthException, match="failed"):
        manager.login("platform", "wrong")
    manager.close()


def test_a_refused_action_is_an_answer_like_any_other(pbx, manager):
    pbx.script = lambda action: error(action, "No such channel")
    answer = manager.act("Hangup", {"Channel": "x"})
    assert (answer.is_success, answer.message) == (False, "No such channel")
