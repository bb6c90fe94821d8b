"""Rules on the invoice's lines, each by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from ...texts import _
from ..findings import Finding
from ..model import Invoice, InvoiceKind, Line
from .base import GROSZ, Circumstances, error, line_path, numbered_lines, warning

_WITH_LINES = frozenset({InvoiceKind.VAT, InvoiceKind.SIMPLIFIED, InvoiceKind.SETTLEMENT})
_WITH_RATES = frozenset({InvoiceKind.VAT, InvoiceKind.SETTLEMENT})
_HALF = Decimal("0.5")


def there_are_lines(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    if not invoice.lines and invoice.kind in _WITH_LINES:
        yield error(
            "line.none",
            "Fa/FaWiersz",
            _("The invoice has no lines: it does not say what was sold. Please add a line."),
        )


def lines_have_names(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """P_7 may be missing on corrections only (art. 106j(3)(2))."""
    if invoice.kind.is_correction:
        return
    for position, line in enumerate(invoice.lines, start=1):
        if not line.name:
            yield error(
                "line.name",
                line_path(position, "P_7"),
                _("Line %(position)s does not say what was sold. Please add a description."),
                position=position,
            )


def lines_have_rates(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """P_12 may be missing under the margin schemes and for sales outside Poland."""
    if (
        invoice.kind not in _WITH_RATES
        or invoice.annotations.margin is not None
        or invoice.totals.outside_poland is not None
        or invoice.totals.eu_services is not None
    ):
        return
    for position, line in enumerate(invoice.lines, start=1):
        if line.rate is None and line.oss_rate is None:
            yield error(
                "line.rate",
                line_path(position, "P_12"),
                _("Line %(position)s has no VAT rate. Please choose a tax for it."),
                position=position,
            )


def lines_are_numbered_once(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """The same number may come twice only as the state before and after a correction."""
    counts = Counter((line.number, line.before) for line in invoice.lines)
    for (number, _before), count in counts.items():
        if count > 1:
            yield warning(
                "line.number",
                "Fa/FaWiersz",
                _("The line number %(number)s is there %(count)s times."),
                number=number,
                count=count,
            )


def only_corrections_show_the_state_before(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    if invoice.kind.is_correction:
        return
    for position, line in enumerate(invoice.lines, start=1):
        if line.before:
            yield error(
                "line.before",
                line_path(position, "StanPrzed"),
                _(
                    "Line %(position)s is marked as the state before a correction, but the invoice"
                    " is no correction."
                ),
                position=position,
            )


def values_follow_from_prices(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Quantity times price, without the discount, within what rounding explains."""
    if invoice.kind.is_correction:
        return
    for position, line in numbered_lines(invoice):
        for price, value, element in (
            (line.net_price, line.net_amount, "P_11"),
            (line.gross_price, line.gross_amount, "P_11A"),
        ):
            if price is not None and value is not None and not _follows(line, price, value):
                yield warning(
                    "line.value",
                    line_path(position, element),
                    _(
                        "Line %(position)s is worth %(value)s, but %(quantity)s at %(price)s each"
                        " come to another value. Are quantity, price and discount right?"
                    ),
                    position=position,
                    value=value,
                    quantity=line.quantity,
                    price=price,
                )


def _follows(line: Line, price: Decimal, value: Decimal) -> bool:
    if line.quantity is None:
        return True
    gross_of_discount = line.quantity * price
    rounding = 2 * GROSZ + abs(line.quantity) * _HALF.scaleb(_last_digit(price))
    if abs(gross_of_discount - value) <= rounding:
        return True
    if line.discount is None:
        return False
    # FA(3) does not say whether the discount is of one unit or of the line: both are in use.
    return any(
        abs(gross_of_discount - discount - value) <= rounding
        for discount in (line.discount, line.discount * line.quantity)
    )


def _last_digit(price: Decimal) -> int:
    """The exponent of the last digit of a price, which is where it was rounded."""
    exponent = price.as_tuple().exponent
    return min(exponent, -2) if isinstance(exponent, int) else -2


RULES = (
    there_are_lines,
    lines_have_names,
    lines_have_rates,
    lines_are_numbered_once,
    only_corrections_show_the_state_before,
    values_follow_from_prices,
)
