"""A wallboard or floor as its socket sees it."""

from typing import Any

import orjson
from channels.db import database_sync_to_async
from django.test import Client

from callcenter.accounts.models import User
from callcenter.asgi import application
from tests.realtime.socket import PATIENCE_SECONDS, Socket


class Board:
    """One open page."""

    def __init__(self, user: User | None, path: str, *, origin: str = "http://testserver") -> None:
        self.user = user
        self.path = path
        self.origin = origin

    async def open(self) -> "Board":
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

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        heard: dict[str, Any] = orjson.loads(await self.socket.receive_text())
        return heard

    async def closed_with(self) -> int:
        """Wait for the end of the socket; returns the close code."""
        while True:
            event = await self.socket.receive_output(PATIENCE_SECONDS)
            if event["type"] == "websocket.close":
                return int(event.get("code", 1000))

    async def close(self) -> None:
        """The page goes."""
        await self.socket.disconnect()
