"""The door of the menus over a real socket, with Asterisk's side played by a script."""

import io
import socket
import threading
import time
from contextlib import suppress

import pytest
from asterisk.agi import AGIAppError, AGIHangup

from ivr.agi_server import MenuServer
from ivr.hardened_agi import HardenedAGI
from tests.ivr.asterisk_side import AsteriskSide
from tests.pure.ivr.walks import DEMO

FLOWS = {"": DEMO}


@pytest.fixture
def visits():
    return []


@pytest.fixture
def server(visits):
    server = MenuServer(
        ("127.0.0.1", 0), lambda entry: FLOWS.get(entry) or FLOWS[""], visits.extend, most_calls=5
    )
    server.start()
    yield server
    server.stop(0)


def call(server, *keys, **how):
    """Play a call through to its end."""
    return AsteriskSide(server.port, list(keys), **how).run()


def assert_goes_to_an_agent_without_the_menu(asterisk):
    """The dialplan sees no IVR_DONE and leads the caller on."""
    assert "IVR_DONE" not in asterisk.variables


# ------------------------------------------------------------------------- the way through
@pytest.mark.covers("IVR-01")
def test_the_outcome_travels_on_the_channel(server):
    assert call(server, "1", "2", "1").variables == {
        "CC_LANGUAGE": "zh",
        "CC_QUEUE": "lost",
        "CC_PRIORITY": "5",
        "CC_NEEDS": "mandarin,lost",
        "CC_SERVICE": "lost_item",
        "IVR_NEXT": "hold",
        "CC_PATH": "1main-2lost-1lost_agent",
        "IVR_DONE": "1",
    }


def test_done_is_the_last_thing_said(server):
    asterisk = call(server, "2", "0")
    assert list(asterisk.variables)[-1] == "IVR_DONE"
    assert asterisk.commands[-1].startswith("EXEC MSet")


def test_a_menu_of_three_levels_costs_six_commands(server):
    words = [command.split()[0] for command in call(server, "1", "2", "1").commands]
    assert words == ["ANSWER", "GET", "GET", "GET", "GET", "EXEC"]


def test_hash_alone_leads_back(server, visits):
    call(server, "1", "1", "#", "0")
    assert [visit.ended for visit in visits] == ["pressed", "pressed", "back", "operator", "finished"]


@pytest.mark.covers("IVR-03")
def test_who_heard_the_answer_is_announced_as_served(server, visits):
    asterisk = call(server, "1", "1", "1", "1", "", None)
    assert 'EXEC UserEvent "SelfServed"' in asterisk.commands
    assert (visits[-1].node, visits[-1].ended) == ("refund_fee", "answered")


def test_after_two_silences_the_served_caller_is_bidden_farewell(server):
    assert call(server, "1", "1", "1", "1", "", "", "").variables["IVR_NEXT"] == "hangup"


def test_visits_have_times_in_order(server, visits):
    call(server, "1", "7", "2", "1")
    assert [visit.number for visit in visits] == [1, 2, 3, 4, 5]
    assert all(visit.entered_at <= visit.left_at for visit in visits)
    assert [visit.entered_at for visit in visits[1:]] == [visit.left_at for visit in visits[:-1]]


# ------------------------------------------------------------------------- hang-ups and faults
@pytest.mark.parametrize("notices", [False, True])
@pytest.mark.parametrize("keys", [[None], ["1", None], ["1", "1", None]])
def test_a_hang_up_anywhere_is_ordinary(server, visits, keys, notices):
    asterisk = call(server, *keys, notices=notices)
    assert_goes_to_an_agent_without_the_menu(asterisk)
    assert visits[-1].ended == "hung_up"


def test_the_notice_of_a_hang_up_is_not_taken_for_an_answer():
    agi = agi_on("HANGUP\n200 result=5\n200 result=7\n")
    assert agi.execute("GET DATA", "x")["result"][0] == "5"
    assert agi.execute("GET DATA", "x")["result"][0] == "7"
    assert agi.has_hung_up


def test_a_prompt_without_its_file_is_passed_over(server):
    asterisk = call(server, "1", "0", missing=("zh/main",))
    assert "WAIT FOR DIGIT 5000" in asterisk.commands
    assert asterisk.variables["CC_QUEUE"] == "general"


def test_a_connection_that_ends_is_a_hang_up():
    with pytest.raises(AGIHangup):
        agi_on("").answer()


def test_an_answer_that_is_not_agi_is_a_hang_up():
    with pytest.raises(AGIHangup):
        agi_on("what?\n").answer()


def test_a_dead_channel_is_a_hang_up():
    with pytest.raises(AGIHangup):
        agi_on("511 Command Not Permitted on a dead channel\n").answer()


def test_minus_one_on_a_live_channel_is_a_failure():
    with pytest.raises(AGIAppError) as failure:
        agi_on("200 result=-1\n200 result=6\n").answer()
    assert not isinstance(failure.value, AGIHangup)


def test_minus_one_on_a_dead_channel_is_a_hang_up():
    with pytest.raises(AGIHangup):
        agi_on("200 result=-1\n511 dead\n").answer()


def test_quotes_and_backslashes_do_not_end_an_argument():
    agi = agi_on("200 result=1\n")
    agi.set_variable("NAME", '张三 "贵宾" \\ ${X}')
    assert agi.stdout.getvalue() == 'SET VARIABLE "NAME" "张三 \\"贵宾\\" \\\\ ${X}"\n'


def test_a_line_break_cannot_smuggle_in_a_command():
    agi = agi_on("")
    with pytest.raises(ValueError, match="line break"):
        agi.set_variable("NAME", "x\nHANGUP")
    assert agi.stdout.getvalue() == ""


def test_silence_is_told_from_the_hash_key():
    assert agi_on("200 result= (timeout)\n").collect(["a"], 100, 1) == ""
    assert agi_on("200 result=\n").collect(["a"], 100, 1) == "#"
    assert agi_on("200 result=12 (timeout)\n").collect(["a"], 100, 3) == "12"


def agi_on(answers):
    """Return an AGI session whose Asterisk says these lines."""
    return HardenedAGI(io.StringIO("agi_uniqueid: 1.1\n\n" + answers), io.StringIO())


# ------------------------------------------------------------------------- the server
def test_a_fault_in_the_menu_leaves_the_caller_to_the_dialplan(server, monkeypatch, caplog):
    monkeypatch.setattr("ivr.agi.flow.start", lambda menu: 1 / 0)
    asterisk = call(server, "1")
    assert_goes_to_an_agent_without_the_menu(asterisk)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    assert call(server, "0").variables["IVR_DONE"] == "1"


def test_without_a_published_menu_the_caller_goes_on(visits):
    server = MenuServer(("127.0.0.1", 0), lambda entry: None, visits.extend)
    server.start()
    assert_goes_to_an_agent_without_the_menu(call(server))
    server.stop(0)


def test_an_unknown_script_is_refused(server):
    assert call(server, script="evil").commands == []


def test_the_number_dialled_chooses_the_menu(visits):
    asked = []
    server = MenuServer(("127.0.0.1", 0), lambda entry: asked.append(entry) or DEMO, visits.extend)
    server.start()
    call(server, "0", entry="95306")
    server.stop(0)
    assert asked == ["95306"]


@pytest.mark.parametrize(
    "greeting", [b"", b"\n", b"GET / HTTP/1.1\r\n\r\n", b"\xff\xfe\n\n", b"agi_a: b\n" * 300]
)
def test_a_stranger_on_the_port_harms_nobody(server, greeting):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as stranger:
        stranger.sendall(greeting)
        stranger.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            assert stranger.recv(100) == b""
    assert call(server, "0").variables["IVR_DONE"] == "1"


def test_too_many_calls_are_sent_on(server):
    held = [hold(server) for _ in range(5)]
    assert_goes_to_an_agent_without_the_menu(call(server, "0"))
    for connection in held:
        connection.close()
    wait_for(lambda: server.call_count == 0)
    assert call(server, "0").variables["IVR_DONE"] == "1"


def test_stopping_lets_a_call_finish_its_menu(server):
    calling = AsteriskSide(server.port, ["1", "2", "1"])
    calling.answer = slowly(calling.answer)
    caller = threading.Thread(target=calling.run)
    caller.start()
    wait_for(lambda: server.call_count == 1)
    server.stop(5)
    caller.join()
    assert calling.variables["IVR_DONE"] == "1"


def test_stopping_sends_on_who_takes_too_long(server):
    with hold(server) as held:
        server.stop(0.1)
        assert held.recv(4096) == b""


def slowly(answer):
    """Answer like a caller who thinks before he presses."""

    def answer_later(command):
        time.sleep(0.1)
        return answer(command)

    return answer_later


def test_nobody_new_is_taken_while_stopping(server):
    server.stop(0)
    with pytest.raises(OSError, match="refused"):
        call(server, "0")


def hold(server):
    """Open a call that stays in its first menu."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    connection.sendall(b"agi_network_script: ivr\nagi_uniqueid: 1.2\n\n")
    assert connection.recv(4096) == b"ANSWER\n"
    return connection


def wait_for(condition, seconds=5):
    """Wait until the condition holds."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    assert condition()
