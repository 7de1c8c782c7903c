"""What holds for every line and every team, however strange. Found by Hypothesis or not at all."""

import random
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.telephony import engine
from callcenter.telephony.engine import Need, RelaxStep, Strategy
from tests.pure.telephony.centre import NOW, ago

law = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SKILLS = ("english", "lost", "complaint")
AGENTS = [f"a{n}" for n in range(6)]

needs = st.lists(st.builds(Need, st.sampled_from(SKILLS), st.integers(1, 4)), max_size=2).map(tuple)
relaxes = st.lists(
    st.builds(
        RelaxStep, st.integers(0, 60), st.sampled_from(SKILLS), st.one_of(st.none(), st.integers(1, 4))
    ),
    max_size=2,
).map(tuple)


@st.composite
def policies(draw):
    return {
        code: engine.QueuePolicy(
            code=code,
            strategy=draw(st.sampled_from(Strategy)),
            needs=draw(needs),
            relax=draw(relaxes),
            teams=draw(st.sampled_from([frozenset(), frozenset({"north"})])),
            target_seconds=draw(st.integers(5, 90)),
            ageing_seconds=draw(st.integers(0, 60)),
            last_agent_grace_seconds=draw(st.sampled_from([0, 15])),
            capacity=draw(st.one_of(st.none(), st.integers(0, 3))),
        )
        for code in ("general", "lost")
    }


@st.composite
def lines(draw):
    return [
        engine.WaitingCall(
            call_id=f"c{n}",
            queue=draw(st.sampled_from(["general", "lost"])),
            waiting_since=ago(draw(st.integers(0, 90))),
            priority=draw(st.integers(1, 9)),
            needs=draw(needs),
            last_agent=draw(st.one_of(st.none(), st.sampled_from(AGENTS))),
            is_returned=draw(st.sampled_from([False, False, True])),
            missed=draw(st.dictionaries(st.sampled_from(AGENTS), st.just(ago(20)), max_size=2)),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


@st.composite
def teams(draw):
    return [
        engine.ReadyAgent(
            agent_id=agent_id,
            ready_since=ago(draw(st.integers(0, 300))),
            skills=draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 5))),
            team=draw(st.sampled_from([None, "north", "south"])),
            calls_today=draw(st.integers(0, 3)),
        )
        for agent_id in draw(st.lists(st.sampled_from(AGENTS), unique=True))
    ]


def can_take(agent, call, policy):
    """Said again in the plainest words, to hold the engine's integers against."""
    skilled = all(agent.skills.get(n.skill, 0) >= n.level for n in engine.needs_at(call, policy, NOW))
    welcome = not policy.teams or agent.team in policy.teams
    return skilled and welcome and agent.agent_id not in call.missed


def is_held_for_last_agent(call, agents, policy):
    return (
        call.last_agent is not None
        and call.last_agent not in call.missed
        and call.last_agent not in {a.agent_id for a in agents}
        and call.waited_seconds(NOW) < policy.last_agent_grace_seconds
    )


def order(call, policy):
    return (not call.is_returned, engine.due_at(call, policy), call.waiting_since, call.call_id)


@law
@given(lines(), teams(), policies())
def test_no_call_rings_two_agents_and_no_agent_is_offered_two_calls(line, agents, queues):
    decisions = engine.match(line, agents, queues, NOW)
    assert len({d.call_id for d in decisions}) == len(decisions)
    assert len({d.agent_id for d in decisions}) == len(decisions)


@law
@given(lines(), teams(), policies())
def test_every_offer_satisfies_the_needs_of_its_call(line, agents, queues):
    calls, people = {c.call_id: c for c in line}, {a.agent_id: a for a in agents}
    for d in engine.match(line, agents, queues, NOW):
        call = calls[d.call_id]
        assert can_take(people[d.agent_id], call, queues[call.queue])
        assert not is_held_for_last_agent(call, agents, queues[call.queue])


@law
@given(lines(), teams(), policies(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_listed_changes_nothing(line, agents, queues, shuffler):
    decided = engine.match(line, agents, queues, NOW)
    shuffled = random.Random(shuffler.random())
    mixed_line, mixed_agents = shuffled.sample(line, len(line)), shuffled.sample(agents, len(agents))
    assert engine.match(mixed_line, mixed_agents, queues, NOW) == decided


@law
@given(lines(), teams(), policies())
def test_who_is_left_waiting_has_only_agents_taken_by_callers_ahead(line, agents, queues):
    """Hence nobody who came `overtaking_bound_seconds` later is served before him."""
    calls, taken = {c.call_id: c for c in line}, {}
    for d in engine.match(line, agents, queues, NOW):
        taken[d.agent_id] = calls[d.call_id]
    served = {c.call_id for c in taken.values()}
    bound = timedelta(seconds=engine.overtaking_bound_seconds(queues))
    for call in line:
        policy = queues[call.queue]
        full = policy.capacity is not None and policy.capacity <= sum(
            c.queue == call.queue for c in taken.values()
        )
        if call.call_id in served or full or is_held_for_last_agent(call, agents, policy):
            continue
        for agent in agents:
            if can_take(agent, call, policy):
                rival = taken[agent.agent_id]
                assert order(rival, queues[rival.queue]) < order(call, policy)
                assert rival.is_returned or rival.waiting_since < call.waiting_since + bound


@law
@given(lines(), teams(), policies())
def test_as_many_callers_are_served_as_can_be(line, agents, queues):
    queues = {code: engine.QueuePolicy(code, needs=q.needs, relax=q.relax) for code, q in queues.items()}
    served = engine.match(line, agents, queues, NOW)
    assert len(served) == largest_matching(line, agents, queues)


def largest_matching(line, agents, queues):
    """Kuhn's algorithm, as in the textbook."""
    holder = {}

    def find(call, tried):
        for agent in agents:
            if agent.agent_id in tried or not can_take(agent, call, queues[call.queue]):
                continue
            tried.add(agent.agent_id)
            if agent.agent_id not in holder or find(holder[agent.agent_id], tried):
                holder[agent.agent_id] = call
                return True
        return False

    return sum(find(call, set()) for call in line)


@law
@given(lines(), policies())
def test_overflow_and_place_agree_with_the_line(line, queues):
    places = engine.positions(line, queues)
    for code, policy in queues.items():
        mine = [c for c in line if c.queue == code]
        assert sorted(places[c.call_id] for c in mine) == list(range(1, len(mine) + 1))
        assert engine.overflow(policy, line, NOW, agents_signed_in=0) == []


@law
@given(policies(), st.integers(1, 9), st.integers(1, 9), st.integers(0, 600))
def test_two_callers_never_swap_places_while_they_wait(queues, one, other, later_seconds):
    first = engine.WaitingCall("x", "general", NOW, one)
    second = engine.WaitingCall("y", "lost", NOW + timedelta(seconds=later_seconds), other)
    ahead = engine.due_at(first, queues["general"]) <= engine.due_at(second, queues["lost"])
    assert ahead or later_seconds < engine.overtaking_bound_seconds(queues)
