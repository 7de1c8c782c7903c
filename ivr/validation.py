"""Whether a version may be published: every problem at once, in words that say what to do. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ivr.flow import AGAIN, BACK, NO_KEY, TO_AGENT, WRONG_KEY, flow_from
from ivr.kinds import KINDS
from ivr.kinds.base import Document, Flow, Problem, World
from ivr.kinds.self_service import AFTER_ANSWER, GOODBYE
from ivr.naming import CODE, LANGUAGES

PRESSABLE = frozenset("0123456789*#")
NO_TEXT = {
    "zh": "The prompt “%(prompt)s” has no text in Chinese: write it.",
    "en": "The prompt “%(prompt)s” has no text in English: write it.",
}


def problems_in(document: Document, world: World) -> list[Problem]:
    """Return all that keeps the version from being published, none if nothing does."""
    flow = flow_from(document, version=0)
    return [
        *_twice(document),
        *_entry_problems(flow),
        *_node_problems(flow, world),
        *_way_problems(flow),
        *_prompt_problems(flow, world),
    ]


def _twice(document: Document) -> Iterator[Problem]:
    nodes: list[Mapping[str, Any]] = list(document.get("nodes", ()))
    for key, count in Counter(str(node["key"]) for node in nodes).items():
        if count > 1:
            yield Problem(
                "duplicate_node",
                "There are %(count)s nodes “%(node)s”: rename them.",
                key,
                {"count": str(count)},
            )
    for node in nodes:
        keys = Counter(str(way["key"]) for way in node.get("exits", ()))
        for key, count in keys.items():
            if count > 1:
                yield Problem(
                    "duplicate_key",
                    "Key %(key)s is given %(count)s times in “%(node)s”: keep one of them.",
                    str(node["key"]),
                    {"key": key, "count": str(count)},
                )


def _entry_problems(flow: Flow) -> Iterator[Problem]:
    if flow.start not in flow.nodes:
        yield Problem("no_start", "Choose the node where callers begin.")
    operator = flow.nodes.get(flow.operator)
    if operator is None or operator.kind != "queue":
        yield Problem(
            "no_operator",
            "Choose the waiting line that callers reach with 0 and after three failures.",
            flow.operator,
        )


def _node_problems(flow: Flow, world: World) -> Iterator[Problem]:
    for node in flow.nodes.values():
        kind = KINDS.get(node.kind)
        if not CODE.match(node.key):
            yield Problem(
                "bad_name",
                "“%(node)s” is no name for a node: use small letters, digits and _, beginning with a letter.",
                node.key,
            )
        if kind is None:
            yield Problem("unknown_kind", "“%(node)s” is of an unknown kind: choose another.", node.key)
            continue
        yield from kind.problems(node, world)
        for key in node.exits:
            if key not in kind.named_exits and not (kind.takes_keys and key in PRESSABLE):
                yield Problem(
                    "bad_key",
                    "“%(node)s” cannot have the key “%(key)s”: remove it or use one of %(allowed)s.",
                    node.key,
                    {"key": key, "allowed": " ".join(kind.named_exits or sorted(PRESSABLE))},
                )


def _way_problems(flow: Flow) -> Iterator[Problem]:
    """Dead ends, nodes nobody reaches, loops nobody leaves."""
    for node in flow.nodes.values():
        for way in node.exits.values():
            if way.target not in flow.nodes:
                yield Problem(
                    "dead_end",
                    "Key %(key)s of “%(node)s” leads nowhere: choose its target.",
                    node.key,
                    {"key": way.key},
                )
    if flow.start not in flow.nodes:
        return
    reachable = _reachable(flow, [flow.start, flow.operator])
    for key in flow.nodes:
        if key not in reachable:
            yield Problem(
                "unreachable", "No key leads to “%(node)s”: lead one there, or remove the node.", key
            )
    leading_out = _leading_out(flow)
    for key in flow.nodes:
        if key in reachable and key not in leading_out and flow.nodes[key].exits:
            yield Problem(
                "no_way_out",
                "From “%(node)s” callers go round in a circle: lead a key to a waiting line or an end.",
                key,
            )


def _targets(flow: Flow, key: str) -> Iterator[str]:
    node = flow.nodes.get(key)
    yield from (way.target for way in (node.exits.values() if node else ()) if way.target in flow.nodes)


def _reachable(flow: Flow, starts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    ahead = [key for key in starts if key in flow.nodes]
    while ahead:
        key = ahead.pop()
        if key not in found:
            found.add(key)
            ahead.extend(_targets(flow, key))
    return found


def _leading_out(flow: Flow) -> set[str]:
    """Nodes from which a key, pressed on purpose, can lead to an end."""
    sources: dict[str, list[str]] = {}
    for key in flow.nodes:
        for target in _targets(flow, key):
            sources.setdefault(target, []).append(key)
    ahead = [key for key, node in flow.nodes.items() if node.kind in KINDS and KINDS[node.kind].is_end]
    found: set[str] = set()
    while ahead:
        key = ahead.pop()
        if key not in found:
            found.add(key)
            ahead.extend(sources.get(key, ()))
    return found


def _prompt_problems(flow: Flow, world: World) -> Iterator[Problem]:
    wanted: dict[str, str] = {}
    for node in flow.nodes.values():
        kind = KINDS.get(node.kind)
        if node.prompt:
            wanted.setdefault(node.prompt, node.key)
        elif kind is not None and kind.wants_prompt and kind.code != "hang_up":
            yield Problem("no_prompt", "“%(node)s” says nothing: choose its prompt.", node.key)
    for code in standard_prompts(flow):
        wanted.setdefault(code, "")
    for code, where in wanted.items():
        texts = world.prompts.get(code)
        if texts is None:
            yield Problem(
                "missing_prompt",
                "The prompt “%(prompt)s” does not exist: create it.",
                where,
                {"prompt": code},
            )
            continue
        for language in LANGUAGES:
            if not texts.get(language, "").strip():
                yield Problem(
                    "missing_prompt",
                    NO_TEXT[language],
                    where,
                    {"prompt": code},
                )


def standard_prompts(flow: Flow) -> tuple[str, ...]:
    """Return the prompts that any menu of this shape says by itself."""
    kinds = {node.kind for node in flow.nodes.values()}
    return (WRONG_KEY, NO_KEY, TO_AGENT, *((AFTER_ANSWER, GOODBYE) if "self_service" in kinds else ()))


def shadowed_keys(flow: Flow) -> list[tuple[str, str]]:
    """Return (node, key) where a node's own key replaces `*`, 9 or `#`; allowed, but told."""
    return [
        (node.key, key) for node in flow.nodes.values() for key in node.exits if key == AGAIN or key in BACK
    ]
