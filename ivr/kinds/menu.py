"""A menu: a prompt, and keys that lead on."""

from collections.abc import Iterator
from typing import ClassVar

from ivr.kinds.base import TIMEOUT, Ask, Field, Flow, Kind, Move, Node, Position, Problem, World


class Menu(Kind):
    """Plays its prompt and follows the key that is pressed."""

    code = "menu"
    label = "Menu with keys"
    fields: ClassVar[tuple[Field, ...]] = (TIMEOUT,)
    takes_keys = True

    def enter(self, flow: Flow, node: Node, position: Position) -> Move:
        """Ask for a key."""
        return Ask((node.prompt,), timeout_ms=self.timeout_ms(node))

    def problems(self, node: Node, world: World) -> Iterator[Problem]:
        """A menu without keys leads nowhere."""
        if not node.exits:
            yield Problem(
                "dead_end",
                "“%(node)s” has no keys: callers cannot go on. Give it a key, or remove it.",
                node.key,
            )
