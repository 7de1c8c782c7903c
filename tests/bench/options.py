"""What one run of the bench is to do, and what its measurements share."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg2
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from callcenter.acd.demo import seed_centre


@dataclass(frozen=True, slots=True)
class Bench:
    """`runs`: how often each side is measured; the table shows medians."""

    runs: int = 3
    agents: int = 200
    calls: int = 300
    rate: float = 5.0
    sockets: int = 2000
    history: int = 1_000_000


@contextlib.contextmanager
def scratch_database(agents: int = 0) -> Iterator[BaseDatabaseWrapper]:
    """A database of our own with the demo centre in it, thrown away afterwards."""
    connection = connections["default"]
    settings = connection.settings_dict
    before, name = settings["NAME"], f"callcenter_bench_{secrets.token_hex(4)}"
    _on_server(settings, f'CREATE DATABASE "{name}"')
    connections.close_all()
    settings["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        seed_centre("railway-demo", agents=agents)
        yield connection
    finally:
        connections.close_all()
        settings["NAME"] = before
        _on_server(settings, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(settings: dict[str, str], statement: str) -> None:
    server = psycopg2.connect(
        dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"],
        host=settings["HOST"], port=settings["PORT"],
    )  # fmt: skip
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(statement)
    finally:
        server.close()
