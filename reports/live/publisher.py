"""Who makes the frames: one process for each kind, and only while somebody watches.

Every process with watchers says each half second which topics it watches and asks for the lease, in one round
trip. The holder reads the database, makes one frame a topic and publishes it: at once if it differs from the
last one, else once a second, so that a page knows that its figures are current. If the holder dies, its lease
runs out and another process has it within `LEASE_MS` plus one tick.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import orjson
import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections

from callcenter.core.hub import Publisher

log = logging.getLogger(__name__)
TICK_SECONDS = 0.5
QUIET_SECONDS = 0.95
"""A frame that says nothing new is sent once a second; a little less, for ticks are not exact."""
LEASE_MS = 2000
WATCH_MS = 3000

Frame = dict[str, Any]
MakeFrames = Callable[[list[str]], dict[str, Frame]]

# Times are Redis's own, so that the clocks of several machines need not agree.
# KEYS: watched topics (sorted set, score = until when), the lease. ARGV: me, lease ms, watch ms, my topics.
WATCH_AND_HOLD = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
for i = 4, #ARGV do redis.call('ZADD', KEYS[1], ms + ARGV[3], ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms)
redis.call('PEXPIRE', KEYS[1], 60000)
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return {0} end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {1, unpack(redis.call('ZRANGE', KEYS[1], 0, -1))}
"""
LET_GO = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class FramePublisher:
    """One kind of frames (wallboard or floor) in one process. `make_frames` runs in a thread of its own."""

    def __init__(self, kind: str, make_frames: MakeFrames) -> None:
        self.kind = kind
        self.name = uuid.uuid4().hex
        self.is_holder = False
        self._make_frames = make_frames
        self._keys = [f"{settings.REDIS_PREFIX}:{kind}:watched", f"{settings.REDIS_PREFIX}:{kind}:lease"]
        self._watched: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._left: Future[None] | None = None
        self._making: dict[str, asyncio.Future[bytes]] = {}
        self._sent: dict[str, tuple[float, bytes]] = {}
        self._seq = 0
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=None
        )
        self._out = Publisher()

    # ------------------------------------------------------------------ called by the sockets
    def watch(self, topic: str) -> None:
        """A socket of this process watches the topic from now on. Call from the event loop."""
        self._watched[topic] = self._watched.get(topic, 0) + 1
        if self._task is None or self._task.done() or self._task.get_loop() is not asyncio.get_running_loop():
            self._making.clear()
            self._executor = ThreadPoolExecutor(1, thread_name_prefix=self.kind)
            self._task = asyncio.create_task(self._run(self._executor), name=f"{self.kind} frames")

    def unwatch(self, topic: str) -> None:
        """The socket is gone."""
        self._watched[topic] -= 1
        if not self._watched[topic]:
            del self._watched[topic]

    async def snapshot(self, topic: str) -> bytes:
        """The state now. Sockets that ask at the same time share one reading."""
        making = self._making.get(topic)
        if making is None:
            loop = asyncio.get_running_loop()
            making = loop.run_in_executor(self._executor, self._make_one, topic)
            self._making[topic] = making
            making.add_done_callback(lambda _: self._making.pop(topic, None))
        return await asyncio.shield(making)

    async def rests(self) -> None:
        """Wait until this process makes no frames any more, because its last watcher is gone."""
        if self._task is not None:
            await asyncio.wait([self._task])
        if self._left is not None:
            await asyncio.wrap_future(self._left)

    # ------------------------------------------------------------------ the loop
    async def _run(self, executor: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._watched:
                started = loop.time()
                await loop.run_in_executor(executor, self._tick, list(self._watched))
                await asyncio.sleep(max(0.05, TICK_SECONDS - (loop.time() - started)))
        finally:
            self._left = executor.submit(self._leave)
            executor.shutdown(wait=False)

    def _tick(self, mine: Iterable[str]) -> None:
        """One turn, in the thread. Nothing that fails here may end the loop."""
        close_old_connections()
        try:
            topics = self._watch_and_hold(mine)
            if topics:
                self._publish(topics)
        except redis.RedisError as failure:
            self.is_holder = False
            log.warning("%s: Redis is away: %s", self.kind, failure)
        except Exception:  # noqa: BLE001  the edge of the loop: the next turn may work
            log.exception("%s: no frame this time", self.kind)

    def _watch_and_hold(self, mine: Iterable[str]) -> list[str]:
        held, *topics = self._redis.eval(WATCH_AND_HOLD, 2, *self._keys, self.name, LEASE_MS, WATCH_MS, *mine)
        self.is_holder = bool(held)
        return [topic.decode() for topic in topics]

    def _publish(self, topics: list[str]) -> None:
        messages = []
        for topic, frame in self._frames(topics).items():
            now, body = time.monotonic(), orjson.dumps({**frame, "at": None})
            sent_at, sent = self._sent.get(topic, (0.0, b""))
            if body != sent or now - sent_at >= QUIET_SECONDS:
                self._sent[topic] = (now, body)
                messages.append((topic, self._numbered(frame)))
        self._out.publish(messages)
        self._sent = {topic: self._sent[topic] for topic in topics if topic in self._sent}

    def _frames(self, topics: list[str]) -> dict[str, Frame]:
        """When the database cannot be asked the pages are told so; they keep the last figures."""
        try:
            return self._make_frames(topics)
        except DatabaseError as failure:
            log.warning("%s: the database is away: %s", self.kind, failure)
            return {topic: {"type": "outage", "part": "database"} for topic in topics}

    def _make_one(self, topic: str) -> bytes:
        close_old_connections()
        frame = self._frames([topic])[topic]
        return self._numbered({**frame, "type": "snapshot"} if frame["type"] == "frame" else frame)

    def _numbered(self, frame: Frame) -> bytes:
        """Numbers only grow, also from one holder to the next: they are the time."""
        self._seq = max(self._seq + 1, time.time_ns() // 1_000_000)
        return orjson.dumps({**frame, "seq": self._seq})

    def _leave(self) -> None:
        """The last watcher of this process is gone."""
        self.is_holder = False
        connections.close_all()
        try:
            self._redis.eval(LET_GO, 1, self._keys[1], self.name)
        except redis.RedisError:
            log.info("%s: the lease will run out by itself", self.kind)
