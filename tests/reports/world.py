"""Small makers of a centre, its calls and its agents' time. Moments are given, never taken from the clock."""

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from callcenter.accounts.models import Centre, Role, Team, User
from callcenter.acd.models import Agent, AgentSession, AgentStateInterval, Call, Queue

SHANGHAI = ZoneInfo("Asia/Shanghai")
_number = count(1)


def at(text: str) -> datetime:
    """A moment in Shanghai: `at("2026-07-17 09:30:15")`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def after(moment: datetime, seconds: float) -> datetime:
    """So many seconds later."""
    return moment + timedelta(seconds=seconds)


def make_user(role: Role, team: Team | None = None) -> User:
    """A person of that role."""
    n = next(_number)
    return User.objects.create(
        username=f"u{n}", role=role, team=team, centre=team.centre if team else None, language="en"
    )


def make_team(code: str = "") -> Team:
    """A team in the one centre."""
    centre, _ = Centre.objects.get_or_create(code="shanghai", defaults={"name": "上海"})
    n = next(_number)
    return Team.objects.create(centre=centre, code=code or f"t{n}", name=f"{n} 班")


def make_agent(team: Team | None = None) -> Agent:
    """An agent with a person and an extension."""
    n = next(_number)
    return Agent.objects.create(user=make_user(Role.AGENT, team), extension=str(1000 + n))


def make_queue(code: str = "", **rules: int) -> Queue:
    """A queue with the usual limits of 20 seconds."""
    n = next(_number)
    return Queue.objects.create(code=code or f"q{n}", name=f"队列 {n}", name_en=f"Queue {n}", **rules)


def make_call(queue: Queue | None, offered: datetime, **columns: object) -> Call:
    """A call that is still waiting unless the columns say more."""
    n = next(_number)
    values = {
        "pbx": "pbx1",
        "linkedid": f"1700000000.{n}",
        "caller_number": f"138{n:08d}",
        "queue": queue,
        "language": "zh",
        "arrived_at": offered - timedelta(seconds=10),
        "offered_at": offered,
        "state": "waiting",
    }
    return Call.objects.create(**{**values, **columns})


def make_answered(
    queue: Queue, agent: Agent, offered: datetime, *, wait: float = 5, talk: float = 60, **columns: object
) -> Call:
    """A finished call: waited, talked, wrapped up for ten seconds."""
    answered = after(offered, wait)
    values = {
        "agent": agent,
        "state": "ended",
        "outcome": "answered",
        "answered_at": answered,
        "ended_at": after(answered, talk),
        "wait_ms": round(wait * 1000),
        "talk_ms": round(talk * 1000),
        "wrap_up_ms": 10_000,
    }
    return make_call(queue, offered, **{**values, **columns})


def make_abandoned(queue: Queue, offered: datetime, *, wait: float) -> Call:
    """A caller who gave up in the line."""
    return make_call(
        queue,
        offered,
        state="ended",
        outcome="abandoned",
        ended_at=after(offered, wait),
        wait_ms=round(wait * 1000),
    )


def make_left_menu(arrived: datetime) -> Call:
    """A caller who hung up in the menu."""
    return make_call(
        None,
        arrived,
        arrived_at=arrived,
        offered_at=None,
        state="ended",
        outcome="left_menu",
        ended_at=after(arrived, 8),
    )


def make_blocked(queue: Queue, arrived: datetime) -> Call:
    """A call that never got in."""
    return make_call(
        queue,
        arrived,
        arrived_at=arrived,
        offered_at=None,
        state="ended",
        outcome="blocked",
        ended_at=arrived,
    )


def make_session(agent: Agent, start: datetime, *states: tuple[str, float]) -> AgentSession:
    """A finished session of these states, each for so many seconds."""
    session = AgentSession.objects.create(
        agent=agent, signed_in_at=start, signed_out_at=start, state="offline", state_since=start
    )
    begin = start
    for state, seconds in states:
        end = after(begin, seconds)
        AgentStateInterval.objects.create(
            session=session, agent=agent, state=state, started_at=begin, ended_at=end
        )
        begin = end
    AgentSession.objects.filter(pk=session.pk).update(signed_out_at=begin, state_since=begin)
    return session
