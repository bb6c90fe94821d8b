"""Rules on annotations and dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ksef import fa3

from .builders import BUYER, advance, correction, corrects, findings, invoice, line, marked, totals

D = Decimal


def selling_at(rate: fa3.RateCode, **changes: object) -> fa3.Invoice:
    """An invoice for 100 at a rate without VAT."""
    settings: dict[str, object] = {
        "totals": fa3.VatTotals.by_rate({rate: fa3.Total(net=D(100))}),
        "total": D(100),
        "lines": (line(rate=rate),),
    }
    return invoice(**{**settings, **changes})


# --- exemption --------------------------------------------------------------------------------

BASIS = fa3.Exemption(act="art. 43 ust. 1 pkt 37")


def test_an_exempt_sale_needs_its_basis() -> None:
    exempt = selling_at(fa3.RateCode.EXEMPT)
    assert findings(exempt)["annotation.exemption_missing"].severity is fa3.Severity.ERROR
    assert findings(marked(exempt, exemption=BASIS)) == {}


def test_a_basis_without_an_exempt_sale_is_found() -> None:
    assert set(findings(marked(invoice(), exemption=BASIS))) == {"annotation.exemption_unused"}


def test_a_correction_from_exempt_to_taxed_needs_no_basis() -> None:
    lines = (line(net="100.00", rate=fa3.RateCode.EXEMPT, before=True), line(net="100.00"))
    subject = correction(
        lines=lines,
        totals=fa3.VatTotals(
            standard=fa3.Total(net=D(100), vat=D(23)), exempt=fa3.Total(net=D(-100))
        ),
        total=D(23),
    )
    assert findings(subject) == {}


# --- reverse charge ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "severity"),
    [(fa3.RateCode.REVERSE_CHARGE, "error"), (fa3.RateCode.EU_SERVICES, "warning")],
)
def test_a_sale_that_the_buyer_accounts_for_needs_the_mark(
    rate: fa3.RateCode, severity: str
) -> None:
    subject = selling_at(rate)
    assert findings(subject)["annotation.reverse_charge_missing"].severity.value == severity
    assert findings(marked(subject, reverse_charge=True)) == {}


def test_a_mark_of_reverse_charge_without_such_a_sale_is_found() -> None:
    subject = marked(invoice(), reverse_charge=True)
    assert set(findings(subject)) == {"annotation.reverse_charge_unused"}


def test_a_sale_outside_poland_may_have_the_mark() -> None:
    subject = selling_at(fa3.RateCode.OUTSIDE_POLAND)
    assert findings(subject) == findings(marked(subject, reverse_charge=True)) == {}


# --- margin schemes ---------------------------------------------------------------------------

MARGIN = {
    "totals": fa3.VatTotals(margin=fa3.Total(net=D(100))),
    "total": D(100),
    "lines": (line(rate=None, net_price=None, net_amount=None, gross_amount=D(100)),),
}


def test_a_sale_under_a_margin_scheme_needs_its_name() -> None:
    assert "annotation.margin_missing" in findings(invoice(**MARGIN))
    assert findings(marked(invoice(**MARGIN), margin=fa3.MarginScheme.TRAVEL)) == {}


def test_a_margin_scheme_without_such_a_sale_is_found() -> None:
    subject = marked(invoice(), margin=fa3.MarginScheme.TRAVEL)
    assert set(findings(subject)) == {"annotation.margin_unused"}


# --- new means of transport -------------------------------------------------------------------


@pytest.mark.parametrize(("number", "found"), [(1, False), (2, True)])
def test_a_new_vehicle_on_a_line_that_is_not_there_is_found(number: int, found: bool) -> None:
    vehicle = fa3.NewVehicle(first_used_on=date(2026, 1, 1), line_number=number, mileage="10")
    subject = marked(invoice(), new_transport=fa3.NewTransport(vehicles=(vehicle,)))
    assert ("annotation.new_transport_line" in findings(subject)) is found


# --- split payment ----------------------------------------------------------------------------


def large(total: str = "15000.01", **changes: object) -> fa3.Invoice:
    """An invoice of an annex 15 good, which must be paid in parts above 15 000 PLN."""
    gross = D(total)
    net = (gross / D("1.23")).quantize(D("0.01"))
    settings: dict[str, object] = {
        "totals": totals(str(net), str(gross - net)),
        "total": gross,
        "lines": (line(net=str(net), annex_15=True),),
    }
    return invoice(**{**settings, **changes})


def test_split_payment_is_demanded_above_the_limit() -> None:
    assert "annotation.split_payment_missing" in findings(large())
    assert findings(marked(large(), split_payment=True)) == {}


def test_split_payment_is_not_demanded_at_the_limit() -> None:
    assert findings(large("15000.00")) == {}


def test_split_payment_is_not_demanded_for_other_goods() -> None:
    other = large()
    assert findings(large(lines=(line(net=str(other.totals.net)),))) == {}


def test_split_payment_is_not_demanded_of_a_consumer() -> None:
    consumer = fa3.Buyer(identity=fa3.Identity(name="Jan"), address=BUYER.address)
    assert findings(large(buyer=consumer)) == {}


def test_the_limit_of_split_payment_is_counted_in_pln() -> None:
    lines = (line(net="3000.00", annex_15=True, exchange_rate=D("4.25")),)
    subject = invoice(
        currency="EUR",
        totals=totals("3000.00", "690.00", "2932.50"),
        total=D("3690.00"),
        lines=lines,
    )
    assert "annotation.split_payment_missing" in findings(subject)


ACCOUNT = fa3.BankAccount(number="61109010140000071219812874")


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        (fa3.Payment(form=fa3.PaymentForm.TRANSFER, bank_accounts=(ACCOUNT,)), set()),
        (
            fa3.Payment(form=fa3.PaymentForm.CASH, bank_accounts=(ACCOUNT,)),
            {"annotation.split_payment_form"},
        ),
        (
            fa3.Payment(form=fa3.PaymentForm.TRANSFER),
            {"annotation.split_payment_account"},
        ),
        (fa3.Payment(paid_on=date(2026, 2, 1), form=fa3.PaymentForm.CASH), set()),
    ],
)
def test_split_payment_goes_by_transfer_to_an_account(
    payment: fa3.Payment, expected: set[str]
) -> None:
    assert set(findings(marked(invoice(payment=payment), split_payment=True))) == expected


# --- dates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "found"),
    [(date(2026, 2, 14), True), (date(2026, 2, 15), False), (date(2026, 2, 16), False)],
)
def test_an_issue_date_in_the_future_is_found(today: date, found: bool) -> None:
    assert ("date.future" in findings(invoice(), today=today)) is found


def test_without_a_day_nothing_is_in_the_future() -> None:
    assert findings(invoice(issue_date=date(2049, 1, 1))) == {}


@pytest.mark.parametrize(("end", "found"), [(date(2026, 1, 1), False), (date(2025, 12, 31), True)])
def test_a_period_that_ends_before_it_starts_is_found(end: date, found: bool) -> None:
    period = fa3.Period(start=date(2026, 1, 1), end=end)
    assert ("date.period" in findings(invoice(period=period))) is found


@pytest.mark.parametrize(
    ("sale_date", "found"), [(date(2026, 4, 16), False), (date(2026, 4, 17), True)]
)
def test_an_invoice_issued_long_before_the_sale_is_found(sale_date: date, found: bool) -> None:
    assert ("date.too_early" in findings(invoice(sale_date=sale_date))) is found


@pytest.mark.parametrize(
    ("received", "found"), [(date(2026, 2, 15), False), (date(2026, 2, 20), True)]
)
def test_an_advance_received_in_the_future_is_found(received: date, found: bool) -> None:
    subject = advance(sale_date=received)
    assert ("date.advance_in_the_future" in findings(subject, today=date(2026, 2, 15))) is found


@pytest.mark.parametrize(
    ("issued", "found"), [(date(2026, 3, 15), False), (date(2026, 3, 16), True)]
)
def test_a_correction_of_a_later_invoice_is_found(issued: date, found: bool) -> None:
    original = fa3.CorrectedInvoice(issue_date=issued, number="1")
    subject = correction(correction=corrects(corrected=(original,)))
    assert ("date.corrected_later" in findings(subject)) is found
