"""The sockets of the wallboard and the floor: who gets one, and that what they hear is the truth."""

from collections.abc import Iterator

import orjson
import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError
from django.utils import timezone

from callcenter.accounts.models import Centre, Role, User
from callcenter.acd.models import Call
from reports.floor import floor_frame
from reports.live import sources
from reports.wallboard import wallboard_frame
from tests.realtime.board import Board
from tests.realtime.busy_centre import BusyCentre

pytestmark = pytest.mark.django_db(transaction=True)
WALLBOARD, FLOOR = "/ws/wallboard/", "/ws/floor/"
STRANGER, WRONG_ROLE, NO_SUCH_PART = 4401, 4403, 4404
MOMENTARY = ("type", "seq", "at")


@pytest.fixture(autouse=True)
def _new_publishers() -> Iterator[None]:
    """A publisher remembers names and settled counts; another test has another centre."""
    for source in (sources.wallboard, sources.floor):
        source.cache_clear()
    yield
    for source in (sources.wallboard, sources.floor):
        source.cache_clear()


@pytest.fixture
def busy_now(transactional_db: None) -> BusyCentre:
    """A small centre at work now."""
    centre = BusyCentre(timezone.now())
    centre.open(agents=20)
    centre.live_a_day(100, until=centre.now)
    centre.sign_in()
    return centre


@pytest.fixture
def watcher(busy_now: BusyCentre) -> User:
    """A team lead of the centre."""
    return User.objects.get(username="lead1")


def lasting(frame: dict) -> dict:
    """A frame as JSON without what belongs to the moment."""
    return {name: value for name, value in orjson.loads(orjson.dumps(frame)).items() if name not in MOMENTARY}


@database_sync_to_async
def person(role: Role) -> User:
    return User.objects.create(username=f"new-{role}", role=role)


# ---------------------------------------------------------------- who may watch
@pytest.mark.parametrize("path", [WALLBOARD, FLOOR])
async def test_a_stranger_is_sent_away(path, busy_now):
    assert await (await Board(None, path).open()).closed_with() == STRANGER


@pytest.mark.parametrize("path", [WALLBOARD, FLOOR])
@pytest.mark.parametrize("role", [Role.AGENT, Role.STATION])
async def test_a_role_that_does_not_watch_is_refused(path, role, busy_now):
    page = await Board(await person(role), path).open()
    assert await page.closed_with() == WRONG_ROLE


@pytest.mark.parametrize("role", [Role.LEAD, Role.PLANNER, Role.QUALITY, Role.ADMINISTRATOR])
async def test_those_who_watch_get_a_snapshot_at_once(role, busy_now):
    page = await Board(await person(role), WALLBOARD).open()
    assert (await page.hear())["type"] == "snapshot"
    await page.close()


async def test_another_site_cannot_listen(watcher):
    assert not (await Board(watcher, WALLBOARD, origin="http://elsewhere.example").open()).accepted


@pytest.mark.parametrize(
    "path", [f"{WALLBOARD}?queue=nonsense", f"{FLOOR}?zone=nonsense", f"{FLOOR}?centre=x"]
)
async def test_a_part_that_does_not_exist_is_refused(path, watcher):
    assert await (await Board(watcher, path).open()).closed_with() == NO_SUCH_PART


async def test_the_floor_of_another_centre_is_refused(watcher):
    await Centre.objects.acreate(code="beijing", name="北京")
    assert await (await Board(watcher, f"{FLOOR}?centre=beijing").open()).closed_with() == WRONG_ROLE


@pytest.mark.parametrize("page", ["wallboard", "floor"])
def test_pages_are_for_those_who_watch(page, client, watcher, busy_now):
    address = f"/reports/{page}/"
    assert client.get(address).status_code == 302
    client.force_login(
        User.objects.create(username="x", role=Role.AGENT), "django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(address).status_code == 403
    client.force_login(watcher, "django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 200


def test_details_of_an_agent_are_for_those_who_watch(client, watcher, busy_now):
    address = f"/reports/floor/agents/{busy_now.agent_ids()[0]}/"
    client.force_login(
        User.objects.create(username="x", role=Role.AGENT), "django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(address).status_code == 403
    client.force_login(watcher, "django.contrib.auth.backends.ModelBackend")
    assert client.get(address).json()["id"] == busy_now.agent_ids()[0]
    assert client.get(f"{address}?centre=nowhere").status_code == 404


# ---------------------------------------------------------------- what they hear
async def test_snapshot_and_frames_equal_a_fresh_frame(busy_now, watcher):
    page = await Board(watcher, WALLBOARD).open()
    first = await page.hear()
    assert lasting(first) == lasting(await database_sync_to_async(wallboard_frame)(timezone.now()))
    await database_sync_to_async(busy_now.wait)("lost", 3)
    heard = await hear_until(page, lambda frame: frame["live"]["waiting"] == first["live"]["waiting"] + 1)
    assert heard["seq"] > first["seq"]
    assert lasting(heard) == lasting(await database_sync_to_async(wallboard_frame)(timezone.now()))
    await page.close()


async def hear_until(page: Board, is_so) -> dict:
    for _ in range(8):
        frame = await page.hear()
        if is_so(frame):
            return frame
    raise AssertionError("it never came")


async def test_the_floor_follows_an_agents_state(busy_now, watcher):
    page = await Board(watcher, FLOOR).open()
    first = await page.hear()
    fresh = await database_sync_to_async(floor_frame)(timezone.now(), "shanghai")
    assert lasting(first) == lasting(fresh)
    await database_sync_to_async(busy_now.turn_everybody)("ready")
    frame = await hear_until(page, lambda frame: frame["states"]["talking"] == 0)
    assert frame["states"]["ready"] > 0
    await page.close()


async def test_two_selections_hear_their_own_part(busy_now, watcher):
    all_of_it, lost = (
        await Board(watcher, WALLBOARD).open(),
        await Board(watcher, f"{WALLBOARD}?queue=lost").open(),
    )
    assert len((await all_of_it.hear())["queues"]) > 1
    for _ in range(3):
        assert [queue["code"] for queue in (await lost.hear())["queues"]] == ["lost"]
    await all_of_it.close()
    await lost.close()


async def test_the_database_being_away_is_said_and_ends(busy_now, watcher, monkeypatch):
    page = await Board(watcher, WALLBOARD).open()
    await page.hear()
    publisher = sources.wallboard()
    with monkeypatch.context() as broken:
        broken.setattr(publisher, "_make_frames", _fail)
        assert (await hear_until(page, lambda m: m["type"] == "outage"))["part"] == "database"
    assert (await hear_until(page, lambda m: m["type"] == "frame"))["live"]
    await page.close()


def _fail(topics: list[str]) -> dict:
    raise OperationalError("gone")


async def test_nobody_makes_frames_when_nobody_watches(busy_now, watcher):
    page = await Board(watcher, WALLBOARD).open()
    await page.hear()
    await page.close()
    publisher = sources.wallboard()
    await publisher.rests()
    assert not publisher.is_holder
    assert await database_sync_to_async(Call.objects.count)() > 0
