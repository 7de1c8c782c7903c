"""An answer from the menu itself: it is read out, and who has heard enough simply hangs up."""

from typing import ClassVar

from ivr.kinds.base import TIMEOUT, Ask, End, Field, Flow, Kind, Move, Node, Position

AFTER_ANSWER = "after_answer"
GOODBYE = "goodbye"
CHOICES = "choices"
PAUSE_MS = 300
SHARE_HEARD = 0.8
SILENCES_BEFORE_GOODBYE = 2


class SelfService(Kind):
    """Plays an answer, then offers an agent, a repeat and the way back."""

    code = "self_service"
    label = "Answer from the menu"
    fields: ClassVar[tuple[Field, ...]] = (TIMEOUT,)
    takes_keys = True
    is_end = True

    def enter(self, flow: Flow, node: Node, position: Position) -> Move:
        """Read the answer. Its end is a stage of its own, so that it is known who heard it."""
        return Ask((node.prompt,), timeout_ms=PAUSE_MS)

    def ask_again(self, flow: Flow, node: Node, position: Position) -> Move:
        """Say only what can be pressed: the answer was heard, and star repeats it."""
        return Ask((AFTER_ANSWER,), timeout_ms=self.timeout_ms(node), stage=CHOICES)

    def silent(self, flow: Flow, node: Node, position: Position) -> Move | None:
        """Go on from the answer to the choices; who stays silent twice there has what he wanted."""
        if position.stage != CHOICES:
            return self.ask_again(flow, node, position)
        return End(prompts=(GOODBYE,)) if position.failures + 1 >= SILENCES_BEFORE_GOODBYE else None

    def has_heard_answer(
        self, flow: Flow, node: Node, position: Position, after_seconds: float | None
    ) -> bool:
        """Heard means: to the end, or most of it before a key was pressed."""
        if position.stage == CHOICES:
            return False
        if after_seconds is None:
            return True
        answer = sum(audio.seconds for audio in flow.sound(node.prompt, position.language))
        return after_seconds >= answer * SHARE_HEARD
