"""Agents with plain telephones, for tests that need many of them."""

import asyncio
import itertools
from collections.abc import Callable, Sequence

from callcenter.accounts.models import Role, User
from callcenter.acd.models import Agent, AgentSession, AgentSkill, Command, Skill
from callcenter.acd.services import commands
from callcenter.telephony.passengers import rtp
from callcenter.telephony.passengers.agents import AgentPhone, Behaviour, Ring
from callcenter.telephony.passengers.leg import CallRefused
from callcenter.telephony.words import AgentState
from tests.telephony.running import Platform, wait_for_async

_EXTENSIONS = itertools.count(2001)
_LOWEST_TONE, _TONE_STEP, _TONES = 500, 20, 60


class Colleague:
    """An agent of the platform and his telephone."""

    def __init__(self, platform: Platform, ticker: rtp.Ticker, skills: dict[str, int]) -> None:
        extension = str(next(_EXTENSIONS))
        user = User.objects.create(username=f"live{extension}", role=Role.AGENT, display_name=f"A{extension}")
        self.agent = Agent.objects.create(user=user, extension=extension, uses_browser_phone=False)
        AgentSkill.objects.bulk_create(
            AgentSkill(agent=self.agent, skill=Skill.objects.get(code=code), level=level)
            for code, level in skills.items()
        )
        self.extension, self._platform, self._ticker = extension, platform, ticker
        self.hertz = _LOWEST_TONE + _TONE_STEP * (int(extension) % _TONES)
        self.decide: Callable[[Ring], Behaviour] = lambda ring: Behaviour()
        self.phone: AgentPhone | None = None

    @property
    def session(self) -> AgentSession | None:
        """The open session."""
        return AgentSession.objects.filter(agent=self.agent, signed_out_at=None).first()

    @property
    def state(self) -> str:
        session = self.session
        return session.state if session else AgentState.OFFLINE

    @property
    def rings(self) -> list[Ring]:
        return self.phone.rings if self.phone else []

    async def sign_in(self) -> None:
        """Begin a session and register the telephone with the password it brought."""
        await self.ask("sign_in")
        session = self.session
        assert session
        self.phone = AgentPhone(
            self._platform.sip, self.extension, session.sip_password, self.hertz, self._ticker, self._decide
        )
        await wait_for_async("the account is in Asterisk", self._registers, 5)

    async def ready(self) -> None:
        """Sign in and go ready."""
        await self.sign_in()
        await wait_for_async("the platform knows the phone", lambda: self.session.is_registered, 10)
        await self.ask("go_ready")

    async def back_to_work(self) -> None:
        """Ready again; the telephone too, when it was away. The call that comes in between is no error."""
        assert self.phone
        await self.phone.sign_in()
        await wait_for_async("the platform knows the phone", lambda: self.session.is_registered, 10)
        if self.state == AgentState.NOT_READY:
            await self.ask("go_ready")

    async def sign_out(self) -> None:
        """End the session and put the telephone away."""
        await wait_for_async("the last call is over", lambda: self.state not in _IN_CALL, 20)
        await self.ask("sign_out")
        if self.phone:
            self.phone.cut_cable()

    async def ask(self, kind: str, **payload: object) -> None:
        """Give the telephony process a command and wait until it was carried out."""
        command = commands.request(self.agent, kind, payload, by=self.agent.user)
        await wait_for_async(f"{kind} is answered", lambda: _done(command), 10)
        command.refresh_from_db()
        assert command.ok, f"{kind}: {command.code} {command.detail}"

    def _decide(self, ring: Ring) -> Behaviour:
        return self.decide(ring)

    async def _registers(self) -> bool:
        assert self.phone
        try:
            await self.phone.sign_in()
        except CallRefused:
            return False
        return True


_IN_CALL = (AgentState.OFFERED, AgentState.TALKING, AgentState.ON_HOLD)


def _done(command: Command) -> bool:
    return Command.objects.filter(pk=command.pk).exclude(done_at=None).exists()


def keep_at_work(colleagues: Sequence[Colleague]) -> "asyncio.Task[None]":
    """Send agents back to ready half a second after whatever made them not ready. Cancel it in the end."""

    async def look(colleague: Colleague) -> None:
        while True:
            await asyncio.sleep(0.5)
            if colleague.state == AgentState.NOT_READY:
                await colleague.back_to_work()

    async def look_after_all() -> None:
        await asyncio.gather(*(look(colleague) for colleague in colleagues))

    return asyncio.get_running_loop().create_task(look_after_all())
