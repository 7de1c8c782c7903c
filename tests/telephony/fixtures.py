"""One platform for all tests with telephones: real processes, a real Asterisk, a database of its own.

The conftest modules of `tests/telephony` and `tests/browser` take the fixtures from here.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from callcenter.acd.models import AgentSession, Call, Queue
from callcenter.acd.services import commands
from callcenter.telephony.passengers import rtp
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.words import CallState
from tests.telephony.people import Colleague
from tests.telephony.running import Platform, wait_for

PASSWORD = "railway-demo"
NEEDED = ("ASTERISK_AMI_PORT", "DATABASE_URL", "REDIS_URL", "RUN_INSTANCE")
WRAP_UP_SECONDS = 1
_running: list[Platform] = []
"""The one platform of this session, whichever package asked first."""


@pytest.fixture(scope="session")
def platform(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Platform]:
    """The running centre, with a general queue whose wrap-up is short."""
    if _running:
        yield _running[0]
        return
    if missing := [name for name in NEEDED if not os.environ.get(name)]:
        pytest.skip(f"no running services ({', '.join(missing)}): ./run test brings them")
    platform = Platform(tmp_path_factory.mktemp("platform"))
    with django_db_blocker.unblock(), platform.own_database():
        try:
            platform.start()
            _running.append(platform)
            Queue.objects.update(wrap_up_seconds=WRAP_UP_SECONDS, ring_seconds=6, announce_seconds=0)
            yield platform
        finally:
            _running.clear()
            platform.stop()


@pytest.fixture
def live(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The running centre, empty and quiet before and after.

    The loop of these tests carries telephones only, and a millisecond of SQL in it disturbs nobody.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    wait_for("the platform leads", platform.leads, 30)
    bring_to_rest()
    yield platform
    wait_for("the platform leads", platform.leads, 30)
    bring_to_rest()


def bring_to_rest() -> None:
    """Wait until the last call is over, and sign out whoever a failed test has left behind."""
    connections.close_all()  # a test may have killed the server under them
    calls = Call.objects.exclude(state=CallState.ENDED)
    wait_for("the last call is over", lambda: not calls.exists(), 60)
    for session in AgentSession.objects.filter(signed_out_at=None).select_related("agent__user"):
        commands.request(session.agent, "sign_out", by=session.agent.user)
    sessions = AgentSession.objects.filter(signed_out_at=None)
    wait_for("everybody has signed out", lambda: not sessions.exists(), 20)


@pytest.fixture
def ticker() -> rtp.Ticker:
    return rtp.Ticker()


@pytest.fixture
async def trunk(live: Platform, ticker: rtp.Ticker) -> AsyncIterator[Phone]:
    """The line on which passengers call."""
    async with Phone(live.sip, ticker=ticker) as trunk:
        yield trunk


@pytest.fixture
async def colleagues(live: Platform, ticker: rtp.Ticker) -> AsyncIterator[Callable[..., list[Colleague]]]:
    """Make so many agents who can do everything in Mandarin."""
    made: list[Colleague] = []

    def make(count: int = 1, **skills: int) -> list[Colleague]:
        chosen = skills or {"mandarin": 5, "ticket": 4, "lost": 4}
        new = [Colleague(live, ticker, chosen) for _ in range(count)]
        made.extend(new)
        return new

    yield make
    for colleague in made:
        if colleague.session:
            await colleague.sign_out()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Print a measured figure past pytest's capture."""
    terminal = request.config.pluginmanager.getplugin("terminalreporter")
    return lambda line: terminal.write_line(f"\n    {line}")
