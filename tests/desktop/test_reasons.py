"""The reason tree as the desk searches it."""

import pytest
from django.test import Client

from callcenter.acd.models import Agent, CallReason


@pytest.fixture
def desk(agent: Agent, client: Client) -> Client:
    client.force_login(agent.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.covers("DSK-07")
@pytest.mark.parametrize("query", ["遗失", "yishi", "ys"])
def test_a_leaf_is_found_by_word_pinyin_and_initials(desk: Client, query: str) -> None:
    found = desk.get("/desk/reasons/", {"q": query}).json()
    leaves = [hit for hit in found if hit["leaf"]]
    assert any("遗失" in hit["name"] + hit["path"] for hit in leaves)


def test_the_whole_tree_comes_in_order_with_its_search_words(desk: Client) -> None:
    tree = desk.get("/desk/reasons/").json()
    assert len(tree) == CallReason.objects.filter(is_active=True).count()
    leaf = next(node for node in tree if node["leaf"])
    assert leaf["path"]
    assert leaf["depth"] == 1
    assert leaf["words"].split()


def test_a_reason_out_of_use_is_not_offered(desk: Client) -> None:
    CallReason.objects.filter(code="invoice").update(is_active=False)
    assert "invoice" not in {node["code"] for node in desk.get("/desk/reasons/").json()}


def test_names_come_in_the_readers_language(desk: Client, agent: Agent) -> None:
    agent.user.language = "en"
    agent.user.save(update_fields=["language"])
    assert "Invoices" in {node["name"] for node in desk.get("/desk/reasons/").json()}


def test_reading_the_tree_takes_a_fixed_number_of_queries(
    desk: Client, django_assert_max_num_queries
) -> None:  # noqa: ANN001
    with django_assert_max_num_queries(4):
        desk.get("/desk/reasons/")
