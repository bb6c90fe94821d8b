"""Rules on invoices in a foreign currency: VAT is due in PLN (art. 106e(11))."""

from __future__ import annotations

from collections.abc import Iterator

from ...texts import _
from ..findings import Finding
from ..model import Invoice, InvoiceKind
from ..totals import ELEMENTS, TAXED_IN_POLAND
from .base import GROSZ, ONE, ZERO, Circumstances, error, line_path, numbered_lines, warning

_PLN = "PLN"


def vat_is_in_pln_too(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    for name in TAXED_IN_POLAND:
        stated = getattr(invoice.totals, name)
        if stated is None:
            continue
        element = f"Fa/{ELEMENTS[name]['vat_pln']}"
        if invoice.currency != _PLN and stated.vat and stated.vat_pln is None:
            yield error(
                "currency.vat_missing",
                element,
                _(
                    "The invoice is in %(currency)s and has VAT, so the VAT must also be stated in"
                    " PLN (%(element)s). Please check the exchange rate."
                ),
                currency=invoice.currency,
            )
        if invoice.currency == _PLN and stated.vat_pln is not None:
            yield warning(
                "currency.vat_twice",
                element,
                _("The invoice is in PLN, so %(label)s (%(element)s) says the same VAT again."),
            )


def rate_is_stated(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    if invoice.currency == _PLN or not invoice.totals.vat:
        return
    if invoice.kind is InvoiceKind.ADVANCE:
        if invoice.advance_rate is None and not any(
            part.exchange_rate for part in invoice.part_advances
        ):
            yield warning(
                "currency.advance_rate",
                "Fa/KursWalutyZ",
                _(
                    "The advance is in %(currency)s, but the invoice does not say at which rate its"
                    " VAT was counted in PLN."
                ),
                currency=invoice.currency,
            )
        return
    if invoice.kind is not InvoiceKind.VAT:
        return
    for position, line in numbered_lines(invoice):
        if line.exchange_rate is None and line.rate is not None and line.rate.percent:
            yield warning(
                "currency.rate",
                line_path(position, "KursWaluty"),
                _(
                    "Line %(position)s is in %(currency)s, but does not say at which rate its VAT"
                    " was counted in PLN."
                ),
                position=position,
                currency=invoice.currency,
            )


def pln_invoice_has_no_rate(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    if invoice.currency != _PLN:
        return
    for position, line in enumerate(invoice.lines, start=1):
        if line.exchange_rate is not None and line.exchange_rate != 1:
            yield warning(
                "currency.rate_in_pln",
                line_path(position, "KursWaluty"),
                _("Line %(position)s has an exchange rate, though the invoice is in PLN."),
                position=position,
            )


def vat_in_pln_follows_from_the_rates(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """Within a grosz a line, where every taxed line has its net value and its rate."""
    if invoice.currency == _PLN or invoice.kind is not InvoiceKind.VAT:
        return
    expected = ZERO
    for line in invoice.lines:
        if line.rate is None or not line.rate.percent:
            continue
        if line.net_amount is None or line.exchange_rate is None:
            return
        expected += line.net_amount * line.rate.percent / 100 * line.exchange_rate
    stated = [getattr(invoice.totals, name) for name in TAXED_IN_POLAND]
    in_pln = [one.vat_pln for one in stated if one is not None and one.vat_pln is not None]
    rates = [line.exchange_rate for line in invoice.lines if line.exchange_rate is not None]
    # the VAT was rounded in the invoice's currency first, then multiplied by the rate
    tolerance = GROSZ * (len(invoice.lines) + 1) * max([*rates, ONE])
    if in_pln and abs(sum(in_pln, ZERO) - expected) > tolerance:
        yield warning(
            "currency.vat",
            "Fa/P_14_1W",
            _(
                "The VAT in PLN is %(vat)s, but at the stated exchange rates it would be about"
                " %(expected)s."
            ),
            vat=sum(in_pln, ZERO),
            expected=expected.quantize(GROSZ),
        )


RULES = (
    vat_is_in_pln_too,
    rate_is_stated,
    pln_invoice_has_no_rate,
    vat_in_pln_follows_from_the_rates,
)
