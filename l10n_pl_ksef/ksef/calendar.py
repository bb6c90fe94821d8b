"""Days in Warsaw: which day a moment falls on, and which days are working days.

Source of the holidays: ustawa z dnia 18 stycznia 1951 r. o dniach wolnych od pracy, with the
changes of 2010 (6 January, since 2011) and 2024 (24 December, since 2025).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_FIXED = ((1, 1), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26))
_EPIPHANY_SINCE = 2011
_CHRISTMAS_EVE_SINCE = 2025


def warsaw_day(moment: datetime) -> date:
    """Return the day in Warsaw at an aware ``moment``; raises ValueError for a naive one."""
    return warsaw_time(moment).date()


def warsaw_time(moment: datetime) -> datetime:
    """Return an aware ``moment`` as the time on Warsaw's clocks."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("A moment without a time zone has no day in Warsaw.")
    return moment.astimezone(_warsaw())


@lru_cache(maxsize=1)
def _warsaw() -> ZoneInfo:
    return ZoneInfo("Europe/Warsaw")


def is_holiday(day: date) -> bool:
    """Tell whether ``day`` is a public holiday in Poland (Sundays apart)."""
    return day in holidays(day.year)


def is_working_day(day: date) -> bool:
    """Neither Saturday, Sunday nor a Polish public holiday."""
    return day.weekday() < _SATURDAY and not is_holiday(day)


def next_working_day(day: date) -> date:
    """Return the first working day after ``day``."""
    return add_working_days(day, 1)


def previous_working_day(day: date) -> date:
    """Return the last working day before ``day``."""
    day -= _ONE_DAY
    while not is_working_day(day):
        day -= _ONE_DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day`` (0: ``day`` itself, working or not).

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("Working days are counted forwards.")
    while count:
        day += _ONE_DAY
        if is_working_day(day):
            count -= 1
    return day


@lru_cache(maxsize=256)
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of ``year``, movable feasts included."""
    easter = easter_sunday(year)
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {easter + timedelta(days=after) for after in (0, 1, 49, 60)}
    if year >= _EPIPHANY_SINCE:
        days.add(date(year, 1, 6))
    if year >= _CHRISTMAS_EVE_SINCE:
        days.add(date(year, 12, 24))
    return frozenset(days)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leaps, year_rest = divmod(in_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - year_rest) % 7
    shift = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
