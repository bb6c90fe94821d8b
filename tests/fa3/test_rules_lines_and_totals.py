"""Rules on lines, totals and currencies."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from ksef import fa3

from .builders import (
    BUYER,
    advance,
    correction,
    findings,
    in_euro,
    invoice,
    line,
    settlement,
    totals,
)

D = Decimal


@pytest.mark.parametrize(
    "subject", [invoice(), correction(), advance(), settlement(), in_euro()], ids=lambda it: it.kind
)
def test_a_right_invoice_has_no_findings(subject: fa3.Invoice) -> None:
    assert findings(subject) == {}


# --- lines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", [invoice(lines=()), settlement(lines=())])
def test_an_invoice_without_lines_is_found(subject: fa3.Invoice) -> None:
    assert "line.none" in findings(subject)


@pytest.mark.parametrize("subject", [advance(), correction(lines=())])
def test_an_advance_and_a_correction_may_do_without_lines(subject: fa3.Invoice) -> None:
    assert "line.none" not in findings(subject)


def test_a_line_without_a_name_is_found() -> None:
    assert findings(invoice(lines=(line(name=None),)))["line.name"].line == 1


def test_a_line_of_a_correction_may_have_no_name() -> None:
    assert findings(correction(lines=(line(net="-10.00", name=None),))) == {}


def test_a_line_without_a_rate_is_found() -> None:
    subject = invoice(lines=(line(), line(2, "0.00", rate=None)))
    assert findings(subject)["line.rate"].line == 2


def test_a_line_under_the_margin_scheme_has_no_rate() -> None:
    subject = invoice(
        annotations=fa3.Annotations(margin=fa3.MarginScheme.USED_GOODS),
        totals=fa3.VatTotals(margin=fa3.Total(net=D(100))),
        total=D(100),
        lines=(line(rate=None, net_price=None, net_amount=None, gross_amount=D(100)),),
    )
    assert findings(subject) == {}


def test_a_line_sold_outside_poland_may_have_no_rate() -> None:
    subject = invoice(
        totals=fa3.VatTotals(outside_poland=fa3.Total(net=D(100))),
        total=D(100),
        lines=(line(rate=None),),
    )
    assert "line.rate" not in findings(subject)


def test_a_line_taxed_abroad_has_another_rate() -> None:
    subject = invoice(
        totals=fa3.VatTotals(oss=fa3.Total(net=D(100), vat=D(19))),
        total=D(119),
        lines=(line(rate=None, oss_rate=D(19)),),
    )
    assert findings(subject) == {}


def test_a_number_that_comes_twice_is_found() -> None:
    subject = invoice(lines=(line(1, "50.00"), line(1, "50.00")))
    assert "line.number" in findings(subject)


def test_a_number_may_come_before_and_after_a_correction() -> None:
    subject = correction(lines=(line(net="110.00", before=True), line(net="100.00")))
    assert findings(subject) == {}


def test_a_state_before_on_an_ordinary_invoice_is_found() -> None:
    subject = invoice(lines=(line(before=True), line()))
    assert findings(subject)["line.before"].line == 1


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "value"),
    [
        ("3", "33.33", None, "99.99"),
        ("3", "33.33", None, "100.00"),
        ("3", "33.33333333", None, "100.00"),
        ("1000", "0.33", None, "333.00"),
        ("20", "1000", "100", "18000"),
        ("20", "1000", "2000", "18000"),
        ("-2", "50.00", None, "-100.00"),
        ("0", "50.00", None, "0.00"),
    ],
)
def test_a_value_that_follows_from_the_price_is_right(
    quantity: str, price: str, discount: str | None, value: str
) -> None:
    one = line(
        quantity=D(quantity),
        net_price=D(price),
        discount=None if discount is None else D(discount),
        net_amount=D(value),
    )
    assert "line.value" not in findings(invoice(lines=(one,)))


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "value"),
    [
        ("3", "33.33", None, "101.00"),
        ("2", "50.00", None, "-100.00"),
        ("20", "1000", "100", "20000.50"),
        ("1", "100.00", None, "10.00"),
    ],
)
def test_a_value_that_does_not_follow_from_the_price_is_found(
    quantity: str, price: str, discount: str | None, value: str
) -> None:
    one = line(
        quantity=D(quantity),
        net_price=D(price),
        discount=None if discount is None else D(discount),
        net_amount=D(value),
    )
    assert findings(invoice(lines=(one,)))["line.value"].line == 1


def test_a_gross_value_follows_from_the_gross_price() -> None:
    gross = {"net_price": None, "net_amount": None, "gross_price": D("61.50"), "quantity": D(2)}
    right = invoice(lines=(line(**gross, gross_amount=D("123.00")),))
    wrong = invoice(lines=(line(**gross, gross_amount=D("120.00")),))
    assert findings(right) == {}
    assert findings(wrong)["line.value"].element == "Fa/FaWiersz[1]/P_11A"


# --- totals -----------------------------------------------------------------------------------


def test_an_invoice_without_totals_is_found() -> None:
    assert "total.none" in findings(invoice(totals=fa3.VatTotals()))


def test_a_simplified_invoice_may_state_its_total_only() -> None:
    subject = invoice(
        kind=fa3.InvoiceKind.SIMPLIFIED,
        totals=fa3.VatTotals(),
        lines=(fa3.Line(number=1, name="a"),),
    )
    assert findings(subject) == {}


@pytest.mark.parametrize(
    ("total", "severity"),
    [("123.01", "warning"), ("122.99", "warning"), ("123.02", "error"), ("100.00", "error")],
)
def test_a_total_that_is_not_the_sum_is_found(total: str, severity: str) -> None:
    finding = findings(invoice(total=D(total)))["total.sum"]
    assert (finding.severity.value, finding.element) == (severity, "Fa/P_15")


@pytest.mark.parametrize("subject", [correction(total=D(1)), settlement(total=D(1))])
def test_the_sum_of_a_correction_or_settlement_is_only_a_hint(subject: fa3.Invoice) -> None:
    assert findings(subject)["total.sum"].severity is fa3.Severity.WARNING


def test_a_correction_without_amounts_is_right() -> None:
    assert findings(correction(totals=fa3.VatTotals(), total=D(0), lines=())) == {}


@pytest.mark.parametrize(("net", "found"), [("100.02", False), ("100.03", True), ("99.97", True)])
def test_lines_that_miss_their_total_by_more_than_a_grosz_each_are_found(
    net: str, found: bool
) -> None:
    subject = invoice(lines=(line(1, "50.00"), line(2, str(D(net) - 50))))
    assert ("total.lines" in findings(subject)) is found


def test_a_line_at_a_rate_without_a_total_is_found() -> None:
    subject = invoice(lines=(line(), line(2, "10.00", rate=fa3.RateCode.VAT_8)))
    assert findings(subject)["total.lines"].element == "Fa/P_13_2"


def test_a_total_without_a_line_at_its_rate_is_found() -> None:
    both = dataclasses.replace(
        totals("100.00", "23.00"), reduced=fa3.Total(net=D(10), vat=D("0.80"))
    )
    subject = invoice(totals=both, total=D("133.80"))
    assert findings(subject)["total.lines"].element == "Fa/P_13_2"


@pytest.mark.parametrize(("gross", "found"), [("123.00", False), ("124.00", True)])
def test_gross_lines_are_compared_with_net_and_vat(gross: str, found: bool) -> None:
    one = line(net_price=None, net_amount=None, gross_amount=D(gross))
    assert ("total.lines" in findings(invoice(lines=(one,)))) is found


@pytest.mark.parametrize(
    "subject",
    [
        settlement(lines=(line(net="5000.00"),)),
        correction(lines=(line(net="5000.00"),)),
        advance(lines=(line(net="5000.00"),)),
    ],
)
def test_lines_prove_nothing_on_other_kinds(subject: fa3.Invoice) -> None:
    assert "total.lines" not in findings(subject)


@pytest.mark.parametrize(
    ("vat", "found"), [("23.00", False), ("23.02", False), ("23.03", True), ("8.00", True)]
)
def test_vat_that_does_not_follow_from_the_rate_is_found(vat: str, found: bool) -> None:
    subject = invoice(totals=totals("100.00", vat), total=D("100.00") + D(vat))
    assert ("total.vat" in findings(subject)) is found


def test_two_rates_share_the_standard_total() -> None:
    subject = invoice(
        totals=totals("200.00", "45.00"),
        total=D("245.00"),
        lines=(line(), line(2, rate=fa3.RateCode.VAT_22)),
    )
    assert findings(subject) == {}


@pytest.mark.parametrize(
    ("currency", "total", "found"),
    [("PLN", "450.00", False), ("PLN", "450.01", True), ("EUR", "100.01", True)],
)
def test_a_simplified_invoice_that_is_too_high_is_found(
    currency: str, total: str, found: bool
) -> None:
    subject = invoice(
        kind=fa3.InvoiceKind.SIMPLIFIED,
        currency=currency,
        totals=fa3.VatTotals(),
        total=D(total),
        lines=(fa3.Line(number=1, name="a"),),
    )
    assert ("total.simplified" in findings(subject)) is found


# --- currencies -------------------------------------------------------------------------------


def test_vat_in_euro_without_vat_in_pln_is_found() -> None:
    finding = findings(in_euro(totals=totals("100.00", "23.00")))["currency.vat_missing"]
    assert (finding.severity.value, finding.element) == ("error", "Fa/P_14_1W")


def test_vat_in_pln_on_an_invoice_in_pln_is_found() -> None:
    assert "currency.vat_twice" in findings(invoice(totals=totals("100.00", "23.00", "23.00")))


def test_a_taxed_line_in_euro_without_a_rate_is_found() -> None:
    assert findings(in_euro(lines=(line(),)))["currency.rate"].line == 1


def test_an_untaxed_invoice_in_euro_needs_neither_rate_nor_vat_in_pln() -> None:
    subject = invoice(
        currency="EUR",
        buyer=BUYER,
        totals=fa3.VatTotals(zero_export=fa3.Total(net=D(100))),
        total=D(100),
        lines=(line(rate=fa3.RateCode.ZERO_EXPORT),),
    )
    assert findings(subject) == {}


def test_an_advance_in_euro_without_a_rate_is_found() -> None:
    subject = advance(currency="EUR", totals=totals("100.00", "23.00", "97.75"))
    assert "currency.advance_rate" in findings(subject)
    assert findings(dataclasses.replace(subject, advance_rate=D("4.25"))) == {}


def test_a_rate_on_an_invoice_in_pln_is_found() -> None:
    subject = invoice(lines=(line(exchange_rate=D("4.25")),))
    assert "currency.rate_in_pln" in findings(subject)


@pytest.mark.parametrize(("vat", "found"), [("97.75", False), ("97.80", False), ("99.00", True)])
def test_vat_in_pln_that_does_not_follow_from_the_rate_is_found(vat: str, found: bool) -> None:
    subject = in_euro(totals=totals("100.00", "23.00", vat))
    assert ("currency.vat" in findings(subject)) is found
