"""Good-bye: the menu ends the call."""

from ivr.kinds.base import End, Flow, Kind, Move, Node, Position


class HangUp(Kind):
    """Plays its prompt and hangs up."""

    code = "hang_up"
    label = "Say good-bye and hang up"
    is_end = True

    def enter(self, flow: Flow, node: Node, position: Position) -> Move:
        """Say good-bye."""
        return End(prompts=(node.prompt,) if node.prompt else ())
