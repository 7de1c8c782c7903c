"""PostgreSQL from the wheel, in each way to keep it from being root, and after kill -9."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import paths, ports, postgres, processes
from deploy.local.postgres import RunAs
from deploy.local.supervisor import Supervisor

IS_ROOT = os.geteuid() == 0
MODES = [RunAs.NAMESPACE, RunAs.ACCOUNT] if IS_ROOT else [RunAs.SELF]


def kept(database: postgres.Postgres) -> bool:
    return database.psql("callcenter", "select n from kept") == "7"


@pytest.fixture(params=MODES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[postgres.Postgres, Supervisor]]:
    if request.param is RunAs.NAMESPACE and postgres.run_as() is not RunAs.NAMESPACE:
        pytest.skip("this kernel allows no user namespaces")
    instance = paths.instance_in("test", tmp_path / "with space")
    reservations = ports.Reservations(tmp_path / "ports")
    port = ports.choose("postgres", None, reservations)
    made = postgres.for_instance(instance, port, "secret", durable=False, choose=lambda: request.param)
    supervisor = Supervisor(instance)
    made.prepare()
    supervisor.start(made.program())
    made.ensure_database()
    yield made, supervisor
    supervisor.stop()
    made.forget()
    reservations.release()


def test_it_serves_finds_chinese_and_comes_back_after_a_kill(
    server: tuple[postgres.Postgres, Supervisor],
) -> None:
    database, supervisor = server
    assert (
        database.psql("callcenter", "create extension pg_trgm; select similarity('候车室投诉', '候车室')")
        != "0"
    )
    assert database.psql("callcenter", "create table kept as select 7 as n") is not None
    before = (database.data / "postmaster.pid").read_text().split()[0]
    os.kill(int((database.instance.folder / "pids" / "postgres").read_text()), signal.SIGKILL)
    end = time.monotonic() + 20
    supervisor.watch(until=lambda: kept(database) or time.monotonic() > end)
    assert kept(database)
    assert (database.data / "postmaster.pid").read_text().split()[0] != before


def test_a_wrong_password_is_refused(server: tuple[postgres.Postgres, Supervisor]) -> None:
    database, _ = server
    database.password = "guess"
    assert database.psql("callcenter", "select 1") is None


def test_a_stopped_server_leaves_nobody(server: tuple[postgres.Postgres, Supervisor]) -> None:
    database, supervisor = server
    pid = int((database.data / "postmaster.pid").read_text().split()[0])
    supervisor.stop()
    assert (processes.is_alive(pid), processes.is_listening(database.port)) == (False, False)
