"""Rules on advance invoices, their orders and the invoices that settle them."""

from __future__ import annotations

from collections.abc import Iterator

from ...texts import _
from ..findings import Finding
from ..model import Invoice, InvoiceKind
from .base import GROSZ, ZERO, Circumstances, error, total, warning


def advance_has_its_order(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Art. 106f(1)(4)."""
    if invoice.kind is InvoiceKind.ADVANCE and invoice.order is None:
        yield error(
            "advance.order_missing",
            "Fa/Zamowienie",
            _(
                "An advance invoice must describe the order or contract that the advance was paid"
                " for. Please create it from the sales order."
            ),
        )


def settlement_names_its_advances(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """Art. 106f(4)."""
    if invoice.kind is InvoiceKind.SETTLEMENT and not invoice.advance_invoices:
        yield error(
            "advance.advances_missing",
            "Fa/FakturaZaliczkowa",
            _("The settlement invoice does not name the advance invoices that it settles."),
        )


def order_adds_up(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """WartoscZamowienia includes VAT; within a grosz a line."""
    if invoice.order is None:
        return
    lines = [line for line in invoice.order.lines if not line.before]
    if any(line.net_amount is None for line in lines):
        return
    expected = total(amount for line in lines for amount in (line.net_amount, line.vat_amount))
    if abs(expected - invoice.order.total) > GROSZ * len(lines):
        yield warning(
            "advance.order_total",
            "Fa/Zamowienie/WartoscZamowienia",
            _("The order is worth %(total)s, but its lines come to %(expected)s."),
            total=invoice.order.total,
            expected=expected,
        )


def part_advances_add_up(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """The payments that make up an advance come to P_15."""
    if invoice.kind is not InvoiceKind.ADVANCE or not invoice.part_advances:
        return
    expected = sum((part.amount for part in invoice.part_advances), ZERO)
    if expected != invoice.total:
        yield warning(
            "advance.parts",
            "Fa/P_15",
            _("The advance is %(total)s, but the payments that make it up come to %(expected)s."),
            total=invoice.total,
            expected=expected,
        )


RULES = (
    advance_has_its_order,
    settlement_names_its_advances,
    order_adds_up,
    part_advances_add_up,
)
