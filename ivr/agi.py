"""The door of the menus: one call's walk through a flow, in as few AGI commands as there are prompts.

The dialplan goes on with what was set here. IVR_DONE comes last: without it the dialplan knows that the menu
failed, and leads the caller to an agent all the same.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from asterisk.agi import AGIAppError, AGIHangup

from ivr import flow
from ivr.flow import Action, Collect, Digits, Finish, Flow, HungUp, Input, Position, Say, Silence
from ivr.hardened_agi import HardenedAGI
from ivr.services.visits import TimedVisit

log = logging.getLogger(__name__)

TakeVisits = Callable[[Iterable[TimedVisit]], None]
SELF_SERVED = "SelfServed"


def entry_of(env: dict[str, str]) -> str:
    """Return the number that was dialled, as the dialplan passed it on or as Asterisk knows it."""
    dialled = env.get("agi_arg_1") or env.get("agi_dnid") or ""
    return "" if dialled == "unknown" else dialled


class Walk:
    """One call in the menu, after the emergency notices there are.

    `linkedid` is the call's; a caller's own channel has it as its uniqueid.
    """

    def __init__(
        self, agi: HardenedAGI, menu: Flow, take_visits: TakeVisits, notices: Sequence[str] = ()
    ) -> None:
        self._agi, self._flow, self._take_visits = agi, menu, take_visits
        self._notices = list(notices)
        self.linkedid = agi.env["agi_uniqueid"][:64]
        self._entered_at = datetime.now(UTC)
        self._visits: list[TimedVisit] = []
        self._has_told_self_service = False

    def run(self) -> None:
        """Walk to the end and leave the outcome on the channel. Raises AGIHangup when the caller left."""
        position = Position(self._flow.start)
        try:
            self._agi.answer()
            if self._notices:
                self._agi.play(self._notices)
            position, actions = flow.start(self._flow)
            while not isinstance(actions[-1], Finish):
                heard = self._perform(actions)
                position, actions = self._step(position, heard)
            self._say(actions)
        except AGIHangup:
            self._note(flow.step(self._flow, position, HungUp())[0])
            self._take_visits(self._visits)
            raise
        self._note(position)
        self._take_visits(self._visits)
        self._agi.set_variables(outcome(self._flow, actions[-1]))

    def _step(self, position: Position, heard: Input) -> flow.Step:
        position, actions = flow.step(self._flow, position, heard)
        self._note(position)
        if position.has_heard_answer and not self._has_told_self_service:
            self._has_told_self_service = True
            self._agi.user_event(SELF_SERVED)
        return position, actions

    def _perform(self, actions: list[Action]) -> Input:
        """Say what is to be said, then wait for the caller."""
        self._say(actions)
        wanted = actions[-1]
        assert isinstance(wanted, Collect)
        files = [sound.file for sound in wanted.sounds]
        began = time.monotonic()
        try:
            digits = self._agi.collect(files, wanted.timeout_ms, wanted.max_digits)
        except AGIAppError as failure:
            if isinstance(failure, AGIHangup):
                raise
            log.error(
                "%s: %s cannot be played, waiting for a key all the same", self.linkedid, " ".join(files)
            )
            digits = str(self._agi.wait_for_digit(wanted.timeout_ms))
        return Digits(digits, time.monotonic() - began) if digits else Silence()

    def _say(self, actions: list[Action]) -> None:
        files = [sound.file for action in actions if isinstance(action, Say) for sound in action.sounds]
        if files:
            self._agi.play(files)

    def _note(self, position: Position) -> None:
        """Give the visits that are new in the position their times."""
        now = datetime.now(UTC)
        for visit in position.visits[len(self._visits) :]:
            self._visits.append(
                TimedVisit(
                    linkedid=self.linkedid,
                    number=len(self._visits) + 1,
                    version_id=self._flow.version,
                    node=visit.node,
                    language=position.language,
                    entered_at=self._entered_at,
                    left_at=now,
                    key=visit.key[:16],
                    ended=visit.ended,
                )
            )
            self._entered_at = now


def outcome(menu: Flow, finish: Finish) -> dict[str, str]:
    """Return the channel variables that travel with the caller; IVR_DONE last."""
    variables = {"IVR_NEXT": "hangup"}
    if finish.needs is not None:
        variables = {
            "CC_LANGUAGE": finish.needs.language,
            "CC_QUEUE": finish.needs.queue,
            "CC_PRIORITY": str(finish.needs.priority),
            "CC_NEEDS": ",".join(finish.needs.skills),
            "CC_SERVICE": finish.needs.service,
            "IVR_NEXT": "hold",
        }
    path = "-".join(f"{key}{node}" for key, node in flow.steps_of(menu, finish.path))
    return variables | {"CC_PATH": path, "IVR_DONE": "1"}
