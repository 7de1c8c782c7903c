"""Processor time of a menu through FastAGI against the same menu in plain dialplan, call for call."""

import asyncio
import time
from collections.abc import Iterator

from callcenter.acd.models import Call
from callcenter.telephony.passengers import rtp
from callcenter.telephony.passengers.leg import CallRefused
from callcenter.telephony.passengers.phone import Phone
from ivr import naming
from ivr.demo_tree import PROMPTS
from tests.bench import machine
from tests.bench.live import Centre, at_rate, centre
from tests.bench.options import Bench
from tests.bench.table import Row, median

GOAL = 1.3
CALLS, A_SECOND = 60, 4.0
PLAIN, MENU = "9900001", "12306"
LISTENS_SECONDS, WAITS_SECONDS = 0.8, 6.0
QUIET_SECONDS = 5.0


def measure(bench: Bench) -> Iterator[Row]:
    """Milliseconds a call of Asterisk and the menu server together, less what both spend when idle."""
    with centre() as running:
        write_plain_menu(running)
        try:
            agi, plain = asyncio.run(alternate(running, bench.runs))
        finally:
            running.forget_dialplan("from-trunk", PLAIN)
            running.forget_dialplan("bench-menu", "s")
        assert_all_reached_the_line(2 + 2 * CALLS * bench.runs)
    ratio = median(agi) / median(plain)
    yield Row(
        "CPU of a call: two keys through FastAGI, then the line", median(agi), "ms", "plain dialplan",
        median(plain), f"≤ {GOAL}×", ratio <= GOAL,
    )  # fmt: skip


def write_plain_menu(running: Centre) -> None:
    """The way of the keys 1 and 0 through the demo's tree, as somebody would write it by hand."""

    def sound(code: str, language: str = "zh") -> str:
        return naming.asterisk_name(language, naming.audio_name(code, PROMPTS[code][language]))

    running.dialplan("from-trunk", PLAIN, f"Set(CC_ENTRY={PLAIN})", "Goto(bench-menu,s,1)")
    running.dialplan(
        "bench-menu", "s",
        "Answer()",
        f"Read(KEY,{sound('welcome')}&{sound('welcome', 'en')},1,,1,5)",
        'GotoIf($["${KEY}" = "1"]?4:2)',
        f"Read(KEY,{sound('main')},1,,1,5)",
        'GotoIf($["${KEY}" = "0"]?6:4)',
        f"Playback({sound('to_agent')})",
        "MSet(CC_LANGUAGE=zh,CC_QUEUE=general,CC_PRIORITY=5,CC_NEEDS=,CC_SERVICE=enquiry,CC_PATH=1-0)",
        "Goto(hold,s,1)",
    )  # fmt: skip


async def alternate(running: Centre, runs: int) -> tuple[list[float], list[float]]:
    """One side after the other, several times: milliseconds a call of each run."""
    pids = [running.platform.pid(name) for name in ("asterisk", "agi")]
    async with Phone(running.platform.sip, ticker=rtp.Ticker()) as trunk:
        await call(trunk, MENU)
        await call(trunk, PLAIN)
        idle = await idle_share(pids)
        agi, plain = [], []
        for _ in range(runs):
            plain.append(await cost(trunk, PLAIN, pids, idle))
            agi.append(await cost(trunk, MENU, pids, idle))
    return agi, plain


def assert_all_reached_the_line(calls: int) -> None:
    """Both sides did the whole work: the keys were heard and every caller came to the general queue."""
    there = Call.objects.filter(queue__code="general", language="zh").exclude(offered_at=None).count()
    if there != calls:
        raise RuntimeError(f"{there} of {calls} callers came through the menu into the line")


async def idle_share(pids: list[int]) -> float:
    """Seconds of processor time a second while nobody calls."""
    await asyncio.sleep(1)
    before = machine.cpu_seconds(pids)
    await asyncio.sleep(QUIET_SECONDS)
    return (machine.cpu_seconds(pids) - before) / QUIET_SECONDS


async def cost(trunk: Phone, dials: str, pids: list[int], idle: float) -> float:
    """Milliseconds of processor time for each of many calls."""
    before, begun = machine.cpu_seconds(pids), time.monotonic()
    await at_rate(CALLS, A_SECOND, lambda _: call(trunk, dials))
    await asyncio.sleep(1)
    spent = machine.cpu_seconds(pids) - before - idle * (time.monotonic() - begun)
    return 1000 * spent / CALLS


async def call(trunk: Phone, dials: str) -> None:
    """Press 1 and 0 while the prompts play, hear where one is led, wait a moment in the line, leave."""
    leg = await trunk.call(dials, "13900000001")
    try:
        await leg.dial()
    except CallRefused as refusal:
        raise RuntimeError(f"{dials}: Asterisk said {refusal}") from refusal
    for key in "10":
        await leg.lasts(LISTENS_SECONDS)
        await leg.press(key)
    await leg.lasts(WAITS_SECONDS)
    await leg.hang_up()
