"""`./run bench [--only name] [--runs N] [--million]`: prints one table. Needs the services of the tests."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings.test")

import django

django.setup()

from tests.bench import day, distribution, machine, menu, million, reader, wallboard  # noqa: E402
from tests.bench.options import Bench  # noqa: E402
from tests.bench.table import Row, shown  # noqa: E402

Measure = Callable[[Bench], Iterator[Row]]
MEASUREMENTS: dict[str, Measure] = {
    "reader": reader.measure,
    "day": day.measure,
    "menu": menu.measure,
    "distribution": distribution.measure,
    "wallboard": wallboard.measure,
    "million": million.measure,
}
LONG = {"million"}


def options() -> tuple[Bench, list[str]]:
    """What was asked for, and the names of the measurements."""
    usual = Bench()
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=sorted(MEASUREMENTS), help="may be repeated")
    parser.add_argument("--million", action="store_true", help="also the million-call database: minutes")
    parser.add_argument("--runs", type=int, default=usual.runs)
    parser.add_argument("--agents", type=int, default=usual.agents)
    parser.add_argument("--calls", type=int, default=usual.calls)
    parser.add_argument("--rate", type=float, default=usual.rate, help="calls a second at the desks")
    parser.add_argument("--sockets", type=int, default=usual.sockets)
    parser.add_argument("--history", type=int, default=usual.history, help="calls of the large database")
    given = parser.parse_args()
    names = given.only or [name for name in MEASUREMENTS if name not in LONG or given.million]
    bench = Bench(given.runs, given.agents, given.calls, given.rate, given.sockets, given.history)
    return bench, list(dict.fromkeys(names + (["million"] if given.million else [])))


def main() -> int:
    """Measure and show; 1 when a goal was missed."""
    bench, names = options()
    say("\n".join(machine.facts()))
    rows: list[Row] = []
    for name in names:
        begun = time.monotonic()
        for row in MEASUREMENTS[name](bench):
            rows.append(row)
            say("  ".join(filter(None, row.cells())))
        say(f"({name}: {time.monotonic() - begun:.0f} s, load {machine.load()})\n")
    say(f"Medians of {bench.runs} runs where a measurement is repeated.\n\n{shown(rows)}")
    return int(any(row.is_met is False for row in rows))


def say(text: str) -> None:
    """To the person who waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
