"""The choice of a language: a menu whose prompt is played in every language."""

from collections.abc import Iterator
from typing import ClassVar

from ivr.kinds.base import TIMEOUT, Ask, Field, Flow, Go, Kind, Move, Node, Position, Problem, World
from ivr.naming import LANGUAGES


class LanguageChoice(Kind):
    """Each key's value is the language it chooses."""

    code = "language"
    label = "Language choice"
    fields: ClassVar[tuple[Field, ...]] = (TIMEOUT,)
    takes_keys = True

    def enter(self, flow: Flow, node: Node, position: Position) -> Move:
        """Ask in every language, one after the other."""
        return Ask((node.prompt,), timeout_ms=self.timeout_ms(node), in_all_languages=True)

    def pressed(self, flow: Flow, node: Node, position: Position, digits: str) -> Move | None:
        """Go on in the chosen language."""
        found = node.exits.get(digits)
        return Go(found.target, language=found.value) if found else None

    def problems(self, node: Node, world: World) -> Iterator[Problem]:
        """Every key has to choose a language there are prompts for."""
        if not node.exits:
            yield Problem(
                "dead_end",
                "“%(node)s” has no keys: callers cannot go on. Give it a key, or remove it.",
                node.key,
            )
        for found in node.exits.values():
            if found.value not in LANGUAGES:
                yield Problem(
                    "no_language",
                    "Key %(key)s of “%(node)s” chooses no language: write %(languages)s into its value.",
                    node.key,
                    {"key": found.key, "languages": " / ".join(LANGUAGES)},
                )
