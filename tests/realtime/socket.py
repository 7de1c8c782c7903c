"""A WebSocket into the ASGI application, without a server (channels' own helper wants daphne)."""

from typing import Any
from urllib.parse import unquote, urlsplit

from asgiref.testing import ApplicationCommunicator

PATIENCE_SECONDS = 5.0


class Socket(ApplicationCommunicator):
    """One connection. Messages are ASGI's; what is refused or late raises."""

    def __init__(
        self, application: Any, address: str, headers: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        parts = urlsplit(address)
        scope = {
            "type": "websocket",
            "path": unquote(parts.path),
            "query_string": parts.query.encode(),
            "headers": headers,
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def connect(self) -> bool:
        """Knock; True when the door opens."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(PATIENCE_SECONDS)
        return bool(answer["type"] == "websocket.accept")

    async def send_text(self, text: str) -> None:
        """Send a text message."""
        await self.send_input({"type": "websocket.receive", "text": text})

    async def receive_text(self) -> str:
        """Wait for a text message."""
        message = await self.receive_output(PATIENCE_SECONDS)
        assert message["type"] == "websocket.send", message
        return str(message["text"])

    async def disconnect(self, code: int = 1000) -> None:
        """The browser goes."""
        await self.send_input({"type": "websocket.disconnect", "code": code})
        await self.wait(PATIENCE_SECONDS)
