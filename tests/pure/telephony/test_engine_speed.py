"""The engine's own time, at the size of the largest centre."""

import random
import time

import pytest

from callcenter.telephony import engine
from callcenter.telephony.engine import Need, Strategy
from tests.pure.telephony.centre import NOW, ago

SKILLS = [f"s{n}" for n in range(30)]


def a_big_centre(strategy, agents=2000, calls=500, seed=7):
    chance = random.Random(seed)
    people = [
        engine.ReadyAgent(
            agent_id=str(n),
            ready_since=ago(chance.randrange(3600)),
            skills={skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, 4)},
            calls_today=chance.randrange(150),
        )
        for n in range(agents)
    ]
    line = [
        engine.WaitingCall(
            call_id=str(n),
            queue=f"q{chance.randrange(10)}",
            waiting_since=ago(chance.randrange(300)),
            priority=chance.randint(1, 9),
            needs=tuple(Need(skill, chance.randint(1, 4)) for skill in chance.sample(SKILLS, 2)),
        )
        for n in range(calls)
    ]
    return line, people, {f"q{n}": engine.QueuePolicy(f"q{n}", strategy=strategy) for n in range(10)}


def milliseconds(line, people, queues):
    """The engine's own processor time, so that a busy machine does not count against it."""
    times = []
    for _ in range(5):
        started = time.thread_time()
        engine.match(line, people, queues, NOW)
        times.append(time.thread_time() - started)
    return min(times) * 1000


@pytest.mark.covers("TEL-10")
@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("agents", [2000, 300])
def test_2000_agents_and_500_callers_are_matched_in_under_50_ms(strategy, agents):
    taken = milliseconds(*a_big_centre(strategy, agents))
    assert taken < 50, f"{taken:.1f} ms"
