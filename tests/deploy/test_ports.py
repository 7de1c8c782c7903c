"""Ports: remembered, moved away from when taken, never given to two runs."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import paths, ports, progress


@pytest.fixture
def reservations(tmp_path: Path) -> Iterator[ports.Reservations]:
    made = ports.Reservations(tmp_path / "ports")
    yield made
    made.release()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_a_port_with_a_udp_socket_is_not_free() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        assert not ports.is_free(phone.getsockname()[1])


def test_the_remembered_port_is_taken_again(reservations: ports.Reservations) -> None:
    assert ports.choose("sip", 23456, reservations, free=lambda port: True) == 23456


def test_another_port_is_taken_and_said_when_the_remembered_one_is_taken(
    reservations: ports.Reservations, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ports.choose("sip", taken, reservations)
    assert chosen != taken
    assert f"port {taken} (sip) is taken; using {chosen}" in capsys.readouterr().err


def test_pages_prefer_a_port_that_people_know(reservations: ports.Reservations) -> None:
    assert ports.choose("web", None, reservations, free=lambda port: port != 8000) == 8001


def test_two_runs_at_once_never_choose_the_same(tmp_path: Path) -> None:
    one, other = ports.Reservations(tmp_path), ports.Reservations(tmp_path)
    assert one.take(21000)
    assert not other.take(21000)
    one.release()
    assert other.take(21000)
    other.release()


def test_an_instance_keeps_its_ports(tmp_path: Path) -> None:
    instance = paths.instance_in("test", tmp_path / "instance")
    first = ports.Reservations(tmp_path / "ports")
    chosen = ports.for_instance(instance, first, {})
    first.release()
    assert ports.for_instance(instance, ports.Reservations(tmp_path / "ports"), {}) == chosen


def test_a_port_that_was_asked_for_and_is_taken_stops_the_run(tmp_path: Path, taken: int) -> None:
    instance = paths.instance_in("test", tmp_path / "instance")
    with pytest.raises(progress.Stop, match="asked for"):
        ports.for_instance(instance, ports.Reservations(tmp_path / "ports"), {"web": taken})
