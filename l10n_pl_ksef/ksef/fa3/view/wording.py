"""Puts the values of a view into words, in Polish or in English."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ...texts import Term, _
from ..codes import RateCode
from .labels import meaning
from .parts import Form, Label, Leaf

NARROW = "\N{NO-BREAK SPACE}"
_WARSAW = ZoneInfo("Europe/Warsaw")
_YES, _NO = _("yes"), _("no")
_MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
_POLISH_ACCOUNT = re.compile(r"(?:PL)?\d{26}", re.ASCII).fullmatch
_MISLEADING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Control characters, and those that turn the direction of what follows them."""


class Wording:
    """How values are said in one language.

    ``translate`` gives the text of that language for one of ours; ``country`` the name of the
    country with a code, or None.
    """

    def __init__(
        self,
        language: str,
        translate: Callable[[str], str],
        country: Callable[[str], str | None] = lambda code: None,
    ) -> None:
        self._polish = language == "pl"
        self._translate = translate
        self._country = country
        self._sayers: dict[Form, Callable[[Leaf], str]] = {
            Form.TEXT: self._text,
            Form.AMOUNT: lambda leaf: self._money(leaf, 2),
            Form.PRICE: lambda leaf: self._money(leaf, 2),
            Form.NUMBER: lambda leaf: self.number(leaf.value),
            Form.PERCENT: lambda leaf: f"{self.number(leaf.value)}%",
            Form.INTEGER: lambda leaf: str(leaf.value),
            Form.DAY: lambda leaf: self.day(leaf.value),
            Form.MOMENT: lambda leaf: self._moment(leaf.value),
            Form.YES_NO: lambda leaf: self._translate(_YES if leaf.value else _NO),
            Form.CODE: self._code,
            Form.SHORT_CODE: self._short_code,
            Form.COUNTRY: self._named_country,
            Form.ACCOUNT: lambda leaf: _grouped_account(plain(leaf.value)),
        }

    def say(self, label: Label) -> str:
        """A label or a leaf in words."""
        if isinstance(label, Term):
            return self._translate(label)
        return self._sayers[label.form](label)

    def fill(self, template: Term, values: tuple[tuple[str, Leaf], ...]) -> str:
        """A sentence of ours with its values."""
        return self._translate(template) % {name: self.say(leaf) for name, leaf in values}

    def number(self, value: Decimal | int, decimals: int = 0) -> str:
        """A number with its thousands apart and at least so many decimals."""
        digits = format(value, "f")
        sign, digits = ("\N{MINUS SIGN}", digits[1:]) if digits.startswith("-") else ("", digits)
        whole, _point, fraction = digits.partition(".")
        fraction = fraction.rstrip("0").ljust(decimals, "0")
        separator, point = (NARROW, ",") if self._polish else (",", ".")
        grouped = f"{int(whole or 0):,}".replace(",", separator)
        return f"{sign}{grouped}{point}{fraction}" if fraction else f"{sign}{grouped}"

    def day(self, value: date) -> str:
        """A day: 15.02.2026 in Polish, 15 February 2026 in English."""
        if self._polish:
            return f"{value.day:02}.{value.month:02}.{value.year:04}"
        month = self._translate(_MONTHS[value.month - 1])
        return f"{value.day}{NARROW}{month}{NARROW}{value.year:04}"

    def _text(self, leaf: Leaf) -> str:
        if isinstance(leaf.value, Term):
            return self._translate(leaf.value)
        return plain(str(leaf.value))

    def _money(self, leaf: Leaf, decimals: int) -> str:
        amount = self.number(leaf.value, decimals)
        return f"{amount}{NARROW}{plain(leaf.unit)}" if leaf.unit else amount

    def _moment(self, value: datetime) -> str:
        try:
            local = value.astimezone(_WARSAW)
        except OverflowError:
            return str(value)
        clock = local.strftime("%H:%M:%S") if local.second else local.strftime("%H:%M")
        return f"{self.day(local.date())}, {clock}"

    def _code(self, leaf: Leaf) -> str:
        term = meaning(leaf.value)
        return self._translate(term) if term else self._short_code(leaf)

    def _short_code(self, leaf: Leaf) -> str:
        code: Any = leaf.value
        if isinstance(code, RateCode) and code.value.isdigit():
            return f"{code.value}%"
        return str(code.value) if isinstance(code, enum.Enum) else plain(str(code))

    def _named_country(self, leaf: Leaf) -> str:
        code = plain(str(leaf.value))
        name = self._country(code)
        return f"{name} ({code})" if name else code


def plain(text: str) -> str:
    """``text`` with every character that could change how its surroundings look made visible."""
    return _MISLEADING.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def _grouped_account(number: str) -> str:
    if not _POLISH_ACCOUNT(number):
        return number
    start = len(number) - 24
    groups = [
        number[:start],
        *(number[place : place + 4] for place in range(start, len(number), 4)),
    ]
    return NARROW.join(groups)
