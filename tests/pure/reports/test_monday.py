"""A week that has only begun is one day long, and still a week."""

from datetime import date

import pytest

from reports.periods import Kind, Period

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(("kind", "by_half_hours"), [(Kind.DAY, True), (Kind.WEEK, False)])
def test_a_week_is_charted_by_days_even_on_its_monday(kind: Kind, by_half_hours: bool) -> None:
    assert Period(kind, MONDAY, MONDAY).is_one_day is by_half_hours
