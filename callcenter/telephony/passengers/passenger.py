"""A scripted passenger: dials, listens, presses, waits, talks, gives up, and tells what happened."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from callcenter.telephony.passengers.leg import CallRefused, EndedBy, Leg
from callcenter.telephony.passengers.phone import Phone

_LOOK_SECONDS = 0.1
_TONE_SECONDS = 1.0
_LONGEST_PROMPT_SECONDS = 4.0


class Step(StrEnum):
    """Where the passenger believes to be."""

    DIALLING = "dialling"
    IN_MENU = "in_menu"
    IN_LINE = "in_line"
    TALKING = "talking"
    ENDED = "ended"


class Ending(StrEnum):
    """How the call ended for the passenger. `RELEASED_…`: the centre hung up."""

    TALKED = "talked"
    LEFT_UNANSWERED = "left_unanswered"
    LEFT_MENU = "left_menu"
    LEFT_LINE = "left_line"
    RELEASED_IN_MENU = "released_in_menu"
    RELEASED_IN_LINE = "released_in_line"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Press:
    """Keys to press, after so many seconds of prompt, or when the prompt has fallen silent.

    Listening ends four seconds later at the latest, for a menu may say nothing.
    """

    keys: str
    after_listening_seconds: float = 0.8
    after_silence_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """What a passenger does. Seconds are counted from the beginning of each step; None means never.

    `says` is PCMU, repeated as long as the talk lasts. `talks_seconds=None` waits for the agent to hang up.
    `vanishes` ends the call without a BYE, as a telephone in a tunnel does.
    """

    number: str = "13900000001"
    dials: str = "12306"
    presses: tuple[Press, ...] = ()
    says: bytes = b""
    talks_seconds: float | None = 10.0
    gives_up_unanswered_seconds: float | None = None
    gives_up_in_menu_seconds: float | None = None
    gives_up_in_line_seconds: float | None = None
    vanishes: bool = False
    longest_seconds: float = 900.0


@dataclass(slots=True)
class PassengerReport:
    """What happened to one passenger. Moments are aware UTC; `tones` were heard while talking, in hertz."""

    number: str
    dials: str
    dialled_at: datetime
    answered_at: datetime | None = None
    joined_at: datetime | None = None
    ended_at: datetime | None = None
    sip_code: int | None = None
    ended_by: EndedBy | None = None
    ending: Ending | None = None
    pressed: str = ""
    digits_heard: str = ""
    heard_seconds: float = 0.0
    waited_seconds: float = 0.0
    talked_seconds: float = 0.0
    times_joined: int = 0
    lost_packets: int = 0
    tones: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return the report for JSON: moments as ISO 8601, seconds rounded."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def heard_tone(self, hertz: float, tolerance: float = 8.0) -> bool:
        """Say whether this tone was heard while talking."""
        return any(abs(tone - hertz) <= tolerance for tone in self.tones)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return round(value, 2) if isinstance(value, float) else value


class Passenger:
    """One passenger and one call. `on_step` is told of every step, for whoever wants to show them."""

    def __init__(self, script: Script, on_step: Callable[["Passenger"], None] | None = None) -> None:
        self.script = script
        self.step = Step.DIALLING
        self.report = PassengerReport(script.number, script.dials, datetime.now(UTC))
        self.leg: Leg | None = None
        self._on_step = on_step
        self._has_given_up = False
        self._began = self._step_began = time.monotonic()

    def give_up(self) -> None:
        """Hang up at the next look, wherever the passenger is."""
        self._has_given_up = True

    async def call(self, trunk: Phone) -> PassengerReport:
        """Make the call and return when it is over. Raises OSError when no port is free, nothing else."""
        self.report.dialled_at = datetime.now(UTC)
        self._began = time.monotonic()
        self._enter(Step.DIALLING)
        self.leg = leg = await trunk.call(self.script.dials, self.script.number)
        if await self._is_answered(leg):
            self.report.answered_at = datetime.now(UTC)
            await self._use_menu(leg)
            await self._wait_in_line(leg)
            await self._talk(leg)
            await self._leave(leg)
        self._close(leg)
        return self.report

    async def _is_answered(self, leg: Leg) -> bool:
        dialling = asyncio.get_running_loop().create_task(leg.dial())
        while not dialling.done() and not self._is_fed_up(self.script.gives_up_unanswered_seconds):
            await asyncio.wait({dialling}, timeout=_LOOK_SECONDS)
        if not dialling.done():
            await leg.hang_up()
        try:
            await dialling
        except CallRefused:
            return False
        return True

    async def _use_menu(self, leg: Leg) -> None:
        self._enter(Step.IN_MENU)
        for press in self.script.presses:
            began, heard = time.monotonic(), leg.ear.heard_seconds
            while not self._is_time_to_press(leg, press, began, heard):
                if not await self._stays(leg, self.script.gives_up_in_menu_seconds) or leg.ear.is_joined:
                    return
            await leg.press(press.keys)
            self.report.pressed += press.keys
        if self.script.gives_up_in_menu_seconds is not None:
            while await self._stays(leg, self.script.gives_up_in_menu_seconds) and not leg.ear.is_joined:
                pass

    def _is_time_to_press(self, leg: Leg, press: Press, began: float, heard_before: float) -> bool:
        heard = leg.ear.heard_seconds - heard_before
        if press.after_silence_seconds is not None:
            return heard > 0 and leg.ear.silent_seconds() >= press.after_silence_seconds
        longest = press.after_listening_seconds + _LONGEST_PROMPT_SECONDS
        return heard >= press.after_listening_seconds or time.monotonic() - began >= longest

    async def _wait_in_line(self, leg: Leg) -> None:
        if not self._may_go_on(leg):
            return
        self._enter(Step.IN_LINE)
        began = time.monotonic()
        while not leg.ear.is_joined and await self._stays(leg, self.script.gives_up_in_line_seconds):
            pass
        self.report.waited_seconds = time.monotonic() - began

    async def _talk(self, leg: Leg) -> None:
        """Talk for the script's seconds; time back in the line does not count."""
        if not self._may_go_on(leg):
            return
        self._enter(Step.TALKING)
        self.report.joined_at = datetime.now(UTC)
        leg.mouth.play(self.script.says, repeats=True)
        before = listened = time.monotonic()
        while await self._stays(leg, None):
            now = time.monotonic()
            if leg.ear.is_joined:
                self.report.talked_seconds += now - before
            before = now
            if now - listened >= _TONE_SECONDS / 2:
                listened = now
                self._note_tone(leg)
            if (
                self.script.talks_seconds is not None
                and self.report.talked_seconds >= self.script.talks_seconds
            ):
                return

    def _note_tone(self, leg: Leg) -> None:
        tone = leg.ear.tone() if leg.ear.is_joined else None
        if tone and not self.report.heard_tone(tone.hertz):
            self.report.tones.append(round(tone.hertz))

    async def _leave(self, leg: Leg) -> None:
        if self.script.vanishes:
            leg.vanish()
        else:
            await leg.hang_up()

    def _close(self, leg: Leg) -> None:
        report = self.report
        report.ended_at, report.ended_by, report.sip_code = datetime.now(UTC), leg.ended_by, leg.code
        report.heard_seconds, report.lost_packets = leg.ear.heard_seconds, leg.ear.lost_packets
        report.digits_heard = "".join(leg.ear.digits)
        report.times_joined = (len(leg.ear.source_changes) + 1) // 2
        report.ending = self._ending(leg)
        self._enter(Step.ENDED)

    def _ending(self, leg: Leg) -> Ending:
        if self.report.answered_at is None:
            return Ending.LEFT_UNANSWERED if leg.ended_by is EndedBy.US else Ending.REFUSED
        if self.step is Step.TALKING:
            return Ending.TALKED
        by_us = leg.ended_by is EndedBy.US
        if self.step is Step.IN_MENU:
            return Ending.LEFT_MENU if by_us else Ending.RELEASED_IN_MENU
        return Ending.LEFT_LINE if by_us else Ending.RELEASED_IN_LINE

    async def _stays(self, leg: Leg, patience_seconds: float | None) -> bool:
        """Let a moment pass; say whether the call goes on."""
        return await leg.lasts(_LOOK_SECONDS) and not self._is_fed_up(patience_seconds)

    def _may_go_on(self, leg: Leg) -> bool:
        return leg.is_up and (leg.ear.is_joined or not self._has_given_up)

    def _is_fed_up(self, patience_seconds: float | None) -> bool:
        now = time.monotonic()
        if patience_seconds is not None and now - self._step_began >= patience_seconds:
            self._has_given_up = True
        if now - self._began >= self.script.longest_seconds:
            self._has_given_up = True
        return self._has_given_up

    def _enter(self, step: Step) -> None:
        self.step, self._step_began = step, time.monotonic()
        if self._on_step:
            self._on_step(self)
