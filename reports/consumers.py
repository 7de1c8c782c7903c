"""The sockets of the wallboard and the floor: a snapshot, then whole frames, the newest wins.

Closed with 4401 for people who are not signed in (any more), 4403 for the wrong role, 4404 for a part of the
centre that does not exist.
"""

import asyncio
import contextlib
import random
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from callcenter.accounts.models import User
from callcenter.core.errors import DomainError, Forbidden, NotFound
from callcenter.core.hub import RESYNC, hub
from reports.live import access, sources
from reports.live.directory import read_directory
from reports.live.place import Place
from reports.live.publisher import FramePublisher
from reports.live.selection import Selection

NOT_SIGNED_IN = 4401
CLOSE_CODES: dict[type[DomainError], int] = {Forbidden: 4403, NotFound: 4404}
LOOK_AGAIN_SECONDS = 60.0


@lru_cache(maxsize=64)
def _text_of(message: bytes) -> str:
    """All sockets of a topic get the same message; it is decoded once."""
    return message.decode()


class FrameConsumer(AsyncWebsocketConsumer):
    """Relays one topic to one socket, newest wins. A slow socket skips frames and holds up nobody."""

    # Nobody addresses these sockets one by one, so they need no place in the channel layer.
    channel_layer_alias = "none"
    _relay: "asyncio.Task[None] | None" = None

    def topic_for(self, user: User, query: str) -> tuple[FramePublisher, str]:
        """Who makes the frames, and of what. Runs in a thread; raises Forbidden or NotFound."""
        raise NotImplementedError

    async def connect(self) -> None:
        """Accept first: a browser learns the reason of a refusal only from a socket that was open."""
        await self.accept()
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        try:
            publisher, topic = await database_sync_to_async(self._find_topic)(user)
        except DomainError as refusal:
            await self.close(CLOSE_CODES[type(refusal)])
            return
        self._relay = asyncio.create_task(self._follow(publisher, topic))

    async def disconnect(self, code: int) -> None:
        """Stop relaying."""
        if self._relay is not None:
            self._relay.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """These sockets only speak."""

    def _find_topic(self, user: User) -> tuple[FramePublisher, str]:
        if not access.may_watch(user):
            raise Forbidden
        return self.topic_for(user, self.scope["query_string"].decode())

    async def _follow(self, publisher: FramePublisher, topic: str) -> None:
        publisher.watch(topic)
        try:
            async with hub.listen(topic) as slot:
                await self._tell(await publisher.snapshot(topic))
                loop = asyncio.get_running_loop()
                look_again_at = loop.time() + LOOK_AGAIN_SECONDS * random.uniform(0.5, 1)
                while True:
                    message = await slot.get()
                    await self._tell(await publisher.snapshot(topic) if message == RESYNC else message)
                    if loop.time() >= look_again_at:
                        look_again_at = loop.time() + LOOK_AGAIN_SECONDS
                        if not await self._is_still_welcome():
                            await self.close(NOT_SIGNED_IN)
                            return
        finally:
            publisher.unwatch(topic)

    async def _tell(self, message: bytes) -> None:
        with contextlib.suppress(OSError):  # the browser is gone; `disconnect` follows
            await self.base_send({"type": "websocket.send", "text": _text_of(message)})

    @database_sync_to_async
    def _is_still_welcome(self) -> bool:
        """Whether the person is still signed in and may still watch."""
        session: Any = self.scope["session"]
        user = User.objects.filter(pk=self.scope["user"].pk).first()
        return user is not None and access.may_watch(user) and session.exists(session.session_key)


class WallboardConsumer(FrameConsumer):
    """`/ws/wallboard/?queue=…&team=…&centre=…`"""

    def topic_for(self, user: User, query: str) -> tuple[FramePublisher, str]:
        """Any selection of what exists."""
        selection = Selection.from_address(query)
        if selection != Selection() and not selection.known_in(read_directory().codes):
            raise NotFound
        return sources.wallboard(), selection.topic


class FloorConsumer(FrameConsumer):
    """`/ws/floor/?centre=…&zone=…`"""

    def topic_for(self, user: User, query: str) -> tuple[FramePublisher, str]:
        """A zone of the centre this person may see."""
        fields = {key: values[0] for key, values in parse_qs(query).items()}
        directory = read_directory()
        centre = access.centre_for(user, fields.get("centre", ""), directory.centres)
        zone = fields.get("zone", "")
        if zone and zone not in directory.zones_of(centre):
            raise NotFound
        return sources.floor(), Place(centre, zone).topic
