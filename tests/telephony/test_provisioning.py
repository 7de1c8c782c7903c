"""Agents' SIP accounts on a real Asterisk: what a telephone may do before, while and after it has one."""

import asyncio
import itertools
import os
import secrets
import socket
import time
from collections.abc import Iterator

import pytest

from callcenter.telephony.adapters import provisioning
from callcenter.telephony.passengers.digest import Credentials
from callcenter.telephony.passengers.leg import CallRefused
from callcenter.telephony.passengers.phone import Phone

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.skipif(not os.environ.get("ASTERISK_AMI_PORT"), reason="no Asterisk: ./run test brings one"),
]
SERVER = (os.environ.get("ASTERISK_SIP_HOST", "127.0.0.1"), int(os.environ.get("ASTERISK_SIP_PORT", "5060")))
EXTENSIONS = itertools.count(6000 + secrets.randbelow(3000))


class Ami:
    """One action at a time over a connection without events; enough for an account."""

    def __init__(self) -> None:
        address = (os.environ["ASTERISK_AMI_HOST"], int(os.environ["ASTERISK_AMI_PORT"]))
        self.socket = socket.create_connection(address, timeout=5)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\r\n")
        self.lines.readline()
        user, secret = os.environ["ASTERISK_AMI_USER"], os.environ["ASTERISK_AMI_SECRET"]
        assert self("Login", {"Username": user, "Secret": secret, "Events": "off"})["Response"] == "Success"

    def __call__(self, name: str, headers: dict[str, str]) -> dict[str, str]:
        lines = [f"Action: {name}", *(f"{key}: {value}" for key, value in headers.items())]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer: dict[str, str] = {}
        while line := self.lines.readline().strip():
            key, _, value = line.partition(":")
            answer[key] = value.strip()
        return answer

    def close(self) -> None:
        self.lines.close()
        self.socket.close()


@pytest.fixture
def act() -> Iterator[Ami]:
    ami = Ami()
    yield ami
    ami.close()


@pytest.fixture
def extension(act: Ami) -> Iterator[str]:
    number = str(next(EXTENSIONS))
    yield number
    provisioning.revoke(act, number)


def phone_of(extension: str, password: str) -> Phone:
    return Phone(SERVER, extension, Credentials(extension, password))


async def code_of_registering(extension: str, password: str) -> int:
    async with phone_of(extension, password) as phone:
        try:
            await phone.register(60)
        except CallRefused as refusal:
            return refusal.code
        return 200


async def test_a_phone_registers_with_its_password(act: Ami, extension: str) -> None:
    provisioning.provision(act, extension, "first", webrtc=False)
    assert await code_of_registering(extension, "first") == 200


async def test_an_unknown_phone_is_refused(extension: str) -> None:
    assert await code_of_registering(extension, "any") >= 400


async def test_a_new_password_counts_at_once_and_the_old_one_no_more(act: Ami, extension: str) -> None:
    provisioning.provision(act, extension, "first", webrtc=False)
    await code_of_registering(extension, "first")
    provisioning.provision(act, extension, "second", webrtc=False)
    assert await code_of_registering(extension, "second") == 200
    assert await code_of_registering(extension, "first") == 401


async def test_a_revoked_phone_is_refused_at_once(act: Ami, extension: str) -> None:
    provisioning.provision(act, extension, "first", webrtc=False)
    await code_of_registering(extension, "first")
    provisioning.revoke(act, extension)
    assert await code_of_registering(extension, "first") >= 400


async def test_a_call_that_is_up_survives_the_revocation(act: Ami, extension: str) -> None:
    provisioning.provision(act, extension, "first", webrtc=False)
    async with phone_of(extension, "first") as phone:
        await phone.register(60)
        leg = await phone.call("600")
        await leg.dial()
        provisioning.revoke(act, extension)
        await asyncio.sleep(1)
        assert not leg.ended.is_set()
        await leg.hang_up()


async def test_two_hundred_phones_are_provisioned_and_registered_in_seconds(act: Ami) -> None:
    begun = time.monotonic()
    numbers = [str(9100 + n) for n in range(200)]
    for number in numbers:
        provisioning.provision(act, number, f"password of {number}", webrtc=False)
    codes = await asyncio.gather(*(code_of_registering(n, f"password of {n}") for n in numbers))
    seconds = time.monotonic() - begun
    for number in numbers:
        provisioning.revoke(act, number)
    assert (set(codes), seconds < 10) == ({200}, True)


@pytest.mark.parametrize("extension", ["", "10 01", "1001\r\nAction: Logoff", "../1"])
def test_what_is_not_an_extension_never_reaches_asterisk(extension: str) -> None:
    def act(name: str, headers: dict[str, str]) -> dict[str, str]:
        pytest.fail(f"{name} was sent")

    with pytest.raises(ValueError, match="not an extension"):
        provisioning.provision(act, extension, "x")


def test_a_refusal_of_asterisk_is_raised() -> None:
    with pytest.raises(provisioning.ProvisioningRefused, match="Permission denied"):
        provisioning.provision(lambda *_: {"Response": "Error", "Message": "Permission denied"}, "1001", "x")
