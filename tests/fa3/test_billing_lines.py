"""Bills of ordinary invoices: the document's lines, which come to its totals."""

from __future__ import annotations

from decimal import Decimal as D

from ksef import fa3
from ksef.fa3.billing import bill_of
from ksef.fa3.billing_model import Source

from .builders import invoice, line, totals


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
