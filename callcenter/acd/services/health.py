"""Can a call be made now? Each part is asked by using it."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson
import redis
from django.conf import settings
from django.db import DatabaseError, connection

STALE_SECONDS = 5.0
TIMEOUT_SECONDS = 1.0


@dataclass(frozen=True)
class Part:
    """One part of the platform and whether it works; `detail` says what to look at."""

    name: str
    ok: bool
    detail: str
    milliseconds: int


def check_health() -> list[Part]:
    """Ask the database, Redis, the telephony process, its AMI link, the menu server and the SIP port."""
    probes = {
        "database": _database,
        "redis": _redis,
        "telephony": _telephony,
        "menu server": _menu_server,
        "sip": _sip,
    }
    return [_timed(name, probe) for name, probe in probes.items()]


def _timed(name: str, probe: Callable[[], str]) -> Part:
    started = time.monotonic()
    try:
        ok, detail = True, probe()
    except (DatabaseError, redis.RedisError, OSError, ValueError) as failure:
        ok, detail = (
            False,
            f"{type(failure).__name__}: {str(failure).splitlines()[0] if str(failure) else ''}",
        )
    return Part(name, ok, detail, round((time.monotonic() - started) * 1000))


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS, retry=None
    )


def _redis() -> str:
    _client().ping()
    return "answers"


def _telephony() -> str:
    """The heartbeat that Asterisk gets too."""
    beat = _client().get(f"{settings.REDIS_PREFIX}:beat:{settings.ASTERISK['name']}")
    if beat is None:
        raise ValueError("no heartbeat: is run_telephony running?")
    state = orjson.loads(beat)
    if time.time() - state["at"] > STALE_SECONDS:
        raise ValueError(f"last heartbeat {time.time() - state['at']:.0f} s ago")
    if not state["ami"]:
        raise ValueError("Asterisk's manager interface is not connected")
    return "leads, AMI connected"


def _menu_server() -> str:
    socket.create_connection((settings.AGI_HOST, settings.AGI_PORT), TIMEOUT_SECONDS).close()
    return "listens"


def _sip() -> str:
    """Send OPTIONS to the trunk side and wait for Asterisk's answer: it would take a call."""
    target = (settings.ASTERISK["sip_host"], settings.ASTERISK["sip_port"])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(TIMEOUT_SECONDS)
        sock.connect(target)
        host, port = sock.getsockname()
        tag = f"{time.time_ns():x}"
        sock.send(
            (
                f"OPTIONS sip:health@{target[0]} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{tag};rport\r\n"
                f"From: <sip:health@{host}>;tag={tag}\r\nTo: <sip:health@{target[0]}>\r\n"
                f"Call-ID: {tag}@{host}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
                f"Contact: <sip:health@{host}:{port}>\r\nContent-Length: 0\r\n\r\n"
            ).encode()
        )
        answer = sock.recv(4096).split(b"\r\n", 1)[0].decode()
    if not answer.startswith("SIP/2.0"):
        raise ValueError(answer)
    return answer.removeprefix("SIP/2.0 ")
