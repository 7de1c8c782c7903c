"""Two hundred agents at work: real commands, plain telephones, and the desk's socket of each."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson
from django.test import Client
from websockets.asyncio.client import ClientConnection, connect

from callcenter.accounts.models import Role, User
from callcenter.acd.models import Agent, AgentSession, AgentSkill, Command, Skill
from callcenter.acd.services import commands
from callcenter.telephony.passengers import rtp
from callcenter.telephony.passengers.agents import AgentPhone, Behaviour, Ring
from callcenter.telephony.passengers.leg import CallRefused, Leg
from tests.bench.live import Centre
from tests.telephony.running import wait_for_async

FIRST_EXTENSION = 3001
TALKS_SECONDS = 3.0
BACKEND = "django.contrib.auth.backends.ModelBackend"
Moments = dict[str, float]


@dataclass
class Heard:
    """When the desks first showed a call (by its id), and showed it talking; the monotonic clock."""

    shown: Moments = field(default_factory=dict)
    talking: Moments = field(default_factory=dict)


class QuietPhone(AgentPhone):
    """A telephone whose owner does not listen to tones: that is work of the bench, not of the platform."""

    async def _talk(self, seconds: float | None, leg: Leg, ring: Ring) -> None:
        await leg.lasts(seconds or 0.0)


class Desks:
    """Agents who take every call at once and talk for three seconds."""

    def __init__(self, running: Centre, count: int) -> None:
        self.running, self.heard = running, Heard()
        users = User.objects.bulk_create(
            User(username=f"bench{n}", role=Role.AGENT, display_name=f"B{n}") for n in range(count)
        )
        self.agents = Agent.objects.bulk_create(
            Agent(user=user, extension=str(FIRST_EXTENSION + n), uses_browser_phone=False)
            for n, user in enumerate(users)
        )
        skills = Skill.objects.filter(code__in=("mandarin", "ticket"))
        AgentSkill.objects.bulk_create(
            AgentSkill(agent=agent, skill=skill, level=4) for agent in self.agents for skill in skills
        )
        self.phones: list[AgentPhone] = []
        self.lags_ms: list[float] = []
        self._ticker = rtp.Ticker()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def rings(self) -> list[Ring]:
        """Every time that a telephone rang."""
        return [ring for phone in self.phones for ring in phone.rings]

    async def open(self) -> None:
        """Sign everybody in, register the telephones, open the pages, go ready."""
        await self.ask("sign_in", 120)
        await self.register()
        await asyncio.gather(*(self._open_page(agent) for agent in self.agents))
        await wait_for_async("all telephones are known", self._all_registered, 60)
        await self.ask("go_ready", 60)

    async def watch_the_clock(self) -> None:
        """How late the bench's own loop is: no figure here is better than that. Cancel it in the end."""
        while True:
            due = time.monotonic() + 0.02
            await asyncio.sleep(0.02)
            self.lags_ms.append(1000 * (time.monotonic() - due))

    async def close(self) -> None:
        """Close the pages and put the telephones away."""
        for task in self._tasks:
            task.cancel()
        for phone in self.phones:
            phone.cut_cable()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ask(self, kind: str, seconds: float) -> None:
        """Everybody wants the same; wait until the telephony process has answered all."""
        asked = [commands.request(agent, kind, by=agent.user).pk for agent in self.agents]
        undone = Command.objects.filter(pk__in=asked, done_at=None)
        await wait_for_async(f"{kind} is answered", lambda: not undone.exists(), seconds, every=0.2)
        refused = Command.objects.filter(pk__in=asked).exclude(ok=True).first()
        if refused:
            raise RuntimeError(f"{kind}: {refused.code} {refused.detail}")

    async def register(self) -> None:
        """Give each agent the telephone with the password that the session brought."""
        sessions = AgentSession.objects.filter(signed_out_at=None, agent__in=self.agents)
        for session in sessions.select_related("agent"):
            phone = QuietPhone(
                self.running.platform.sip, session.agent.extension, session.sip_password, 600, self._ticker,
                lambda _: Behaviour(answers_seconds=0.3, talks_seconds=TALKS_SECONDS),
            )  # fmt: skip
            self.phones.append(phone)
        await asyncio.gather(*map(sign_in, self.phones))

    def _all_registered(self) -> bool:
        missing = AgentSession.objects.filter(signed_out_at=None, is_registered=False, agent__in=self.agents)
        return not missing.exists()

    async def _open_page(self, agent: Agent) -> None:
        origin = self.running.address
        page = await connect(
            f"ws{origin.removeprefix('http')}/ws/desk/?tab={agent.pk}&opened=1",
            additional_headers={"Cookie": cookie_of(agent.user)}, origin=origin, open_timeout=60,
        )  # type: ignore[arg-type]  # fmt: skip
        await page.recv()
        self._tasks.append(asyncio.create_task(self._listen(page)))

    async def _listen(self, page: ClientConnection) -> None:
        async for text in page:
            now = time.monotonic()
            call = orjson.loads(text).get("sections", {}).get("call")
            if call:
                self.heard.shown.setdefault(call["linkedid"], now)
                if call["state"] == "talking":
                    self.heard.talking.setdefault(call["linkedid"], now)


async def sign_in(phone: AgentPhone, seconds: float = 30.0) -> None:
    """Register, trying again while the account is on its way to Asterisk. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                return await phone.sign_in()
            except CallRefused:
                await asyncio.sleep(0.3)


def cookie_of(user: User) -> str:
    """What the browser sends after the log-in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return f"sessionid={client.cookies['sessionid'].value}"


def in_milliseconds(pairs: Iterable[tuple[float, float]]) -> list[float]:
    """From moments to the time between."""
    return [1000 * (later - earlier) for earlier, later in pairs]
