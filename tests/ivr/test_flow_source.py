"""Which menu the next call walks, and what is written of it, with a real database behind the server."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection

from ivr import selectors
from ivr.agi_server import MenuServer
from ivr.flow_source import FlowSource
from ivr.models import IvrVisit, MenuKey, MenuNode
from ivr.services import menus, visits
from ivr.visit_writer import VisitWriter
from tests.ivr.asterisk_side import AsteriskSide

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source(published):
    source = FlowSource()
    source.start()
    yield source
    source.stop()


@pytest.fixture
def writer(published):
    writer = VisitWriter()
    writer.start()
    yield writer
    writer.stop(2)


@pytest.fixture
def server(source, writer):
    server = MenuServer(("127.0.0.1", 0), source.flow_for, writer.take)
    server.start()
    yield server
    server.stop(0)


def call(server, *keys, **how):
    """Play a call through to its end."""
    return AsteriskSide(server.port, list(keys), **how).run()


def publish_with_key_six(menu, administrator):
    """Publish a version in which 6 leads to emergency help; the notice takes some milliseconds."""
    draft = menus.create_draft(menu, by=administrator)
    nodes = MenuNode.objects.filter(version=draft)
    MenuKey.objects.create(node=nodes.get(key="main"), key="6", target=nodes.get(key="emergency"))
    return menus.publish(draft, by=administrator)


def wait_until_heard(source, version):
    """Wait until new calls walk this version; a second at most."""
    until = time.monotonic() + 1
    while source.flow_for("").version != version.pk and time.monotonic() < until:
        time.sleep(0.005)
    assert source.flow_for("").version == version.pk


@pytest.mark.covers("IVR-02", "IVR-11")
def test_the_next_call_walks_the_new_version_without_a_restart(server, source, menu, administrator):
    assert call(server, "1", "6", "0").variables["CC_QUEUE"] == "general"
    wait_until_heard(source, publish_with_key_six(menu, administrator))
    assert call(server, "1", "6").variables["CC_QUEUE"] == "emergency"


@pytest.mark.covers("IVR-11")
def test_after_going_back_the_next_call_walks_the_old_version(server, source, menu, published, administrator):
    wait_until_heard(source, publish_with_key_six(menu, administrator))
    published.refresh_from_db()
    wait_until_heard(source, menus.roll_back(published, by=administrator))
    assert call(server, "1", "6", "0").variables["CC_QUEUE"] == "general"


def test_a_call_in_progress_finishes_on_the_version_it_began_with(server, menu, administrator):
    asterisk = AsteriskSide(server.port, ["1", "6", "0"])
    begin, asterisk.next_key = asterisk.next_key, lambda: publish_once() or begin()
    published = []

    def publish_once():
        if not published:
            published.append(publish_with_key_six(menu, administrator))

    assert asterisk.run().variables["CC_QUEUE"] == "general"


def test_a_lost_notice_costs_a_second(published, menu, administrator, monkeypatch):
    monkeypatch.setattr("ivr.flow_source.CHANNEL", "nobody_speaks_here")
    source = FlowSource(look_every_seconds=0.2)
    source.start()
    wait_until_heard(source, publish_with_key_six(menu, administrator))
    source.stop()


def test_without_the_database_calls_walk_the_last_menu_known(
    published, menu, administrator, monkeypatch, caplog
):
    source = FlowSource(look_every_seconds=0.05)
    source.start()
    monkeypatch.setattr(selectors, "published_versions", away)
    wait_for(lambda: "the database is away" in caplog.text)
    assert source.flow_for("").version == published.pk
    monkeypatch.undo()
    wait_until_heard(source, publish_with_key_six(menu, administrator))
    source.stop()


def test_a_connection_cut_by_the_server_is_made_anew(source, menu, administrator):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'"
        )
    time.sleep(0.2)
    draft = publish_with_key_six(menu, administrator)
    wait_for(lambda: source.flow_for("").version == draft.pk)


def test_calls_never_wait_for_the_database(source, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert source.flow_for("95306") is source.flow_for("")


def away():
    """What Django raises when the server is gone."""
    raise OperationalError("connection refused")


def wait_for(condition, seconds=5):
    """Wait until the condition holds."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)
    assert condition()


# ----------------------------------------------------------------------------------- visits
@pytest.mark.covers("IVR-11")
def test_the_way_of_a_call_is_written_and_told_in_words(server, writer):
    call(server, "1", "7", "2", "1", uniqueid="5.1")
    assert writer.wait_until_written(5)
    assert list(IvrVisit.objects.filter(linkedid="5.1").values_list("node", "key", "ended")) == [
        ("language", "1", "pressed"),
        ("main", "7", "wrong"),
        ("main", "2", "pressed"),
        ("lost", "1", "pressed"),
        ("lost_agent", "", "finished"),
    ]
    labels = ["Chinese", "Lost items", "Lost-item agent"]
    assert [step["label"] for step in selectors.path_for("5.1", "en")] == labels


def test_a_call_without_visits_has_no_path(published):
    assert selectors.path_for("gone") == []


def test_the_path_on_the_channel_is_told_in_words(server):
    steps = call(server, "1", "2", "1").variables["CC_PATH"].split("-")
    assert selectors.path_in_words(steps) == [
        {"key": "1", "label": "中文"},
        {"key": "2", "label": "遗失物品"},
        {"key": "1", "label": "遗失物品人工"},
    ]


def test_paths_of_many_calls_cost_one_query(published, django_assert_num_queries):
    visits.record_visits([visit(published, f"6.{number}") for number in range(20)])
    selectors.flow_of(published.pk)
    with django_assert_num_queries(1):
        selectors.paths_for([f"6.{number}" for number in range(20)])


def test_visits_wait_for_the_database_to_come_back(writer, published, monkeypatch):
    monkeypatch.setattr("ivr.visit_writer.RETRY_SECONDS", 0.05)
    monkeypatch.setattr("ivr.visit_writer.record_visits", lambda batch: away())
    writer.take([visit(published, "7.1"), visit(published, "7.2")])
    assert not writer.wait_until_written(0.2)
    monkeypatch.undo()
    assert writer.wait_until_written(5)
    assert IvrVisit.objects.filter(linkedid__startswith="7.").count() == 2


def test_a_visit_written_twice_counts_once(published):
    visits.record_visits([visit(published, "8.1")] * 2)
    assert IvrVisit.objects.filter(linkedid="8.1").count() == 1


def test_a_visit_that_does_not_fit_holds_up_no_other(writer, published):
    writer.take([replace(visit(published, "9.1"), version_id=-1)])
    writer.take([visit(published, "9.2")])
    assert writer.wait_until_written(5)
    writer.take([visit(published, "9.3")])
    assert writer.wait_until_written(5)
    assert IvrVisit.objects.filter(linkedid="9.3").exists()


def visit(version, linkedid):
    """Return a visit of the main menu."""
    now = datetime.now(UTC)
    return visits.TimedVisit(
        linkedid, 1, version.pk, "main", "zh", now - timedelta(seconds=3), now, "2", "pressed"
    )
