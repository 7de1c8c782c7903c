"""An announcement: something every caller hears before going on."""

from collections.abc import Iterator
from typing import ClassVar

from ivr.kinds.base import Flow, Go, Kind, Move, Node, Position, Problem, World

NEXT = "next"


class Announcement(Kind):
    """Plays its prompt to the end and goes on."""

    code = "announcement"
    label = "Announcement"
    named_exits: ClassVar[tuple[str, ...]] = (NEXT,)

    def enter(self, flow: Flow, node: Node, position: Position) -> Move:
        """Play and go on."""
        found = node.exits.get(NEXT)
        return Go(found.target if found else "", prompts=(node.prompt,), ended="passed")

    def problems(self, node: Node, world: World) -> Iterator[Problem]:
        """It has to lead on."""
        if NEXT not in node.exits:
            yield Problem(
                "dead_end",
                "“%(node)s” leads nowhere after its announcement: give it the key “next” with a target.",
                node.key,
            )
