"""Drafts, publication and going back: the rules, and that a refusal changes nothing."""

import pytest
from django.db import IntegrityError, transaction

from callcenter.core.models import AuditEntry, OutboxEvent
from ivr import demo, selectors
from ivr.models import MenuKey, MenuNode, MenuVersion
from ivr.services import menus, prompts

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(menu, administrator):
    return menus.create_draft(menu, by=administrator)


def node(version, key):
    return MenuNode.objects.get(version=version, key=key)


def add_key(version, where, key, target):
    return MenuKey.objects.create(node=node(version, where), key=key, target=node(version, target))


def published_id(menu):
    return menu.versions.get(status="published").pk


def assert_refused(draft, administrator, *codes):
    """Publication fails with these codes, and what callers hear stays what it was."""
    before = published_id(draft.menu)
    with pytest.raises(menus.MenuHasProblems) as refusal:
        menus.publish(draft, by=administrator)
    assert {problem.code for problem in refusal.value.problems} == set(codes)
    draft.refresh_from_db()
    assert (published_id(draft.menu), draft.status, draft.document) == (before, "draft", None)
    return refusal.value


def test_a_draft_is_a_copy_of_what_is_published(draft, published):
    before = {key: published.document[key] for key in ("start", "operator", "nodes", "format")}
    assert selectors.draft_document(draft) == before


def test_a_menu_has_one_draft_at_a_time(draft, menu, administrator):
    with pytest.raises(menus.DraftExists):
        menus.create_draft(menu, by=administrator)


@pytest.mark.covers("IVR-02", "IVR-11")
def test_a_published_draft_is_heard_and_the_old_version_retires(draft, published, administrator):
    add_key(draft, "main", "6", "lost")
    menus.publish(draft, by=administrator)
    published.refresh_from_db()
    assert selectors.published_versions() == {"": draft.pk}
    assert published.status == "retired"
    assert selectors.flow_of(draft.pk).nodes["main"].exits["6"].target == "lost"


def test_publication_is_audited_and_announced(draft, published, administrator):
    menus.publish(draft, by=administrator)
    entry = AuditEntry.objects.get(action="menu.published", subject_id=str(draft.pk))
    assert (entry.actor_id, entry.detail["retired"]) == (administrator.pk, published.pk)
    event = OutboxEvent.objects.filter(type="MenuPublished").latest("occurred_at")
    assert event.payload["version_id"] == draft.pk


@pytest.mark.covers("IVR-02")
def test_a_node_nobody_reaches_is_refused(draft, administrator):
    MenuKey.objects.filter(node=node(draft, "main"), key="2").delete()
    refusal = assert_refused(draft, administrator, "unreachable")
    assert "“lost”" in refusal.detail


@pytest.mark.covers("IVR-02")
def test_a_dead_end_is_refused(draft, administrator):
    MenuNode.objects.create(
        version=draft, key="empty", kind="menu", title_zh="空", prompt=node(draft, "main").prompt
    )
    add_key(draft, "main", "7", "empty")
    assert_refused(draft, administrator, "dead_end")


@pytest.mark.covers("IVR-02")
def test_a_circle_without_a_way_out_is_refused(draft, administrator):
    for key in ("round", "about"):
        MenuNode.objects.create(
            version=draft, key=key, kind="menu", title_zh="圈", prompt=node(draft, "main").prompt
        )
    add_key(draft, "main", "7", "round")
    add_key(draft, "round", "1", "about")
    add_key(draft, "about", "1", "round")
    assert_refused(draft, administrator, "no_way_out")


def test_a_missing_prompt_is_refused(draft, administrator):
    MenuNode.objects.filter(version=draft, key="main").update(prompt=None)
    assert_refused(draft, administrator, "no_prompt")


def test_a_prompt_without_english_is_refused(draft, administrator):
    prompts.write_prompt("main", "主菜单", "", by=administrator)
    assert_refused(draft, administrator, "missing_prompt")


@pytest.mark.covers("IVR-02")
def test_a_key_given_twice_is_refused_by_the_database(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        add_key(draft, "main", "1", "lost")


def test_problems_are_told_in_the_readers_language(draft, administrator, settings):
    MenuNode.objects.filter(version=draft, key="main").update(prompt=None)
    refusal = assert_refused(draft, administrator, "no_prompt")
    assert "main" in refusal.detail


@pytest.mark.covers("IVR-11")
def test_going_back_publishes_the_old_version_again(draft, published, administrator):
    menus.publish(draft, by=administrator)
    published.refresh_from_db()
    menus.roll_back(published, by=administrator)
    draft.refresh_from_db()
    assert (selectors.published_versions(), draft.status) == ({"": published.pk}, "retired")


def test_a_draft_cannot_be_gone_back_to(draft, published, administrator):
    with pytest.raises(menus.NotRetired):
        menus.roll_back(draft, by=administrator)
    assert published_id(draft.menu) == published.pk


def test_what_is_published_cannot_be_published_again(published, administrator):
    with pytest.raises(menus.NotADraft):
        menus.publish(published, by=administrator)


@pytest.mark.parametrize(
    "change",
    [
        lambda version: MenuVersion.objects.filter(pk=version.pk).update(document={}),
        lambda version: MenuNode.objects.filter(version=version, key="main").update(title_zh="别的"),
        lambda version: MenuKey.objects.filter(node__version=version).delete(),
        lambda version: MenuNode.objects.create(version=version, key="new", kind="menu", title_zh="新"),
    ],
)
def test_a_published_version_cannot_be_changed_by_anything(published, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(published)


def test_a_prompt_changed_later_leaves_the_published_sound_alone(published, administrator):
    before = selectors.flow_of(published.pk).sound("main", "zh")
    prompts.write_prompt("main", "新的主菜单", "A new main menu", by=administrator)
    selectors.flow_of.cache_clear()
    assert selectors.flow_of(published.pk).sound("main", "zh") == before


def test_a_draft_can_be_thrown_away(draft, menu, administrator):
    menus.discard_draft(draft, by=administrator)
    assert menu.versions.count() == 1


def test_only_administrators_see_versions(published, administrator, lead):
    assert list(selectors.menu_versions_visible_to(administrator)) == [published]
    assert not selectors.menu_versions_visible_to(lead).exists()


def test_seeding_again_changes_nothing(published):
    assert demo.seed() == published
    assert MenuVersion.objects.count() == 1
