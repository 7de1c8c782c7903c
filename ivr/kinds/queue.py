"""The waiting line: what the caller needs is known, an agent takes over."""

from collections.abc import Iterator
from typing import ClassVar

from ivr.kinds.base import End, Field, Flow, Kind, Move, Needs, Node, Position, Problem, World

LANGUAGE_SKILLS = {"zh": "mandarin", "en": "english"}

SERVICES = (
    ("enquiry", "Enquiry"),
    ("complaint", "Complaint"),
    ("praise", "Praise"),
    ("suggestion", "Suggestion"),
    ("emergency", "Emergency help"),
    ("lost_item", "Lost item"),
    ("assistance", "Travel assistance"),
)


class QueueEntry(Kind):
    """Ends the menu with needs: queue, skills, language, priority and the kind of service."""

    code = "queue"
    label = "Waiting line"
    is_end = True
    wants_prompt = False
    fields: ClassVar[tuple[Field, ...]] = (
        Field("queue", "queue", "Queue"),
        Field("queue_en", "queue", "Queue for callers in English (empty: the same)"),
        Field("skills", "skills", "Skills needed, besides the language"),
        Field("priority", "whole_number", "Priority (1 goes first, 9 last)", 5, minimum=1, maximum=9),
        Field("service", "choice", "Kind of service", "enquiry", choices=SERVICES),
    )

    def enter(self, flow: Flow, node: Node, position: Position) -> Move:
        """End with the needs of this node in the caller's language."""
        return End(self.needs(node, position.language), prompts=(node.prompt,) if node.prompt else ())

    def needs(self, node: Node, language: str) -> Needs:
        """Return the needs for a caller who speaks `language`."""
        spoken = LANGUAGE_SKILLS.get(language)
        wanted = (*((spoken,) if spoken else ()), *(self.setting(node, "skills") or ()))
        return Needs(
            queue=str(node.settings.get(f"queue_{language}") or self.setting(node, "queue") or Needs().queue),
            skills=tuple(dict.fromkeys(str(skill) for skill in wanted)),
            language=language,
            priority=int(self.setting(node, "priority")),
            service=str(self.setting(node, "service")),
        )

    def problems(self, node: Node, world: World) -> Iterator[Problem]:
        """Queues and skills have to exist."""
        if not node.settings.get("queue"):
            yield Problem("no_queue", "“%(node)s” names no queue: choose one.", node.key)
        for name in ("queue", "queue_en"):
            code = node.settings.get(name)
            if code and code not in world.queues:
                yield Problem(
                    "unknown_queue",
                    "“%(node)s” leads to the queue “%(queue)s”, which does not exist or is not in use.",
                    node.key,
                    {"queue": str(code)},
                )
        for skill in node.settings.get("skills") or ():
            if skill not in world.skills:
                yield Problem(
                    "unknown_skill",
                    "“%(node)s” asks for the skill “%(skill)s”, which does not exist.",
                    node.key,
                    {"skill": str(skill)},
                )
