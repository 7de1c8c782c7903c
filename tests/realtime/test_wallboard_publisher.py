"""One process makes the frames, only while somebody watches, and another takes over when it dies."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import orjson
import pytest
import redis
from django.conf import settings

from callcenter.core.hub import Hub
from reports.live.publisher import FramePublisher

TOPIC = "test-frames:all"


@pytest.fixture(autouse=True)
def _clean_redis() -> Iterator[None]:
    client = redis.Redis.from_url(settings.REDIS_URL)
    keys = [f"{settings.REDIS_PREFIX}:test-frames:{name}" for name in ("watched", "lease")]
    client.delete(*keys)
    yield
    client.delete(*keys)


class Maker:
    """Makes a frame that says who made it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made: list[list[str]] = []

    def __call__(self, topics: list[str]) -> dict:
        self.made.append(topics)
        return {topic: {"type": "frame", "by": self.name} for topic in topics}


def process(name: str) -> FramePublisher:
    """What one web process has."""
    return FramePublisher("test-frames", Maker(name))


@pytest.fixture
async def heard() -> AsyncIterator["asyncio.Queue[dict]"]:
    """Every frame that is published on the topic."""
    hub, frames = Hub(), asyncio.Queue()

    async def listen() -> None:
        async with hub.listen(TOPIC) as slot:
            while True:
                frames.put_nowait(orjson.loads(await slot.get()))

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.3)
    yield frames
    task.cancel()
    hub._task.cancel()


async def makers(heard: "asyncio.Queue[dict]", seconds: float) -> list[str]:
    await asyncio.sleep(seconds)
    return [heard.get_nowait()["by"] for _ in range(heard.qsize())]


async def test_one_of_two_processes_makes_the_frames_once_a_second(heard):
    first, second = process("first"), process("second")
    first.watch(TOPIC)
    await asyncio.sleep(0.2)
    second.watch(TOPIC)
    made_by = await makers(heard, 3.2)
    assert set(made_by) == {"first"}
    assert 3 <= len(made_by) <= 4
    await stop(first, second)


async def stop(*publishers: FramePublisher) -> None:
    for publisher in publishers:
        publisher.unwatch(TOPIC)
    for publisher in publishers:
        await publisher.rests()


async def test_the_holder_also_makes_what_only_other_processes_watch(heard):
    first, second = process("first"), process("second")
    first.watch("test-frames:other")
    await asyncio.sleep(0.2)
    second.watch(TOPIC)
    assert "first" in await makers(heard, 1.7)
    second.unwatch(TOPIC)
    first.unwatch("test-frames:other")
    await asyncio.gather(first.rests(), second.rests())


async def test_another_process_takes_over_within_three_seconds_of_a_kill(heard):
    first, second = process("first"), process("second")
    first.watch(TOPIC)
    await asyncio.sleep(0.3)
    second.watch(TOPIC)
    assert set(await makers(heard, 1.2)) == {"first"}
    kill(first)
    killed_at = time.monotonic()
    while (await asyncio.wait_for(heard.get(), 5))["by"] != "second":
        pass
    assert time.monotonic() - killed_at <= 3
    await stop(second)


def kill(publisher: FramePublisher) -> None:
    """As by kill -9: the lease is not given back."""
    publisher._leave = lambda: None
    publisher._task.cancel()


async def test_the_last_watcher_gives_the_lease_back_at_once(heard):
    first, second = process("first"), process("second")
    first.watch(TOPIC)
    await makers(heard, 0.7)
    await stop(first)
    second.watch(TOPIC)
    assert set(await makers(heard, 0.4)) == {"second"}
    await stop(second)


async def test_numbers_grow_from_one_holder_to_the_next(heard):
    first, second = process("first"), process("second")
    numbers = []
    for publisher in (first, second):
        publisher.watch(TOPIC)
        await asyncio.sleep(0.7)
        await stop(publisher)
        numbers += [heard.get_nowait()["seq"] for _ in range(heard.qsize())]
    assert len(numbers) >= 2
    assert numbers == sorted(set(numbers))


async def test_watchers_who_come_together_share_one_reading():
    publisher = process("only")
    publisher.watch(TOPIC)
    snapshots = await asyncio.gather(*(publisher.snapshot(TOPIC) for _ in range(50)))
    assert len({orjson.loads(snapshot)["seq"] for snapshot in snapshots}) == 1
    assert orjson.loads(snapshots[0])["type"] == "snapshot"
    await stop(publisher)
