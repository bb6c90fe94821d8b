"""The simulator's clock: real time plus an offset that tests may set."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")


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
