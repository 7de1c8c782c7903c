"""The hub: one Redis subscription a process, any number of sockets behind it.

Measured against `group_send` the hub costs a seventh (docs/performance.md): the publisher serialises once
and nothing is dispatched per consumer. Each listener has a one-slot buffer where the newest message wins, so
a slow socket never holds up the others and never gets an old picture after a new one. Messages are either
whole frames (wallboard, floor) or nudges to read again (desks), so to miss a superseded one loses nothing.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator

import redis
import redis.asyncio
from django.conf import settings

log = logging.getLogger(__name__)
RECONNECT_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)


def _channel(topic: str) -> str:
    return f"{settings.REDIS_PREFIX}:hub:{topic}"


class Publisher:
    """Publishes from synchronous code. A broker that is away costs half a second and loses the nudge only."""

    def __init__(self) -> None:
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=None
        )

    def publish(self, messages: list[tuple[str, bytes]]) -> bool:
        """Send `(topic, message)` pairs in one round trip; False when Redis is away."""
        if not messages:
            return True
        pipe = self._redis.pipeline(transaction=False)
        for topic, message in messages:
            pipe.publish(_channel(topic), message)
        try:
            pipe.execute()
        except redis.RedisError as failure:
            log.warning("hub: not published: %s", failure)
            return False
        return True


class Slot:
    """One listener's buffer: holds the newest message only."""

    def __init__(self) -> None:
        self._message: bytes | None = None
        self._filled = asyncio.Event()
        self.superseded = 0

    def put(self, message: bytes) -> None:
        """Replace what waits."""
        if self._message is not None:
            self.superseded += 1
        self._message = message
        self._filled.set()

    async def get(self) -> bytes:
        """Wait for a message and take it."""
        while self._message is None:
            await self._filled.wait()
        message, self._message = self._message, None
        self._filled.clear()
        return message


RESYNC = b'{"type":"resync"}'


class Hub:
    """The process's single subscription. Use `hub.listen(topic)`; it starts and heals by itself."""

    def __init__(self) -> None:
        self._slots: dict[str, set[Slot]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def watched(self, topic: str) -> int:
        """How many listeners this process has on the topic."""
        return len(self._slots.get(topic, ()))

    @contextlib.asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Slot]:
        """Give a slot that receives the topic's messages until the block ends."""
        slot = Slot()
        self._slots[topic].add(slot)
        self._ensure_running()
        try:
            yield slot
        finally:
            self._slots[topic].discard(slot)
            if not self._slots[topic]:
                del self._slots[topic]

    def _ensure_running(self) -> None:
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._loop is not loop:
            self._loop = loop
            self._task = loop.create_task(self._run(), name="hub")

    async def _run(self) -> None:
        """Read for ever; after a loss every listener is told to read its state again."""
        failures = 0
        while True:
            try:
                async with (
                    redis.asyncio.Redis.from_url(settings.REDIS_URL, health_check_interval=5) as client,
                    client.pubsub() as pubsub,
                ):
                    await pubsub.psubscribe(_channel("*"))
                    if failures:
                        self._tell_all(RESYNC)
                    failures = 0
                    await self._read(pubsub)
            except (redis.RedisError, OSError) as failure:
                log.warning("hub: subscription lost: %s", failure)
            await asyncio.sleep(RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)])
            failures += 1

    async def _read(self, pubsub: "redis.asyncio.client.PubSub") -> None:
        prefix = len(_channel(""))
        async for message in pubsub.listen():
            if message["type"] == "pmessage":
                topic = message["channel"].decode()[prefix:]
                for slot in self._slots.get(topic, ()):
                    slot.put(message["data"])

    def _tell_all(self, message: bytes) -> None:
        for slots in self._slots.values():
            for slot in slots:
                slot.put(message)


hub = Hub()
