"""Rules on the annotations, which must agree with what is sold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...texts import _
from ..findings import Finding
from ..model import Invoice, PaymentForm, RateCode
from .base import (
    Circumstances,
    error,
    graded,
    has_number,
    numbered_lines,
    warning,
)

SPLIT_PAYMENT_ABOVE = Decimal(15_000)
"""In PLN, VAT included (art. 106e(1)(18a))."""

_ANNOTATIONS = "Fa/Adnotacje"


def _sells_at(invoice: Invoice, rate: RateCode) -> bool:
    """Whether the invoice, as it stands after any correction, has sales at ``rate``."""
    if invoice.lines:
        return any(line.rate is rate for _position, line in numbered_lines(invoice))
    return invoice.totals.of(rate) is not None


def exemption_has_its_basis(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Art. 106e(1)(19): which provision exempts the sale."""
    exempt = _sells_at(invoice, RateCode.EXEMPT) or (
        invoice.totals.exempt is not None and not invoice.kind.is_correction
    )
    stated = invoice.annotations.exemption
    if exempt and stated is None:
        yield graded(
            not invoice.kind.is_correction,
            "annotation.exemption_missing",
            f"{_ANNOTATIONS}/Zwolnienie",
            _(
                "The invoice has sales exempt from VAT, but does not say on what basis. State the"
                " provision, for example on the tax or on the fiscal position."
            ),
        )
    if stated is not None and not exempt and not invoice.kind.is_correction:
        yield warning(
            "annotation.exemption_unused",
            f"{_ANNOTATIONS}/Zwolnienie",
            _("The invoice states a basis for exemption, but has no sales exempt from VAT."),
        )


def reverse_charge_is_said(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Art. 106e(1)(18)."""
    if invoice.kind.is_correction:
        return
    domestic = _sells_at(invoice, RateCode.REVERSE_CHARGE)
    services = _sells_at(invoice, RateCode.EU_SERVICES)
    if (domestic or services) and not invoice.annotations.reverse_charge:
        yield graded(
            domestic,
            "annotation.reverse_charge_missing",
            f"{_ANNOTATIONS}/P_18",
            _(
                "The buyer accounts for the VAT on this invoice, so it must be marked “reverse"
                " charge” (P_18)."
            ),
        )
    elsewhere = _sells_at(invoice, RateCode.OUTSIDE_POLAND)
    if invoice.annotations.reverse_charge and not (domestic or services or elsewhere):
        yield warning(
            "annotation.reverse_charge_unused",
            f"{_ANNOTATIONS}/P_18",
            _("The invoice is marked “reverse charge”, but the seller charges VAT on all of it."),
        )


def margin_scheme_is_named(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Art. 106e(2) and (3)."""
    if invoice.kind.is_correction:
        return
    applies, stated = invoice.totals.margin is not None, invoice.annotations.margin is not None
    if applies and not stated:
        yield error(
            "annotation.margin_missing",
            f"{_ANNOTATIONS}/PMarzy",
            _(
                "The invoice has sales under a margin scheme, but does not say which one: travel,"
                " used goods, works of art, or collectors' items and antiques."
            ),
        )
    if stated and not applies:
        yield warning(
            "annotation.margin_unused",
            f"{_ANNOTATIONS}/PMarzy",
            _("The invoice names a margin scheme, but has no sales under it (P_13_11)."),
        )


def new_transport_points_at_lines(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    if invoice.annotations.new_transport is None:
        return
    numbers = {line.number for line in invoice.lines}
    for position, vehicle in enumerate(invoice.annotations.new_transport.vehicles, start=1):
        if vehicle.line_number not in numbers:
            place = f"{_ANNOTATIONS}/NoweSrodkiTransportu/NowySrodekTransportu[{position}]"
            yield error(
                "annotation.new_transport_line",
                f"{place}/P_NrWierszaNST",
                _(
                    "New means of transport %(position)s is said to be on line %(line_number)s,"
                    " which the invoice does not have."
                ),
                position=position,
                line_number=vehicle.line_number,
            )


def split_payment_is_said(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Art. 106e(1)(18a): annex 15 goods for a taxpayer, above 15 000 PLN."""
    if (
        not invoice.annotations.split_payment
        and any(line.annex_15 for _position, line in numbered_lines(invoice))
        and has_number(invoice.buyer.identity)
        and _total_in_pln(invoice) > SPLIT_PAYMENT_ABOVE
    ):
        yield error(
            "annotation.split_payment_missing",
            f"{_ANNOTATIONS}/P_18A",
            _(
                "The invoice is for more than 15 000 PLN and sells goods or services of annex 15,"
                " so it must be marked “split payment” (P_18A)."
            ),
        )


def _total_in_pln(invoice: Invoice) -> Decimal:
    """At the first exchange rate stated; zero where the currency is foreign and none is."""
    if invoice.currency == "PLN":
        return invoice.total
    rates = (line.exchange_rate for line in invoice.lines if line.exchange_rate)
    return invoice.total * next(rates, Decimal(0))


def split_payment_can_be_made(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Split payment is a bank transfer with a message of its own (art. 108a(3))."""
    if not invoice.annotations.split_payment or invoice.payment is None:
        return
    if invoice.payment.paid_on is not None or invoice.kind.is_correction:
        return
    if invoice.payment.form not in (None, PaymentForm.TRANSFER):
        yield warning(
            "annotation.split_payment_form",
            "Fa/Platnosc/FormaPlatnosci",
            _("The invoice is marked “split payment”, which is only possible by bank transfer."),
        )
    if not (invoice.payment.bank_accounts or invoice.payment.factor_accounts):
        yield warning(
            "annotation.split_payment_account",
            "Fa/Platnosc/RachunekBankowy",
            _("The invoice is marked “split payment”, but names no bank account to pay to."),
        )


RULES = (
    exemption_has_its_basis,
    reverse_charge_is_said,
    margin_scheme_is_named,
    new_transport_points_at_lines,
    split_payment_is_said,
    split_payment_can_be_made,
)
