"""How long the report pages take on the database at hand: `python -m tests.reports.measure_pages [repeats]`.

Meant for a million calls: `manage.py generate_history --calls 1000000 --days 33 --agents 300`.
Meant for a million calls (`manage.py generate_history --calls 1000000 --days 33 --agents 300`).
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from callcenter.accounts.models import Role, Team, User  # noqa: E402
from callcenter.acd.models import Agent, Call, Queue  # noqa: E402

LIMIT_MS = 300
dice = random.Random(1)


def days_back(most: int = 30) -> str:
    """A day of the history."""
    return str(timezone.localdate() - timedelta(days=dice.randint(1, most)))


def any_of(model) -> int:
    """The key of one of its rows."""
    return dice.choice(list(model.objects.values_list("pk", flat=True)[:50]))


def any_call() -> Call:
    """A call somewhere in the history."""
    last = Call.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    return Call.objects.filter(pk__lte=dice.randint(1, last)).order_by("-pk").first()


def a_month() -> dict[str, str]:
    """The whole history as a range of days."""
    today = timezone.localdate()
    return {"from": str(today - timedelta(days=31)), "to": str(today)}


def older(client: Client) -> str:
    """A page deep in the list: thirty days back."""
    moment = timezone.now() - timedelta(days=30, seconds=dice.randint(0, 86400))
    return f"{moment:%Y%m%dT%H%M%S%f}-{dice.randint(1, 10**6)}"


def pages(client: Client) -> Iterator[tuple[str, str, Callable[[], dict[str, object]]]]:
    """Every page with a maker of its address."""
    for by in ("queue", "step", "team", "agent", "language"):
        yield f"kpi day by {by}", "reports:kpi", lambda by=by: {"period": "day", "day": days_back(), "by": by}
    for by in ("queue", "agent"):
        yield (
            f"kpi week by {by}",
            "reports:kpi",
            lambda by=by: {"period": "week", "day": days_back(), "by": by},
        )
        yield (
            f"kpi month by {by}",
            "reports:kpi",
            lambda by=by: {"period": "month", "day": days_back(), "by": by},
        )
    yield "kpi custom, one queue", "reports:kpi", lambda: {**a_month(), "queue": any_of(Queue)}
    yield "kpi custom, one team", "reports:kpi", lambda: {**a_month(), "team": any_of(Team), "kpi": 13}
    yield "kpi csv month", "reports:kpi-csv", lambda: {"period": "month", "by": "agent"}
    yield "kpi xlsx month", "reports:kpi-xlsx", lambda: {"period": "month", "by": "agent"}
    yield "calls newest", "reports:calls", dict
    yield "calls deep page", "reports:calls", lambda: {"older": older(client)}
    yield "calls of a day", "reports:calls", lambda: {"from": (d := days_back()), "to": d}
    for name in (
        "answered",
        "abandoned_long",
        "short_abandoned",
        "transferred",
        "held",
        "blocked",
        "rebuilt",
        "open",
    ):
        yield f"calls of a month: {name}", "reports:calls", lambda name=name: {**a_month(), "set": name}
        yield f"calls, all time: {name}", "reports:calls", lambda name=name: {"set": name}
    yield "calls of a queue", "reports:calls", lambda: {"queue": any_of(Queue), **a_month()}
    yield "calls of a team", "reports:calls", lambda: {"team": any_of(Team), **a_month()}
    yield "calls of an agent", "reports:calls", lambda: {"agent": any_of(Agent)}
    yield "agent, abandoned (none)", "reports:calls", lambda: {"agent": any_of(Agent), "set": "abandoned"}
    yield "english calls", "reports:calls", lambda: {"language": "en"}
    yield "search number", "reports:calls", lambda: {"q": any_call().caller_number}
    yield "search last 4 digits", "reports:calls", lambda: {"q": any_call().caller_number[-4:]}
    yield "search unknown number", "reports:calls", lambda: {"q": "00000000000"}
    yield "search call number", "reports:calls", lambda: {"q": any_call().linkedid}
    yield "search unknown call", "reports:calls", lambda: {"q": "1000000000.1"}
    yield "differences", "reports:differences", dict


def backend_cpu_ms() -> float:
    """The processor time of our database backend, where it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure(ask: Callable[[], object], repeats: int) -> tuple[float, float, float, int]:
    """p50 and p95 in milliseconds, processor time of both sides, and the queries of one request."""
    ask()
    with CaptureQueriesContext(connection) as queries:
        ask()
    count = len(queries)
    taken = []
    used = time.process_time() * 1000 + backend_cpu_ms()
    for _ in range(repeats):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    used = (time.process_time() * 1000 + backend_cpu_ms() - used) / repeats
    cuts = quantiles(taken, n=20, method="inclusive")
    return cuts[9], cuts[18], used, count


def report(label: str, measured: tuple[float, float, float, int]) -> bool:
    """Print a line; whether the page is too slow."""
    middle, high, used, queries = measured
    is_slow = high > LIMIT_MS
    word = "SLOW" if is_slow else ""
    sys.stdout.write(f"{label:34} {middle:7.0f} {high:7.0f} {used:7.0f} {word:4} {queries:4}\n")
    sys.stdout.flush()
    return is_slow


def main() -> int:
    """Measure all pages; fail when one is too slow."""
    setup_test_environment()
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    client = Client()
    client.force_login(User.objects.filter(role=Role.LEAD).first())
    slow = 0
    out = sys.stdout.write
    out(f"{Call.objects.count():,} calls, pid {os.getpid()}\n{'':34}     p50     p95     cpu ms  queries\n")

    def ask(name: str, make: Callable[[], dict[str, object]]) -> Callable[[], object]:
        def once() -> None:
            response = client.get(reverse(name), make())
            assert response.status_code == 200, response

        return once

    for label, name, make in pages(client):
        slow += report(label, measure(ask(name, make), repeats))

    def one_call() -> None:
        assert client.get(reverse("reports:call", args=[any_call().pk])).status_code == 200

    slow += report("one call", measure(one_call, repeats))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
