"""Bills of corrections: the difference, however the correction puts it."""

from __future__ import annotations

import dataclasses
from decimal import Decimal as D

from ksef import fa3

from .builders import correction, corrects, line, totals
from .test_billing_properties import check_guarantees

RATE_5 = fa3.RateCode.VAT_5
RATE_8 = fa3.RateCode.VAT_8
RATE_23 = fa3.RateCode.VAT_23


def before(after: fa3.Line, **changes: object) -> fa3.Line:
    """The line as it was."""
    return dataclasses.replace(after, before=True, **changes)


def ten(**changes: object) -> fa3.Line:
    """Ten pieces at 10.00."""
    return dataclasses.replace(line(1, "100.00", quantity=D(10), net_price=D("10.00")), **changes)


def by(net: str, vat: str, *lines: fa3.Line) -> fa3.Bill:
    """The bill of a correction by so much at 23 %."""
    return check_guarantees(correction(lines=lines, totals=totals(net, vat), total=D(net) + D(vat)))


def quantities_and_prices(bill: fa3.Bill) -> list[tuple[D, D, D]]:
    assert bill.doubts == ()
    return [(one.quantity, one.unit_price, one.net) for one in bill.lines]


def test_a_lower_price_takes_back_the_difference_on_each_piece() -> None:
    now = ten(net_price=D("9.00"), net_amount=D("90.00"))
    bill = by("-10.00", "-2.30", before(ten()), now)
    assert quantities_and_prices(bill) == [(10, -1, -10)]


def test_a_lower_quantity_takes_back_pieces_at_their_price() -> None:
    now = ten(quantity=D(7), net_amount=D("70.00"))
    bill = by("-30.00", "-6.90", before(ten()), now)
    assert quantities_and_prices(bill) == [(-3, 10, -30)]


def test_another_quantity_and_price_take_back_all_and_book_anew() -> None:
    now = ten(quantity=D(7), net_price=D("9.00"), net_amount=D("63.00"))
    bill = by("-37.00", "-8.51", before(ten()), now)
    assert quantities_and_prices(bill) == [(-10, 10, -100), (7, 9, 63)]


def test_an_unchanged_line_is_not_booked() -> None:
    changed = ten(number=2, net_price=D("9.00"), net_amount=D("90.00"))
    bill = by("-10.00", "-2.30", before(ten()), ten(), before(ten(number=2)), changed)
    assert [one.number for one in bill.lines] == [2]


def test_a_line_corrected_to_zero_is_taken_back_whole() -> None:
    now = ten(quantity=D(0), net_amount=D("0.00"))
    bill = by("-100.00", "-23.00", before(ten()), now)
    assert quantities_and_prices(bill) == [(-10, 10, -100)]


def test_a_line_that_is_gone_is_taken_back_whole() -> None:
    bill = by("-100.00", "-23.00", before(ten()))
    assert quantities_and_prices(bill) == [(-10, 10, -100)]


def test_a_line_that_is_new_is_booked_whole() -> None:
    bill = by("100.00", "23.00", before(ten()), ten(), ten(number=2))
    assert quantities_and_prices(bill) == [(10, 10, 100)]
    assert not bill.refund


def test_a_changed_rate_is_taken_back_at_one_and_booked_at_the_other() -> None:
    bill = check_guarantees(
        correction(
            lines=(before(ten()), ten(rate=RATE_8)),
            totals=fa3.VatTotals.by_rate(
                {
                    RATE_23: fa3.Total(net=D("-100.00"), vat=D("-23.00")),
                    RATE_8: fa3.Total(net=D("100.00"), vat=D("8.00")),
                }
            ),
            total=D("-15.00"),
        )
    )
    assert bill.doubts == ()
    assert [(one.rate, one.net) for one in bill.lines] == [(RATE_23, -100), (RATE_8, 100)]


def test_a_rate_that_changes_within_one_total_shows_both() -> None:
    bill = check_guarantees(
        correction(
            lines=(before(ten(rate=fa3.RateCode.VAT_22)), ten()),
            totals=totals("0.00", "1.00"),
            total=D("1.00"),
        )
    )
    assert [(one.rate, one.net) for one in bill.lines] == [
        (fa3.RateCode.VAT_22, -100),
        (RATE_23, 100),
    ]


def test_differences_and_states_may_be_mixed() -> None:
    difference = line(2, "-5.00")
    now = ten(net_price=D("9.00"), net_amount=D("90.00"))
    bill = by("-15.00", "-3.45", before(ten()), now, difference)
    assert [one.net for one in bill.lines] == [-10, -5]


def test_states_before_that_are_negative_already_are_understood() -> None:
    was = before(ten(quantity=D(-10), net_amount=D("-100.00")))
    now = ten(net_price=D("9.00"), net_amount=D("90.00"))
    bill = by("-10.00", "-2.30", was, now)
    assert [one.net for one in bill.lines] == [-100, 90]
    assert bill.doubts == ()


def test_gross_states_give_the_gross_difference() -> None:
    was = fa3.Line(
        number=1,
        name="Drill",
        quantity=D(1),
        gross_price=D("123.00"),
        gross_amount=D("123.00"),
        rate=RATE_23,
        before=True,
    )
    now = dataclasses.replace(was, gross_price=D("110.70"), gross_amount=D("110.70"), before=False)
    (booked,) = by("-10.00", "-2.30", was, now).lines
    assert (booked.net, booked.gross, booked.unit_price) == (-10, D("-12.30"), D("-12.30"))


def test_the_same_number_twice_is_paired_in_order() -> None:
    cheaper = ten(net_price=D("9.00"), net_amount=D("90.00"))
    bill = by("-10.00", "-2.30", before(ten()), before(ten()), ten(), cheaper)
    assert quantities_and_prices(bill) == [(10, -1, -10)]


def test_lines_that_are_numbered_through_are_paired_by_their_name() -> None:
    saw, drill = ten(name="Saw"), ten(name="Drill")
    lines = (
        before(saw),
        dataclasses.replace(saw, number=2),
        before(drill, number=3),
        dataclasses.replace(drill, number=4, net_price=D("9.00"), net_amount=D("90.00")),
    )
    bill = by("-10.00", "-2.30", *lines)
    assert [(one.name, one.number, one.net) for one in bill.lines] == [("Drill", 4, -10)]


def test_lines_that_are_numbered_through_are_paired_by_their_identifier() -> None:
    now = ten(number=2, name="Drill, blue", uuid="a", net_price=D("9.00"), net_amount=D("90.00"))
    bill = by("-10.00", "-2.30", before(ten(name="Drill", uuid="a")), now)
    assert quantities_and_prices(bill) == [(10, -1, -10)]


def test_a_rebate_on_a_period_without_lines_is_one_line_for_each_rate() -> None:
    bill = check_guarantees(
        correction(
            correction=corrects(reason="Rebate for the first half of the year"),
            lines=(),
            totals=fa3.VatTotals.by_rate(
                {
                    RATE_23: fa3.Total(net=D("-10.00"), vat=D("-2.30")),
                    RATE_5: fa3.Total(net=D("-20.00"), vat=D("-1.00")),
                }
            ),
            total=D("-33.30"),
        )
    )
    assert [(one.rate, one.net, one.name) for one in bill.lines] == [
        (RATE_23, -10, "Rebate for the first half of the year"),
        (RATE_5, -20, "Rebate for the first half of the year"),
    ]
    assert bill.doubts == ()


def test_a_correction_of_names_books_nothing() -> None:
    bill = check_guarantees(correction(lines=(), totals=fa3.VatTotals(), total=D(0)))
    assert (bill.lines, bill.doubts, bill.refund) == ((), (), False)
    assert bill.totals == fa3.BillTotals(net=D(0), vat=D(0), gross=D(0))


def test_a_correction_of_the_vat_alone_has_a_line_for_it() -> None:
    bill = check_guarantees(correction(lines=(), totals=totals("0.00", "-1.00"), total=D("-1.00")))
    assert [(one.rate, one.net) for one in bill.lines] == [(RATE_23, 0)]
    assert (bill.groups[0].net, bill.groups[0].vat) == (0, -1)


def test_lines_that_only_show_the_state_after_give_way_to_the_totals() -> None:
    bill = by("-10.00", "-2.30", ten(net_price=D("9.00"), net_amount=D("90.00")))
    (booked,) = bill.lines
    assert (booked.source, booked.net) == (fa3.Source.TOTALS, -10)
    assert "= 90.00" in booked.notes[0].text
    (finding,) = bill.doubts
    assert finding.code == "bill.lines"
    assert finding.values["difference"] == 100
