"""Showing passengers while they call: a live table on a terminal, a line for each step elsewhere."""

import time
from typing import Protocol, TextIO

from callcenter.telephony.passengers.crowd import Summary
from callcenter.telephony.passengers.passenger import Passenger, Step

_MOST_ROWS = 20
_REDRAW_SECONDS = 0.2


class Display(Protocol):
    """Where steps are shown."""

    def show(self, passenger: Passenger) -> None:
        """Show a passenger's new step."""

    def finish(self) -> None:
        """Show the end of it all."""


def choose(stream: TextIO) -> Display:
    """Return the display that fits this stream."""
    return LiveTable(stream) if stream.isatty() else Lines(stream)


def row(passenger: Passenger) -> str:
    """Return one passenger as one line."""
    report = passenger.report
    told = str(report.ending if passenger.step is Step.ENDED else passenger.step)
    line = f"{report.number:<12} {told:<17} pressed {report.pressed or '-':<6}"
    if passenger.step is Step.ENDED:
        line += (
            f" heard {report.heard_seconds:5.1f} s  waited {report.waited_seconds:5.1f} s"
            f"  talked {report.talked_seconds:5.1f} s  ended by {report.ended_by or '-'}"
            f"  SIP {report.sip_code}"
        )
    return line.rstrip()


def summary_line(summary: Summary) -> str:
    """Return the summary as one line."""
    endings = ", ".join(f"{count} {ending}" for ending, count in sorted(summary.endings.items()))
    line = f"{summary.calls} calls: {endings}"
    if summary.mean_wait_seconds is not None:
        line += f" · waited {summary.mean_wait_seconds} s, talked {summary.mean_talk_seconds} s on average"
    return line + f" · {summary.lost_packets} packets lost"


class Lines:
    """One line for each step of each passenger."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._began = stream, time.monotonic()

    def show(self, passenger: Passenger) -> None:
        self._stream.write(f"{time.monotonic() - self._began:7.1f}  {row(passenger)}\n")
        self._stream.flush()

    def finish(self) -> None:
        self._stream.flush()


class LiveTable:
    """The passengers who moved last, drawn in place, over a line that counts the steps."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._passengers: dict[int, Passenger] = {}
        self._drawn_rows = 0
        self._drawn_at = 0.0

    def show(self, passenger: Passenger) -> None:
        self._passengers.pop(id(passenger), None)
        self._passengers[id(passenger)] = passenger
        if time.monotonic() - self._drawn_at >= _REDRAW_SECONDS:
            self._draw()

    def finish(self) -> None:
        self._draw()

    def _draw(self) -> None:
        steps = [passenger.step for passenger in self._passengers.values()]
        counts = "  ".join(f"{step} {steps.count(step)}" for step in Step)
        lines = [row(passenger) for passenger in list(self._passengers.values())[-_MOST_ROWS:]] + [counts]
        back = f"\x1b[{self._drawn_rows}F" if self._drawn_rows else ""
        self._stream.write(back + "".join(f"\x1b[2K{line}\n" for line in lines))
        self._stream.flush()
        self._drawn_rows, self._drawn_at = len(lines), time.monotonic()
