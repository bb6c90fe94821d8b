"""What is to be paid besides the invoice's total, and the exchange rate that the document tells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..texts import _
from .billing_amounts import ZERO
from .billing_model import BillGroup, Wording
from .model import Invoice

RATE_PLACES = Decimal("0.000001")


def to_pay(invoice: Invoice) -> Decimal:
    """DoZaplaty, or P_15 with what Rozliczenie adds and deducts; below zero what is overpaid."""
    settlement = invoice.settlement
    if settlement is None:
        return invoice.total
    if settlement.to_pay is not None:
        return settlement.to_pay
    if settlement.to_settle is not None:
        return -settlement.to_settle
    charges, deductions = settlement.charges_total, settlement.deductions_total
    if charges is None:
        charges = sum((item.amount for item in settlement.charges), ZERO)
    if deductions is None:
        deductions = sum((item.amount for item in settlement.deductions), ZERO)
    return invoice.total + charges - deductions


def settlement_notes(invoice: Invoice) -> Iterator[Wording]:
    """What is charged or deducted besides the invoice's total."""
    settlement = invoice.settlement
    if settlement is None:
        return
    for item in settlement.charges:
        if item.amount:
            yield Wording(
                _("To be paid besides the invoice's total: %(amount)s (%(reason)s)"),
                {"amount": item.amount, "reason": item.reason},
            )
    for item in settlement.deductions:
        if item.amount:
            yield Wording(
                _("Deducted from what is to be paid: %(amount)s (%(reason)s)"),
                {"amount": item.amount, "reason": item.reason},
            )
    if settlement.to_settle:
        yield Wording(_("Overpaid, to be settled: %(amount)s"), {"amount": settlement.to_settle})


def exchange_rate(invoice: Invoice, groups: list[BillGroup]) -> Decimal | None:
    """PLN for one unit of the currency: KursWaluty, or what the VAT in PLN tells of all lines."""
    if invoice.currency == "PLN":
        return None
    rates = _rates(invoice)
    if len(set(rates)) == 1:
        return rates[0]
    taxed = [group for group in groups if group.vat_pln is not None and group.vat]
    vat = sum((group.vat for group in taxed), ZERO)
    if vat:
        in_pln = sum((group.vat_pln or ZERO for group in taxed), ZERO)
        return (in_pln / vat).quantize(RATE_PLACES)
    return rates[0] if rates else None


def _rates(invoice: Invoice) -> list[Decimal]:
    if invoice.advance_rate is not None:
        return [invoice.advance_rate]
    of_parts = [part.exchange_rate for part in invoice.part_advances]
    of_lines = [line.exchange_rate for line in invoice.lines if not line.before]
    return [rate for rate in (*of_parts, *of_lines) if rate]
