"""Reads: versions for the office, flows for the menu server, ways for the desk."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from callcenter.accounts.permissions import ADMIN_ROLES, has_role
from callcenter.acd.models import Queue, Skill
from callcenter.core import errors
from ivr import flow
from ivr.flow import Flow, Visit
from ivr.kinds.base import Problem, World
from ivr.models import EmergencyNotice, IvrVisit, MenuKey, MenuNode, MenuVersion, Prompt
from ivr.naming import LANGUAGES, asterisk_name, audio_name

PathStep = dict[str, str]
"""`{"key": "1", "label": "中文"}`."""

_STEP = re.compile(r"^([0-9*#]*)(.*)$")


# --------------------------------------------------------------------------- the office
def menu_versions_visible_to(user: Any) -> QuerySet[MenuVersion]:
    """Administrators see every version; nobody else sees any."""
    versions = MenuVersion.objects.select_related("menu")
    return versions if has_role(user, *ADMIN_ROLES) else versions.none()


def menu_version_for(user: Any, version_id: int) -> MenuVersion:
    """The only way a door obtains a version. Hidden and missing look the same."""
    try:
        return menu_versions_visible_to(user).get(pk=version_id)
    except MenuVersion.DoesNotExist:
        raise errors.NotFound from None


def draft_document(version: MenuVersion) -> dict[str, Any]:
    """Return the version's rows as a document, without sound. Three queries, whatever the size."""
    nodes = list(version.nodes.select_related("prompt").order_by("id"))
    names = {node.pk: node.key for node in nodes}
    ways = defaultdict(list)
    for way in MenuKey.objects.filter(node__version=version).order_by("node_id", "key"):
        ways[way.node_id].append(
            {
                "key": way.key,
                "target": names.get(way.target_id, ""),
                "value": way.value,
                "label": {"zh": way.label_zh, "en": way.label_en},
            }
        )
    return {
        "format": 1,
        "start": names.get(version.start_id or 0, ""),
        "operator": names.get(version.operator_id or 0, ""),
        "nodes": [_node_document(node, ways[node.pk]) for node in nodes],
    }


def _node_document(node: MenuNode, ways: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "key": node.key,
        "kind": node.kind,
        "title": {"zh": node.title_zh, "en": node.title_en},
        "prompt": node.prompt.code if node.prompt else "",
        "settings": node.settings,
        "exits": ways,
    }


def world() -> World:
    """Return the queues and skills in use and all prompts: what a version is checked against."""
    return World(
        queues=frozenset(Queue.objects.filter(is_active=True).values_list("code", flat=True)),
        skills=frozenset(Skill.objects.values_list("code", flat=True)),
        prompts={prompt.code: prompt.texts for prompt in Prompt.objects.all()},
    )


def explain(problem: Problem) -> str:
    """Return the problem as a sentence in the reader's language."""
    return gettext(problem.message) % {"node": problem.node, **problem.params}


# ----------------------------------------------------------------------- the menu server
def published_versions() -> dict[str, int]:
    """Return the published version's id by number dialled; "" stands for all others. One cheap query."""
    published = MenuVersion.objects.filter(status=MenuVersion.Status.PUBLISHED)
    return dict(published.values_list("menu__entry", "pk"))


@lru_cache(maxsize=64)
def flow_of(version_id: int) -> Flow:
    """Return a published version ready to be walked. Cached for good: it never changes."""
    document = MenuVersion.objects.values_list("document", flat=True).get(
        pk=version_id, document__isnull=False
    )
    return flow.flow_from(document or {}, version_id)


@dataclass(frozen=True, slots=True)
class SpokenNotice:
    """An emergency notice as the menu server plays it."""

    entry: str
    starts_at: datetime
    ends_at: datetime
    files: tuple[str, ...]

    def is_for(self, entry: str, at: datetime) -> bool:
        """Whether a caller of this number hears it now."""
        return self.entry in ("", entry) and self.starts_at <= at < self.ends_at


def notices_ahead() -> list[SpokenNotice]:
    """Return the notices that are heard now or later, the oldest first."""
    ahead = EmergencyNotice.objects.filter(ends_at__gt=timezone.now()).order_by("starts_at")
    return [
        SpokenNotice(
            notice.entry,
            notice.starts_at,
            notice.ends_at,
            tuple(
                asterisk_name(language, audio_name("notice", text))
                for language, text in notice.spoken().items()
                if text
            ),
        )
        for notice in ahead
    ]


# ------------------------------------------------------------------------------ the desk
def path_for(linkedid: str, language: str = LANGUAGES[0]) -> list[PathStep]:
    """Return what a caller pressed, in words of the reader's language (`zh` or `en`)."""
    return paths_for([linkedid], language)[linkedid]


def paths_for(linkedids: Iterable[str], language: str = LANGUAGES[0]) -> dict[str, list[PathStep]]:
    """Return `path_for` of many calls in one query."""
    visits: dict[str, list[IvrVisit]] = defaultdict(list)
    wanted = list(linkedids)
    for visit in IvrVisit.objects.filter(linkedid__in=wanted).order_by("linkedid", "number"):
        visits[visit.linkedid].append(visit)
    return {linkedid: _in_words(visits[linkedid], language) for linkedid in wanted}


def _in_words(visits: list[IvrVisit], language: str) -> list[PathStep]:
    if not visits:
        return []
    walked = (Visit(visit.node, visit.key, visit.ended) for visit in visits)  # type: ignore[arg-type]
    return flow.labels(flow_of(visits[0].version_id), flow.path_of(walked), language)


def path_in_words(steps: Iterable[str], entry: str = "", language: str = LANGUAGES[0]) -> list[PathStep]:
    """Return the steps of CC_PATH (`["1main", "2lost"]`) in words, by the menu that is published now.

    For a call in progress, whose visits may not be written yet; a step unknown by now is told by its code.
    """
    pressed = [_STEP.match(step) for step in steps]
    pairs = [(found[1], found[2]) for found in pressed if found]
    published = published_versions()
    version = published.get(entry) or published.get("")
    if not pairs or version is None:
        return [{"key": key, "label": node} for key, node in pairs]
    return flow.labels_of_steps(flow_of(version), pairs, language)
