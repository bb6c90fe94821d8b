"""The simulator's clock: real time plus an offset that tests may set."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
_STAMP = re.compile(
    r"(?P<whole>\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(\.(?P<fraction>\d{1,9}))?"
    r"(?P<offset>[Zz]|[+-]\d\d:\d\d)"
)


class Clock:
    """Tells the time that the simulator believes in."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(timezone.utc) + self.offset


def warsaw_day(moment: datetime) -> date:
    """The day in Warsaw on which ``moment`` lies: the only kind of day that KSeF knows."""
    return moment.astimezone(WARSAW).date()


class Instant(NamedTuple):
    """A moment as exact as KSeF's dates are: ``tick`` counts tenths of a microsecond, 0 to 9.

    Dates of permanent storage are where clients go on reading: one that loses the last digit of
    its seven shall meet the same documents again, or miss some, here as at KSeF.
    """

    moment: datetime
    tick: int = 0

    def later(self, ticks: int) -> Instant:
        """So many ticks later."""
        microseconds, tick = divmod(self.tick + ticks, 10)
        return Instant(self.moment + timedelta(microseconds=microseconds), tick)


def stamp(moment: datetime, tick: int = 0) -> str:
    """``moment`` as KSeF's API writes it: seven fraction digits and an offset."""
    utc = moment.astimezone(timezone.utc)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}{tick}+00:00"


def read(text: str) -> datetime:
    """A date and time with an offset, in whole microseconds.

    :raises ValueError: when it is none, or has no offset.
    """
    return read_instant(text).moment


def read_instant(text: str) -> Instant:
    """A date and time with an offset, to seven fraction digits.

    :raises ValueError: when it is none, or has no offset.
    """
    found = _STAMP.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no date and time with an offset.")
    # Python 3.10 reads three or six fraction digits.
    fraction = (found["fraction"] or "").ljust(7, "0")
    offset = found["offset"].upper().replace("Z", "+00:00")
    moment = datetime.fromisoformat(f"{found['whole'].upper()}.{fraction[:6]}{offset}")
    return Instant(moment.astimezone(timezone.utc), int(fraction[6]))
