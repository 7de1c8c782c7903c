"""What a look at the PBX repairs, and what it must leave alone."""

from datetime import timedelta

import pytest

from callcenter.acd.exchange.inputs import SnapshotTaken
from callcenter.acd.models import Agent, Leg
from callcenter.telephony import effects as e
from callcenter.telephony import signals as s
from tests.acd.driver import Driver, assert_every_second_is_in_one_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor(centre: None) -> Driver:
    return Driver()


def channel(call_id: str, **more: object) -> s.LiveChannel:
    """The passenger's channel as CoreShowChannels lists it; an agent's with `extension`."""
    values: dict[str, object] = {
        "leg_id": call_id,
        "channel": f"PJSIP/trunk-{call_id}",
        "context": "hold",
        "exten": "s",
        "application": "Wait",
        "state": "Up",
        "caller_number": "13800000001",
        "bridge_id": "",
        "duration_seconds": 30,
    }
    return s.LiveChannel(call_id=call_id, **(values | more))  # type: ignore[arg-type]


def look(floor: Driver, *channels: s.LiveChannel, contacts: set[str] | None = None, age: float = 0.0) -> None:
    """Hand the exchange a snapshot that is `age` seconds old."""
    at = floor.now - timedelta(seconds=age)
    variables = {c.channel: {"CC_QUEUE": "lost", "CC_LANGUAGE": "zh", "CC_PATH": "main-2"} for c in channels}
    floor.take(SnapshotTaken(s.Snapshot(at, channels, frozenset(contacts or {"1001"})), variables))


@pytest.mark.covers("TEL-37")
def test_a_call_that_is_gone_is_closed_and_marked(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.after(30)
    look(floor)
    call = floor.call("c1")
    assert (call.state, call.outcome, call.is_rebuilt) == ("ended", "answered", True)
    assert floor.session(agent).state == "wrap_up"


def test_a_waiting_caller_we_never_saw_is_taken_into_the_line(floor: Driver) -> None:
    look(floor, channel("c9"))
    call = floor.call("c9")
    assert (call.state, call.queue.code, call.path, call.is_rebuilt) == (
        "waiting",
        "lost",
        ["main", "2"],
        True,
    )


def test_a_talk_that_began_while_we_were_away_is_found(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    leg = channel("c9", leg_id="c9.2", channel="PJSIP/1001-9", extension="1001", bridge_id="b1")
    look(floor, channel("c9", bridge_id="b1", application="Dial", context="acd"), leg)
    assert (floor.call("c9").state, floor.session(agent).state) == ("talking", "talking")
    assert_every_second_is_in_one_state(floor.session(agent), floor.now)


def test_a_caller_in_the_plain_queue_is_brought_back_to_his_place(floor: Driver) -> None:
    floor.arrive("c1")
    offered_at = floor.wait_in("c1").offered_at
    floor.after(40)
    look(floor, channel("c1", application="Queue"))
    assert [x for x in floor.effects if isinstance(x, e.BackToHold)]
    floor.after(5)
    look(floor, channel("c1"))
    assert (floor.call("c1").state, floor.call("c1").offered_at) == ("waiting", offered_at)


def test_an_old_look_never_overrules_what_came_after_it(
    floor: Driver, agent: Agent, other_agent: Agent
) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.after(20)
    floor.take(s.ContactLost("1001", floor.now, "sip:1001@x"))
    floor.after(2.5)
    floor.sign_in(other_agent)
    leg = channel("c1", leg_id="c1-leg1", channel="PJSIP/1001-1", extension="1001", bridge_id="b1")
    look(floor, channel("c1", bridge_id="b1"), leg, contacts={"1002"}, age=1.0)
    assert (floor.call("c1").state, floor.session(other_agent).state) == ("waiting", "offered")


def test_a_leg_that_outlives_the_passenger_ends_too(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    leg = floor.talk("c1", agent)
    floor.ends("c1")
    floor.take(s.LegEnded("c1", floor.now, leg, "1001", 16, by_agent=False))
    assert Leg.objects.get().ended_at == floor.now


def test_a_phone_that_vanished_while_we_were_away_makes_not_ready(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    look(floor, contacts={"none"})
    floor.after(3)
    assert (floor.session(agent).state, floor.session(agent).reason.code) == ("not_ready", "phone")
