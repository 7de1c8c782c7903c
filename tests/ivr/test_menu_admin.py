"""Menus in Django admin: edited as drafts, published after a question, never by others."""

import pytest
from django.urls import reverse

from callcenter.core.models import AuditEntry
from ivr import selectors
from ivr.models import MenuKey, MenuNode, MenuVersion, Prompt
from ivr.services import menus

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(menu, administrator):
    return menus.create_draft(menu, by=administrator)


@pytest.fixture
def office(client, administrator):
    client.force_login(administrator)
    return client


def page(name, *args):
    return reverse(f"admin:ivr_{name}", args=args)


def fields_of(response):
    """Return what the forms of a page would send when nothing is changed."""
    context = response.context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    return {
        form[name].html_name: value if (value := form[name].value()) is not None else ""
        for form in forms
        for name in form.fields
    }


def told(response):
    """Return the messages of a page that was led to."""
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("name", ["menu", "menuversion", "prompt", "promptaudio", "ivrvisit"])
def test_the_lists_open(office, published, name):
    assert office.get(page(f"{name}_changelist")).status_code == 200


def test_a_list_of_nodes_opens_with_a_fixed_number_of_queries(office, draft, django_assert_max_num_queries):
    office.get(page("menuversion_change", draft.pk))
    with django_assert_max_num_queries(25):
        assert office.get(page("menuversion_change", draft.pk)).status_code == 200


@pytest.mark.covers("IVR-02")
def test_a_key_is_added_and_published(office, draft):
    node = MenuNode.objects.get(version=draft, key="main")
    sent = fields_of(office.get(page("menunode_change", node.pk)))
    new = sum(1 for name in sent if name.endswith("-key")) - 1
    target = MenuNode.objects.get(version=draft, key="emergency").pk
    sent |= {f"keys-{new}-key": "6", f"keys-{new}-target": target}
    assert office.post(page("menunode_change", node.pk), sent).status_code == 302
    office.post(page("menuversion_publish", draft.pk))
    assert (
        selectors.flow_of(selectors.published_versions()[""]).nodes["main"].exits["6"].target == "emergency"
    )


def test_a_node_and_its_settings_are_edited(office, draft):
    node = MenuNode.objects.get(version=draft, key="ticket_agent")
    sent = fields_of(office.get(page("menunode_change", node.pk)))
    assert (sent["setting_queue"], sent["setting_skills"]) == ("ticket", ["ticket"])
    office.post(page("menunode_change", node.pk), sent | {"setting_priority": "2", "title_zh": "票务专席"})
    node.refresh_from_db()
    assert (node.settings["priority"], node.settings["queue"], node.title_zh) == (2, "ticket", "票务专席")


def test_a_node_is_added_in_the_versions_table(office, draft):
    sent = fields_of(office.get(page("menuversion_change", draft.pk)))
    total = int(sent["nodes-TOTAL_FORMS"])
    new = {"key": "freight", "kind": "queue", "title_zh": "货运"}
    sent |= {
        "nodes-TOTAL_FORMS": total + 1,
        **{f"nodes-{total}-{name}": value for name, value in new.items()},
    }
    office.post(page("menuversion_change", draft.pk), sent)
    assert MenuNode.objects.filter(version=draft, key="freight").exists()


@pytest.mark.covers("IVR-02")
def test_a_key_given_twice_is_refused_with_a_plain_message(office, draft):
    node = MenuNode.objects.get(version=draft, key="lost")
    sent = fields_of(office.get(page("menunode_change", node.pk)))
    sent |= {"keys-3-key": "1", "keys-3-target": sent["keys-0-target"]}
    response = office.post(page("menunode_change", node.pk), sent)
    assert response.status_code == 200
    assert MenuKey.objects.filter(node=node).count() == 3


@pytest.mark.covers("IVR-02")
def test_publication_of_a_dead_end_is_refused_and_says_what_to_do(office, draft, published):
    MenuNode.objects.create(version=draft, key="empty", kind="hang_up", title_zh="空")
    shown = office.get(page("menuversion_change", draft.pk)).content.decode()
    assert page("menunode_change", MenuNode.objects.get(version=draft, key="empty").pk) in shown
    response = office.post(page("menuversion_publish", draft.pk), follow=True)
    assert any("empty" in sentence for sentence in told(response))
    assert selectors.published_versions() == {"": published.pk}


def test_publication_is_asked_about_first(office, draft, published):
    assert office.get(page("menuversion_publish", draft.pk)).status_code == 200
    assert selectors.published_versions() == {"": published.pk}


def test_going_back_is_asked_about_and_done(office, draft, published, administrator):
    menus.publish(draft, by=administrator)
    assert office.get(page("menuversion_roll_back", published.pk)).status_code == 200
    office.post(page("menuversion_roll_back", published.pk))
    assert selectors.published_versions() == {"": published.pk}


def test_a_draft_is_made_from_the_list_once(office, menu):
    send = {"action": "make_draft", "_selected_action": [menu.pk]}
    office.post(page("menu_changelist"), send)
    refused = office.post(page("menu_changelist"), send, follow=True)
    assert menu.versions.filter(status="draft").count() == 1
    assert len(told(refused)) == 2


def test_a_draft_is_discarded(office, draft, menu):
    office.post(page("menuversion_discard", draft.pk))
    assert not menu.versions.filter(status="draft").exists()


def test_what_was_published_is_shown_but_not_changed(office, published):
    node = published.nodes.get(key="main")
    for name, pk in (("menuversion_change", published.pk), ("menunode_change", node.pk)):
        assert office.get(page(name, pk)).status_code == 200
        assert office.post(page(name, pk), {"title_zh": "别的", "note": "x"}).status_code == 403


def test_a_prompt_is_edited_and_audited(office, published, administrator):
    prompt = Prompt.objects.get(code="main")
    office.post(page("prompt_change", prompt.pk), {"code": "main", "text_zh": "新", "text_en": "New"})
    assert AuditEntry.objects.filter(
        action="prompt.edited", subject_id=str(prompt.pk), actor_id=administrator.pk
    )


def test_edits_are_audited(office, draft, administrator):
    sent = fields_of(office.get(page("menuversion_change", draft.pk)))
    office.post(page("menuversion_change", draft.pk), sent | {"note": "New key"})
    entry = AuditEntry.objects.filter(action="menu.edited", actor_id=administrator.pk).latest("at")
    assert entry.detail == {"fields": ["note"]}


@pytest.mark.parametrize("who", ["lead", "station_staff"])
def test_nobody_else_gets_in(client, draft, published, request, who):
    client.force_login(request.getfixturevalue(who))
    for name in ("menuversion_publish", "menuversion_discard", "menuversion_change"):
        assert client.post(page(name, draft.pk)).status_code in (302, 403)
    assert client.get(page("menu_changelist")).status_code in (302, 403)
    assert MenuVersion.objects.get(pk=draft.pk).is_draft
    assert selectors.published_versions() == {"": published.pk}
