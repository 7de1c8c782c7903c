"""The words a menu is made of, and what every kind of node has to answer. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from ivr.naming import LANGUAGES

Document = Mapping[str, Any]
"""A version as JSON: `start`, `operator`, `nodes`, `audio`. Made at publication, never changed after."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a node. `key` is a digit, `*`, `#`, or a word such as `next` that nobody presses."""

    key: str
    target: str
    value: str = ""
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the menu. `prompt` is the prompt's code, `settings` belong to the kind."""

    key: str
    kind: str
    title: Mapping[str, str] = field(default_factory=dict)
    prompt: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    exits: Mapping[str, Exit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audio:
    """A rendered prompt: what Asterisk plays, and how long it lasts."""

    file: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of a menu, ready to be walked."""

    version: int
    start: str
    operator: str
    nodes: Mapping[str, Node]
    audio: Mapping[str, Mapping[str, Audio]] = field(default_factory=dict)

    def sound(self, prompt: str, language: str) -> tuple[Audio, ...]:
        """Return the prompt in the language, in any other if that is missing, or nothing."""
        spoken = self.audio.get(prompt, NOTHING)
        found = spoken.get(language) or next(iter(spoken.values()), None)
        return (found,) if found else ()


@dataclass(frozen=True, slots=True)
class Needs:
    """What the caller needs, as the menu found out. `priority` counts from 1 (first) to 9."""

    queue: str = "general"
    skills: tuple[str, ...] = ()
    language: str = LANGUAGES[0]
    priority: int = 5
    service: str = ""


Ended = Literal[
    "pressed", "wrong", "silent", "repeated", "back", "operator", "passed", "hung_up", "answered", "finished"
]
"""How a visit of a node ended. `answered`: hung up, or was bidden farewell, after hearing the answer."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a node: the key that ended it and how."""

    node: str
    key: str
    ended: Ended


@dataclass(frozen=True, slots=True)
class Position:
    """Where a caller stands in a flow, and what is remembered of him. `stage`: how far within the node."""

    node: str
    language: str = LANGUAGES[0]
    back: tuple[str, ...] = ()
    stage: str = ""
    failures: int = 0
    has_heard_answer: bool = False
    steps: int = 0
    visits: tuple[Visit, ...] = ()


# ------------------------------------------------------------------ what a caller does
@dataclass(frozen=True, slots=True)
class Digits:
    """Keys pressed, `after_seconds` since the prompt began. `#` alone stands for that key."""

    digits: str
    after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Silence:
    """The prompt ended and nothing was pressed in time."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller is gone."""


Input = Digits | Silence | HungUp


# ------------------------------------------------------------------ what a kind wants done
@dataclass(frozen=True, slots=True)
class Ask:
    """Play the prompts and wait for keys. `in_all_languages`: before a language is chosen.

    `stage` is remembered in the position, for kinds that ask more than once.
    """

    prompts: tuple[str, ...]
    timeout_ms: int = 5000
    max_digits: int = 1
    in_all_languages: bool = False
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Go:
    """Go on to another node, having played `prompts`. `language` changes the caller's language."""

    target: str
    prompts: tuple[str, ...] = ()
    language: str = ""
    ended: Ended = "pressed"


@dataclass(frozen=True, slots=True)
class End:
    """The menu is over: to the waiting line with these needs, or good-bye."""

    needs: Needs | None = None
    prompts: tuple[str, ...] = ()


Move = Ask | Go | End


# ------------------------------------------------------------------ validation
@dataclass(frozen=True, slots=True)
class Problem:
    """Why a version cannot be published. `message` is English with %(name)s places."""

    code: str
    message: str
    node: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """What exists outside the menu: codes of queues and skills in use, and prompts' texts by language."""

    queues: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    prompts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a kind, enough to make a form of it. `label` and `choices` are English msgids."""

    name: str
    type: Literal["whole_number", "text", "choice", "queue", "skills"]
    label: str
    default: Any = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[tuple[str, str], ...] = ()


TIMEOUT = Field("timeout_seconds", "whole_number", "Wait for a key (seconds)", 5, minimum=1, maximum=30)


class Kind(ABC):
    """One kind of node. Each lives in a module of its own with its settings, its step and its validation."""

    code: ClassVar[str]
    label: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]] = ()
    takes_keys: ClassVar[bool] = False
    is_end: ClassVar[bool] = False
    wants_prompt: ClassVar[bool] = True
    named_exits: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def enter(self, flow: Flow, node: Node, position: Position) -> Move:
        """What happens when a caller comes to the node."""

    def ask_again(self, flow: Flow, node: Node, position: Position) -> Move:
        """What happens after a wrong key or silence, once the caller has been told."""
        return self.enter(flow, node, position)

    def pressed(self, flow: Flow, node: Node, position: Position, digits: str) -> Move | None:
        """What the keys mean here; None when they mean nothing of this node's own."""
        found = node.exits.get(digits)
        return Go(found.target) if found else None

    def silent(self, flow: Flow, node: Node, position: Position) -> Move | None:
        """What silence means here; None when it is a failure. An `Ask` goes on in the node."""
        return None

    def has_heard_answer(
        self, flow: Flow, node: Node, position: Position, after_seconds: float | None
    ) -> bool:
        """Whether the caller has heard an answer of ours. `after_seconds` None: to the end of the prompt."""
        return False

    def problems(self, node: Node, world: World) -> Iterator[Problem]:
        """What is wrong with this node, seen by itself."""
        yield from ()

    def setting(self, node: Node, name: str) -> Any:
        """Return a setting, or its default when it was not given."""
        default = next((field.default for field in self.fields if field.name == name), None)
        value = node.settings.get(name)
        return default if value in (None, "") else value

    def timeout_ms(self, node: Node) -> int:
        """How long the node waits for a key after its prompt."""
        return int(self.setting(node, TIMEOUT.name) or TIMEOUT.default) * 1000
