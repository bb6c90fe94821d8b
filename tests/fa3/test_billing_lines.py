"""Bills of ordinary invoices: the document's lines, which come to its totals."""

from __future__ import annotations

from decimal import Decimal as D

from ksef import fa3
from ksef.fa3 import Source, bill_of

from .builders import invoice, line, totals
from .test_billing_properties import check_guarantees


def test_a_line_keeps_what_it_says() -> None:
    given = line(
        7,
        "300.00",
        quantity=D(3),
        net_price=D("100.00"),
        index="X-1",
        gtin="5901234123457",
        pkwiu="26.20",
        cn="8418",
        gtu=fa3.GoodsCode.GTU_06,
        annex_15=True,
    )
    bill = bill_of(invoice(lines=(given,), totals=totals("300.00", "69.00"), total=D("369.00")))
    (booked,) = bill.lines
    assert (booked.number, booked.name, booked.quantity, booked.unit) == (
        7,
        "Refrigerator",
        3,
        "szt.",
    )
    assert (booked.unit_price, booked.net, booked.rate) == (100, 300, fa3.RateCode.VAT_23)
    assert (booked.index, booked.gtin, booked.pkwiu, booked.cn) == (
        "X-1",
        "5901234123457",
        "26.20",
        "8418",
    )
    assert (booked.gtu, booked.annex_15) == (fa3.GoodsCode.GTU_06, True)


def test_an_ordinary_invoice_raises_no_doubt() -> None:
    bill = bill_of(invoice())
    assert bill.doubts == ()
    assert not bill.refund
    assert (bill.totals.net, bill.totals.vat, bill.totals.gross) == (100, 23, 123)


def test_a_negative_invoice_is_a_refund() -> None:
    bill = bill_of(
        invoice(lines=(line(net="-5.00"),), totals=totals("-5.00", "-1.15"), total=D("-6.15"))
    )
    assert bill.refund
    assert [one.net for one in bill.lines] == [-5]


def test_a_grosz_between_the_lines_and_their_total_is_rounding() -> None:
    bill = bill_of(invoice(totals=totals("100.01", "23.00"), total=D("123.01")))
    assert [(one.source, one.net) for one in bill.lines] == [
        (Source.LINE, 100),
        (Source.ROUNDING, D("0.01")),
    ]
    assert bill.doubts == ()


# --- prices -----------------------------------------------------------------------------------


def booked(net: str, **changes: object) -> fa3.BillLine:
    """The line of a bill for one line of so much at 23 %."""
    vat = (D(net) * D("0.23")).quantize(D("0.01"))
    document = invoice(
        lines=(line(1, net, **changes),), totals=totals(net, str(vat)), total=D(net) + vat
    )
    bill = check_guarantees(document)
    assert bill.doubts == ()
    return bill.lines[0]


def test_a_price_with_eight_decimals_stays() -> None:
    one = booked("12.35", quantity=D("1000"), net_price=D("0.01234567"))
    assert (one.quantity, one.unit_price) == (1000, D("0.01234567"))


def test_a_quantity_with_six_decimals_stays() -> None:
    one = booked("0.33", quantity=D("0.333333"), net_price=D("1.00"))
    assert (one.quantity, one.unit_price) == (D("0.333333"), 1)


def test_a_quantity_can_be_cut_and_the_price_makes_up() -> None:
    one = booked("33.33", quantity=D("0.333333"), net_price=D("100.00")).with_quantity_places(2)
    assert one.quantity == D("0.33")
    assert (one.quantity * one.unit_price).quantize(D("0.01")) == D("33.33")


def test_a_quantity_that_vanishes_when_cut_becomes_one() -> None:
    one = booked("5.00", quantity=D("0.001"), net_price=D("5000")).with_quantity_places(2)
    assert (one.quantity, one.unit_price) == (1, 5)


def test_a_quantity_that_is_short_enough_is_not_touched() -> None:
    one = booked("5.00", quantity=D("2.5"), net_price=D("2.00"))
    assert one.with_quantity_places(2) is one


def test_a_price_that_does_not_give_the_value_is_counted_from_it() -> None:
    one = booked("10.00", quantity=D(3), net_price=D("9.99"))
    assert (one.quantity, one.unit_price, one.net) == (3, D("3.33333333"), 10)


def test_a_line_without_a_quantity_is_one_piece() -> None:
    one = booked("10.00", quantity=None, net_price=None)
    assert (one.quantity, one.unit_price) == (1, 10)


def test_a_discount_on_each_piece_becomes_a_percentage() -> None:
    one = booked("18000.00", quantity=D(20), net_price=D("1000"), discount=D("100"))
    assert (one.quantity, one.unit_price, one.discount_percent) == (20, 1000, 10)


def test_a_discount_on_the_whole_line_becomes_a_percentage() -> None:
    one = booked("900.00", quantity=D(10), net_price=D("100"), discount=D("100"))
    assert (one.quantity, one.unit_price, one.discount_percent) == (10, 100, 10)


def test_a_discount_that_no_short_percentage_gives_is_in_the_price() -> None:
    one = booked("9900.00", quantity=D(10000), net_price=D("1.01"), discount=D("0.02"))
    assert (one.unit_price, one.discount_percent) == (D("0.99"), 0)


def test_a_discount_that_the_price_has_already_is_not_taken_again() -> None:
    one = booked("90.00", quantity=D(1), net_price=D("90"), discount=D("10"))
    assert (one.unit_price, one.discount_percent) == (90, 0)


def test_a_price_with_the_wrong_sign_follows_the_value() -> None:
    one = booked("-50.00", quantity=D(5), net_price=D("10.00"))
    assert (one.quantity, one.unit_price, one.net) == (5, -10, -50)


def test_a_line_that_tells_net_and_gross_values_is_booked_net() -> None:
    one = booked("80.49", quantity=D(1), net_price=None, gross_price=D("99"), gross_amount=D("99"))
    assert (one.price_includes_tax, one.unit_price, one.gross) == (False, D("80.49"), None)


def test_gross_prices_without_values_come_to_the_totals() -> None:
    one = {"net_amount": None, "net_price": None}
    given = [
        line(number, gross_price=D(price), **one)
        for number, price in enumerate(("309.99", "0.99", "10.99"), start=1)
    ]
    bill = check_guarantees(
        invoice(lines=tuple(given), totals=totals("261.76", "60.21"), total=D("321.97"))
    )
    assert [one.gross for one in bill.lines] == [D("309.99"), D("0.99"), D("10.99")]
    assert bill.doubts == ()


def test_a_gross_price_stays_gross() -> None:
    one = booked(
        "100.00",
        net_price=None,
        net_amount=None,
        quantity=D(2),
        gross_price=D("61.50"),
        gross_amount=D("123.00"),
    )
    assert (one.price_includes_tax, one.unit_price, one.gross, one.net) == (
        True,
        D("61.50"),
        123,
        100,
    )


def test_a_gross_price_with_a_net_value_is_counted_from_the_net_value() -> None:
    one = booked("100.00", net_price=None, quantity=D(2), gross_price=D("61.50"))
    assert (one.price_includes_tax, one.unit_price, one.net) == (False, 50, 100)


def test_lines_counted_from_gross_values_share_the_grosze_of_their_total() -> None:
    given = [
        line(number, net_amount=None, net_price=None, gross_amount=D("1.00"))
        for number in (1, 2, 3)
    ]
    bill = check_guarantees(
        invoice(lines=tuple(given), totals=totals("2.44", "0.56"), total=D("3.00"))
    )
    assert sorted(one.net for one in bill.lines) == [D("0.81"), D("0.81"), D("0.82")]
    assert {one.gross for one in bill.lines} == {D("1.00")}
