"""A day of 54,298 calls: recorded signals through the machines, rows and KPI facts on PostgreSQL."""

import contextlib
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from callcenter.acd.models import Agent, Call, Queue
from callcenter.acd.services import recording
from callcenter.telephony import machine
from callcenter.telephony.adapters import replay
from callcenter.telephony.adapters.ami_signals import Translator
from callcenter.telephony.adapters.ami_text import Message, MessageParser
from callcenter.telephony.signals import CallArrived, Signal
from callcenter.telephony.words import CallState
from reports import folding, services
from reports.simulation import HOUR, HOUR_SHARES
from tests.acd.driver import Driver
from tests.bench import machine as machine_of
from tests.bench.options import Bench, scratch_database
from tests.bench.table import Row, median
from tests.pure.telephony.recorded import FOLDER
from tests.realtime.busy_centre import BusyCentre

CALLS = 54_298
DAY_SECONDS = 86_400
GOAL_TIMES = 500
AGENTS = 311
MIDNIGHT = datetime(2026, 7, 16, 16, tzinfo=UTC)
"""Of a Friday in Shanghai."""
MIX = {
    "caller_ends": 52, "held": 6, "self_served": 28, "left_menu": 7, "abandoned": 3, "missed": 2,
    "left_while_ringing": 1, "refused": 1,
}  # fmt: skip
EXCHANGE_CALLS = 200
PEAK_A_SECOND = 5


def measure(bench: Bench) -> Iterator[Row]:
    """How many days pass in one, by the wall: parse, translate, advance, write rows, fold facts."""
    with scratch_database():
        BusyCentre(MIDNIGHT).open(AGENTS)
        round_trip = select_1()
        replayed = Replay()
        replayed.run()
        with machine_of.Spent() as rows:
            write(replayed.ended)
        folds = []
        for _ in range(bench.runs):
            with machine_of.Spent() as folding_:
                fold()
            folds.append(folding_)
        fold_wall, fold_cpu = median([one.wall for one in folds]), median([one.cpu for one in folds])
        total = replayed.wall + rows.wall + fold_wall
        times = DAY_SECONDS / total
        yield Row(
            f"{len(replayed.ended):,} calls of a day → machines, rows, KPI facts", times, "× real time",
            goal=f"≥ {GOAL_TIMES}×", is_met=times >= GOAL_TIMES,
        )  # fmt: skip
        cpu = DAY_SECONDS / (replayed.cpu + rows.cpu + fold_cpu)
        yield Row("  the same by processor time (an idle machine)", cpu, "× real time")
        yield cpu_row(f"  {replayed.signals:,} signals read and taken by the machines", replayed)
        yield cpu_row("  the calls' rows written in bulk", rows)
        yield Row("  facts of the day folded", fold_wall, "s", "processor time", fold_cpu)
        with machine_of.Spent() as spent:
            exchange()
        each = spent.wall / EXCHANGE_CALLS
        yield Row(
            "exchange: a call from arrival to wrap-up, each signal a transaction", 1000 * each, "ms",
            "SELECT 1", 1000 * round_trip, f"≤ {1000 / PEAK_A_SECOND:.0f} (5 calls/s)",
            each <= 1 / PEAK_A_SECOND,
        )  # fmt: skip
        yield Row("  the same by processor time", 1000 * spent.cpu / EXCHANGE_CALLS, "ms")


def cpu_row(what: str, spent: "machine_of.Spent | Replay") -> Row:
    """Seconds of the wall beside seconds of processors."""
    return Row(what, spent.wall, "s", "processor time", spent.cpu)


class Replay:
    """Tells the day a quarter of an hour at a time; only our own work is on the clock, not the telling."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0
        self.signals = 0
        self.ended: list[machine.Call] = []
        self._open: dict[str, machine.Call] = {}
        self._translator = Translator()

    def run(self) -> None:
        """The whole day."""
        dice = random.Random(54298)  # a mix of calls, no secret
        quarters: dict[int, list[float]] = defaultdict(list)
        for moment in sorted(moments(dice)):
            quarters[int(moment // 900)].append(moment)
        number = 0
        for quarter in sorted(quarters):
            texts = list(tell(quarters[quarter], number, dice))
            number += len(texts)
            self._take(list(replay.one_after_the_other(self._parse(texts))))

    def _parse(self, texts: Iterable[bytes]) -> list[list[Message]]:
        with self._on_the_clock():
            return [MessageParser().feed(text) for text in texts]

    @contextlib.contextmanager
    def _on_the_clock(self) -> Iterator[None]:
        begun, before = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - begun
        self.cpu += time.process_time() - before

    def _take(self, heard: list[Message]) -> None:
        with self._on_the_clock():
            for signal in replay.replay(heard, self._translator):
                self.signals += 1
                if isinstance(signal, Signal):
                    self._advance(signal)

    def _advance(self, signal: Signal) -> None:
        call = self._open.get(signal.call_id)
        if call is None:
            if isinstance(signal, CallArrived):
                self._open[signal.call_id] = machine.arrive(signal)
            return
        after = machine.advance(call, signal)
        if after.state is CallState.ENDED:
            del self._open[signal.call_id]
            self.ended.append(after)
        else:
            self._open[signal.call_id] = after


def moments(dice: random.Random) -> list[float]:
    """Seconds of the day at which calls come, in the shape of a real day."""
    hours = dice.choices(range(24), HOUR_SHARES, k=CALLS)
    return [hour * HOUR + dice.random() * HOUR for hour in hours]


def tell(starts: list[float], first: int, dice: random.Random) -> Iterator[bytes]:
    """Recorded calls told again as others, at these moments."""
    recordings = {name: (FOLDER / f"{name}.ami").read_bytes().decode().split("\r\n", 1)[1] for name in MIX}
    kinds = dice.choices(list(MIX), list(MIX.values()), k=len(starts))
    for number, (start, kind) in enumerate(zip(starts, kinds, strict=True), first):
        agent = str(1001 + number % AGENTS)
        at = MIDNIGHT + timedelta(seconds=start)
        yield replay.as_another_call(recordings[kind], number, at, agent).encode()


def write(calls: list[machine.Call]) -> None:
    """The rows as the telephony process writes them."""
    queues = dict(Queue.objects.values_list("code", "pk"))
    agents = dict(Agent.objects.values_list("extension", "pk"))
    rows = (
        Call(
            pbx="bench", linkedid=call.call_id, needs=list(call.needs), path=list(call.path),
            queue_id=queues.get(call.queue), agent_id=agents.get(call.agent),
            **{name: getattr(call, name) for name in recording.SAME_NAME},
        )
        for call in calls
    )  # fmt: skip
    Call.objects.bulk_create(rows, batch_size=5000)


def fold() -> None:
    """The facts of the day, computed anew."""
    with transaction.atomic():
        services.fold_range(*folding.day_bounds((MIDNIGHT + timedelta(hours=12)).date()))


def exchange() -> None:
    """Calls one after the other through the exchange on the real database."""
    driver = Driver()
    agent = Agent.objects.order_by("extension").first()
    assert agent is not None
    Queue.objects.update(wrap_up_seconds=0)
    driver.sign_in(agent)
    for number in range(EXCHANGE_CALLS):
        call_id = f"exchange-{number}"
        driver.talk(call_id, agent)
        driver.now += timedelta(seconds=10)
        driver.ends(call_id)
        driver.wish(agent, "go_ready")


def select_1() -> float:
    """Seconds of a round trip to the database."""

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    ask()
    return median([timed(ask) for _ in range(300)])


def timed(work: object) -> float:
    """Seconds that the work takes."""
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun
