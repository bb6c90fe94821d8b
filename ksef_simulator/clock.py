"""The simulator's clock: real time plus an offset that tests may set."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
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


def stamp(moment: datetime) -> str:
    """``moment`` as KSeF's API writes it: seven fraction digits and an offset."""
    utc = moment.astimezone(timezone.utc)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}0+00:00"


def read(text: str) -> datetime:
    """A date and time with an offset, in whole microseconds.

    :raises ValueError: when it is none, or has no offset.
    """
    found = _STAMP.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no date and time with an offset.")
    # Python 3.10 reads three or six fraction digits, KSeF writes seven.
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    offset = found["offset"].upper().replace("Z", "+00:00")
    return datetime.fromisoformat(f"{found['whole'].upper()}.{fraction}{offset}")
