"""A million calls: every list, search and report page, its p95, and whether its queries grow."""

import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.urls import NoReverseMatch, reverse

from callcenter.accounts.models import Role, User
from callcenter.acd.models import Agent
from reports import history
from tests.bench.day import select_1
from tests.bench.options import Bench, scratch_database
from tests.bench.table import Row, percentile
from tests.reports import measure_pages

Ask = Callable[[], object]
SMALL, DAYS, AGENTS = 3_000, 33, 300
REPEATS = 20
GOAL_MS = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


def measure(bench: Bench) -> Iterator[Row]:
    """The same addresses on a small history and on a large one."""
    setup_test_environment()
    with scratch_database():
        history.add_agents(AGENTS)
        history.generate_history(calls=SMALL, days=DAYS)
        few = {name: queries_of(ask) for name, ask in pages()}
        begun = time.monotonic()
        history.generate_history(calls=bench.history, days=DAYS, seed=2)
        yield Row(f"{bench.history:,} calls invented, written and folded", time.monotonic() - begun, "s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        round_trip = 1000 * select_1()
        for name, ask in pages():
            yield page_row(name, ask, few[name], round_trip)


def page_row(name: str, ask: Ask, few: int, round_trip: float) -> Row:
    """p95 of a page; it fails when it is slow or when its queries grew with the data."""
    many = queries_of(ask)
    taken = [timed(ask) for _ in range(REPEATS)]
    p95 = percentile(taken, 0.95)
    grew = "" if few == many else f", {few} when small"
    return Row(
        f"{name}: p95 ({many} queries{grew})", p95, "ms", "SELECT 1", round_trip, f"< {GOAL_MS}",
        p95 < GOAL_MS and many <= few,
    )  # fmt: skip


def pages() -> Iterator[tuple[str, Ask]]:
    """Every page as those who use it ask for it."""
    lead, administrator = client_of(Role.LEAD), client_of(Role.ADMINISTRATOR)
    for name, view, make in measure_pages.pages(lead):
        yield name, lambda view=view, make=make: got(lead, reverse(view), make())
    yield "one call", lambda: got(lead, reverse("reports:call", args=[measure_pages.any_call().pk]), {})
    for name, view in (("floor", "live:floor"), ("wallboard", "live:wallboard")):
        yield name, lambda view=view: got(lead, reverse(view), {})
    for table in ("acd_call", "acd_agent", "accounts_user", "acd_agentsession"):
        address = f"admin:{table}_changelist"
        if has_address(address):
            yield f"admin: {table}", lambda address=address: got(administrator, reverse(address), {})
            yield (
                f"admin search: {table}",
                lambda address=address: got(administrator, reverse(address), {"q": "138"}),
            )
    yield from desk_pages()


def desk_pages() -> Iterator[tuple[str, Ask]]:
    """What a desk asks over HTTP."""
    agent = Agent.objects.order_by("extension").select_related("user")[0]
    User.objects.filter(pk=agent.user.pk).update(is_active=True)
    client = Client()
    client.force_login(agent.user, backend=BACKEND)
    yield "desk: own day", lambda: got(client, reverse("desktop:day"), {})
    yield "desk: search of reasons", lambda: got(client, reverse("desktop:reasons"), {"q": "tui"})


def client_of(role: Role) -> Client:
    """Somebody of this role, signed in."""
    client = Client()
    client.force_login(User.objects.filter(role=role)[0], backend=BACKEND)
    return client


def has_address(name: str) -> bool:
    """Whether Django admin knows this table."""
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def got(client: Client, address: str, query: dict[str, object]) -> None:
    """Ask for the page and read it to its end. Raises RuntimeError for anything but the page."""
    response = client.get(address, query)
    if response.status_code != 200:
        raise RuntimeError(f"{address} {query}: {response.status_code}")
    if response.streaming:
        sum(len(part) for part in response)


def queries_of(ask: Ask) -> int:
    """How many queries one request takes, when caches are warm."""
    ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    return len(queries)


def timed(ask: Ask) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - begun)
