"""Agents without a browser: telephones over plain SIP that answer, refuse, let ring or drop off as told.

Each has a tone of its own, so that a passenger can tell who is speaking.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from callcenter.telephony.passengers import audio, rtp
from callcenter.telephony.passengers.digest import Credentials
from callcenter.telephony.passengers.leg import EndedBy, Leg
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.passengers.transactions import Address

_LISTEN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What an agent does with one call. None means never.

    `answers_seconds=None` lets it ring; `rejects_with` refuses after the same time; `talks_seconds=None`
    waits for the passenger to hang up; `drops_off` goes after talking without a BYE, as a browser does whose
    tab is closed: only its registration ends.
    """

    answers_seconds: float | None = 0.3
    rejects_with: int | None = None
    talks_seconds: float | None = None
    drops_off: bool = False


@dataclass(slots=True)
class Ring:
    """One time that an agent's telephone rang. Moments are seconds of the monotonic clock."""

    extension: str
    call_id: str
    caller: str
    resumes: bool
    rang_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    ended_by: EndedBy | None = None
    code: int | None = None
    tones: list[int] = field(default_factory=list)

    def overlaps(self, other: "Ring") -> bool:
        """Say whether the two were alive at the same time."""
        first, second = sorted((self, other), key=lambda ring: ring.rang_at)
        return first.ended_at is None or first.ended_at > second.rang_at


class AgentPhone:
    """An agent's telephone. `decide` is asked what to do with each call; `rings` keeps what happened."""

    def __init__(
        self,
        server: Address,
        extension: str,
        password: str,
        hertz: float,
        ticker: rtp.Ticker | None = None,
        decide: Callable[[Ring], Behaviour] | None = None,
    ) -> None:
        self.extension, self.hertz = extension, hertz
        self.decide = decide or (lambda _: Behaviour())
        self.rings: list[Ring] = []
        self.phone = Phone(server, extension, Credentials(extension, password), ticker)
        self.phone.on_incoming = self._take
        self._tone = audio.tone(hertz)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def leg(self) -> Leg | None:
        """The call that is up or ringing now."""
        return next(iter(self.phone.legs.values()), None)

    async def sign_in(self) -> None:
        """Open the telephone and register it; try again after a refusal. Raises CallRefused, OSError."""
        if not self.phone.contact:
            await self.phone.open()
        await self.phone.register()

    async def sign_out(self) -> None:
        """Hang up, unregister, close. Raises CallRefused."""
        await self.phone.unregister()
        await self.phone.close()

    def cut_cable(self) -> None:
        """Vanish in the middle of whatever happens."""
        for task in self._tasks:
            task.cancel()
        self.phone.vanish()

    def _take(self, leg: Leg) -> None:
        caller = leg.invite.user("from") if leg.invite else ""
        resumes = leg.header("x-acd") == "resume"
        ring = Ring(self.extension, leg.header("x-call-id"), caller, resumes, time.monotonic())
        self.rings.append(ring)
        task = asyncio.get_running_loop().create_task(self._serve(leg, ring))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, leg: Leg, ring: Ring) -> None:
        leg.ring()
        try:
            await self._follow(self.decide(ring), leg, ring)
            await leg.ended.wait()
        finally:
            ring.ended_at, ring.ended_by, ring.code = time.monotonic(), leg.ended_by, leg.code

    async def _follow(self, behaviour: Behaviour, leg: Leg, ring: Ring) -> None:
        pause = 0.0 if ring.resumes else behaviour.answers_seconds
        if pause is None or not await leg.lasts(pause):
            return
        if behaviour.rejects_with:
            leg.reject(behaviour.rejects_with)
            return
        leg.answer()
        ring.answered_at = time.monotonic()
        leg.mouth.play(self._tone, repeats=True)
        await self._talk(behaviour.talks_seconds, leg, ring)
        if leg.is_up and behaviour.drops_off:
            leg.vanish()
            await self.phone.unregister()
        elif leg.is_up:
            await leg.hang_up()

    async def _talk(self, seconds: float | None, leg: Leg, ring: Ring) -> None:
        """Listen now and then until the time is over or the passenger leaves."""
        left = seconds if seconds is not None else float("inf")
        while left > 0 and await leg.lasts(min(left, _LISTEN_SECONDS)):
            left -= _LISTEN_SECONDS
            tone = leg.ear.tone()
            if tone and round(tone.hertz) not in ring.tones:
                ring.tones.append(round(tone.hertz))
