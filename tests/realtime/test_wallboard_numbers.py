"""The board's figures are the database's counts: after any history, over midnight, right after a reload."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from callcenter.acd.models import Agent, AgentSession, Call, Queue
from reports.live.reading import Reader
from reports.live.selection import Selection
from reports.wallboard import frame_of, wallboard_frame
from tests.realtime.busy_centre import BusyCentre
from tests.realtime.conftest import NOW
from tests.reports import world
from tests.reports.world import after, at

MIDNIGHT = at("2026-07-17 00:00")
COUNTED = (
    "received",
    "self_service",
    "left_menu",
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "blocked",
)


def belongs_at(call: Call) -> datetime:
    return call.offered_at or call.arrived_at


def counts_by_hand(start: datetime, end: datetime, calls: list[Call] | None = None) -> dict[str, int]:
    """One call after the other, in plain Python."""
    counts = Counter(dict.fromkeys(COUNTED, 0))
    for call in Call.objects.select_related("queue") if calls is None else calls:
        if not start <= belongs_at(call) < end:
            continue
        is_short = call.outcome == "abandoned" and call.wait_ms <= call.queue.short_abandon_seconds * 1000
        counts["received"] += call.outcome != "blocked"
        counts["offered"] += call.offered_at is not None
        counts["answered"] += call.answered_at is not None
        counts["short_abandoned"] += is_short
        for outcome in ("self_service", "left_menu", "abandoned", "blocked"):
            counts[outcome] += call.outcome == outcome
    return dict(counts)


def shown(figures: dict) -> dict[str, int]:
    return {name: figures[name] for name in COUNTED}


def test_every_count_is_the_databases_after_a_random_day(busy):
    busy.live_a_day(600, until=NOW)
    busy.sign_in()
    busy.wait("complaint", 112)
    frame = wallboard_frame(NOW)
    assert shown(frame["figures"]["today"]) == counts_by_hand(MIDNIGHT, after(NOW, 60))
    assert shown(frame["figures"]["interval"]) == counts_by_hand(at("2026-07-17 10:30"), after(NOW, 60))
    assert shown(frame["figures"]["previous"]) == counts_by_hand(
        at("2026-07-17 10:15"), at("2026-07-17 10:30")
    )


@pytest.mark.covers("WB-05")
@pytest.mark.parametrize("seed", [3, 7, 11])
def test_a_board_that_followed_the_day_equals_a_fresh_one(db, seed):
    """The settled part is remembered for a minute; whatever happens meanwhile, the board is right."""
    busy = BusyCentre(at("2026-07-17 09:50"), seed)
    busy.open(agents=12)
    reader, now, queues, agents = Reader(), busy.now, list(Queue.objects.all()), list(Agent.objects.all())
    busy.live_a_day(200, until=now)
    for _ in range(20):
        now += timedelta(seconds=busy.random.choice([1, 2, 30, 95]))
        busy.now = now
        if busy.random.random() < 0.5:
            busy.wait("general", 1)
        else:
            busy.finished_call(now - timedelta(seconds=busy.random.uniform(0, 300)), queues, agents).save()
        for call in Call.objects.filter(state="waiting").order_by("?")[:1]:
            give_up(call, now)
        assert_same_frame(frame_of(reader.read(now), Selection()), wallboard_frame(now))


def give_up(call: Call, now: datetime) -> None:
    waited = round((now - call.offered_at).total_seconds() * 1000)
    Call.objects.filter(pk=call.pk).update(
        state="ended", outcome="abandoned", ended_at=now, wait_ms=max(0, waited)
    )


def assert_same_frame(followed: dict, fresh: dict) -> None:
    assert followed == fresh


def test_rates_count_only_callers_whose_fate_is_decided(busy):
    queue, agent = Queue.objects.get(code="general"), Agent.objects.first()
    for wait in (3, 5, 30):
        world.make_answered(queue, agent, NOW - timedelta(minutes=3), wait=wait)
    world.make_abandoned(queue, NOW - timedelta(minutes=3), wait=40)
    world.make_abandoned(queue, NOW - timedelta(minutes=3), wait=4)
    busy.wait("general", 5)
    figures = wallboard_frame(NOW)["figures"]["interval"]
    assert (figures["service_level"], figures["answer_rate"]) == (50.0, 75.0)
    busy.wait("general", 21)
    assert wallboard_frame(NOW)["figures"]["interval"]["service_level"] == pytest.approx(40.0)


def test_over_midnight_the_day_begins_anew_but_who_waits_still_waits(busy):
    night = at("2026-07-17 00:00:05")
    queue, agent = Queue.objects.get(code="general"), Agent.objects.first()
    world.make_answered(queue, agent, at("2026-07-16 23:59:30"))
    world.make_answered(queue, agent, at("2026-07-17 00:00:01"), talk=2)
    world.make_call(queue, at("2026-07-16 23:59:40"))
    frame = wallboard_frame(night)
    assert (frame["figures"]["today"]["offered"], frame["figures"]["previous"]["offered"]) == (1, 2)
    assert (frame["live"]["waiting"], frame["live"]["oldest"]) == (1, at("2026-07-16 23:59:40"))
    assert (str(frame["day"]), frame["curve"]["today"]) == ("2026-07-17", [1])


def test_a_reader_of_yesterday_is_right_a_second_after_midnight(busy):
    busy.live_a_day(100, until=NOW)
    reader, night = Reader(), at("2026-07-18 00:00:01")
    reader.read(night - timedelta(seconds=2))
    frame = frame_of(reader.read(night), Selection())
    assert shown(frame["figures"]["today"]) == dict.fromkeys(COUNTED, 0)


def test_the_curve_adds_up_to_the_day_and_knows_last_week(busy):
    busy.live_a_day(300, until=NOW)
    busy.live_a_day(200, weeks_ago=1)
    frame = wallboard_frame(NOW)
    week_ago = counts_by_hand(MIDNIGHT - timedelta(days=7), MIDNIGHT - timedelta(days=6))
    until_now = counts_by_hand(MIDNIGHT - timedelta(days=7), at("2026-07-10 10:30"))
    assert sum(frame["curve"]["today"]) == frame["figures"]["today"]["offered"]
    assert sum(frame["curve"]["last_week"]) == week_ago["offered"]
    assert shown(frame["figures"]["last_week"]) == until_now


def test_agents_are_counted_by_state_and_team(busy):
    busy.sign_in(share=0.9)
    agents = wallboard_frame(NOW)["agents"]
    states = Counter(AgentSession.objects.values_list("state", flat=True))
    states["offline"] = 40 - AgentSession.objects.count()
    assert {state: number for state, number in agents["states"].items() if number} == {**states}
    assert sum(sum(team["states"].values()) for team in agents["teams"]) == 40


def test_a_queue_shows_its_line_and_who_could_take_it(busy):
    busy.sign_in()
    busy.wait("complaint", 50)
    busy.wait("complaint", 20, state="ringing")
    row = next(row for row in wallboard_frame(NOW)["queues"] if row["code"] == "complaint")
    able = [a for a in Agent.objects.all() if can_take_complaints(a)]
    ready = AgentSession.objects.filter(agent__in=able, state="ready").count()
    assert (row["waiting"], row["oldest"], row["ready"]) == (2, NOW - timedelta(seconds=50), ready)


def can_take_complaints(agent: Agent) -> bool:
    levels = dict(agent.skills.values_list("skill_id", "level"))
    needs = Queue.objects.get(code="complaint").needs.values_list("skill_id", "min_level")
    return all(levels.get(skill, 0) >= level for skill, level in needs)


@pytest.mark.covers("WB-04")
def test_a_call_of_3717_seconds_is_over_long_while_live_and_after(busy):
    queue, agent = Queue.objects.get(code="general"), Agent.objects.first()
    call = world.make_call(
        queue, NOW - timedelta(seconds=3720), state="talking", agent=agent,
        answered_at=NOW - timedelta(seconds=3717),
    )  # fmt: skip
    over = wallboard_frame(NOW)["over_long"]
    assert (over["live"], over["calls"][0]["id"], over["calls"][0]["level"]) == (1, call.pk, "bad")
    Call.objects.filter(pk=call.pk).update(state="ended", outcome="answered", ended_at=NOW, talk_ms=3_717_000)
    over = wallboard_frame(after(NOW, 1))["over_long"]
    assert (over["live"], over["today"], over["ended"][0]["seconds"]) == (0, 1, 3717)


@pytest.mark.covers("WB-04")
def test_a_call_of_four_seconds_is_over_short_and_one_of_six_is_not(busy):
    queue, agent = Queue.objects.get(code="general"), Agent.objects.first()
    short = world.make_answered(queue, agent, NOW - timedelta(minutes=2), talk=4, released_by="agent")
    world.make_answered(queue, agent, NOW - timedelta(minutes=2), talk=6)
    listed = wallboard_frame(NOW)["over_short"]
    assert (listed["today"], [call["id"] for call in listed["calls"]]) == (1, [short.pk])
    assert listed["calls"][0]["released_by"] == "agent"


def test_no_number_of_a_passenger_is_shown_whole(busy):
    call = world.make_answered(
        Queue.objects.get(code="general"), Agent.objects.first(), NOW - timedelta(minutes=2), talk=4
    )
    shown_number = wallboard_frame(NOW)["over_short"]["calls"][0]["caller"]
    assert "*" in shown_number
    assert call.caller_number not in str(wallboard_frame(NOW))


def test_the_number_of_queries_does_not_grow_with_the_day(busy, django_assert_num_queries):
    reader = Reader()
    reader.read(NOW)
    with django_assert_num_queries(5):
        reader.read(after(NOW, 1))
    busy.live_a_day(400, until=NOW)
    busy.sign_in()
    with django_assert_num_queries(5):
        reader.read(after(NOW, 2))
    with django_assert_num_queries(21):
        Reader().read(NOW)
