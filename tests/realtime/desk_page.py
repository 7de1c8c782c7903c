"""A desk's page as its socket sees it, and a telephony process that obeys at once."""

import asyncio
from typing import Any

import orjson
from channels.db import database_sync_to_async
from django.test import Client

from callcenter.accounts.models import User
from callcenter.acd.exchange import inputs
from callcenter.acd.models import Agent
from callcenter.asgi import application
from callcenter.core import hub
from callcenter.desktop import doings
from tests.acd.driver import Driver
from tests.realtime.socket import PATIENCE_SECONDS, Socket

Sections = dict[str, Any]


class Page:
    """One open page: its socket, what it has been told, and what the server said last."""

    def __init__(
        self, user: User | None, *, tab: str = "a", opened: int = 1, origin: str = "http://testserver"
    ) -> None:
        self.user = user
        self.path = f"/ws/desk/?tab={tab}&opened={opened}&language=en"
        self.origin = origin
        self.sections: Sections = {}
        self.seqs: list[int] = []
        self.others: list[dict[str, Any]] = []
        self.number = 0

    async def open(self) -> "Page":
        """Connect as a browser does, with its cookie."""
        headers = [(b"origin", self.origin.encode()), (b"cookie", await self._cookie())]
        self.socket = Socket(application, self.path, headers)
        self.accepted = await self.socket.connect()
        return self

    @database_sync_to_async
    def _cookie(self) -> bytes:
        if self.user is None:
            return b""
        client = Client()
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        return f"sessionid={client.cookies['sessionid'].value}".encode()

    async def snapshot(self) -> Sections:
        """Wait for the first message, which is the snapshot."""
        message = await self.hear()
        assert message["type"] == "snapshot"
        return self.sections

    async def hear(self) -> dict[str, Any]:
        """Take one message and apply it as the page does."""
        message = orjson.loads(await self.socket.receive_text())
        if message["type"] in ("snapshot", "patch"):
            self.seqs.append(message["seq"])
            self.sections |= message["sections"]
        else:
            self.others.append(message)
        return message

    async def until(self, wanted: Sections) -> None:
        """Listen until the page shows exactly this."""
        while self.sections != wanted:
            await self.hear()

    async def until_state(self, code: str) -> None:
        """Listen until the agent is in this state."""
        while self.sections.get("state", {}).get("code") != code:
            await self.hear()

    async def wish(self, name: str, **data: Any) -> dict[str, Any]:
        """Send a command and wait for its result."""
        number = await self.send(name, **data)
        while True:
            message = await self.hear()
            if message["type"] == "result" and message["id"] == number:
                return message

    async def send(self, name: str, **data: Any) -> str:
        """Send a command only."""
        self.number += 1
        number = f"c{self.number}"
        await self.say({"type": "command", "id": number, "name": name, "data": data})
        return number

    async def say(self, message: object) -> None:
        """Send anything."""
        await self.socket.send_text(orjson.dumps(message).decode())

    async def closed_with(self) -> int:
        """Wait for the end of the socket; returns the close code."""
        while True:
            event = await self.socket.receive_output(PATIENCE_SECONDS)
            if event["type"] == "websocket.close":
                return int(event.get("code", 1000))
            self.others.append(orjson.loads(event["text"]))

    async def close(self) -> None:
        """The tab goes."""
        await self.socket.disconnect()


class Telephony:
    """The telephony process on the test's own clock: carries out wishes and nudges desks."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.publisher = hub.Publisher()

    async def do(self, deed: Any, *args: Any, **more: Any) -> Any:
        """Let the driver do something and tell every desk to look."""
        result = await database_sync_to_async(deed)(*args, **more)
        await self.nudge()
        return result

    @database_sync_to_async
    def nudge(self) -> None:
        """What the process publishes after each commit."""
        agents = Agent.objects.values_list("pk", flat=True)
        self.publisher.publish([(f"desk:{pk}", b"{}") for pk in agents])

    async def serve(self) -> None:
        """Carry out waiting wishes until cancelled."""
        while True:
            await self.do(self._carry_out)
            await asyncio.sleep(0.05)

    def _carry_out(self) -> None:
        self.driver.take(inputs.CommandsWaiting())


@database_sync_to_async
def fresh(agent: Agent) -> Sections:
    """What a page opened now would be told."""
    return orjson.loads(orjson.dumps(doings.sections(agent, "en")))
