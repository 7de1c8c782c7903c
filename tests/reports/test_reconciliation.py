"""Asterisk's own records of real calls against ours: what differs is found, repaired, marked and listed."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callcenter.acd.models import Call
from reports import cel, pbx_log, reconciliation
from reports.models import Difference, PbxCall, PbxLog
from tests.reports import world

RECORDS = Path(__file__).parent / "records"
LATER = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def recorded(name):
    return (RECORDS / f"{name}.json").read_text()


def summary(name):
    lines = [parsed for line in recorded(name).splitlines() if (parsed := cel.parse(line))]
    return lines[0][0], cel.summarise(lines[0][0], [line for _, line in lines])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cel-custom").mkdir()
    return tmp_path


@pytest.fixture
def records(folder):
    return folder / "cel-custom" / "cel.json"


@pytest.fixture
def read(folder):
    def read_on(now=LATER):
        return pbx_log.read_on("pbx1", folder, now)

    return read_on


@pytest.fixture
def compare(read):
    """Read what there is, wait out the grace, compare."""

    def compare_all():
        read()
        return reconciliation.compare("pbx1", LATER + timedelta(minutes=1))

    return compare_all


def make_ours(name, agent_extension="", **changes):
    """Our call as it should be: exactly what the PBX recorded."""
    linkedid, found = summary(name)
    agent = world.make_agent() if agent_extension else None
    if agent:
        agent.extension = agent_extension
        agent.save()
    columns = {
        "linkedid": linkedid,
        "arrived_at": found.arrived_at,
        "answered_at": found.answered_at,
        "ended_at": found.ended_at,
        "talk_ms": found.talk_ms,
        "state": "ended",
        "outcome": "answered" if found.answered_at else "abandoned",
        "agent": agent,
    }
    return world.make_call(world.make_queue(), found.offered_at, **{**columns, **changes})


def test_a_talk_is_summed_up_from_the_records():
    _, found = summary("answered")
    assert found.is_inbound
    assert found.extensions
    assert found.arrived_at < found.offered_at < found.answered_at < found.ended_at
    assert 0 < found.talk_ms <= (found.ended_at - found.answered_at) / timedelta(milliseconds=1)


def test_two_talks_of_one_call_are_added():
    _, found = summary("talked_twice")
    assert (len(found.extensions), found.talk_ms) == (2, 3144 + 768)


def test_who_gave_up_was_offered_and_not_answered():
    _, found = summary("abandoned")
    assert found.offered_at is not None
    assert (found.answered_at, found.talk_ms, found.released_by) == (None, 0, "caller")


def test_stamps_of_a_pbx_in_another_zone_become_utc():
    linkedid, here = summary("answered")
    lines = [parsed[1] for line in recorded("answered").splitlines() if (parsed := cel.parse(line))]
    for line in lines:
        line[1] = str(datetime.fromisoformat(line[1]) + timedelta(hours=8))
    assert cel.summarise(linkedid, lines) == here


def test_a_call_is_kept_until_the_pbx_closes_it(db, records, read):
    lines = recorded("answered").splitlines(keepends=True)
    records.write_text("".join(lines[:5]))
    assert read() == 0
    with records.open("a") as file:
        file.write("".join(lines[5:]))
    assert read() == 1
    assert PbxCall.objects.get().lines == []


def test_half_a_line_is_read_when_it_is_whole(db, records, read):
    text = recorded("abandoned")
    records.write_text(text[:-30])
    read()
    records.write_text(text)
    assert read() == 1


def test_a_rotated_file_is_read_to_its_end_first(db, records, read):
    lines = recorded("answered").splitlines(keepends=True)
    records.write_text("".join(lines[:5]))
    read()
    with records.open("a") as file:
        file.write("".join(lines[5:9]))
    os.rename(records, records.with_suffix(".json.1"))
    records.write_text("".join(lines[9:]))
    assert read() == 1
    assert PbxLog.objects.get().inode == records.stat().st_ino


def test_a_line_that_cannot_be_read_is_skipped(db, records, read):
    records.write_text("{broken\n" + recorded("abandoned"))
    assert read() == 1


@pytest.mark.covers("TEL-37")
def test_equal_accounts_make_no_difference(db, records, compare):
    records.write_text(recorded("abandoned"))
    make_ours("abandoned")
    assert compare() == 0
    assert reconciliation.compare("pbx1", LATER + timedelta(minutes=2)) == 0


def test_a_call_we_missed_is_added_and_marked(db, records, compare):
    records.write_text(recorded("abandoned"))
    assert compare() == 1
    call, difference = Call.objects.get(), Difference.objects.get()
    assert (call.is_rebuilt, call.outcome) == (True, "abandoned")
    assert (difference.kind, difference.call) == (Difference.Kind.MISSING, call)
    assert difference.repaired_at is not None


def test_a_wrong_length_of_talk_is_repaired(db, records, compare):
    records.write_text(recorded("answered"))
    ours = make_ours("answered", summary("answered")[1].extensions[0], talk_ms=9_000_000)
    assert compare() == 1
    ours.refresh_from_db()
    assert (ours.talk_ms, ours.is_rebuilt) == (summary("answered")[1].talk_ms, True)


def test_an_answer_we_did_not_see_is_repaired(db, records, compare):
    records.write_text(recorded("answered"))
    extension = summary("answered")[1].extensions[0]
    world.make_agent()
    ours = make_ours("answered", extension, outcome="abandoned", answered_at=None, agent=None)
    compare()
    ours.refresh_from_db()
    assert (ours.outcome, ours.agent.extension) == ("answered", extension)


def test_a_call_still_open_with_us_is_left_to_the_exchange(db, records, compare):
    records.write_text(recorded("abandoned"))
    ours = make_ours("abandoned", state="waiting", outcome="open", ended_at=None)
    assert compare() == 1
    assert Difference.objects.get().repaired_at is None
    ended = summary("abandoned")[1].ended_at
    Call.objects.filter(pk=ours.pk).update(state="ended", outcome="abandoned", ended_at=ended)
    compare()
    assert Difference.objects.get().repaired_at is not None


def test_a_call_the_pbx_does_not_know_is_listed(db, records, compare):
    records.write_text(recorded("abandoned"))
    make_ours("abandoned")
    ended = LATER - timedelta(minutes=5)
    stranger = world.make_abandoned(world.make_queue(), ended - timedelta(seconds=30), wait=30)
    compare()
    assert Difference.objects.get().call == stranger


def test_totals_of_both_sides_are_equal(db, records, compare):
    text = recorded("abandoned") + recorded("answered") + recorded("talked_twice")
    records.write_text(text)
    make_ours("abandoned")
    make_ours("answered", summary("answered")[1].extensions[0])
    make_ours("talked_twice", summary("talked_twice")[1].extensions[1])
    assert compare() == 0
    day = datetime(2026, 11, 22, tzinfo=UTC)
    theirs = reconciliation.pbx_totals(day, LATER)
    assert theirs == reconciliation.our_totals(day, LATER)
    assert (theirs.calls, theirs.answered, theirs.abandoned) == (3, 2, 1)


def test_agents_own_calls_are_not_passengers(db, records, read):
    lines = [json.loads(line) for line in recorded("abandoned").splitlines()]
    for line in lines:
        line["context"] = "agents"
    records.write_text("".join(json.dumps(line) + "\n" for line in lines))
    read()
    assert not PbxCall.objects.get().is_inbound
