"""By which day a document issued offline must be in KSeF."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ksef.calendar import is_working_day
from ksef.deadlines import Deadline, OfflineMode, Outage, OutageKind, deadline

MAINTENANCE, FAILURE, TOTAL = (
    OutageKind.MAINTENANCE,
    OutageKind.FAILURE,
    OutageKind.TOTAL_FAILURE,
)
MONDAY = date(2025, 7, 7)


def test_offline24_is_due_on_the_next_working_day() -> None:
    assert deadline(OfflineMode.OFFLINE24, date(2025, 7, 8), []).day == date(2025, 7, 9)


def test_offline24_issued_on_a_friday_before_a_holiday_weekend() -> None:
    assert deadline(OfflineMode.OFFLINE24, date(2026, 4, 3), []).day == date(2026, 4, 7)


def test_the_published_example_of_a_failure_announced_while_it_waits() -> None:
    failure = Outage(FAILURE, date(2025, 7, 9), date(2025, 7, 12))
    assert deadline(OfflineMode.OFFLINE24, date(2025, 7, 8), [failure]).day == date(2025, 7, 22)


def test_unavailability_is_due_on_the_next_working_day_after_its_end() -> None:
    maintenance = Outage(MAINTENANCE, MONDAY, date(2025, 7, 11))
    assert deadline(OfflineMode.OFFLINE, date(2025, 7, 8), [maintenance]).day == date(2025, 7, 14)


def test_emergency_is_due_seven_working_days_after_the_failure() -> None:
    failure = Outage(FAILURE, MONDAY, date(2025, 7, 8))
    assert deadline(OfflineMode.EMERGENCY, MONDAY, [failure]).day == date(2025, 7, 17)


@pytest.mark.parametrize("mode", [OfflineMode.EMERGENCY, OfflineMode.OFFLINE24])
def test_while_a_failure_lasts_there_is_no_day_yet(mode: OfflineMode) -> None:
    assert deadline(mode, MONDAY, [Outage(FAILURE, MONDAY, None)]) == Deadline(None)


def test_a_new_failure_during_the_seven_days_starts_them_again() -> None:
    first = Outage(FAILURE, MONDAY, MONDAY)
    second = Outage(FAILURE, date(2025, 7, 16), date(2025, 7, 16))
    assert deadline(OfflineMode.EMERGENCY, MONDAY, [first, second]).day == date(2025, 7, 25)


def test_a_failure_after_the_deadline_changes_nothing() -> None:
    late = Outage(FAILURE, date(2025, 7, 10), date(2025, 7, 11))
    assert deadline(OfflineMode.OFFLINE24, date(2025, 7, 8), [late]).day == date(2025, 7, 9)


def test_a_total_failure_ends_the_duty_of_what_waits() -> None:
    total = Outage(TOTAL, date(2025, 7, 9), None)
    assert deadline(OfflineMode.OFFLINE24, date(2025, 7, 8), [total]).released


def test_maintenance_does_not_move_offline24() -> None:
    maintenance = Outage(MAINTENANCE, date(2025, 7, 9), date(2025, 7, 20))
    assert deadline(OfflineMode.OFFLINE24, date(2025, 7, 8), [maintenance]).day == date(2025, 7, 9)


DAYS = st.integers(0, 60).map(lambda offset: date(2025, 12, 1) + timedelta(days=offset))


@st.composite
def outages(draw: st.DrawFn) -> Outage:
    start = draw(DAYS)
    length = draw(st.none() | st.integers(0, 12))
    end = None if length is None else start + timedelta(days=length)
    return Outage(draw(st.sampled_from([MAINTENANCE, FAILURE, FAILURE, TOTAL])), start, end)


def day_by_day(mode: OfflineMode, issued: date, calendar: list[Outage]) -> Deadline:
    """Slow and obviously right: walk through the days with two counters.

    ``own``: working days that the mode itself gives, not counted while the outage lasts in which
    the document was issued. ``failure``: seven again on each day with a failure. When both are
    used up the day has come; a day of total failure ends it all.
    """
    opening = {OfflineMode.OFFLINE: MAINTENANCE, OfflineMode.EMERGENCY: FAILURE}.get(mode)
    around = [one for one in calendar if one.kind is opening and one.covers(issued)]
    own = 7 if around and opening is FAILURE else 1
    failure, day = 0, issued
    for _step in range(4000):
        going_on = [one for one in calendar if one.covers(day)]
        if any(one.kind is TOTAL for one in going_on):
            return Deadline(None, released=True)
        failures = [one for one in going_on if one.kind is FAILURE]
        lasting = [one for one in around if one.covers(day)]
        if any(one.end is None for one in failures + lasting):
            later = [one for one in calendar if one.kind is TOTAL and one.start >= day]
            return Deadline(None, released=bool(later))
        counts = day != issued and is_working_day(day)
        if failures:
            failure = 7
        elif counts:
            failure = max(failure - 1, 0)
        if counts and not lasting:
            own = max(own - 1, 0)
        if not own and not failure:
            return Deadline(day)
        day += timedelta(days=1)
    raise AssertionError("no end")


@given(
    mode=st.sampled_from(list(OfflineMode)),
    issued=DAYS,
    calendar=st.lists(outages(), max_size=5),
)
@settings(max_examples=500)
def test_it_agrees_with_walking_through_the_days(
    mode: OfflineMode, issued: date, calendar: list[Outage]
) -> None:
    assert deadline(mode, issued, calendar) == day_by_day(mode, issued, calendar)


@given(issued=DAYS, calendar=st.lists(outages(), max_size=5))
def test_the_order_of_the_announcements_does_not_matter(
    issued: date, calendar: list[Outage]
) -> None:
    there = deadline(OfflineMode.OFFLINE24, issued, calendar)
    assert deadline(OfflineMode.OFFLINE24, issued, list(reversed(calendar))) == there


@given(issued=DAYS, calendar=st.lists(outages(), max_size=5))
def test_a_deadline_is_a_working_day_after_the_day_of_issue(
    issued: date, calendar: list[Outage]
) -> None:
    found = deadline(OfflineMode.OFFLINE24, issued, calendar).day
    assert found is None or (found > issued and is_working_day(found))
