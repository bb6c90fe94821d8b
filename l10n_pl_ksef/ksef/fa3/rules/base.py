"""What all rules share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .. import paths
from ..findings import Finding, Severity
from ..model import Identity, Invoice, Line

ZERO = Decimal(0)
ONE = Decimal(1)
GROSZ = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a check depends on besides the invoice."""

    today: date | None = None
    """The day in Warsaw; without it no date can be in the future."""
    strict_nip: bool = False
    """Whether a wrong NIP checksum is an error, as in production, or only a warning."""


def error(code: str, element: str, template: str, /, **values: Any) -> Finding:
    """A finding that keeps the invoice from leaving; ``element`` is a path below Faktura."""
    return _finding(code, Severity.ERROR, element, template, values)


def warning(code: str, element: str, template: str, /, **values: Any) -> Finding:
    """A finding that a person decides on."""
    return _finding(code, Severity.WARNING, element, template, values)


def graded(is_error: bool, code: str, element: str, template: str, /, **values: Any) -> Finding:
    """An error or a warning, as the case may be."""
    severity = Severity.ERROR if is_error else Severity.WARNING
    return _finding(code, severity, element, template, values)


def _finding(
    code: str, severity: Severity, element: str, template: str, values: dict[str, Any]
) -> Finding:
    named = {"label": paths.label(element), "element": element, **values}
    return Finding(code, severity, element, template, named)


def line_path(position: int, element: str = "") -> str:
    """The path of a line, or of an element in it; positions start at 1."""
    path = f"Fa/FaWiersz[{position}]"
    return f"{path}/{element}" if element else path


def numbered_lines(invoice: Invoice) -> Iterator[tuple[int, Line]]:
    """The lines that say how things are, not how they were, with their positions from 1."""
    return ((at, line) for at, line in enumerate(invoice.lines, start=1) if not line.before)


def has_number(identity: Identity) -> bool:
    """Whether a party is identified for tax, and so is a taxpayer as far as can be seen."""
    return bool(identity.nip or identity.eu_vat_number or identity.other_id)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of the amounts that there are."""
    return sum((amount for amount in amounts if amount is not None), ZERO)
