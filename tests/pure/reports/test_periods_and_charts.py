"""Which days a report covers and is compared with, and where the marks of its chart stand."""

from datetime import date

import pytest

from reports import charts, periods
from reports.charts import Point
from reports.kpi import Target
from reports.periods import Period


def test_a_week_is_monday_to_sunday():
    week = periods.week_of(date(2026, 7, 16))
    assert (week.first, week.last, week.days) == (date(2026, 7, 13), date(2026, 7, 19), 7)


def test_a_week_stands_among_the_three_before_it():
    assert periods.week_of(date(2026, 7, 16)).charted().days == 28


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (periods.day_of(date(2026, 7, 17)), date(2026, 7, 10)),
        (periods.week_of(date(2026, 7, 17)), date(2026, 7, 6)),
        (periods.month_of(date(2026, 3, 31)), date(2026, 2, 1)),
        (periods.custom(date(2026, 7, 11), date(2026, 7, 13)), date(2026, 7, 8)),
    ],
)
def test_each_kind_is_compared_with_its_own_past(period: Period, before: date):
    assert period.previous().first == before


def test_arrows_go_by_whole_periods_and_back():
    for period in (periods.day_of(date(2026, 1, 31)), periods.month_of(date(2026, 1, 31))):
        assert period.step(1).step(-1) == period


def test_days_to_come_are_left_out():
    assert periods.month_of(date(2026, 7, 5)).until(date(2026, 7, 9)).days == 9


def test_any_days_come_in_order_and_not_more_than_a_year():
    assert periods.custom(date(2026, 7, 3), date(2026, 7, 1)).days == 3
    assert periods.custom(date(2020, 1, 1), date(2026, 7, 1)).days == 366


def drawn(*values, target=Target(), percent=False):  # noqa: B008  (frozen)
    return charts.bar_chart([Point(str(v), v, None) for v in values], target, percent=percent)


def test_a_bar_is_as_high_as_its_value():
    low, high = drawn(10, 20).bars
    assert high.height == pytest.approx(2 * low.height, abs=0.2)
    assert high.y + high.height == drawn(10).base


def test_no_bar_stands_where_there_is_no_figure():
    assert len(drawn(1, None, 3).bars) == 2


def test_what_misses_the_target_is_hatched_above_it():
    met, missed = drawn(1, 2, target=Target(high=1)).bars
    assert (met.is_missed, met.hatch_height) == (False, 0)
    assert missed.hatch_height == pytest.approx(missed.height / 2, abs=0.2)


def test_shares_are_drawn_on_a_scale_to_a_hundred():
    assert [mark.text for mark in drawn(88, percent=True).y_marks] == ["0", "20", "40", "60", "80", "100"]


@pytest.mark.parametrize("value", [0.0, 0.03, 1, 7, 99, 12_345, 214_906])
def test_every_value_fits_under_three_to_eight_round_lines(value):
    chart = drawn(value)
    assert 2 <= len(chart.y_marks) <= 8
    assert all(chart.top <= bar.y <= chart.base for bar in chart.bars)


def test_a_gap_in_the_comparison_is_a_gap_in_the_line():
    points = [Point("", 1, before) for before in (1, 2, None, 3, 4)]
    assert len(charts.bar_chart(points, Target(), percent=False).comparison) == 2


def test_a_spark_needs_two_points():
    assert charts.spark([None, 3]) is None
    assert charts.spark([1, 1]) is not None
