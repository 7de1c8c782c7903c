"""Walking a menu. Pure: a flow, a position and what the caller did give the next position and what to do.

Whatever is pressed, a walk waits for the caller or ends; it never raises and never runs for ever. Keys
that mean the same everywhere: 0 an agent, `*` again, 9 or `#` back. A node's own key goes before these.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ivr.kinds import KINDS
from ivr.kinds.base import (
    Ask,
    Audio,
    Digits,
    Document,
    End,
    Ended,
    Exit,
    Flow,
    Go,
    HungUp,
    Input,
    Kind,
    Move,
    Needs,
    Node,
    Position,
    Silence,
    Visit,
)
from ivr.kinds.queue import LANGUAGE_SKILLS
from ivr.naming import LANGUAGES

FAILURES_BEFORE_AGENT = 3
STEPS_BEFORE_AGENT = 100
HOPS_AT_ONCE = 50
LONGEST_PATH = 16
AGENT, AGAIN, BACK = "0", "*", frozenset({"9", "#"})
WRONG_KEY, NO_KEY, TO_AGENT = "wrong_key", "no_key", "to_agent"


@dataclass(frozen=True, slots=True)
class Say:
    """Play these to the end."""

    sounds: tuple[Audio, ...]


@dataclass(frozen=True, slots=True)
class Collect:
    """Play these and wait for keys; a key cuts them short."""

    sounds: tuple[Audio, ...]
    timeout_ms: int
    max_digits: int = 1


@dataclass(frozen=True, slots=True)
class Finish:
    """The menu is over. `needs` None: hang up, else on to the waiting line."""

    needs: Needs | None
    path: tuple[tuple[str, str], ...]
    is_self_service: bool = False


Action = Say | Collect | Finish
Step = tuple[Position, list[Action]]


def flow_from(document: Document, version: int) -> Flow:
    """Read a version's document. A key given twice counts once; validation has refused it before."""
    nodes = {str(raw["key"]): _node_from(raw) for raw in document.get("nodes", ())}
    audio = {
        code: {
            language: Audio(str(sound["file"]), float(sound["seconds"])) for language, sound in spoken.items()
        }
        for code, spoken in document.get("audio", {}).items()
    }
    return Flow(version, str(document.get("start", "")), str(document.get("operator", "")), nodes, audio)


def _node_from(raw: Document) -> Node:
    exits = (
        Exit(str(way["key"]), str(way["target"]), str(way.get("value", "")), way.get("label") or {})
        for way in raw.get("exits", ())
    )
    return Node(
        key=str(raw["key"]),
        kind=str(raw["kind"]),
        title=raw.get("title") or {},
        prompt=str(raw.get("prompt") or ""),
        settings=raw.get("settings") or {},
        exits={way.key: way for way in exits},
    )


def start(flow: Flow, language: str = LANGUAGES[0]) -> Step:
    """Begin a walk."""
    return _settle(flow, Position(flow.start, language), Go(flow.start))


def step(flow: Flow, position: Position, heard: Input) -> Step:
    """Return where the caller stands after what he did, and what is to be done now."""
    node = flow.nodes.get(position.node)
    kind = KINDS.get(node.kind) if node else None
    position = replace(position, steps=position.steps + 1)
    if node is None or kind is None:
        return position, [_fallback(position)]
    position = _remember_answer(flow, node, kind, position, heard)
    if isinstance(heard, HungUp):
        ended: Ended = "answered" if position.has_heard_answer else "hung_up"
        position = _visited(position, "", ended)
        return position, [_finish(position, None)]
    if position.steps > STEPS_BEFORE_AGENT:
        return _to_agent(flow, _visited(position, "", "operator"))
    if isinstance(heard, Silence):
        return _silent(flow, node, kind, position)
    return _pressed(flow, node, kind, position, heard.digits)


def _remember_answer(flow: Flow, node: Node, kind: Kind, position: Position, heard: Input) -> Position:
    if position.has_heard_answer or isinstance(heard, HungUp):
        return position
    after = None if isinstance(heard, Silence) else heard.after_seconds
    return replace(position, has_heard_answer=kind.has_heard_answer(flow, node, position, after))


def _silent(flow: Flow, node: Node, kind: Kind, position: Position) -> Step:
    move = kind.silent(flow, node, position)
    if move is None:
        return _failed(flow, node, kind, _visited(position, "", "silent"), NO_KEY)
    if not isinstance(move, Ask):
        position = _visited(position, "", "answered" if position.has_heard_answer else "finished")
    return _settle(flow, position, move)


def _pressed(flow: Flow, node: Node, kind: Kind, position: Position, digits: str) -> Step:
    move = kind.pressed(flow, node, position, digits)
    if move is not None:
        return _settle(flow, _visited(_stacked(position, move), digits, "pressed"), move)
    if digits == AGENT:
        return _settle(flow, _visited(position, digits, "operator"), Go(flow.operator))
    if digits == AGAIN:
        position = replace(_visited(position, digits, "repeated"), failures=0, stage="")
        return _settle(flow, position, kind.enter(flow, node, position))
    if digits in BACK and position.back:
        *earlier, target = position.back
        position = replace(_visited(position, digits, "back"), back=tuple(earlier))
        return _settle(flow, position, Go(target, ended="back"))
    return _failed(flow, node, kind, _visited(position, digits, "wrong"), WRONG_KEY)


def _stacked(position: Position, move: Move) -> Position:
    """Remember the node a key led away from, for the way back."""
    if not isinstance(move, Go):
        return position
    return replace(position, back=(*position.back, position.node)[-LONGEST_PATH:])


def _failed(flow: Flow, node: Node, kind: Kind, position: Position, told: str) -> Step:
    position = replace(position, failures=position.failures + 1)
    if position.failures >= FAILURES_BEFORE_AGENT:
        return _to_agent(flow, position)
    again = kind.ask_again(flow, node, position)
    before = _sounds(flow, (told,), position.language, isinstance(again, Ask) and again.in_all_languages)
    return _settle(flow, position, again, before)


def _to_agent(flow: Flow, position: Position) -> Step:
    return _settle(flow, position, Go(flow.operator, prompts=(TO_AGENT,)))


def _settle(flow: Flow, position: Position, move: Move, before: tuple[Audio, ...] = ()) -> Step:
    """Follow moves until one waits for the caller or ends. `before` is heard first."""
    actions: list[Action] = []
    for _hop in range(HOPS_AT_ONCE):
        match move:
            case Ask():
                sounds = _sounds(flow, move.prompts, position.language, move.in_all_languages)
                actions.append(Collect((*before, *sounds), move.timeout_ms, move.max_digits))
                return replace(position, stage=move.stage), actions
            case End():
                _say(actions, flow, move.prompts, position.language)
                return position, [*actions, _finish(position, move.needs)]
            case Go():
                _say(actions, flow, move.prompts, position.language)
                language = move.language if move.language in LANGUAGES else position.language
                position = replace(position, node=move.target, language=language, failures=0, stage="")
                node = flow.nodes.get(move.target)
                kind = KINDS.get(node.kind) if node else None
                if node is None or kind is None:
                    break
                move = kind.enter(flow, node, position)
                position = _passed_through(position, move)
    return position, [*actions, _fallback(position)]


def _passed_through(position: Position, move: Move) -> Position:
    """A node that does not wait for the caller is left at once; say so in his visits."""
    if isinstance(move, Go):
        return _visited(position, "", "passed")
    if isinstance(move, End):
        return _visited(position, "", "finished")
    return position


def _say(actions: list[Action], flow: Flow, prompts: Iterable[str], language: str) -> None:
    sounds = _sounds(flow, prompts, language, in_all_languages=False)
    if sounds:
        actions.append(Say(sounds))


def _sounds(flow: Flow, prompts: Iterable[str], language: str, in_all_languages: bool) -> tuple[Audio, ...]:
    languages = LANGUAGES if in_all_languages else (language,)
    found = (audio for spoken in languages for prompt in prompts for audio in flow.sound(prompt, spoken))
    return tuple(dict.fromkeys(found))


def _visited(position: Position, key: str, ended: Ended) -> Position:
    return replace(position, visits=(*position.visits, Visit(position.node, key, ended)))


def _finish(position: Position, needs: Needs | None) -> Finish:
    return Finish(needs, path_of(position.visits), needs is None and position.has_heard_answer)


def _fallback(position: Position) -> Finish:
    """The flow is broken here: an agent helps."""
    spoken = LANGUAGE_SKILLS.get(position.language)
    return _finish(position, Needs(language=position.language, skills=(spoken,) if spoken else ()))


def path_of(visits: Iterable[Visit]) -> tuple[tuple[str, str], ...]:
    """Return (key, node it was pressed in) for the way that led here; steps taken back are left out."""
    path: list[tuple[str, str]] = []
    for visit in visits:
        if visit.ended in ("pressed", "operator") and visit.key:
            path.append((visit.key, visit.node))
        elif visit.ended == "back" and path:
            path.pop()
    return tuple(path[-LONGEST_PATH:])


def steps_of(flow: Flow, path: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (key, node it led to): the form in which a path travels with the call."""
    steps = []
    for key, node in path:
        way = flow.nodes[node].exits.get(key) if node in flow.nodes else None
        steps.append((key, way.target if way else flow.operator))
    return steps


def labels(flow: Flow, path: Iterable[tuple[str, str]], language: str) -> list[dict[str, str]]:
    """Return what was pressed in words: `[{"key": "1", "label": "中文"}, …]`."""
    return labels_of_steps(flow, steps_of(flow, path), language)


def labels_of_steps(flow: Flow, steps: Iterable[tuple[str, str]], language: str) -> list[dict[str, str]]:
    """Return steps in words: the key's own label, else the title of the node it led to, else its code."""
    described, before = [], flow.start
    for key, reached in steps:
        way = flow.nodes[before].exits.get(key) if before in flow.nodes else None
        own = way.label if way is not None and way.target == reached else {}
        title = flow.nodes[reached].title if reached in flow.nodes else {}
        described.append(
            {"key": key, "label": _in_language(own, language) or _in_language(title, language) or reached}
        )
        before = reached
    return described


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get(LANGUAGES[0]) or ""


__all__ = [
    "Action", "Collect", "Digits", "Finish", "Flow", "HungUp", "Input", "Needs", "Position", "Say", "Silence",
    "Visit", "flow_from", "labels", "labels_of_steps", "path_of", "start", "step", "steps_of",
]  # fmt: skip
