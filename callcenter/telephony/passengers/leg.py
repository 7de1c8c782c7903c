"""One call as a telephone has it: what the person holding it can do, and what happened to it."""

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from callcenter.telephony.passengers import messages, rtp
from callcenter.telephony.passengers.dialog import ALLOW, SDP, Dialog
from callcenter.telephony.passengers.messages import Headers, Message, Session
from callcenter.telephony.passengers.transactions import NoAnswer

logger = logging.getLogger(__name__)

_CANCEL_PATIENCE_SECONDS = 10.0


class LegState(StrEnum):
    """Where one leg stands."""

    CALLING = "calling"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


class EndedBy(StrEnum):
    """Who ended a leg."""

    US = "us"
    THEM = "them"


class CallRefused(Exception):
    """The other side said no (`code` is the SIP code) or nothing (408), or we cancelled (487)."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Holder(Protocol):
    """The telephone as a leg needs it."""

    host: str

    def uri(self, user: str) -> str:
        """Return the SIP address of somebody at our server."""

    def respond(self, request: Message, code: int, to_tag: str, more: Headers = (), body: str = "") -> None:
        """Answer a request."""

    def forget(self, call_id: str) -> None:
        """Take no more notice of this call."""


class Leg:
    """Made by `Phone.call`, or handed to `Phone.on_incoming`."""

    def __init__(
        self, phone: Holder, dialog: Dialog, stream: rtp.Stream, invite: Message | None = None
    ) -> None:
        self.phone, self.dialog, self.stream, self.invite = phone, dialog, stream, invite
        self.state = LegState.CALLING
        self.code: int | None = None
        self.ended_by: EndedBy | None = None
        self.answered_at: float | None = None
        self.ended = asyncio.Event()
        self.is_held_by_them = False
        self._direction = "sendrecv"
        self._version = 0
        self._is_cancelled = self._has_provisional = False
        self._cancelling: asyncio.Task[None] | None = None
        if invite:
            self.dialog.accept(invite)
            self._learn_session(invite.body)

    @property
    def ear(self) -> rtp.Ear:
        return self.stream.ear

    @property
    def mouth(self) -> rtp.Mouth:
        return self.stream.mouth

    @property
    def is_up(self) -> bool:
        return self.state is LegState.UP

    @property
    def is_ringing_here(self) -> bool:
        return self.invite is not None and self.state in (LegState.CALLING, LegState.RINGING)

    def header(self, name: str) -> str:
        """Return a header of the INVITE that made this leg ring, such as X-Call-Id."""
        return self.invite.header(name.lower()) if self.invite else ""

    async def press(self, keys: str, seconds: float = 0.12, pause_seconds: float = 0.1) -> None:
        """Press keys one after another and return when the last one is up."""
        needed = self.mouth.press(keys, seconds, pause_seconds)
        await self.lasts(needed)

    async def lasts(self, seconds: float) -> bool:
        """Wait so long, or until the leg ends; say whether it is still there."""
        if self.state is not LegState.ENDED and seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), seconds)
        return self.state is not LegState.ENDED

    async def dial(self, more: Headers = ()) -> None:
        """Call and return when answered. Raises CallRefused. Call it once, on an outgoing leg."""
        try:
            answer = await self.dialog.request("INVITE", more, self._describe(), self._note_provisional)
            self.code = answer.code
        except NoAnswer:
            self.code = 408
        if self.code >= 300:
            self.finish(EndedBy.US if self._is_cancelled else EndedBy.THEM)
            raise CallRefused(self.code)
        self.dialog.establish(answer)
        self._learn_session(answer.body)
        self._begin_talk()
        if self._is_cancelled:
            await self.hang_up()
            raise CallRefused(487)

    def ring(self) -> None:
        """Tell the caller that we ring."""
        if self.is_ringing_here:
            self.state = LegState.RINGING
            self._answer_invite(180)

    def answer(self) -> None:
        """Take the call. Does nothing when the caller has gone."""
        if self.is_ringing_here:
            self.code = 200
            self._answer_invite(200, self._describe())
            self._begin_talk()

    def reject(self, code: int = 486) -> None:
        """Refuse the call: 486 busy, 480 not here, 603 no."""
        if self.is_ringing_here:
            self.code = code
            self._answer_invite(code)
            self.finish(EndedBy.US)

    async def hold(self) -> None:
        """Put the other side on hold; we neither send nor listen. Raises CallRefused."""
        await self._renegotiate("sendonly")
        self.stream.is_sending = False

    async def unhold(self) -> None:
        """Come back from hold. Raises CallRefused."""
        await self._renegotiate("sendrecv")
        self.stream.is_sending = True

    async def refer(self, to: str) -> None:
        """Ask the other side to call somebody else instead (blind transfer). Raises CallRefused."""
        await self._ask("REFER", (("refer-to", f"<{self.phone.uri(to)}>"),))

    async def hang_up(self) -> None:
        """End the call in the way that fits: BYE, CANCEL or a refusal. A second one does nothing."""
        if self.state is LegState.UP:
            self.finish(EndedBy.US)
            try:
                await self.dialog.request("BYE")
            except NoAnswer:
                logger.info("Nobody answered our BYE")
        elif self.is_ringing_here:
            self.reject(480)
        elif self.state is not LegState.ENDED:
            await self._take_back()

    def vanish(self) -> None:
        """Leave without a word, like a telephone whose battery is dead."""
        self.phone.forget(self.dialog.call_id)
        self.finish(EndedBy.US)

    def finish(self, by: EndedBy) -> None:
        """Note the end of the leg; who came first counts."""
        if self.state is not LegState.ENDED:
            self.state, self.ended_by = LegState.ENDED, by
            self.stream.close()
            self.ended.set()

    def take(self, request: Message) -> None:
        """Take in a request inside this call."""
        match request.method:
            case "BYE":
                self._respond(request, 200)
                self.finish(EndedBy.THEM)
            case "CANCEL":
                self._respond(request, 200)
                self._take_cancel()
            case "INVITE" if self.is_up:
                self._take_renegotiation(request)
            case "INVITE":
                self._respond(request, 491)
            case "OPTIONS" | "NOTIFY" | "INFO":
                self._respond(request, 200)
            case _:
                self._respond(request, 405, (("allow", ALLOW),))

    async def _take_back(self) -> None:
        """A CANCEL may only follow a provisional answer; before that it waits."""
        self._is_cancelled = True
        if self._has_provisional:
            await self.dialog.cancel()
        try:
            await asyncio.wait_for(self.ended.wait(), _CANCEL_PATIENCE_SECONDS)
        except TimeoutError:
            self.finish(EndedBy.US)

    def _note_provisional(self, response: Message) -> None:
        if response.code >= 180 and self.state is LegState.CALLING:
            self.state = LegState.RINGING
        if self._is_cancelled and not self._has_provisional:
            self._cancelling = asyncio.get_running_loop().create_task(self.dialog.cancel())
        self._has_provisional = True

    def _take_cancel(self) -> None:
        if self.is_ringing_here:
            self.code = 487
            self._answer_invite(487)
            self.finish(EndedBy.THEM)

    async def _renegotiate(self, direction: str) -> None:
        answer = await self._ask("INVITE", (), self._describe(direction))
        self._direction = direction
        self.dialog.acknowledge(answer)
        self._learn_session(answer.body)

    async def _ask(self, method: str, more: Headers = (), body: str = "") -> Message:
        try:
            answer = await self.dialog.request(method, more, body)
        except NoAnswer:
            raise CallRefused(408) from None
        if answer.code >= 300:
            raise CallRefused(answer.code)
        return answer

    def _take_renegotiation(self, invite: Message) -> None:
        offered = messages.parse_session(invite.body)
        if offered is None and invite.body:
            self._respond(invite, 488)
            return
        self._learn_session(invite.body)
        direction = self._direction
        if offered:
            self.is_held_by_them = offered.direction in ("sendonly", "inactive")
            direction = messages.OPPOSITE[offered.direction] if direction == "sendrecv" else direction
        self._respond(invite, 200, self.dialog.contact + SDP, self._describe(direction))

    def _learn_session(self, body: str) -> None:
        session = messages.parse_session(body)
        if session:
            self.stream.send_to(session.address, session.event_type)

    def _describe(self, direction: str | None = None) -> str:
        self._version += 1
        session = Session(self.phone.host, self.stream.port, direction or self._direction)
        return replace(session, event_type=self.stream.event_type).encode(self._version)

    def _begin_talk(self) -> None:
        self.state, self.answered_at = LegState.UP, time.monotonic()

    def _answer_invite(self, code: int, body: str = "") -> None:
        assert self.invite is not None
        self._respond(self.invite, code, self.dialog.contact + (SDP if body else ()), body)

    def _respond(self, request: Message, code: int, more: Headers = (), body: str = "") -> None:
        self.phone.respond(request, code, self.dialog.tag, more, body)
