"""The texts that stand for values in FA(3): from `Decimal` to ``123.45`` and back.

Numbers keep the zeros they came with: ``1.00`` and ``1`` are equal and yet written differently.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from ..texts import _
from .fields import Kind
from .findings import Unreadable, Unwritable

UNPRINTABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
"""Characters that XML 1.0 cannot hold, as the inside of a regular expression's brackets."""

_SPECIAL = re.compile(f"[&<>\r{UNPRINTABLE}]").search
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII).fullmatch
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII).fullmatch
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII
).fullmatch

LONGEST_TEXT = 100_000
"""Characters; the longest text that FA(3) allows has 3500."""
LONGEST_NUMBER = 100
"""Characters; the longest number that FA(3) allows has 23."""
DECIMALS = {Kind.AMOUNT: 2, Kind.PRICE: 8, Kind.QUANTITY: 6, Kind.PERCENT: 6}
"""How many decimals each kind of number may have."""


class ReadMoment(datetime):
    """A moment as it came: with more digits than a `datetime` keeps, or in another zone.

    Equal to the `datetime` of the same moment; ``text`` is what the document said, or empty where a
    copy has lost it.
    """

    text: str = ""


# --- values to texts --------------------------------------------------------------------------


def escaped(value: str) -> str:
    """``value`` as the content of an element."""
    if not _SPECIAL(value):
        return value
    characters = []
    for position, character in enumerate(value, start=1):
        if character not in _ESCAPES and _SPECIAL(character):
            raise Unwritable(
                "text.unprintable",
                _(
                    "%(label)s (%(element)s) contains a control character (%(character)s) at"
                    " position %(position)s, which an invoice file cannot hold. It often comes"
                    " with text copied from elsewhere: please type this text anew."
                ),
                character=f"U+{ord(character):04X}",
                position=position,
            )
        characters.append(_ESCAPES.get(character, character))
    return "".join(characters)


def _decimal_writer(places: int) -> Callable[[Decimal], str]:
    plain = re.compile(rf"-?\d+(?:\.\d{{1,{places}}})?", re.ASCII).fullmatch

    def written(value: Decimal) -> str:
        digits = str(value)
        return digits if plain(digits) else unusual(value)

    def unusual(value: Decimal) -> str:
        digits = format(value, "f")
        if "." in digits:
            whole, decimals = digits.split(".")
            while len(decimals) > places and decimals[-1] == "0":
                decimals = decimals[:-1]
            digits = f"{whole}.{decimals}"
        if not plain(digits):
            raise Unwritable(
                "number.unwritable",
                _(
                    "%(label)s (%(element)s) is %(value)s, but at most %(places)s digits may"
                    " follow the decimal point. Please round it."
                ),
                value=value,
                places=places,
            )
        return digits

    return written


def _written_moment(value: datetime) -> str:
    if isinstance(value, ReadMoment) and value.text:
        return value.text
    if value.tzinfo is None:
        raise ValueError(f"a time without its zone: {value!r}")
    return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


TO_TEXT: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: escaped,
    Kind.INTEGER: str,
    Kind.DAY: date.isoformat,
    Kind.MOMENT: _written_moment,
    **{kind: _decimal_writer(places) for kind, places in DECIMALS.items()},
}

# --- texts to values --------------------------------------------------------------------------


def _unreadable(text: str) -> Unreadable:
    return Unreadable(
        "value.unreadable",
        _("%(label)s (%(element)s) has the value “%(value)s”, which does not belong there."),
        value=text[:100],
    )


def _read_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise _unreadable(text)
    return text


def _read_decimal(text: str) -> Decimal:
    digits = text.strip()
    if len(digits) > LONGEST_NUMBER or not _DECIMAL(digits):
        raise _unreadable(text)
    return Decimal(digits)


def _read_integer(text: str) -> int:
    digits = text.strip()
    if len(digits) > 30 or not _INTEGER(digits):
        raise _unreadable(text)
    return int(digits)


def _read_day(text: str) -> date:
    digits = text.strip()
    if not _DAY(digits):
        raise _unreadable(text)
    try:
        return date.fromisoformat(digits)
    except ValueError:
        raise _unreadable(text) from None


def _read_moment(text: str) -> datetime:
    """The moment, UTC where the document names no zone."""
    match = _MOMENT(text.strip())
    if not match:
        raise _unreadable(text)
    day, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(
            f"{day}T{'00' if hour == '24' else hour}:{minute}:{second}"
            f".{(fraction or '0')[:6]:0<6}{_offset(zone)}"
        ).astimezone(timezone.utc)
        if hour == "24":
            moment += timedelta(days=1)
    except (ValueError, OverflowError):
        raise _unreadable(text) from None
    if _written_moment(moment) == text:
        return moment
    read = ReadMoment.combine(moment.date(), moment.timetz())
    read.text = text
    return read


def _offset(zone: str | None) -> str:
    return "+00:00" if zone is None or zone == "Z" else zone


def read_flag(text: str) -> bool:
    if text.strip() != "1":
        raise _unreadable(text)
    return True


def _read_yes_no(text: str) -> bool:
    answer = text.strip()
    if answer not in ("1", "2"):
        raise _unreadable(text)
    return answer == "1"


def code_reader(codes: type[enum.Enum]) -> Callable[[str], Any]:
    """What reads the values of the enum ``codes``."""
    by_value = {member.value: member for member in codes}

    def read(text: str) -> Any:
        # Stripping is the exception: try without it first.
        value = by_value.get(text) or by_value.get(text.strip())
        if value is None:
            raise _unreadable(text)
        return value

    return read


FROM_TEXT: dict[Kind, Callable[[str], Any]] = {
    Kind.TEXT: _read_text,
    Kind.INTEGER: _read_integer,
    Kind.DAY: _read_day,
    Kind.MOMENT: _read_moment,
    Kind.FLAG: read_flag,
    Kind.YES_NO: _read_yes_no,
    **dict.fromkeys(DECIMALS, _read_decimal),
}
