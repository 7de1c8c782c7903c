"""Many passengers at a rate, over one trunk."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from callcenter.telephony.passengers import rtp
from callcenter.telephony.passengers.passenger import Ending, Passenger, PassengerReport, Script
from callcenter.telephony.passengers.phone import Phone
from callcenter.telephony.passengers.transactions import Address

_MOBILE_PREFIXES = ("134", "135", "139", "150", "158", "182", "186", "189")


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened to all of them. Seconds are means over those they apply to, None when there were none."""

    calls: int
    endings: dict[Ending, int]
    mean_wait_seconds: float | None
    mean_talk_seconds: float | None
    lost_packets: int

    def as_dict(self) -> dict[str, object]:
        """Return the summary for JSON."""
        return {
            "calls": self.calls,
            "endings": {str(ending): count for ending, count in self.endings.items()},
            "mean_wait_seconds": self.mean_wait_seconds,
            "mean_talk_seconds": self.mean_talk_seconds,
            "lost_packets": self.lost_packets,
        }


def summarise(reports: Sequence[PassengerReport]) -> Summary:
    """Return the summary of these reports."""
    talked = [report for report in reports if report.ending is Ending.TALKED]
    return Summary(
        calls=len(reports),
        endings=dict(Counter(report.ending for report in reports if report.ending)),
        mean_wait_seconds=_mean([report.waited_seconds for report in talked]),
        mean_talk_seconds=_mean([report.talked_seconds for report in talked]),
        lost_packets=sum(report.lost_packets for report in reports),
    )


def _mean(seconds: Sequence[float]) -> float | None:
    return round(sum(seconds) / len(seconds), 2) if seconds else None


def number_for(place: int, seed: int = 0) -> str:
    """Return a mobile number for the passenger in this place, always the same one."""
    dice = random.Random(f"{seed}/{place}")
    return dice.choice(_MOBILE_PREFIXES) + f"{dice.randrange(10**8):08d}"


async def call_all(
    server: Address,
    scripts: Iterable[Script],
    calls_per_second: float = 1.0,
    on_step: Callable[[Passenger], None] | None = None,
    ticker: rtp.Ticker | None = None,
) -> list[PassengerReport]:
    """Let all passengers call, one after another at this rate, and return their reports in the same order.

    When the task is cancelled everybody hangs up. Raises OSError when no port is free.
    """
    async with Phone(server, ticker=ticker) as trunk:
        calls: list[asyncio.Task[PassengerReport]] = []
        loop = asyncio.get_running_loop()
        began = loop.time()
        for place, script in enumerate(scripts):
            await asyncio.sleep(max(began + place / calls_per_second - loop.time(), 0))
            calls.append(loop.create_task(Passenger(script, on_step).call(trunk)))
        return list(await asyncio.gather(*calls))


def place_test_call(host: str, port: int, script: Script | None = None) -> PassengerReport:
    """Make one call and return when it is over: for a worker that has no event loop of its own.

    Takes as long as the call does, at most `script.longest_seconds`. Raises OSError.
    """

    async def place() -> PassengerReport:
        async with Phone((host, port)) as trunk:
            return await Passenger(script or Script()).call(trunk)

    return asyncio.run(place())
