"""A call's way through the exchange, on the real database."""

import pytest

from callcenter.acd.exchange.inputs import DeliveryFailed
from callcenter.acd.models import Agent, Offer
from callcenter.telephony import effects as e
from callcenter.telephony import signals as s
from tests.acd.driver import Driver, assert_every_second_is_in_one_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor(centre: None) -> Driver:
    return Driver()


@pytest.mark.covers("TEL-01", "TEL-02")
def test_waits_until_an_agent_is_ready_and_is_then_offered(floor: Driver, agent: Agent) -> None:
    floor.arrive("c1")
    floor.after(5)
    call = floor.wait_in("c1")
    assert (call.state, floor.delivered_to()) == ("waiting", [])
    floor.after(7)
    floor.sign_in(agent)
    assert floor.delivered_to() == ["1001"]
    leg = floor.rings("c1", agent)
    floor.after(2)
    floor.answers("c1", agent, leg)
    call = floor.call("c1")
    assert (call.state, call.agent, call.menu_ms, call.wait_ms) == ("talking", agent, 5000, 9000)


def test_ends_answered_with_its_durations(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    leg = floor.talk("c1", agent)
    floor.after(30)
    floor.take(s.AgentHeld("c1", floor.now, leg))
    floor.after(10)
    floor.take(s.AgentUnheld("c1", floor.now, leg))
    floor.after(5)
    floor.take(s.AgentHeld("c1", floor.now, leg))
    floor.after(20)
    call = floor.ends("c1")
    assert (call.outcome, call.talk_ms, call.hold_ms, call.hold_count) == ("answered", 35000, 30000, 2)
    assert call.released_by == "caller"


def test_wrap_up_ends_by_itself_and_is_added_to_the_call(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.after(10)
    floor.ends("c1")
    assert floor.session(agent).state == "wrap_up"
    floor.after(31)
    assert floor.session(agent).state == "ready"
    assert floor.call("c1").wrap_up_ms == 30000
    assert_every_second_is_in_one_state(floor.session(agent), floor.now)


def test_finished_wrap_up_makes_ready_at_once(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.ends("c1")
    floor.after(4)
    assert floor.wish(agent, "finish_wrap_up").ok
    assert (floor.session(agent).state, floor.call("c1").wrap_up_ms) == ("ready", 4000)


def test_missed_offer_puts_the_caller_back_and_the_agent_away(
    floor: Driver, agent: Agent, other_agent: Agent
) -> None:
    floor.sign_in(agent)
    floor.arrive("c1")
    floor.wait_in("c1")
    floor.rings("c1", agent)
    floor.after(20)
    floor.returns("c1", agent, "NOANSWER")
    session = floor.session(agent)
    assert (session.state, session.reason.code) == ("not_ready", "missed")
    assert (floor.call("c1").state, floor.call("c1").missed_count) == ("waiting", 1)
    floor.sign_in(other_agent)
    assert floor.delivered_to() == ["1001", "1002"]


def test_caller_who_hangs_up_while_a_phone_rings_is_abandoned_and_frees_the_agent(
    floor: Driver, agent: Agent
) -> None:
    floor.sign_in(agent)
    floor.arrive("c1")
    floor.wait_in("c1")
    floor.rings("c1", agent)
    floor.after(6)
    call = floor.ends("c1")
    assert (call.outcome, call.wait_ms, call.answered_at) == ("abandoned", 6000, None)
    assert floor.session(agent).state == "ready"
    assert Offer.objects.get().result == "caller_left"


@pytest.mark.covers("TEL-24")
def test_caller_who_leaves_the_menu_is_not_abandoned(floor: Driver) -> None:
    floor.arrive("c1")
    floor.arrive("c2")
    floor.take(s.SelfServed("c2", floor.now))
    assert (floor.ends("c1").outcome, floor.ends("c2").outcome) == ("left_menu", "self_service")


@pytest.mark.covers("TEL-03", "TEL-34")
def test_english_call_rings_only_the_agent_who_speaks_english(
    floor: Driver, agent: Agent, other_agent: Agent
) -> None:
    floor.sign_in(other_agent)
    floor.arrive("c1")
    floor.wait_in("c1", "english", language="en", needs=("english",))
    floor.after(5)
    assert floor.delivered_to() == []
    floor.sign_in(agent)
    assert floor.delivered_to() == ["1001"]


@pytest.mark.covers("TEL-33")
def test_urgent_caller_goes_before_those_who_wait(floor: Driver, agent: Agent) -> None:
    for number in range(5):
        floor.arrive(f"c{number}")
        floor.wait_in(f"c{number}")
        floor.after(1)
    floor.arrive("vip")
    floor.wait_in("vip", priority=1)
    floor.sign_in(agent)
    assert [x.call_id for x in floor.effects if isinstance(x, e.Deliver)] == ["vip"]


def test_closed_tab_returns_the_caller_to_the_front_within_three_seconds(
    floor: Driver, agent: Agent, other_agent: Agent
) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.after(60)
    floor.arrive("c2")
    floor.wait_in("c2", priority=1)
    floor.take(s.ContactLost("1001", floor.now, "sip:1001@x"))
    floor.after(1.5)
    assert floor.call("c1").state == "talking"
    floor.after(1)
    assert (floor.call("c1").state, floor.session(agent).reason.code) == ("waiting", "phone")
    assert any(isinstance(x, e.BackToHold) for x in floor.effects)
    floor.sign_in(other_agent)
    assert [x.call_id for x in floor.effects if isinstance(x, e.Deliver)] == ["c1", "c1"]


def test_reloaded_page_gets_its_call_back(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    old = floor.talk("c1", agent)
    floor.after(60)
    floor.take(s.ContactLost("1001", floor.now, "sip:1001@x"))
    floor.after(1)
    floor.take(s.ContactGained("1001", floor.now, "sip:1001@new"))
    floor.wish(agent, "phone_status", registered=True, holding=None)
    assert [x.resume for x in floor.effects if isinstance(x, e.Deliver)] == [False, True]
    floor.take(s.LegEnded("c1", floor.now, old, "1001", 16, by_agent=False))
    leg = floor.rings("c1", agent)
    floor.answers("c1", agent, leg)
    floor.after(10)
    assert floor.session(agent).state == "talking"
    assert floor.ends("c1").talk_ms == 71000


def test_page_that_kept_its_call_is_left_alone(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.take(s.ContactLost("1001", floor.now, "sip:1001@x"))
    floor.after(1)
    floor.take(s.ContactGained("1001", floor.now, "sip:1001@new"))
    floor.wish(agent, "phone_status", registered=True, holding="c1")
    floor.after(5)
    assert floor.call("c1").state == "talking"
    assert len(floor.delivered_to()) == 1


def test_process_that_takes_over_goes_on_where_the_other_stopped(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.arrive("c2")
    waiting = floor.wait_in("c2")
    floor.after(20)
    floor.restart()
    floor.after(10)
    assert floor.ends("c1").talk_ms == 30000
    assert floor.call("c2").offered_at == waiting.offered_at
    floor.after(31)
    assert floor.delivered_to() == ["1001", "1001"]
    assert_every_second_is_in_one_state(floor.session(agent), floor.now)


def test_late_and_repeated_signals_change_nothing(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    leg = floor.talk("c1", agent)
    floor.after(10)
    floor.rings("c1", agent)
    floor.answers("c1", agent, leg)
    floor.wait_in("c1")
    ended = floor.ends("c1")
    floor.after(5)
    again = floor.ends("c1")
    assert (again.ended_at, again.talk_ms) == (ended.ended_at, 10000)


@pytest.mark.covers("TEL-35")
def test_caller_overflows_to_the_next_queue_and_keeps_his_place(floor: Driver) -> None:
    floor.arrive("c1")
    offered_at = floor.wait_in("c1", "ticket").offered_at
    floor.after(181)
    call = floor.call("c1")
    assert (call.queue.code, call.offered_at) == ("general", offered_at)


def test_not_ready_after_this_call(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    floor.wish(agent, "go_not_ready", reason="meal")
    assert floor.session(agent).next_reason.code == "meal"
    floor.ends("c1")
    floor.wish(agent, "finish_wrap_up")
    assert (floor.session(agent).state, floor.session(agent).reason.code) == ("not_ready", "meal")


@pytest.mark.covers("TEL-30")
def test_recovery_ends_by_itself_after_two_minutes(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.wish(agent, "go_not_ready", reason="recovery")
    floor.after(119)
    assert floor.session(agent).state == "not_ready"
    floor.after(2)
    assert floor.session(agent).state == "ready"


def test_sign_out_is_refused_in_a_call(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.talk("c1", agent)
    command = floor.wish(agent, "sign_out")
    assert (command.ok, command.code) == (False, "not_possible_now")
    assert floor.session(agent).signed_out_at is None


def test_ready_is_refused_without_a_phone(floor: Driver, agent: Agent) -> None:
    floor.wish(agent, "sign_in")
    command = floor.wish(agent, "go_ready")
    assert (command.ok, command.code) == (False, "phone_not_registered")


def test_refused_redirect_frees_agent_and_call(floor: Driver, agent: Agent) -> None:
    floor.sign_in(agent)
    floor.arrive("c1")
    floor.wait_in("c1")
    offer = Offer.objects.get()
    floor.take(DeliveryFailed("c1", offer.pk, "Channel does not exist"))
    offer.refresh_from_db()
    assert offer.result == "withdrawn"
