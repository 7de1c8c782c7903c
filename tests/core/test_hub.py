"""The hub on a real Redis: newest wins, heals by itself."""

import asyncio

import redis.asyncio
from django.conf import settings

from callcenter.core.hub import Hub, Publisher, Slot


async def next_message(slot: Slot) -> bytes:
    return await asyncio.wait_for(slot.get(), 5)


async def publish_until_heard(topic: str, message: bytes, slot: Slot) -> bytes:
    """Publish again and again: the subscription may begin a moment later."""
    for _ in range(50):
        await asyncio.to_thread(Publisher().publish, [(topic, message)])
        try:
            return await asyncio.wait_for(slot.get(), 0.2)
        except TimeoutError:
            continue
    raise AssertionError("never heard")


async def test_a_listener_hears_its_topic_only() -> None:
    hub = Hub()
    async with hub.listen("desk:1") as mine, hub.listen("desk:2") as other:
        assert await publish_until_heard("desk:1", b"one", mine) == b"one"
        await publish_until_heard("desk:2", b"two", other)
        assert other.superseded >= 0


async def test_the_newest_message_wins() -> None:
    slot = Slot()
    for message in (b"1", b"2", b"3"):
        slot.put(message)
    assert (await next_message(slot), slot.superseded) == (b"3", 2)


async def test_after_a_lost_subscription_everybody_reads_again() -> None:
    hub = Hub()
    async with hub.listen("wall") as slot:
        await publish_until_heard("wall", b"a", slot)
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
        await client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await client.aclose()
        assert b"resync" in await next_message(slot)
        assert await publish_until_heard("wall", b"b", slot) == b"b"


async def test_who_has_left_is_forgotten() -> None:
    hub = Hub()
    async with hub.listen("wall"):
        assert hub.watched("wall") == 1
    assert hub.watched("wall") == 0


def test_publishing_without_redis_loses_the_nudge_and_nothing_else(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert Publisher().publish([("desk:1", b"x")]) is False
