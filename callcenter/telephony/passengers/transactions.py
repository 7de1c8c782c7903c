"""SIP over UDP: every request is sent again until it is answered, every answer until it is heard.

RFC 3261, chapter 17, with its timers. One endpoint is one socket; many calls share it.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from callcenter.telephony.passengers import messages
from callcenter.telephony.passengers.messages import Message

logger = logging.getLogger(__name__)

Address = tuple[str, int]

_RINGING_PATIENCE_SECONDS = 240.0
"""Timer C and some more: so long may a called side say "ringing" and nothing else."""


class NoAnswer(Exception):
    """The other side did not answer a request in time, or the telephone was closed meanwhile."""


@dataclass(frozen=True, slots=True)
class Timers:
    """T1 (guessed round trip) and T2 (longest pause between repeats) of RFC 3261, 17.1.1.1, in seconds."""

    t1: float = 0.5
    t2: float = 4.0

    @property
    def patience(self) -> float:
        """Timers B, F and H: after this long without an answer we stop asking."""
        return 64 * self.t1


class _ClientTransaction:
    """A request of ours and its answers."""

    def __init__(
        self, request: Message, to: Address, on_provisional: Callable[[Message], None] | None
    ) -> None:
        self.request, self.to, self.on_provisional = request, to, on_provisional
        self.final: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self.acknowledgement: bytes | None = None
        self.has_provisional = False

    @property
    def is_invite(self) -> bool:
        return self.request.method == "INVITE"


class _ServerTransaction:
    """A request to us and the answer that we gave."""

    def __init__(self, request: Message, source: Address) -> None:
        self.request, self.source = request, source
        self.answer: bytes | None = None
        self.acknowledged = asyncio.Event()


class Endpoint(asyncio.DatagramProtocol):
    """A UDP socket that speaks SIP. Create it with `open_endpoint`.

    `on_request` is called once for each new request, `on_stray_success` for each 2xx to an INVITE that came
    after the first (the caller must acknowledge those too).
    """

    def __init__(
        self,
        on_request: Callable[[Message, Address], None],
        on_stray_success: Callable[[Message], None],
        timers: Timers,
    ) -> None:
        self.on_request, self.on_stray_success, self.timers = on_request, on_stray_success, timers
        self.host, self.port = "", 0
        self.is_closed = False
        self._transport: asyncio.DatagramTransport | None = None
        self._clients: dict[tuple[str, str], _ClientTransaction] = {}
        self._servers: dict[tuple[str, str], _ServerTransaction] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(self, transport: asyncio.DatagramTransport) -> None:
        """Use this socket from now on."""
        self._transport = transport
        self.host, self.port = transport.get_extra_info("sockname")[:2]

    def error_received(self, exc: Exception) -> None:
        """Note that a datagram was refused (ICMP); the repeats go on."""
        logger.debug("A SIP datagram was refused: %s", exc)

    def close(self) -> None:
        """Stop at once, saying nothing to anyone."""
        self.is_closed = True
        for task in self._tasks:
            task.cancel()
        for client in self._clients.values():
            if not client.final.done():
                client.final.set_exception(NoAnswer("the telephone was closed"))
                client.final.exception()
        self._clients.clear()
        self._servers.clear()
        if self._transport:
            self._transport.close()

    def send(self, datagram: bytes, to: Address) -> None:
        """Send once, without waiting for anything."""
        if self._transport and not self.is_closed:
            self._transport.sendto(datagram, to)

    async def request(
        self, request: Message, to: Address, on_provisional: Callable[[Message], None] | None = None
    ) -> Message:
        """Send a request until it is answered and return the final answer. Raises NoAnswer.

        A refused INVITE is acknowledged here; an accepted one must be acknowledged by the dialog.
        """
        client = _ClientTransaction(request, to, on_provisional)
        key = (request.branch, request.method)
        self._clients[key] = client
        self._start(self._repeat_request(client))
        try:
            return await client.final
        finally:
            asyncio.get_running_loop().call_later(self.timers.patience, self._clients.pop, key, None)

    def respond(self, request: Message, answer: Message) -> None:
        """Answer a request; the final answer to an INVITE is sent again until it is acknowledged."""
        server = self._servers.get(_server_key(request))
        if server is None:
            return
        server.answer = answer.encode()
        self.send(server.answer, server.source)
        if request.method == "INVITE" and answer.code >= 200:
            self._start(self._repeat_answer(server))

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Take in a datagram; what is not SIP (keep-alives) is ignored."""
        try:
            message = messages.parse(data)
        except messages.MalformedMessage as reason:
            if data.strip(b"\r\n\0"):
                logger.warning("Not SIP: %s", reason)
            return
        if message.is_response:
            self._take_response(message)
        else:
            self._take_request(message, addr)

    def _take_response(self, response: Message) -> None:
        client = self._clients.get((response.branch, response.method))
        if client is None:
            return
        if response.code < 200:
            client.has_provisional = True
            if client.on_provisional:
                client.on_provisional(response)
        elif client.is_invite and response.code < 300 and client.final.done():
            self.on_stray_success(response)
        else:
            if client.is_invite and response.code >= 300:
                self._acknowledge_refusal(client, response)
            if not client.final.done():
                client.final.set_result(response)

    def _acknowledge_refusal(self, client: _ClientTransaction, response: Message) -> None:
        """The ACK to a refusal belongs to the same transaction (RFC 3261, 17.1.1.3)."""
        request = client.request
        number, _ = request.cseq
        kept = [(name, value) for name, value in request.headers if name in ("from", "call-id", "route")]
        headers = (
            ("via", request.header("via")),
            *kept,
            ("to", response.header("to")),
            ("cseq", f"{number} ACK"),
            ("max-forwards", "70"),
        )
        self.send(Message(f"ACK {request.uri} SIP/2.0", headers).encode(), client.to)

    def _take_request(self, request: Message, source: Address) -> None:
        key = _server_key(request)
        server = self._servers.get(key)
        if request.method == "ACK":
            self._take_acknowledgement(request)
        elif server:
            if server.answer:
                self.send(server.answer, source)
        else:
            self._servers[key] = _ServerTransaction(request, source)
            asyncio.get_running_loop().call_later(self.timers.patience, self._servers.pop, key, None)
            self.on_request(request, source)

    def _take_acknowledgement(self, ack: Message) -> None:
        """The ACK to a 2xx has a branch of its own: match by call and number."""
        for server in self._servers.values():
            invite = server.request
            if invite.method == "INVITE" and (invite.call_id, invite.cseq[0]) == (ack.call_id, ack.cseq[0]):
                server.acknowledged.set()

    def _start(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _repeat_request(self, client: _ClientTransaction) -> None:
        """Timers A, B, E and F."""
        datagram, pause, spent = client.request.encode(), self.timers.t1, 0.0
        while not client.final.done():
            self.send(datagram, client.to)
            await asyncio.wait({client.final}, timeout=pause)
            spent += pause
            if client.is_invite and client.has_provisional:
                await asyncio.wait({client.final}, timeout=_RINGING_PATIENCE_SECONDS)
                break
            if spent >= self.timers.patience:
                break
            pause = pause * 2 if client.is_invite else min(pause * 2, self.timers.t2)
        if not client.final.done():
            client.final.set_exception(NoAnswer(f"no answer to {client.request.method}"))

    async def _repeat_answer(self, server: _ServerTransaction) -> None:
        """Timers G and H, and the repeats of a 2xx (RFC 3261, 13.3.1.4)."""
        answer, pause, spent = server.answer, self.timers.t1, 0.0
        while answer and spent < self.timers.patience:
            try:
                await asyncio.wait_for(server.acknowledged.wait(), pause)
                return
            except TimeoutError:
                spent, pause = spent + pause, min(pause * 2, self.timers.t2)
                self.send(answer, server.source)


def _server_key(request: Message) -> tuple[str, str]:
    return request.branch, request.method


async def open_endpoint(
    on_request: Callable[[Message, Address], None],
    on_stray_success: Callable[[Message], None],
    host: str = "127.0.0.1",
    port: int = 0,
    timers: Timers | None = None,
) -> Endpoint:
    """Return a SIP endpoint that listens; port 0 takes any free one. Raises OSError."""
    endpoint = Endpoint(on_request, on_stray_success, timers or Timers())
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: endpoint, local_addr=(host, port))
    endpoint.attach(transport)
    return endpoint
