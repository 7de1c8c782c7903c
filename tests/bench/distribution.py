"""From the line to the agent's ear and eye, with everybody signed in; and what memory that takes."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

from callcenter.acd.models import Call
from callcenter.telephony.passengers import rtp
from callcenter.telephony.passengers.phone import Phone
from tests.bench import bare, machine
from tests.bench.desks import Desks, in_milliseconds
from tests.bench.live import Centre, at_rate, centre
from tests.bench.options import Bench
from tests.bench.table import Row, percentile

NUMBER = "9900002"
LATE_SECONDS = 10
BARE_CALLS = 60
RING_GOAL_MS, TALK_GOAL_MS = 150, 250
PROCESSES = ("web", "telephony", "agi", "worker", "beat", "asterisk", "postgres", "valkey")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of every call, ours and the yardstick's."""

    ring: list[float]
    bare_ring: list[float]
    pop: list[float]
    talk: list[float]
    bare_answer: list[float]
    missing: int


def measure(bench: Bench) -> Iterator[Row]:
    """Straight into the line (menus are measured by themselves), with agents enough."""
    with centre() as running:
        running.dialplan(
            "from-trunk", NUMBER, "Set(CC_QUEUE=general)", "Set(CC_LANGUAGE=zh)", "Set(CC_PRIORITY=5)",
            "Goto(hold,s,1)",
        )  # fmt: skip
        try:
            times, costs = asyncio.run(work(running, bench))
        finally:
            running.forget_dialplan("from-trunk", NUMBER)
    yield from rows_of(times)
    yield from costs


def rows_of(times: Times) -> Iterator[Row]:
    """p50 and p95 of each way."""
    ways = (
        ("in the line → telephone rings", times.ring, "bare Redirect", times.bare_ring, RING_GOAL_MS),
        ("telephone rings → desk shows the call", times.pop, "", None, None),
        ("answer → desk shows talking", times.talk, "AMI event alone", times.bare_answer, TALK_GOAL_MS),
    )
    for what, ours, yardstick, beside, goal in ways:
        for share in (0.5, 0.95):
            value = percentile(ours, share)
            is_goal = goal is not None and share == 0.95
            yield Row(
                f"{what}, p{round(share * 100)}", value, "ms", yardstick,
                percentile(beside, share) if beside else None,
                f"≤ {goal}" if is_goal else "", value <= goal if is_goal and goal else None,
            )  # fmt: skip
    total = len(times.ring) + times.missing
    yield Row(f"calls of {total} without ring, pop or talk", times.missing, "calls", goal="0",
              is_met=times.missing == 0)  # fmt: skip


def memory_rows(memory: dict[str, machine.Memory]) -> list[Row]:
    """What each process and its children hold with everybody signed in."""
    return [
        Row(f"memory: {name}, resident", held.resident, "MB", "proportional", held.proportional)
        for name, held in memory.items()
    ]


def spent(running: Centre) -> dict[str, float]:
    """Seconds of processor time of each process so far."""
    return {name: machine.cpu_seconds([running.platform.pid(name)]) for name in PROCESSES}


async def work(running: Centre, bench: Bench) -> tuple[Times, list[Row]]:
    """The yardstick, then everybody signs in, then the calls."""
    bare_ring, bare_answer = await bare.measure(running, BARE_CALLS)
    desks = Desks(running, bench.agents)
    try:
        await desks.open()
        async with Phone(running.platform.sip, ticker=rtp.Ticker()) as trunk:
            before, begun = spent(running), time.monotonic()
            watching = asyncio.create_task(desks.watch_the_clock())
            await at_rate(bench.calls, bench.rate, lambda number: passenger(trunk, number))
            seconds = time.monotonic() - begun
            watching.cancel()
            cpu = {name: taken - before[name] for name, taken in spent(running).items()}
        await asyncio.sleep(LATE_SECONDS)
        memory = {name: machine.memory(running.platform.pid(name)) for name in PROCESSES}
    finally:
        await desks.close()
    costs = [Row("the bench's own loop is late by, p95", percentile(desks.lags_ms, 0.95), "ms")]
    costs += [
        Row(f"CPU of {name}, desks and {bench.rate:g} calls a second", 100 * used / seconds, "% of a core")
        for name, used in cpu.items()
    ]
    return times_of(desks, bench.calls, bare_ring, bare_answer), costs + memory_rows(memory)


async def passenger(trunk: Phone, number: int) -> None:
    """Wait, talk until the agent hangs up; never longer than half a minute."""
    leg = await trunk.call(NUMBER, f"139{number:08d}")
    await leg.dial()
    await leg.lasts(30)
    await leg.hang_up()


def times_of(desks: Desks, calls: int, bare_ring: list[float], bare_answer: list[float]) -> Times:
    """Put together what the telephones, the desks and Asterisk's own time stamps say of each call."""
    offset = time.time() - time.monotonic()
    # The moment at which the telephony process learned of it from the socket.
    rows = Call.objects.filter(dialled_number=NUMBER).exclude(offered_at=None)
    waiting = {linkedid: at.timestamp() for linkedid, at in rows.values_list("linkedid", "offered_at")}
    first = {}
    for ring in sorted(desks.rings, key=lambda ring: ring.rang_at):
        first.setdefault(ring.call_id, ring)
    seen = desks.heard
    whole = [
        ring
        for call_id, ring in first.items()
        if ring.answered_at and call_id in waiting and call_id in seen.shown and call_id in seen.talking
    ]
    if not whole:
        raise RuntimeError(
            f"no call went its whole way: {len(waiting)} waited, {len(first)} rang, "
            f"{len(seen.shown)} popped up, {len(seen.talking)} were shown talking"
        )
    return Times(
        ring=in_milliseconds((waiting[ring.call_id], ring.rang_at + offset) for ring in whole),
        bare_ring=[1000 * seconds for seconds in bare_ring],
        pop=in_milliseconds((ring.rang_at, seen.shown[ring.call_id]) for ring in whole),
        talk=in_milliseconds((ring.answered_at or 0.0, seen.talking[ring.call_id]) for ring in whole),
        bare_answer=[1000 * seconds for seconds in bare_answer],
        missing=calls - len(whole),
    )
