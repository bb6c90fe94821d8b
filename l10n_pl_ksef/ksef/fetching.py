"""Where to look next: cursors and windows of an incremental fetch; pure arithmetic.

A cursor is a moment of permanent storage up to which everything is here. It is kept as the text
that KSeF gave, to the last digit, because what is stored and compared there has seven digits of a
second. Windows touch and never overlap by more than their common moment; what lies exactly on it
comes twice and is dropped by its KSeF number.

Source: ksef-docs ``pobieranie-faktur/przyrostowe-pobieranie-faktur.md`` and ``hwm.md``; OpenAPI
2.9.0 ("InvoiceQueryDateRange": at most 100 days).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import total_ordering
from zoneinfo import ZoneInfo

from .decoding import parse_moment

LONGEST_WINDOW = timedelta(days=100)
_FRACTION = re.compile(r"\.(\d{1,9})")
_FRACTION_DIGITS = 9


@total_ordering
@dataclass(frozen=True, eq=False)
class Position:
    """A moment as KSeF wrote it, ordered by the moment and not by the text.

    Raises ValueError for a text without an offset.
    """

    text: str

    def __post_init__(self) -> None:
        parse_moment(self.text)

    @property
    def moment(self) -> datetime:
        """The moment as aware UTC, the seventh digit cut off."""
        return parse_moment(self.text)

    def later(self, span: timedelta) -> Position:
        """Return the moment so much later."""
        return Position((self.moment + span).isoformat(timespec="microseconds"))

    def _key(self) -> tuple[datetime, int]:
        fraction = _FRACTION.search(self.text)
        digits = fraction[1] if fraction else ""
        return self.moment.replace(microsecond=0), int(digits.ljust(_FRACTION_DIGITS, "0"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Position) and self._key() == other._key()

    def __lt__(self, other: Position) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())


@dataclass(frozen=True)
class Window:
    """A range of moments of storage, both ends included; ``end`` None: up to now."""

    start: Position
    end: Position | None

    @property
    def is_last(self) -> bool:
        """True where nothing can lie behind it yet."""
        return self.end is None


@dataclass(frozen=True)
class Reach:
    """How far an answer for a window goes.

    ``mark``: "permanentStorageHwmDate", up to where it is complete; ``last``: the date of its last
    document, where ``truncated`` says that there are more than it could hold.
    """

    mark: Position | None
    truncated: bool = False
    last: Position | None = None


def first_position(day: date) -> Position:
    """Return the beginning of ``day`` in Warsaw: where a company starts to fetch."""
    beginning = datetime.combine(day, time.min, ZoneInfo("Europe/Warsaw"))
    return Position(beginning.isoformat())


def window_from(position: Position, now: datetime) -> Window:
    """Return the next window; ``now`` is aware.

    After a pause of more than 100 days it ends after 100 days, and others follow.
    """
    if now - position.moment <= LONGEST_WINDOW:
        return Window(position, None)
    return Window(position, position.later(LONGEST_WINDOW))


def position_after(window: Window, reach: Reach) -> Position:
    """Return where the next window starts, once all documents of this answer are stored.

    Never before the window's own start, and never after its end.
    """
    wanted = reach.last if reach.truncated else reach.mark or window.end
    if wanted is None or wanted < window.start:
        return window.start
    if window.end is not None and wanted > window.end:
        return window.end
    return wanted


def is_caught_up(window: Window, reach: Reach) -> bool:
    """Tell whether nothing more is to be had now after this answer."""
    return window.is_last and not reach.truncated


def is_stuck(window: Window, reach: Reach) -> bool:
    """Tell whether the next window would be this one again, although there is more.

    More documents than one package holds share one moment, or KSeF's mark lies behind the window.
    """
    return not is_caught_up(window, reach) and position_after(window, reach) == window.start


def as_utc(moment: datetime) -> Position:
    """Return an aware moment as a position."""
    return Position(moment.astimezone(timezone.utc).isoformat(timespec="microseconds"))
