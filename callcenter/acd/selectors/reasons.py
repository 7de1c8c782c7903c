"""Reads of the reason tree."""

from dataclasses import dataclass

from django.utils import translation

from callcenter.acd.models import CallReason

MOST = 20


@dataclass(frozen=True)
class ReasonHit:
    """A node with the way to it. Only leaves can be chosen for a finished wrap-up; branches are general."""

    id: int
    code: str
    name: str
    path: list[str]
    leaf: bool


def find_reasons(query: str, *, limit: int = MOST) -> list[ReasonHit]:
    """Nodes whose name, other words, pinyin or initials match; leaves first, then by their place in the tree.

    An empty query gives the whole tree. The tree is small (hundreds of nodes) and read in one query.
    """
    nodes = list(CallReason.objects.filter(is_active=True).order_by("path"))
    by_path = {node.path: node for node in nodes}
    wanted = query.strip().lower()
    hits = [
        (_rank(node, wanted), _hit(node, by_path)) for node in nodes if not wanted or _matches(node, wanted)
    ]
    if wanted:
        hits.sort(key=lambda pair: pair[0])
        return [hit for _, hit in hits[:limit]]
    return [hit for _, hit in hits]


def reason_path(reason: CallReason) -> list[str]:
    """Names from the root to this node."""
    ancestors = [*CallReason.objects.get_ancestors(reason), reason]
    return [name_of(node) for node in ancestors]


def name_of(row: object) -> str:
    """A row's name in the reader's language; the Chinese one where there is no other."""
    english = getattr(row, "name_en", "")
    return english if english and (translation.get_language() or "").startswith("en") else row.name  # type: ignore[attr-defined]


def _matches(node: CallReason, wanted: str) -> bool:
    keys = (node.name, node.name_en.lower(), node.keywords.lower(), node.pinyin, node.initials, node.code)
    return any(wanted in key for key in keys)


def _rank(node: CallReason, wanted: str) -> tuple[bool, bool, str]:
    starts = node.name.startswith(wanted) or node.initials.startswith(wanted)
    return (not node.is_leaf(), not starts, node.path)


def _hit(node: CallReason, by_path: dict[str, CallReason]) -> ReasonHit:
    steps = [node.path[:end] for end in range(CallReason.steplen, len(node.path), CallReason.steplen)]
    path = [name_of(by_path[step]) for step in steps if step in by_path]
    return ReasonHit(node.pk, node.code, name_of(node), path, node.is_leaf())
