"""By which day a document issued offline must be in KSeF. Pure arithmetic on Warsaw days.

Source: ustawa o VAT, art. 106nda (offline24), 106nh (unavailability), 106nf (failure) and 106ne
(total failure), and ksef-docs ``tryby-offline.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from .calendar import add_working_days, next_working_day

DAYS_AFTER_FAILURE = 7


class OfflineMode(Enum):
    """Why a document was issued offline; the values are those of the submission's mode."""

    OFFLINE24 = "offline24"  # the seller's own choice
    OFFLINE = "offline"  # announced unavailability of KSeF
    EMERGENCY = "emergency"  # announced failure of KSeF


class OutageKind(Enum):
    """What the beacon announced."""

    MAINTENANCE = "maintenance"
    FAILURE = "failure"
    TOTAL_FAILURE = "total_failure"


@dataclass(frozen=True)
class Outage:
    """One announced outage: first and last day in Warsaw; ``end`` is None while it lasts."""

    kind: OutageKind
    start: date
    end: date | None

    def covers(self, day: date) -> bool:
        """Tell whether the outage was going on at some time of ``day``."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Deadline:
    """The last day for sending.

    ``day`` is None while an outage lasts whose end decides it, and when ``released``: a total
    failure ended the duty to send.
    """

    day: date | None
    released: bool = False


OPEN = Deadline(None)
RELEASED = Deadline(None, released=True)


def deadline(mode: OfflineMode, issued: date, outages: Iterable[Outage]) -> Deadline:
    """Return by when a document issued on the Warsaw day ``issued`` must be sent.

    A failure announced while the document waits moves the day to the seventh working day after
    the end of that failure; another one during these days starts them again; a total failure
    while it waits ends the duty.
    """
    known = sorted(outages, key=lambda outage: outage.start)
    current = _first(mode, issued, known)
    for outage in known:
        if outage.kind is OutageKind.MAINTENANCE or not _meets(outage, issued, current):
            continue
        if outage.kind is OutageKind.TOTAL_FAILURE:
            return RELEASED
        current = _later(current, _after_failure(outage))
    return current


def _first(mode: OfflineMode, issued: date, outages: list[Outage]) -> Deadline:
    """The deadline that the mode itself gives, before anything else happened."""
    if mode is OfflineMode.OFFLINE24:
        return Deadline(next_working_day(issued))
    if mode is OfflineMode.OFFLINE:
        kind, days = OutageKind.MAINTENANCE, 1
    else:
        kind, days = OutageKind.FAILURE, DAYS_AFTER_FAILURE
    ends = [outage.end for outage in outages if outage.kind is kind and outage.covers(issued)]
    if not ends:
        return Deadline(next_working_day(issued))
    if None in ends:
        return OPEN
    return Deadline(add_working_days(max(end for end in ends if end), days))


def _meets(outage: Outage, issued: date, current: Deadline) -> bool:
    """Whether the outage fell into the time between issuing and the deadline so far."""
    ended_before = outage.end is not None and outage.end < issued
    begins_after = current.day is not None and outage.start > current.day
    return not ended_before and not begins_after


def _after_failure(outage: Outage) -> Deadline:
    if outage.end is None:
        return OPEN
    return Deadline(add_working_days(outage.end, DAYS_AFTER_FAILURE))


def _later(one: Deadline, other: Deadline) -> Deadline:
    if one.day is None or other.day is None:
        return OPEN
    return one if one.day >= other.day else other
