"""What bills say of payment and of the exchange rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

from ksef import fa3

from .builders import advance, invoice, line, totals


def item(amount: str, reason: str = "Deposit") -> fa3.SettlementItem:
    return fa3.SettlementItem(amount=D(amount), reason=reason)


def settled(**changes: object) -> fa3.Bill:
    return fa3.bill_of(invoice(settlement=fa3.Settlement(**changes)))


def test_without_more_the_total_is_to_be_paid() -> None:
    assert fa3.bill_of(invoice()).to_pay == 123


def test_the_amount_to_pay_is_what_the_document_says() -> None:
    assert settled(charges=(item("5"),), to_pay=D("128.00")).to_pay == 128


def test_charges_and_deductions_count_where_the_document_does_not_add_them_up() -> None:
    bill = settled(charges=(item("5"), item("2")), deductions=(item("20"),))
    assert bill.to_pay == 110


def test_what_was_overpaid_comes_back() -> None:
    assert settled(deductions=(item("200"),), to_settle=D("77.00")).to_pay == -77


def test_charges_and_deductions_are_noted_and_not_booked() -> None:
    bill = settled(charges=(item("5", "Bottles"),), deductions=(item("20", "Refund"), item("0")))
    assert [one.net for one in bill.lines] == [100]
    assert [note.text for note in bill.notes] == [
        "To be paid besides the invoice's total: 5 (Bottles)",
        "Deducted from what is to be paid: 20 (Refund)",
    ]


def test_an_invoice_in_zlotys_has_no_exchange_rate() -> None:
    document = invoice(lines=(line(exchange_rate=D("4.5")),))
    assert fa3.bill_of(document).exchange_rate is None


def test_the_rate_that_all_lines_share_is_the_exchange_rate() -> None:
    document = invoice(
        currency="EUR",
        lines=(line(exchange_rate=D("4.5")),),
        totals=totals("100.00", "23.00", "103.49"),
    )
    assert fa3.bill_of(document).exchange_rate == D("4.5")


def test_without_rates_on_the_lines_the_vat_in_zlotys_tells() -> None:
    document = invoice(currency="EUR", totals=totals("100.00", "23.00", "103.50"))
    assert fa3.bill_of(document).exchange_rate == D("4.5")


def test_the_rate_of_an_advance_is_the_exchange_rate() -> None:
    document = advance(
        currency="EUR", totals=totals("100.00", "23.00", "103.50"), advance_rate=D("4.51")
    )
    assert fa3.bill_of(document).exchange_rate == D("4.51")


def test_advances_paid_in_parts_at_different_rates_have_that_of_the_vat() -> None:
    parts = tuple(
        fa3.PartAdvance(received_on=date(2026, 2, 1), amount=D("61.50"), exchange_rate=D(rate))
        for rate in ("4.40", "4.60")
    )
    document = advance(
        currency="EUR", totals=totals("100.00", "23.00", "103.50"), part_advances=parts
    )
    assert fa3.bill_of(document).exchange_rate == D("4.5")


def test_the_vat_in_zlotys_stays_with_its_group() -> None:
    document = invoice(currency="EUR", totals=totals("100.00", "23.00", "103.50"))
    assert fa3.bill_of(document).groups[0].vat_pln == D("103.50")


def test_vat_in_zlotys_says_nothing_on_an_invoice_in_zlotys() -> None:
    document = invoice(totals=totals("100.00", "23.00", "99.00"))
    assert fa3.bill_of(document).groups[0].vat_pln is None


def test_vat_in_zlotys_with_the_opposite_sign_is_not_believed() -> None:
    document = invoice(currency="EUR", totals=totals("100.00", "23.00", "-103.50"))
    assert fa3.bill_of(document).groups[0].vat_pln is None
    assert fa3.bill_of(document).exchange_rate is None
