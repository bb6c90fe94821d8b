"""Bills of advance invoices and of those that settle them."""

from __future__ import annotations

from decimal import Decimal as D

from ksef import fa3

from .builders import advance, corrects, line, settlement, totals
from .test_billing_properties import check_guarantees

RATE_8 = fa3.RateCode.VAT_8
RATE_23 = fa3.RateCode.VAT_23


def ordered(
    number: int, net: str, rate: fa3.RateCode = RATE_23, **changes: object
) -> fa3.OrderLine:
    return fa3.OrderLine(
        number=number, name=f"Thing {number}", net_amount=D(net), rate=rate, **changes
    )


def order(total: str, *lines: fa3.OrderLine) -> fa3.Order:
    return fa3.Order(total=D(total), lines=lines)


def two_rates(standard: tuple[str, str], reduced: tuple[str, str]) -> fa3.VatTotals:
    return fa3.VatTotals.by_rate(
        {
            RATE_23: fa3.Total(net=D(standard[0]), vat=D(standard[1])),
            RATE_8: fa3.Total(net=D(reduced[0]), vat=D(reduced[1])),
        }
    )


# --- advances ---------------------------------------------------------------------------------


def test_an_advance_books_what_was_paid_of_each_line_of_the_order() -> None:
    bill = check_guarantees(
        advance(order=order("1230.00", ordered(1, "700.00"), ordered(2, "300.00")))
    )
    assert [(one.number, one.net, one.source) for one in bill.lines] == [
        (1, 70, fa3.Source.ORDER),
        (2, 30, fa3.Source.ORDER),
    ]
    assert bill.doubts == ()


def test_an_advance_says_what_it_is_a_part_of() -> None:
    one = ordered(1, "1000.00", quantity=D(4), unit="szt.", net_price=D("250.00"))
    (booked,) = check_guarantees(advance(order=order("1230.00", one))).lines
    assert booked.notes[0].text == "Order: Thing 1, 4 szt. × 250.00 = 1000.00"
    assert booked.quantity == 1


def test_an_advance_on_one_rate_only_leaves_the_rest_of_the_order_out() -> None:
    bill = check_guarantees(
        advance(order=order("2310.00", ordered(1, "1000.00"), ordered(2, "1000.00", RATE_8)))
    )
    assert [(one.number, one.net) for one in bill.lines] == [(1, 100)]


def test_an_advance_without_an_order_is_one_line_for_each_rate() -> None:
    bill = check_guarantees(advance(order=None))
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.TOTALS, 100)]
    assert bill.doubts == ()


def test_an_advance_whose_payment_stands_in_its_lines_books_these() -> None:
    bill = check_guarantees(advance(order=None, lines=(line(name="Advance"),)))
    assert [(one.source, one.name, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, "Advance", 100)
    ]


def test_an_advance_whose_order_stands_in_its_lines_books_its_share() -> None:
    bill = check_guarantees(advance(order=None, lines=(line(1, "700.00"), line(2, "300.00"))))
    assert [one.net for one in bill.lines] == [70, 30]
    assert bill.doubts == ()


def test_discounts_in_the_order_stay_discounts() -> None:
    bill = check_guarantees(
        advance(order=order("1230.00", ordered(1, "1100.00"), ordered(2, "-100.00")))
    )
    assert [one.net for one in bill.lines] == [110, -10]


# --- corrections of advances ------------------------------------------------------------------


def correction_of_advance(was_paid: str | None, **changes: object) -> fa3.Bill:
    paid = None if was_paid is None else D(was_paid)
    return check_guarantees(
        advance(
            kind=fa3.InvoiceKind.ADVANCE_CORRECTION,
            correction=corrects(total_before=paid),
            **changes,
        )
    )


def test_a_higher_payment_on_the_same_order_books_the_difference() -> None:
    bill = correction_of_advance(
        "123.00",
        order=order("1230.00", ordered(1, "1000.00", before=True), ordered(1, "1000.00")),
    )
    assert [(one.number, one.net) for one in bill.lines] == [(1, 100)]


def test_another_rate_in_the_order_moves_the_payment() -> None:
    bill = correction_of_advance(
        "123.00",
        order=order("1230.00", ordered(1, "1000.00", before=True), ordered(1, "1138.89", RATE_8)),
        totals=two_rates(("-100.00", "-23.00"), ("113.89", "9.11")),
        total=D(0),
    )
    assert [(one.rate, one.net) for one in bill.lines] == [(RATE_23, -100), (RATE_8, D("113.89"))]
    assert bill.doubts == ()


def test_without_the_payment_before_the_totals_are_shared_over_the_order() -> None:
    bill = correction_of_advance(
        None,
        order=order("1230.00", ordered(1, "1000.00", before=True), ordered(1, "1000.00")),
        totals=totals("-40.00", "-9.20"),
        total=D("-49.20"),
    )
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.ORDER, -40)]
    assert bill.refund


def test_an_advance_corrected_to_zero_is_taken_back() -> None:
    bill = correction_of_advance(
        "123.00",
        order=order("0.00", ordered(1, "1000.00", before=True)),
        totals=totals("-100.00", "-23.00"),
        total=D("-123.00"),
    )
    assert [one.net for one in bill.lines] == [-100]


# --- settlements ------------------------------------------------------------------------------


def test_a_settlement_is_the_sale_less_what_its_advances_paid() -> None:
    bill = check_guarantees(settlement(totals=totals("900.00", "207.00"), total=D("1107.00")))
    assert [(one.source, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, 1000),
        (fa3.Source.ADVANCE, -100),
    ]
    assert bill.doubts == ()


def test_the_line_for_the_advances_names_them() -> None:
    numbers = (fa3.AdvanceInvoice(number="ZAL/1"), fa3.AdvanceInvoice(ksef_number="A-1"))
    bill = check_guarantees(
        settlement(advance_invoices=numbers, totals=totals("900.00", "207.00"), total=D("1107.00"))
    )
    assert bill.lines[-1].name == "Paid with the advance invoices: ZAL/1, A-1"


def test_a_settlement_without_totals_was_paid_in_full_before() -> None:
    bill = check_guarantees(settlement(totals=fa3.VatTotals(), total=D(0)))
    assert [(one.source, one.rate, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, RATE_23, 1000),
        (fa3.Source.ADVANCE, RATE_23, -1000),
    ]
    assert bill.doubts == ()


def test_a_settlement_whose_total_is_stated_as_zero_shows_the_sale_and_the_advances() -> None:
    bill = check_guarantees(settlement(totals=totals("0.00", "0.00"), total=D(0)))
    assert [one.net for one in bill.lines] == [1000, -1000]
    assert bill.doubts == ()


def test_a_settlement_in_gross_values_with_their_vat_is_settled_too() -> None:
    sold = {"net_amount": None, "net_price": None, "gross_amount": D("4.95")}
    bill = check_guarantees(
        settlement(
            lines=(line(vat_amount=D("0.93"), **sold),), totals=totals("0", "0"), total=D("0.00")
        )
    )
    assert [(one.source, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, D("4.02")),
        (fa3.Source.ADVANCE, D("-4.02")),
    ]


def test_an_advance_at_a_rate_that_is_not_sold_is_taken_off_all_the_same() -> None:
    bill = check_guarantees(
        settlement(
            lines=(line(1, "1000.00", rate=RATE_8),),
            totals=two_rates(("-100.00", "-23.00"), ("1000.00", "80.00")),
            total=D("957.00"),
        )
    )
    assert [(one.source, one.rate, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, RATE_8, 1000),
        (fa3.Source.ADVANCE, RATE_23, -100),
    ]


def test_a_settlement_that_has_its_advances_among_its_lines_needs_no_more() -> None:
    bill = check_guarantees(
        settlement(
            lines=(line(1, "1000.00"), line(2, "-100.00", name="Advance")),
            totals=totals("900.00", "207.00"),
            total=D("1107.00"),
        )
    )
    assert [one.source for one in bill.lines] == [fa3.Source.LINE, fa3.Source.LINE]


def test_more_to_pay_than_was_sold_is_no_settlement() -> None:
    bill = check_guarantees(settlement(totals=totals("1100.00", "253.00"), total=D("1353.00")))
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.TOTALS, 1100)]
    assert [finding.code for finding in bill.doubts] == ["bill.lines"]


def test_a_correction_of_a_settlement_books_what_changes_in_what_remains() -> None:
    bill = check_guarantees(
        settlement(
            kind=fa3.InvoiceKind.SETTLEMENT_CORRECTION,
            correction=corrects(total_before=D("1107.00")),
            lines=(line(1, "1000.00", before=True), line(1, "1000.00")),
            totals=totals("50.00", "11.50"),
            total=D("61.50"),
        )
    )
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.ADVANCE, 50)]
    assert bill.doubts == ()


def test_a_correction_of_a_settlement_may_change_its_lines_too() -> None:
    bill = check_guarantees(
        settlement(
            kind=fa3.InvoiceKind.SETTLEMENT_CORRECTION,
            correction=corrects(total_before=D("1107.00")),
            lines=(line(1, "1000.00", before=True), line(1, "950.00")),
            totals=totals("-50.00", "-11.50"),
            total=D("-61.50"),
        )
    )
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.LINE, -50)]
