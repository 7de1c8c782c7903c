"""What the platform may ask of the PBX, and how it hears a no."""

import threading
import time
from datetime import UTC, datetime

import pytest

from callcenter.telephony.adapters.ami_actions import ActionRefused, Actions, ChannelGone
from callcenter.telephony.adapters.ami_text import LoginRefused
from tests.pure.telephony.scripted_pbx import ScriptedPbx, error, say, success

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def pbx():
    with ScriptedPbx() as server:
        yield server


@pytest.fixture
def actions(pbx):
    one = Actions(
        "127.0.0.1",
        pbx.port,
        "platform",
        "right",
        timeout_seconds=2,
        retry_seconds=0.1,
        clock=lambda: NOON,
    )
    yield one
    one.close()


def last_action(pbx):
    return {name: value for name, value in pbx.heard[-1].items() if name != "ActionID"}


def refusing(message):
    return lambda action: error(action, message)


def test_a_caller_is_sent_to_an_agent(pbx, actions):
    actions.redirect("PJSIP/trunk-1", "acd", "1001")
    assert last_action(pbx) == {
        "Action": "Redirect",
        "Channel": "PJSIP/trunk-1",
        "Context": "acd",
        "Exten": "1001",
        "Priority": "1",
    }


def test_a_caller_is_sent_back_to_a_label(pbx, actions):
    actions.redirect("PJSIP/trunk-1", "hold", "s", "wait")
    assert pbx.heard[-1]["Priority"] == "wait"


@pytest.mark.parametrize("message", ["No such channel", "Channel does not exist: PJSIP/trunk-1"])
def test_that_the_caller_has_just_left_is_ordinary_and_told_apart(pbx, actions, message):
    pbx.script = refusing(message)
    with pytest.raises(ChannelGone, match=message):
        actions.redirect("PJSIP/trunk-1", "acd", "1001")


def test_any_other_refusal_says_which_action_and_why(pbx, actions):
    pbx.script = refusing("Redirect failed, channel not up.")
    with pytest.raises(ActionRefused, match="not up") as refused:
        actions.redirect("PJSIP/trunk-1", "acd", "1001")
    assert (refused.value.action, type(refused.value)) == ("Redirect", ActionRefused)


def test_a_variable_belongs_to_a_channel_or_to_all(pbx, actions):
    actions.setvar("PJSIP/trunk-1", "CC_RING", 20)
    assert pbx.heard[-1]["Channel"] == "PJSIP/trunk-1"
    actions.setvar(None, "ACD_BEAT", 1795371620)
    assert last_action(pbx) == {"Action": "Setvar", "Variable": "ACD_BEAT", "Value": "1795371620"}


def test_a_variable_is_read(pbx, actions):
    pbx.script = lambda action: success(action, Variable=action["Variable"], Value="票")
    assert actions.getvar(None, "X") == "票"


def test_hanging_up_tells_the_cause(pbx, actions):
    actions.hangup("PJSIP/1001-1")
    assert pbx.heard[-1]["Cause"] == "16"


def test_a_phone_that_is_in_the_queue_already_is_only_paused(pbx, actions):
    pbx.script = lambda action: (
        error(action, "Unable to add interface: Already there")
        if action["Action"] == "QueueAdd"
        else success(action)
    )
    actions.queue_add("net", "PJSIP/1001", name="1001", paused=True)
    assert last_action(pbx) == {
        "Action": "QueuePause",
        "Queue": "net",
        "Interface": "PJSIP/1001",
        "Paused": "true",
    }


def test_a_phone_that_is_not_in_the_queue_is_as_good_as_removed(pbx, actions):
    pbx.script = refusing("Unable to remove interface: Not there")
    actions.queue_remove("net", "PJSIP/1001")


def test_a_queue_that_does_not_exist_is_an_error(pbx, actions):
    pbx.script = refusing("Unable to remove interface from queue: No such queue")
    with pytest.raises(ActionRefused):
        actions.queue_remove("nett", "PJSIP/1001")


def test_a_phone_is_rung_and_joined_to_an_application(pbx, actions):
    actions.originate(
        "PJSIP/1005", application="ChanSpy", data="PJSIP/1001-1,q", variables={"A": 1, "B": "x"}
    )
    heard = pbx.heard[-1]
    assert (heard["Async"], heard["Variable"], heard["Timeout"]) == ("true", ["A=1", "B=x"], "30000")
    assert "Exten" not in heard
    assert "Priority" not in heard


def test_a_snapshot_has_the_channels_and_the_phones(pbx, actions):
    def script(action):
        items = {
            "CoreShowChannels": say(
                Event="CoreShowChannel", ActionID=action["ActionID"], Channel="PJSIP/1001-0a"
            ),
            "PJSIPShowContacts": say(Event="ContactList", ActionID=action["ActionID"], Endpoint="1001"),
        }
        end = say(Event="Complete", ActionID=action["ActionID"], EventList="Complete")
        return success(action, EventList="start") + items[action["Action"]] + end

    pbx.script = script
    taken = actions.snapshot()
    assert (taken.at, [c.extension for c in taken.channels], taken.contacts) == (NOON, ["1001"], {"1001"})


def test_no_phone_at_all_is_an_empty_list(pbx, actions):
    pbx.script = refusing("No Contacts found")
    assert actions.contacts() == []


def test_any_action_gives_its_plain_headers(pbx, actions):
    pbx.script = lambda action: success(action, Ping="Pong")
    assert actions.act("Ping")["Ping"] == "Pong"
    pbx.script = refusing("no")
    assert actions.act("Ping")["Message"] == "no"


def test_what_is_stored_is_read_and_forgotten(pbx, actions):
    pbx.script = refusing("Database entry not found")
    assert actions.db_get("family", "key") is None
    pbx.script = refusing("Database entry could not be deleted")
    actions.db_del("family", "key")


@pytest.mark.covers("TEL-37")
def test_after_a_lost_connection_the_next_action_connects_again(pbx, actions):
    actions.ping()
    pbx.drop()
    time.sleep(0.1)
    actions.ping()
    assert pbx.logins == 2


def test_many_threads_share_one_connection(pbx, actions):
    threads = [threading.Thread(target=actions.ping) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert (pbx.logins, len(pbx.heard)) == (1, 21)


def test_while_the_pbx_is_away_every_action_fails_fast():
    server = ScriptedPbx()
    server.stop()
    actions = Actions("127.0.0.1", server.port, "platform", "right", retry_seconds=5)
    with pytest.raises(OSError, match="refused"):
        actions.ping()
    with pytest.raises(OSError, match="moment ago"):
        actions.ping()


def test_a_pbx_that_is_still_starting_counts_as_away(pbx, actions):
    pbx.script = refusing("Invalid/unknown command: PJSIPShowContacts. Use Action: ListCommands to show …")
    with pytest.raises(OSError, match="unknown command"):
        actions.contacts()


def test_a_wrong_password_is_told_as_such(pbx):
    with pytest.raises(LoginRefused, match="Authentication failed"):
        Actions("127.0.0.1", pbx.port, "platform", "wrong").ping()
