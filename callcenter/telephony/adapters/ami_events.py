"""The event reader: one asyncio connection that never acts, comes back by itself, and says when it was away.

pyst2's own reader takes one byte at a time (1,129 events a second) and dies of one odd header; this one reads
in bulk.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from callcenter.telephony.adapters.ami_text import (
    AmiTextError,
    LoginRefused,
    Message,
    MessageParser,
    encode_action,
)

log = logging.getLogger(__name__)

READ_BYTES = 1 << 16

OnMessage = Callable[[Message], None]
OnConnected = Callable[[], None]
OnLost = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    connect: float = 5.0
    login: float = 5.0
    boot: float = 10.0
    """For FullyBooted after the login; an account without the right to see it goes on without."""
    silence: float = 10.0
    """After so long without a byte the PBX is asked whether it is there; after twice as long it is not."""
    first_retry: float = 0.1
    last_retry: float = 5.0

    def retries(self) -> Iterator[float]:
        """The pauses between attempts: each twice the one before, up to the last."""
        pause = self.first_retry
        while True:
            yield pause
            pause = min(pause * 2, self.last_retry)


class EventReader:
    """Follows the events of one PBX for as long as it is run."""

    def __init__(
        self, host: str, port: int, user: str, secret: str, patience: Patience | None = None
    ) -> None:
        self._address = (host, port)
        self._account = {"Username": user, "Secret": secret}
        self._patience = patience or Patience()

    async def run(self, on_message: OnMessage, on_connected: OnConnected, on_lost: OnLost) -> None:
        """Read until cancelled. The three callables are called in the event loop, one at a time.

        After `on_connected` every event arrives, in order, until `on_lost`; what happened between is gone, so
        take a snapshot in or after `on_connected`. While `on_message` blocks nothing is read and nothing is
        lost: the socket fills, then Asterisk waits, and in the end it may cut the connection, which is told.
        An `on_message` that raises is logged, and the next event comes all the same.
        """
        retries = self._patience.retries()
        while True:
            connection = _Connection(self._patience)
            reason = "cancelled"
            try:
                await connection.open(self._address, self._account)
                await connection.wait_for_boot()
                retries = self._patience.retries()
                on_connected()
                await connection.follow(on_message)
            except (OSError, TimeoutError, AmiTextError) as failure:
                reason = f"{type(failure).__name__}: {failure}"
            finally:
                connection.close()
                if connection.is_logged_in:
                    on_lost(reason)
            if not connection.is_logged_in:
                log.warning("AMI %s:%s: %s", *self._address, reason)
            await asyncio.sleep(next(retries))


def _hand_on(message: Message, on_message: OnMessage) -> None:
    try:
        on_message(message)
    except Exception:  # the process edge: one event that nobody could foresee must not end all the others
        log.exception("event %s of %s", message.event, message.text("Linkedid"))


class _Connection:
    """One connection from login to its end."""

    def __init__(self, patience: Patience) -> None:
        self.is_logged_in = False
        self._patience = patience
        self._parser = MessageParser()
        self._early: list[Message] = []
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, address: tuple[str, int], account: dict[str, str]) -> None:
        """Connect and log in. Raises OSError, TimeoutError or LoginRefused."""
        async with asyncio.timeout(self._patience.connect):
            self._reader, self._writer = await asyncio.open_connection(*address, limit=1 << 20)
        self._writer.write(encode_action("Login", "login", account))
        answer = await self._find(lambda m: m.text("ActionID") == "login", self._patience.login)
        if answer.text("Response") != "Success":
            raise LoginRefused(answer.text("Message"))

    async def wait_for_boot(self) -> None:
        """Go on when Asterisk has loaded everything: a snapshot before that would be half of the truth."""
        try:
            await self._find(lambda m: m.event == "FullyBooted", self._patience.boot)
        except TimeoutError:
            log.warning("AMI: no FullyBooted within %s s, going on", self._patience.boot)
        self.is_logged_in = True

    async def _find(self, wanted: Callable[[Message], bool], seconds: float) -> Message:
        async with asyncio.timeout(seconds):
            while True:
                for index, message in enumerate(self._early):
                    if wanted(message):
                        return self._early.pop(index)
                self._early += self._parser.feed(await self._read())

    async def follow(self, on_message: OnMessage) -> None:
        """Hand every event on. Raises ConnectionError or TimeoutError when the stream has ended."""
        messages, self._early = self._early, []
        while True:
            for message in messages:
                if "Event" in message:
                    _hand_on(message, on_message)
            messages = self._parser.feed(await self._read_or_ask())

    async def _read_or_ask(self) -> bytes:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience.silence):
                return await self._read()
        assert self._writer is not None
        self._writer.write(encode_action("Ping", "ping", {}))
        async with asyncio.timeout(self._patience.silence):
            return await self._read()

    async def _read(self) -> bytes:
        data = await self._reader.read(READ_BYTES)
        if not data:
            raise ConnectionResetError("the PBX closed the connection")
        return data

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
