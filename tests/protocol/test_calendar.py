"""Days in Warsaw."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksef.calendar import (
    add_working_days,
    easter_sunday,
    holidays,
    is_holiday,
    is_working_day,
    next_working_day,
    previous_working_day,
    warsaw_day,
)

days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
moments = st.integers(0, 500_000_000).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, 59, tzinfo=timezone.utc), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=timezone.utc), date(2026, 2, 1)),  # winter: +1
        (datetime(2026, 7, 31, 21, 59, 59, tzinfo=timezone.utc), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=timezone.utc), date(2026, 8, 1)),  # summer: +2
        (datetime(2026, 1, 1, 3, 0, tzinfo=timezone(timedelta(hours=9))), date(2025, 12, 31)),
    ],
)
def test_the_day_turns_at_midnight_in_warsaw(moment, day):
    assert warsaw_day(moment) == day


def test_a_moment_without_a_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        warsaw_day(datetime(2026, 1, 1))  # noqa: DTZ001


@given(moments)
def test_the_day_in_warsaw_is_that_of_utc_or_the_next(moment):
    assert warsaw_day(moment) - moment.date() in (timedelta(0), timedelta(1))


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2024, (3, 31)),
        (2025, (4, 20)),
        (2026, (4, 5)),
        (2027, (3, 28)),
        (2038, (4, 25)),
        (2285, (3, 22)),
    ],
)
def test_easter(year, day):
    assert easter_sunday(year) == date(year, *day)


def test_the_holidays_of_2026():
    assert sorted(holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 3),
        date(2026, 5, 24),  # Pentecost
        date(2026, 6, 4),  # Corpus Christi
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


def test_christmas_eve_is_a_holiday_since_2025():
    assert not is_holiday(date(2024, 12, 24))
    assert is_holiday(date(2025, 12, 24))


def test_epiphany_is_a_holiday_since_2011():
    assert not is_holiday(date(2010, 1, 6))
    assert is_holiday(date(2011, 1, 6))


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2025, 7, 8), date(2025, 7, 9)),
        (date(2026, 4, 3), date(2026, 4, 7)),  # Friday before Easter
        (date(2026, 12, 23), date(2026, 12, 28)),
        (date(2025, 12, 31), date(2026, 1, 2)),
    ],
)
def test_the_next_working_day(day, following):
    assert next_working_day(day) == following


def test_seven_working_days_after_a_failure_that_ended_on_a_saturday():
    assert add_working_days(date(2025, 7, 12), 7) == date(2025, 7, 22)


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2025, 7, 12), -1)


@given(days)
def test_the_next_working_day_is_a_working_day_and_none_lies_between(day):
    following = next_working_day(day)

    between = [day + timedelta(n) for n in range(1, (following - day).days)]
    assert is_working_day(following)
    assert not any(is_working_day(one) for one in between)


@given(days, st.integers(0, 15), st.integers(0, 15))
def test_working_days_add_up(day, first, second):
    assert add_working_days(add_working_days(day, first), second) == add_working_days(
        day, first + second
    )


@given(st.integers(2025, 2999))
def test_a_year_has_fourteen_holidays_less_those_that_fall_together(year):
    movable = {easter_sunday(year) + timedelta(n) for n in (0, 1, 49, 60)}
    fixed = {
        (1, 1),
        (1, 6),
        (5, 1),
        (5, 3),
        (8, 15),
        (11, 1),
        (11, 11),
        (12, 24),
        (12, 25),
        (12, 26),
    }
    together = sum((one.month, one.day) in fixed for one in movable)

    assert len(holidays(year)) == 14 - together
    assert easter_sunday(year).weekday() == 6


def test_the_working_day_before_a_monday_is_the_friday() -> None:
    assert previous_working_day(date(2026, 2, 16)) == date(2026, 2, 13)


def test_the_working_day_before_easter_tuesday_is_good_friday() -> None:
    assert previous_working_day(date(2026, 4, 7)) == date(2026, 4, 3)
