"""Rules on the totals: P_13, P_14 and P_15 against each other and against the lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ...texts import _
from ..codes import RateCode
from ..findings import Finding
from ..model import Invoice, InvoiceKind, Line, Total
from ..totals import ELEMENTS, FIELD_OF_RATE
from .base import GROSZ, ZERO, Circumstances, error, graded, numbered_lines, warning

_MUST_ADD_UP = frozenset({InvoiceKind.VAT, InvoiceKind.SIMPLIFIED, InvoiceKind.ADVANCE})
_PERCENTS = {
    name: [rate.percent for rate in RateCode if FIELD_OF_RATE[rate] == name and rate.percent]
    for name in ("standard", "reduced", "super_reduced", "taxi")
}


def totals_are_there(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """A simplified invoice may do without them, and a correction of names has none."""
    if invoice.kind is InvoiceKind.VAT and invoice.total and not any(invoice.totals.items()):
        yield error(
            "total.none",
            "Fa/P_15",
            _("The invoice is for %(total)s, but has no totals by VAT rate."),
            total=invoice.total,
        )


def totals_add_up(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """The net totals and the VAT make the total; by a grosz a rate they may miss it by rounding."""
    count = sum(1 for _total in invoice.totals.items())
    expected = invoice.totals.net + invoice.totals.vat
    if count == 0 or expected == invoice.total:
        return
    yield graded(
        invoice.kind in _MUST_ADD_UP and abs(expected - invoice.total) > GROSZ * count,
        "total.sum",
        "Fa/P_15",
        _(
            "The total is %(total)s, but the net totals (%(net)s) and the VAT (%(vat)s) come to"
            " %(expected)s."
        ),
        total=invoice.total,
        net=invoice.totals.net,
        vat=invoice.totals.vat,
        expected=expected,
    )


@dataclass(slots=True)
class _Lines:
    """The lines that belong to one total."""

    net: Decimal = ZERO
    gross: Decimal = ZERO
    count: int = 0
    in_gross: int = 0
    incomplete: bool = False

    def add(self, line: Line) -> None:
        self.count += 1
        if line.net_amount is not None:
            self.net += line.net_amount
        elif line.gross_amount is not None:
            self.gross += line.gross_amount
            self.in_gross += 1
        else:
            self.incomplete = True


def lines_make_the_totals(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """By rate, within a grosz a line. Settlements, advances and corrections have other totals."""
    if invoice.kind is not InvoiceKind.VAT:
        return
    by_total: defaultdict[str, _Lines] = defaultdict(_Lines)
    for _position, line in numbered_lines(invoice):
        by_total[_total_of(line)].add(line)
    if any(lines.incomplete for lines in by_total.values()):
        return
    totals = dict(invoice.totals.items())
    for name in dict.fromkeys((*totals, *by_total)):
        if name:
            yield from _compare(name, totals.get(name), by_total[name])


def _total_of(line: Line) -> str:
    """The name of the total that a line belongs to; empty where the line does not say."""
    if line.rate is not None:
        return FIELD_OF_RATE[line.rate]
    if line.oss_rate is not None:
        return "oss"
    return "margin" if line.gross_amount is not None else ""


def _compare(name: str, stated: Total | None, lines: _Lines) -> Iterator[Finding]:
    net, vat = (stated.net, stated.vat or ZERO) if stated else (ZERO, ZERO)
    if lines.in_gross == 0:
        expected, found = lines.net, net
    elif lines.in_gross == lines.count:
        expected, found = lines.gross, net + vat
    else:  # lines in both ways: only the bigger picture can be compared
        return
    if abs(expected - found) <= GROSZ * max(lines.count, 1):
        return
    yield error(
        "total.lines",
        f"Fa/{ELEMENTS[name]['net']}",
        _(
            "%(label)s (%(element)s): the lines come to %(expected)s, but the totals at this VAT"
            " rate to %(found)s."
        ),
        expected=expected,
        found=found,
    )


def vat_follows_from_the_rate(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Within a grosz a line. A correction may change the rate itself and proves nothing."""
    if invoice.kind.is_correction:
        return
    for name, percents in _PERCENTS.items():
        stated: Total | None = getattr(invoice.totals, name)
        if stated is None or stated.vat is None:
            continue
        tolerance = GROSZ * (len(invoice.lines) + 1)
        by_rate = [stated.net * percent / 100 for percent in percents]
        if not min(by_rate) - tolerance <= stated.vat <= max(by_rate) + tolerance:
            yield warning(
                "total.vat",
                f"Fa/{ELEMENTS[name]['vat']}",
                _(
                    "%(label)s (%(element)s) is %(vat)s, but at %(percents)s %% the VAT on %(net)s"
                    " would be about %(expected)s."
                ),
                vat=stated.vat,
                net=stated.net,
                percents=percents[0],
                expected=by_rate[0].quantize(GROSZ),
            )


def simplified_invoice_is_small(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """Art. 106e(5)(3): up to 450 PLN or 100 EUR."""
    limit = {"PLN": Decimal(450), "EUR": Decimal(100)}.get(invoice.currency)
    if invoice.kind is InvoiceKind.SIMPLIFIED and limit is not None and invoice.total > limit:
        yield error(
            "total.simplified",
            "Fa/P_15",
            _(
                "A simplified invoice may be for at most %(limit)s %(currency)s, and this one is"
                " for %(total)s. Please issue an ordinary invoice."
            ),
            limit=limit,
            currency=invoice.currency,
            total=invoice.total,
        )


RULES = (
    totals_are_there,
    totals_add_up,
    lines_make_the_totals,
    vat_follows_from_the_rate,
    simplified_invoice_is_small,
)
