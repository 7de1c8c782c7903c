"""The platform as it runs in service, for tests: its own database, its own processes, a real Asterisk."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson
import psycopg2
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from deploy.local import centre, environment, paths, processes
from deploy.local.supervisor import Supervisor

Value = TypeVar("Value")

PROGRAMS = ("telephony", "agi", "web", "worker", "beat")


class NotInTime(AssertionError):
    """What should have happened did not, in the time it was given."""


def wait_for(what: str, look: Callable[[], Value], seconds: float = 10.0, every: float = 0.05) -> Value:
    """Look until there is something to see and return it. Raises NotInTime."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > end:
            raise NotInTime(f"{what}: not within {seconds} s")
        time.sleep(every)
    return seen


async def wait_for_async(
    what: str, look: Callable[[], Any], seconds: float = 10.0, every: float = 0.05
) -> Any:
    """As `wait_for`, while telephones go on; the look may be a coroutine function. Raises NotInTime."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if asyncio.iscoroutine(seen):
            seen = await seen
        if seen:
            return seen
        if time.monotonic() > end:
            raise NotInTime(f"{what}: not within {seconds} s")
        await asyncio.sleep(every)


class Cut:
    """A TCP proxy before a service: the line can be cut, or swallow everything without a word."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: set[socket.socket] = set()
        self._is_cut, self._flows = threading.Event(), threading.Event()
        self._flows.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._is_cut.set()
        for each in list(self._pairs):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def swallow(self) -> None:
        """Let connections stand and nothing through, as a network does that has gone away."""
        self._flows.clear()

    def mend(self) -> None:
        """Let everything through again, also what was held back."""
        self._is_cut.clear()
        self._flows.set()

    def close(self) -> None:
        """Stop for good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._is_cut.is_set():
                    raise ConnectionRefusedError
                far = socket.create_connection(self._target, timeout=2)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for one, other in ((near, far), (far, near)):
                self._pairs.add(one)
                threading.Thread(target=self._copy, args=(one, other), daemon=True).start()

    def _copy(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self._flows.wait()
                other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._pairs.discard(one)
        one.close()


class Platform:
    """All processes of one centre beside the Asterisk, PostgreSQL and Valkey that the environment names."""

    def __init__(self, folder: Path) -> None:
        self.instance = paths.instance_in("tests", folder)
        self.database = f"callcenter_live_{secrets.token_hex(4)}"
        self.ami = Cut(settings.ASTERISK["ami_host"], settings.ASTERISK["ami_port"])
        self._web_port = _free_port()
        self.sockets = Cut(*_host_and_port(settings.ASTERISK["ws_url"]))
        self.web = Cut("127.0.0.1", self._web_port)
        self.sip = (settings.ASTERISK["sip_host"], settings.ASTERISK["sip_port"])
        self.env = self._environment()
        self._supervisor = Supervisor(self.instance)
        self._watcher = threading.Thread(target=self._supervisor.watch, daemon=True)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.web.port}"

    @property
    def log_folder(self) -> Path:
        return self.instance.log_folder

    def start(self) -> None:
        """Make the database and start every process. Call inside `own_database`."""
        self._on_server(f'CREATE DATABASE "{self.database}"')
        call_command("migrate", verbosity=0)
        self._flush_redis()
        centre.manage(["collectstatic", "--no-input", "-v", "0"], self.env, self.instance)
        centre.manage(["seed_demo", "--calls", "0"], self.env, self.instance)
        wanted = {program.name: program for program in centre.programs(self.instance, self.env)}
        chosen = [replace(wanted[name], is_loud=False) for name in PROGRAMS if self._has(name)]
        self._supervisor.start_together(chosen, wait_seconds=60)
        self._watcher.start()
        wait_for("the telephony process leads", self.leads, 30)

    def stop(self) -> None:
        """End every process and remove the database."""
        self._supervisor.stop()
        if self._watcher.is_alive():
            self._watcher.join(5)
        for line in (self.ami, self.sockets, self.web):
            line.close()
        connections.close_all()
        self._on_server(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def pid(self, name: str) -> int:
        """The process's present id; 0 while it is down. Services of the instance are known too."""
        folder = self.instance.folder if name in PROGRAMS else Path(os.environ["RUN_INSTANCE"])
        try:
            pid = int((folder / "pids" / name).read_text())
        except (OSError, ValueError):
            return 0
        return pid if processes.is_alive(pid) else 0

    def kill(self, name: str) -> float:
        """kill -9; return the moment (monotonic). The supervisor starts it again, as it does in service."""
        os.kill(self.pid(name), signal.SIGKILL)
        return time.monotonic()

    def heartbeat(self) -> dict[str, Any]:
        """What the telephony process last said of itself, empty when it says nothing."""
        try:
            told = self._redis().get(f"{self.env['REDIS_PREFIX']}:beat:{settings.ASTERISK['name']}")
        except redis.RedisError:
            return {}
        return dict(orjson.loads(told)) if told else {}

    def leads(self, since: float = 0.0) -> bool:
        """Whether the telephony process leads and hears Asterisk, and said so after `since` (wall clock)."""
        beat = self.heartbeat()
        return bool(beat.get("ami")) and beat["at"] > max(since, time.time() - 2)

    @contextlib.contextmanager
    def own_database(self) -> Iterator[None]:
        """Let the ORM of this process look into the platform's database."""
        before = connections.databases["default"]["NAME"]
        connections.close_all()
        connections.databases["default"]["NAME"] = self.database
        try:
            yield
        finally:
            connections.close_all()
            connections.databases["default"]["NAME"] = before

    def _environment(self) -> dict[str, str]:
        url = urlsplit(os.environ["DATABASE_URL"])
        return {
            **environment.clean(),
            **{name: os.environ[name] for name in environment.OURS if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "callcenter.settings.dev",
            "DEBUG": "false",
            "STATIC_ROOT": str(self.instance.folder / "static"),
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DATABASE_URL": url._replace(path=f"/{self.database}").geturl(),
            "REDIS_PREFIX": settings.REDIS_PREFIX,
            "ASTERISK_AMI_HOST": "127.0.0.1",
            "ASTERISK_AMI_PORT": str(self.ami.port),
            "ASTERISK_WS_URL": f"ws://127.0.0.1:{self.sockets.port}/ws",
            "WEB_PORT": str(self._web_port),
            "DEMO": "true",
            "PYTHONUNBUFFERED": "1",
        }

    def _has(self, name: str) -> bool:
        needs = {"agi": "ivr/management/commands/run_agi.py", "web": "callcenter/desktop/consumers.py"}
        return name not in needs or (paths.ROOT / needs[name]).exists()

    def _redis(self) -> "redis.Redis":
        return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)

    def _flush_redis(self) -> None:
        client = self._redis()
        for key in client.scan_iter(f"{self.env['REDIS_PREFIX']}:*"):
            client.delete(key)

    def _on_server(self, statement: str) -> None:
        server = psycopg2.connect(os.environ["DATABASE_URL"])
        server.autocommit = True
        try:
            with server.cursor() as cursor:
                cursor.execute(statement)
        finally:
            server.close()


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
