"""The formulas on the cases of the requirements' chapter 2, and where there is no figure."""

import pytest

from reports import kpi
from reports.kpi import Level, Split, Target, Unit, Why
from reports.sums import COLUMNS, DEMAND_COLUMNS, TIME_COLUMNS, Sums

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def value(indicator, variant=None, **sums):
    result = kpi.figure(indicator, Sums(**sums), variant).value
    return None if result is None else round(result, 2)


@pytest.mark.covers("RPT-01")
def test_there_are_exactly_23_in_the_order_of_the_source():
    assert [k.number for k in kpi.REGISTRY] == list(range(1, 24))
    assert all(k.source and k.name.zh and k.name.en for k in kpi.REGISTRY)


@pytest.mark.covers("KPI-01")
def test_adherence():
    sums = {"ready_time_ms": 300 * MINUTE, "talking_time_ms": 156 * MINUTE, "scheduled_ms": 480 * MINUTE}
    assert value(kpi.ADHERENCE, **sums) == 95.0
    assert kpi.ADHERENCE.target.level(95.0) is Level.GOOD
    assert kpi.ADHERENCE.target.level(90.0) is Level.WATCH
    assert kpi.figure(kpi.ADHERENCE, Sums(ready_time_ms=1)).why is Why.NO_ROSTER


@pytest.mark.covers("KPI-02")
def test_wrap_up():
    assert value(kpi.WRAP_UP, wrap_up_ms=120 * SECOND, handled=3) == 40.0


@pytest.mark.covers("KPI-03")
def test_time_to_abandon():
    sums = {"abandoned": 3, "abandoned_wait_ms": 90 * SECOND, "short_abandoned": 1}
    sums |= {"short_abandoned_wait_ms": 10 * SECOND}
    assert value(kpi.TIME_TO_ABANDON, "all", **sums) == 30.0
    assert value(kpi.TIME_TO_ABANDON, **sums) == 40.0


@pytest.mark.covers("KPI-05")
def test_handle_time_with_and_without_hold():
    sums = {"talk_ms": 240 * SECOND, "wrap_up_ms": 60 * SECOND, "hold_ms": 20 * SECOND, "handled": 2}
    assert value(kpi.HANDLE_TIME, **sums) == 150.0
    assert value(kpi.HANDLE_TIME, "with_hold", **sums) == 160.0


@pytest.mark.covers("KPI-06")
def test_hold_time_over_handled_and_over_held_calls():
    sums = {"hold_ms": 90 * SECOND, "handled": 3, "held": 2}
    assert value(kpi.HOLD_TIME, **sums) == 30.0
    assert value(kpi.HOLD_TIME, "held", **sums) == 45.0


@pytest.mark.covers("KPI-08")
def test_queue_time_counts_those_who_gave_up():
    sums = {"answered_wait_ms": 30 * SECOND, "abandoned_wait_ms": 60 * SECOND, "offered": 3}
    assert value(kpi.QUEUE_TIME, **sums) == 30.0


@pytest.mark.covers("KPI-09")
def test_speed_of_answer_over_answered_calls():
    sums = {"answered_wait_ms": 600 * SECOND, "abandoned_wait_ms": 100 * SECOND, "answered": 40}
    assert value(kpi.SPEED_OF_ANSWER, **sums) == 15.0
    assert value(kpi.SPEED_OF_ANSWER, "total_queue", **sums) == 17.5


@pytest.mark.covers("KPI-10")
def test_talk_time():
    assert value(kpi.TALK_TIME, talk_ms=240 * SECOND, handled=2) == 120.0


@pytest.mark.covers("KPI-11")
def test_calls_per_hour_counts_every_hour_signed_in():
    assert value(kpi.CALLS_PER_HOUR, answered=96, ready_time_ms=7 * HOUR, not_ready_time_ms=HOUR) == 12.0


@pytest.mark.covers("KPI-13")
def test_occupancy_with_and_without_wrap_up():
    sums = {"talking_time_ms": 240 * MINUTE, "on_hold_time_ms": 60 * MINUTE, "wrap_up_time_ms": 60 * MINUTE}
    sums |= {"ready_time_ms": 80 * MINUTE, "ringing_time_ms": 10 * MINUTE, "not_ready_time_ms": 30 * MINUTE}
    assert value(kpi.OCCUPANCY, **sums) == 80.0
    assert value(kpi.OCCUPANCY, "without_wrap_up", **sums) == 76.92


@pytest.mark.covers("KPI-14")
def test_abandonment_with_and_without_short_ones():
    sums = {"offered": 1000, "abandoned": 60, "short_abandoned": 10}
    assert value(kpi.ABANDONMENT, **sums) == 5.05
    assert value(kpi.ABANDONMENT, "numerator_only", **sums) == 5.0
    assert value(kpi.ABANDONMENT, "all", **sums) == 6.0


@pytest.mark.covers("KPI-16")
def test_blockage():
    assert value(kpi.BLOCKAGE, blocked=30, abandoned=60, answered=940) == 2.91


@pytest.mark.covers("KPI-18")
def test_queue_placement():
    assert value(kpi.QUEUE_PLACEMENT, offered=250, received=1000) == 25.0
    assert value(kpi.QUEUE_PLACEMENT, "delayed", delayed=100, received=1000) == 10.0


@pytest.mark.covers("KPI-19")
def test_more_than_two_of_a_hundred_transfers_fail_the_target():
    assert value(kpi.TRANSFERS, transferred=5, answered=200) == 2.5
    assert kpi.TRANSFERS.target.level(2.5) is Level.BAD


@pytest.mark.covers("KPI-20")
def test_answer_rate():
    sums = {"answered": 996, "offered": 1000, "short_abandoned": 2, "blocked": 245}
    assert value(kpi.ANSWERED, **sums) == 99.6
    assert value(kpi.ANSWERED, "without_short", **sums) == 99.8
    assert value(kpi.ANSWERED, "with_blocked", **sums) == 80.0


@pytest.mark.covers("KPI-21")
@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("offered", 82.0),
        ("without_short", 83.67),
        ("answered_only", 89.13),
        ("asterisk_2", 85.0),
        ("genesys", 84.54),
    ],
)
def test_service_level_in_every_reading(variant, expected):
    sums = {"offered": 100, "answered": 92, "answered_in_time": 82, "abandoned": 8, "short_abandoned": 2}
    assert value(kpi.SERVICE_LEVEL, variant, **sums, abandoned_in_time=3) == expected


@pytest.mark.covers("KPI-22")
def test_total_calls():
    sums = {"blocked": 30, "abandoned": 60, "answered": 940, "received": 1500}
    assert value(kpi.CALLS, **sums) == 1030
    assert value(kpi.CALLS, "all", **sums) == 1530


def test_no_demand_gives_no_figure_rather_than_zero():
    for indicator in kpi.computed():
        if indicator is not kpi.CALLS:
            assert kpi.figure(indicator, Sums()).value is None


def test_callers_nobody_answered_belong_to_no_agent():
    refused = kpi.figure(kpi.ABANDONMENT, Sums(offered=9), splits=[Split.PEOPLE])
    assert (refused.value, refused.why) == (None, Why.NOT_BY_PEOPLE)
    assert kpi.figure(kpi.SERVICE_LEVEL, Sums(answered=2), "answered_only", [Split.PEOPLE]).value == 0


def test_agents_time_is_not_split_by_queue():
    assert kpi.figure(kpi.OCCUPANCY, Sums(ready_time_ms=9), splits=[Split.QUEUE]).why is Why.NOT_BY_QUEUE


def test_what_is_not_computed_says_so():
    cost = kpi.by_number(4)
    assert cost is not None
    assert kpi.figure(cost, Sums(answered=9)).why is Why.NOT_COMPUTED


def test_every_variant_names_columns_that_exist_and_has_its_own_key():
    for indicator in kpi.computed():
        keys = [v.key for v in indicator.variants]
        assert len(keys) == len(set(keys))
        assert all(v.columns <= set(COLUMNS) for v in indicator.variants)
        assert all(v.formula.zh and v.formula.en and v.name.zh and v.name.en for v in indicator.variants)


def test_column_sets_do_not_overlap():
    assert not DEMAND_COLUMNS & set(TIME_COLUMNS)
    assert set(COLUMNS) >= DEMAND_COLUMNS


def test_sums_add_column_by_column_so_ratios_are_never_averaged():
    monday, tuesday = Sums(answered=1, offered=1), Sums(answered=0, offered=3)
    assert kpi.figure(kpi.ANSWERED, monday + tuesday).value == 25.0


@pytest.mark.parametrize(
    ("found", "level"),
    [(30, Level.GOOD), (60, Level.GOOD), (28, Level.WATCH), (66, Level.WATCH), (67, Level.BAD)],
)
def test_a_target_may_be_a_range(found, level):
    assert Target(30, 60).level(found) is level


def test_without_a_target_or_a_figure_there_is_no_level():
    assert Target().level(5) is Level.IDLE
    assert Target(low=1).level(None) is Level.IDLE


def test_units_of_all():
    assert {k.unit for k in kpi.computed()} == {Unit.PERCENT, Unit.SECONDS, Unit.PER_HOUR, Unit.CALLS}
