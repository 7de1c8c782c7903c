"""Drafts, publication and going back."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.core import audit, errors, events
from ivr import selectors, validation
from ivr.events import MenuPublished
from ivr.flow import flow_from
from ivr.kinds.base import Document, Problem
from ivr.models import Menu, MenuKey, MenuNode, MenuVersion, Prompt
from ivr.services import prompts

Status = MenuVersion.Status


class DraftExists(errors.DomainError):
    """A menu has one draft at a time."""

    code = "draft_exists"
    message = _("There is already a draft of this menu: edit it, or discard it first.")


class NotADraft(errors.DomainError):
    """What was published is never changed."""

    code = "not_a_draft"
    message = _("This version was published and is never changed: make a new draft of it.")


class NotRetired(errors.DomainError):
    """Only what was published before can be gone back to."""

    code = "not_retired"
    message = _("Only a version that was published before can be published again.")


class MenuHasProblems(errors.DomainError):
    """The draft cannot be published; `problems` says why and what to do, each with its node."""

    code = "menu_has_problems"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(self.sentences))

    @property
    def sentences(self) -> list[str]:
        """One sentence for each problem, in the reader's language."""
        return [selectors.explain(problem) for problem in self.problems]


@transaction.atomic
def create_draft(menu: Menu, *, by: Any) -> MenuVersion:
    """Begin a draft as a copy of the published version, or empty when there is none."""
    menu = Menu.objects.select_for_update().get(pk=menu.pk)
    versions = MenuVersion.objects.filter(menu=menu)
    if versions.filter(status=Status.DRAFT).exists():
        raise DraftExists
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    source = versions.filter(status=Status.PUBLISHED).first()
    draft = MenuVersion.objects.create(menu=menu, number=number, based_on=source, created_by=by)
    if source is not None:
        _copy_nodes(source, draft)
    audit.record("menu.draft_created", by=by, subject=draft, based_on=source.pk if source else None)
    return draft


def _copy_nodes(source: MenuVersion, draft: MenuVersion) -> None:
    old = list(source.nodes.order_by("id"))
    new = MenuNode.objects.bulk_create(
        MenuNode(
            version=draft,
            key=node.key,
            kind=node.kind,
            title_zh=node.title_zh,
            title_en=node.title_en,
            prompt_id=node.prompt_id,
            settings=node.settings,
        )
        for node in old
    )
    copy_of = {before.pk: after for before, after in zip(old, new, strict=True)}
    MenuKey.objects.bulk_create(
        MenuKey(
            node=copy_of[way.node_id],
            key=way.key,
            target=copy_of[way.target_id],
            value=way.value,
            label_zh=way.label_zh,
            label_en=way.label_en,
        )
        for way in MenuKey.objects.filter(node__version=source).order_by("id")
    )
    draft.start = copy_of.get(source.start_id or 0)
    draft.operator = copy_of.get(source.operator_id or 0)
    draft.save(update_fields=["start", "operator"])


@transaction.atomic
def write_document(version: MenuVersion, document: Document, *, by: Any) -> None:
    """Replace all of a draft by the document's nodes. A prompt that does not exist is left out."""
    version = _locked_draft(version)
    MenuKey.objects.filter(node__version=version).delete()
    version.nodes.all().delete()
    known = dict(Prompt.objects.values_list("code", "pk"))
    rows = MenuNode.objects.bulk_create(
        MenuNode(
            version=version,
            key=raw["key"],
            kind=raw["kind"],
            title_zh=raw["title"]["zh"],
            title_en=raw["title"].get("en", ""),
            prompt_id=known.get(raw["prompt"]),
            settings=raw["settings"],
        )
        for raw in document["nodes"]
    )
    nodes = {row.key: row for row in rows}
    MenuKey.objects.bulk_create(
        MenuKey(
            node=nodes[raw["key"]],
            key=way["key"],
            target=nodes[way["target"]],
            value=way.get("value", ""),
            label_zh=way.get("label", {}).get("zh", ""),
            label_en=way.get("label", {}).get("en", ""),
        )
        for raw in document["nodes"]
        for way in raw["exits"]
    )
    version.start, version.operator = nodes.get(document["start"]), nodes.get(document["operator"])
    version.save(update_fields=["start", "operator"])
    audit.record("menu.edited", by=by, subject=version, nodes=len(nodes))


@transaction.atomic
def discard_draft(version: MenuVersion, *, by: Any) -> None:
    """Throw a draft away."""
    version = _locked_draft(version)
    audit.record("menu.draft_discarded", by=by, subject=version, number=version.number)
    MenuKey.objects.filter(node__version=version).delete()
    version.delete()


@transaction.atomic
def record_edit(version: MenuVersion, *, by: Any, **detail: Any) -> None:
    """Write down that a draft was edited; refused when it is no draft any more. Call beside the edit."""
    audit.record("menu.edited", by=by, subject=_locked_draft(version), **detail)


def problems_of(version: MenuVersion) -> list[Problem]:
    """Return what keeps the version from being published; nothing for one that was."""
    if not version.is_draft:
        return []
    return validation.problems_in(selectors.draft_document(version), selectors.world())


def publish(version: MenuVersion, *, by: Any) -> MenuVersion:
    """Make the draft what callers hear, from the next call on. Calls in progress finish on theirs.

    Refused with every problem at once when a caller could get lost in it; then nothing has changed. Missing
    sound is rendered before the switch, which can take seconds for each new text.
    """
    version = MenuVersion.objects.get(pk=version.pk)
    _refuse_problems(version)
    prompts.render_texts(_texts_said(version))
    with transaction.atomic():
        return _switch_to(_locked_draft(version), by=by)


def _refuse_problems(version: MenuVersion) -> None:
    if not version.is_draft:
        raise NotADraft
    problems = problems_of(version)
    if problems:
        raise MenuHasProblems(problems)


def _switch_to(draft: MenuVersion, *, by: Any) -> MenuVersion:
    """Retire what is published and publish the locked draft, which may have changed since it was checked."""
    _refuse_problems(draft)
    document = selectors.draft_document(draft)
    document["audio"] = prompts.audio_of(_texts_said(draft))
    retired = _retire_published(draft.menu_id)
    draft.status, draft.document = Status.PUBLISHED, document
    draft.published_at, draft.published_by = timezone.now(), by
    draft.save(update_fields=["status", "document", "published_at", "published_by"])
    _announce("menu.published", draft, retired, by=by)
    return draft


def _texts_said(version: MenuVersion) -> prompts.Texts:
    """Return the texts of every prompt the version can say."""
    document = selectors.draft_document(version)
    codes = {node["prompt"] for node in document["nodes"] if node["prompt"]}
    codes.update(validation.standard_prompts(flow_from(document, version.pk)))
    return prompts.texts_of(codes)


@transaction.atomic
def roll_back(version: MenuVersion, *, by: Any) -> MenuVersion:
    """Publish a version again that was published before; the one published now is retired."""
    menu = Menu.objects.select_for_update().get(pk=version.menu_id)
    retired = _retire_published(menu.pk, keep=version.pk)
    switched = MenuVersion.objects.filter(pk=version.pk, status=Status.RETIRED).update(
        status=Status.PUBLISHED, published_at=timezone.now(), published_by=by
    )
    if not switched:
        raise NotRetired
    version.refresh_from_db()
    _announce("menu.rolled_back", version, retired, by=by)
    return version


def _retire_published(menu_id: int, keep: int | None = None) -> int | None:
    published = MenuVersion.objects.filter(menu_id=menu_id, status=Status.PUBLISHED).exclude(pk=keep or 0)
    retired = published.values_list("pk", flat=True).first()
    published.update(status=Status.RETIRED)
    return retired


def _announce(action: str, version: MenuVersion, retired: int | None, *, by: Any) -> None:
    audit.record(action, by=by, subject=version, number=version.number, retired=retired)
    events.publish(
        MenuPublished(menu_id=version.menu_id, version_id=version.pk, retired_version_id=retired),
        actor_id=getattr(by, "pk", None),
    )


def _locked_draft(version: MenuVersion) -> MenuVersion:
    """Return the version locked, after its menu; raises NotADraft."""
    Menu.objects.select_for_update().get(pk=version.menu_id)
    locked = MenuVersion.objects.select_for_update().filter(pk=version.pk, status=Status.DRAFT).first()
    if locked is None:
        raise NotADraft
    return locked
