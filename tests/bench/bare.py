"""Yardsticks of distribution: the same redirect and the same answer by AMI alone, nothing of ours between."""

import asyncio
import contextlib
import secrets
import time
from dataclasses import dataclass, field

from django.conf import settings

from callcenter.telephony.adapters import provisioning
from callcenter.telephony.adapters.ami_events import EventReader
from callcenter.telephony.adapters.ami_text import Message
from callcenter.telephony.passengers import rtp
from callcenter.telephony.passengers.agents import AgentPhone, Behaviour
from callcenter.telephony.passengers.phone import Phone
from tests.bench.desks import sign_in
from tests.bench.live import Centre, at_rate

NUMBER, TELEPHONE = "9900003", "benchphone"


@dataclass
class Seen:
    """What the bare reader saw, in the order in which it came: moments of the wall clock."""

    waited: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)


async def measure(running: Centre, calls: int) -> tuple[list[float], list[float]]:
    """Seconds from waiting to ringing, and from the telephone's 200 to its event, call by call."""
    lines(running)
    password, seen, pbx = secrets.token_hex(8), Seen(), settings.ASTERISK
    await asyncio.to_thread(provisioning.provision, running.actions.act, TELEPHONE, password, False)
    phone = AgentPhone(
        running.platform.sip, TELEPHONE, password, 600, rtp.Ticker(),
        lambda _: Behaviour(answers_seconds=0.05, talks_seconds=0.2),
    )  # fmt: skip
    await sign_in(phone)
    ready = asyncio.Event()
    reader = EventReader(pbx["ami_host"], pbx["ami_port"], pbx["ami_events_user"], pbx["ami_events_secret"])
    redirects: set[asyncio.Task[None]] = set()

    def on_message(message: Message) -> None:
        if message.text("UserEvent") == "BenchWaiting":
            seen.waited.append(time.time())
            redirect = running.actions.redirect
            task = asyncio.ensure_future(
                asyncio.to_thread(redirect, message.text("Channel"), "bench-acd", TELEPHONE)
            )
            redirects.add(task)
        elif message.event == "DialEnd" and message.text("DestChannel").startswith(f"PJSIP/{TELEPHONE}-"):
            seen.answered.append(time.time())

    reading = asyncio.create_task(reader.run(on_message, ready.set, lambda _: None))
    await ready.wait()
    async with Phone(running.platform.sip, ticker=rtp.Ticker()) as trunk:
        await at_rate(calls, 1.0, lambda _: call(trunk))
    reading.cancel()
    offset = time.time() - time.monotonic()
    rang = [ring.rang_at + offset for ring in phone.rings]
    picked_up = [ring.answered_at + offset for ring in phone.rings if ring.answered_at]
    phone.cut_cable()
    forget(running)
    to_ring = [after - before for before, after in zip(seen.waited, rang, strict=True)]
    to_event = [after - before for before, after in zip(picked_up, seen.answered, strict=True)]
    return to_ring, to_event


async def call(trunk: Phone) -> None:
    """One passenger who waits until the other side hangs up."""
    leg = await trunk.call(NUMBER, "13900000003")
    await leg.dial()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(leg.ended.wait(), 15)
    await leg.hang_up()


def lines(running: Centre) -> None:
    """A waiting place that tells, and the way to the telephone."""
    running.dialplan("from-trunk", NUMBER, "Goto(bench-hold,s,1)")
    running.dialplan(
        "bench-hold", "s", "Answer()", "UserEvent(BenchWaiting)", "StartMusicOnHold()", "Wait(15)"
    )
    running.dialplan("bench-acd", TELEPHONE, f"Dial(PJSIP/{TELEPHONE},10)", "Hangup()")


def forget(running: Centre) -> None:
    """Take the lines and the account away again."""
    for context, exten in (("from-trunk", NUMBER), ("bench-hold", "s"), ("bench-acd", TELEPHONE)):
        running.forget_dialplan(context, exten)
    provisioning.revoke(running.actions.act, TELEPHONE)
