"""A centre in the middle of its day, and the sockets that watch it."""

from collections.abc import Iterator

import pytest
import redis
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.db import connections

from tests.realtime.busy_centre import BusyCentre
from tests.reports.world import at

NOW = at("2026-07-17 10:42:36")


@pytest.fixture(autouse=True, scope="session")
def _no_connection_left(django_db_setup: None) -> Iterator[None]:
    """The thread behind coroutines keeps its connection, which would hold up the end of the database."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture
def busy(db: None) -> BusyCentre:
    """Forty agents and queues; no calls yet."""
    centre = BusyCentre(NOW)
    centre.open(agents=40)
    return centre


@pytest.fixture
def beat() -> Iterator["redis.Redis"]:
    """Redis, with the telephony process's sign of life gone again afterwards."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    key = f"{settings.REDIS_PREFIX}:beat:{settings.ASTERISK['name']}"
    client.delete(key)
    yield client
    client.delete(key)
