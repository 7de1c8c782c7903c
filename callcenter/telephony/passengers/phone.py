"""A telephone, or a whole trunk of them: one SIP socket that registers, calls and is called."""

import asyncio
import logging
from collections.abc import Callable
from typing import Self

from callcenter.telephony.passengers import messages, rtp
from callcenter.telephony.passengers.dialog import ALLOW, Dialog
from callcenter.telephony.passengers.digest import Credentials
from callcenter.telephony.passengers.leg import CallRefused, Leg
from callcenter.telephony.passengers.messages import Headers, Message
from callcenter.telephony.passengers.transactions import Address, Endpoint, NoAnswer, Timers, open_endpoint

logger = logging.getLogger(__name__)

_GOODBYE_SECONDS = 2.0


class Phone:
    """Open it with `Phone.open`; close it with `close` or by leaving `async with`.

    An agent's telephone has credentials and one user; a trunk has none and calls for any number of passengers
    at once. It registers from the port it listens on, for Asterisk's `rewrite_contact` calls back there.
    `on_incoming` gets each incoming leg before it rings; without it calls are refused as not here.
    """

    def __init__(
        self,
        server: Address,
        user: str = "passenger",
        credentials: Credentials | None = None,
        ticker: rtp.Ticker | None = None,
    ) -> None:
        self.server, self.user, self.credentials = server, user, credentials
        self.on_incoming: Callable[[Leg], None] | None = None
        self.legs: dict[str, Leg] = {}
        self.host = "127.0.0.1"
        self.contact = ""
        self._ticker = ticker or rtp.Ticker()
        self._endpoint: Endpoint | None = None
        self._forgotten: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._registration: Dialog | None = None
        self._refreshing: asyncio.Task[None] | None = None

    async def open(self, host: str = "127.0.0.1", port: int = 0, timers: Timers | None = None) -> Self:
        """Begin to listen; port 0 takes any free one. Raises OSError."""
        self._endpoint = await open_endpoint(self._take_request, self._take_stray_success, host, port, timers)
        self.host = self._endpoint.host
        self.contact = f"sip:{self.user}@{self.host}:{self._endpoint.port}"
        return self

    async def __aenter__(self) -> Self:
        return self if self._endpoint else await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def port(self) -> int:
        return self._live_endpoint().port

    async def close(self) -> None:
        """Hang up whatever is up, then stop."""
        leaving = [leg.hang_up() for leg in list(self.legs.values())]
        if leaving:
            await asyncio.wait({asyncio.ensure_future(each) for each in leaving}, timeout=_GOODBYE_SECONDS)
        self.vanish()

    def vanish(self) -> None:
        """Stop at once without a word to anyone: the cable is cut."""
        for leg in list(self.legs.values()):
            leg.vanish()
        for task in [*self._tasks, self._refreshing]:
            if task:
                task.cancel()
        if self._endpoint:
            self._endpoint.close()

    async def register(self, expires_seconds: int = 600) -> None:
        """Tell the server where we are, again before it expires. Raises CallRefused."""
        await self._send_registration(expires_seconds)
        if self._refreshing:
            self._refreshing.cancel()
        if expires_seconds:
            self._refreshing = asyncio.get_running_loop().create_task(self._refresh(expires_seconds))

    async def unregister(self) -> None:
        """Tell the server that we are gone. Raises CallRefused."""
        await self.register(0)

    async def call(self, to: str, caller: str | None = None) -> Leg:
        """Return a leg to somebody; nothing is sent before `Leg.dial`. Raises OSError."""
        name = caller or self.user
        stream = await rtp.open_stream(self._ticker, self.host)
        local, remote = f"<sip:{name}@{self.host}>", f"<{self.uri(to)}>"
        dialog = Dialog(self, f"{messages.token()}@{self.host}", local, remote, self.uri(to))
        return self._keep(Leg(self, dialog, stream))

    def uri(self, user: str) -> str:
        """Return the SIP address of somebody at our server."""
        return f"sip:{user}@{self.server[0]}:{self.server[1]}"

    def via(self) -> str:
        """Return a Via header with a fresh branch."""
        return f"SIP/2.0/UDP {self.host}:{self.port};rport;branch={messages.branch()}"

    def send(self, message: Message) -> None:
        """Send once."""
        self._live_endpoint().send(message.encode(), self.server)

    async def send_request(
        self, request: Message, on_provisional: Callable[[Message], None] | None = None
    ) -> Message:
        """Send until answered. Raises NoAnswer."""
        return await self._live_endpoint().request(request, self.server, on_provisional)

    def respond(self, request: Message, code: int, to_tag: str, more: Headers = (), body: str = "") -> None:
        """Answer a request."""
        answer = messages.response_to(request, code, to_tag, more, body)
        self._live_endpoint().respond(request, answer)

    def forget(self, call_id: str) -> None:
        """Take no more notice of this call; not even a refusal goes out."""
        self.legs.pop(call_id, None)
        self._forgotten.add(call_id)

    def _live_endpoint(self) -> Endpoint:
        if self._endpoint is None:
            raise RuntimeError("open the telephone first")
        return self._endpoint

    def _keep(self, leg: Leg) -> Leg:
        self.legs[leg.dialog.call_id] = leg
        self._start(self._drop_when_ended(leg))
        return leg

    async def _drop_when_ended(self, leg: Leg) -> None:
        await leg.ended.wait()
        self.legs.pop(leg.dialog.call_id, None)

    def _start(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_registration(self, expires_seconds: int) -> None:
        if self._registration is None:
            self_uri, registrar = self.uri(self.user), f"sip:{self.server[0]}:{self.server[1]}"
            self._registration = Dialog(self, messages.token(), f"<{self_uri}>", f"<{self_uri}>", registrar)
        try:
            answer = await self._registration.request("REGISTER", (("expires", str(expires_seconds)),))
        except NoAnswer:
            raise CallRefused(408) from None
        if answer.code >= 300:
            raise CallRefused(answer.code)

    async def _refresh(self, expires_seconds: int) -> None:
        while True:
            await asyncio.sleep(expires_seconds / 2)
            try:
                await self._send_registration(expires_seconds)
            except CallRefused as refusal:
                logger.warning("%s could not register again: %s", self.user, refusal)

    def _take_stray_success(self, answer: Message) -> None:
        leg = self.legs.get(answer.call_id)
        if leg:
            leg.dialog.acknowledge(answer)

    def _take_request(self, request: Message, source: Address) -> None:
        if request.call_id in self._forgotten:
            return
        leg = self.legs.get(request.call_id)
        if leg:
            leg.take(request)
        elif request.method == "INVITE" and not request.tag("to") and self.on_incoming:
            self._start(self._take_call(request))
        elif request.method in ("OPTIONS", "NOTIFY"):
            self.respond(request, 200, messages.token())
        elif request.method == "INVITE" and not request.tag("to"):
            self.respond(request, 480, messages.token())
        elif request.method in ("BYE", "CANCEL", "INVITE"):
            self.respond(request, 481, messages.token())
        else:
            self.respond(request, 405, messages.token(), (("allow", ALLOW),))

    async def _take_call(self, invite: Message) -> None:
        stream = await rtp.open_stream(self._ticker, self.host)
        local, remote = (invite.header(name).split(";tag=")[0] for name in ("to", "from"))
        dialog = Dialog(self, invite.call_id, local, remote, invite.address("contact"))
        leg = self._keep(Leg(self, dialog, stream, invite))
        if self.on_incoming:
            self.on_incoming(leg)
