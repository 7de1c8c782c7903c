"""What a queue demands and promises: the settings that the engine obeys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

FIRST_PRIORITY = 1
LAST_PRIORITY = 9


class Strategy(StrEnum):
    """Which of several able agents gets the call."""

    LONGEST_IDLE = "longest_idle"
    MOST_SKILLED = "most_skilled"
    LEAST_CALLS = "least_calls"


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """A skill the agent must have, at this level or above (1 is the lowest level)."""

    skill: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class RelaxStep:
    """After `after_seconds` of waiting, `skill` is wanted only at `level`; None drops it altogether."""

    after_seconds: int
    skill: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where a caller goes whom this queue cannot serve: to another queue, or to a closing message."""

    to_queue: str | None = None
    message: str | None = None

    def __post_init__(self) -> None:
        if (self.to_queue is None) == (self.message is None):
            raise ValueError("an overflow names either a queue or a message")


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """The settings of one queue. Every duration is in seconds; None means no limit.

    `ageing_seconds` is what one step of priority is worth: a caller of priority 3 stands where a caller
    of priority 4 would stand who had come `ageing_seconds` earlier.
    `target_seconds` is the service-level target; it moves callers forward or back against other queues.
    `capacity` bounds the calls of this queue that are with an agent at the same time (its desks).
    `teams` serve this queue, all teams when empty; `open_to_all_after_seconds` lets the others help later.
    `last_agent_grace_seconds` is how long a caller is kept for the busy agent he spoke with before.
    `miss_pause_seconds` is how long an agent who missed a call is not offered that call again.
    """

    code: str
    strategy: Strategy = Strategy.LONGEST_IDLE
    needs: tuple[Need, ...] = ()
    relax: tuple[RelaxStep, ...] = ()
    teams: frozenset[str] = frozenset()
    open_to_all_after_seconds: int | None = None
    target_seconds: int = 20
    ageing_seconds: int = 30
    last_agent_grace_seconds: int = 0
    miss_pause_seconds: int = 60
    capacity: int | None = None
    max_wait_seconds: int | None = None
    max_length: int | None = None
    overflow: Overflow | None = None
    """Taken when `max_wait_seconds` or `max_length` is passed."""
    no_agents: Overflow | None = None
    """Taken when nobody who serves this queue is signed in."""

    def head_start_seconds(self, priority: int) -> int:
        """How much earlier than a caller of the last priority this caller is taken to have come."""
        return (LAST_PRIORITY - clamp_priority(priority)) * self.ageing_seconds


def clamp_priority(priority: int) -> int:
    """The priority inside the scale 1 (first) to 9 (last); what lies outside counts as the nearest end."""
    return min(max(priority, FIRST_PRIORITY), LAST_PRIORITY)


def merge_needs(*several: Iterable[Need]) -> tuple[Need, ...]:
    """All needs at once, each skill at the highest level that anyone asks, in the order of the skills."""
    levels: dict[str, int] = {}
    for needs in several:
        for need in needs:
            levels[need.skill] = max(need.level, levels.get(need.skill, 0))
    return tuple(Need(skill, levels[skill]) for skill in sorted(levels))


def relax_needs(needs: Sequence[Need], steps: Sequence[RelaxStep], waited_seconds: float) -> tuple[Need, ...]:
    """The needs that are left after this wait. A step never asks for more than before."""
    levels = {need.skill: need.level for need in needs}
    for step in steps:
        if step.skill not in levels or waited_seconds < step.after_seconds:
            continue
        if step.level is None:
            del levels[step.skill]
        else:
            levels[step.skill] = min(levels[step.skill], step.level)
    return tuple(Need(skill, level) for skill, level in levels.items())
