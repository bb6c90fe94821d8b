"""Bills of invoices whose lines and totals tell different stories, or only half of one."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from ksef import fa3

from .builders import invoice, line, totals
from .test_billing_properties import check_guarantees

RATE_5 = fa3.RateCode.VAT_5
RATE_23 = fa3.RateCode.VAT_23
EXEMPT = fa3.RateCode.EXEMPT
MARGIN = fa3.Annotations(margin=fa3.MarginScheme.USED_GOODS)


def named(number: int = 1, name: str = "Drill", **changes: object) -> fa3.Line:
    """A line that only says what it is."""
    return fa3.Line(number=number, name=name, **changes)


def simplified(*lines: fa3.Line, **changes: object) -> fa3.Bill:
    """The bill of a simplified invoice for 123.00 that states no totals."""
    settings = {"totals": fa3.VatTotals(), "total": D("123.00"), **changes}
    return check_guarantees(invoice(kind=fa3.InvoiceKind.SIMPLIFIED, lines=lines, **settings))


# --- lines against totals ---------------------------------------------------------------------


def test_lines_that_contradict_their_total_give_way_to_it() -> None:
    bill = check_guarantees(invoice(lines=(line(1, "60.00"), line(2, "30.00"))))
    (booked,) = bill.lines
    assert (booked.source, booked.net, booked.rate) == (fa3.Source.TOTALS, 100, RATE_23)
    assert booked.name == "Refrigerator"
    assert [note.values["number"] for note in booked.notes] == [1, 2]


def test_the_doubt_says_by_how_much_lines_and_total_differ() -> None:
    (finding,) = check_guarantees(invoice(lines=(line(1, "60.00"),))).doubts
    assert finding.element == "Fa/P_13_1"
    assert finding.values["difference"] == -40
    assert "-40.00" in finding.message


def test_rounding_does_not_explain_more_than_a_zloty() -> None:
    lines = tuple(line(number, "1.00") for number in range(1, 201))
    bill = check_guarantees(
        invoice(lines=lines, totals=totals("201.01", "46.23"), total=D("247.24"))
    )
    assert [finding.code for finding in bill.doubts] == ["bill.lines"]


def test_rounding_of_gross_values_explains_a_grosz_a_line() -> None:
    one = {"net_amount": None, "net_price": None, "gross_amount": D("1.00")}
    lines = tuple(line(number, **one) for number in range(1, 501))
    bill = check_guarantees(
        invoice(lines=lines, totals=totals("406.50", "93.50"), total=D("500.00"))
    )
    assert len(bill.lines) == 500
    assert bill.doubts == ()


def test_net_and_gross_lines_at_one_rate_come_to_their_total_together() -> None:
    gross = named(2, gross_amount=D("123.00"), gross_price=D("123.00"), rate=RATE_23)
    bill = check_guarantees(
        invoice(lines=(line(), gross), totals=totals("200.00", "46.00"), total=D("246.00"))
    )
    assert [(one.net, one.gross) for one in bill.lines] == [(100, None), (100, 123)]
    assert bill.doubts == ()


def test_only_the_rate_that_is_contradicted_loses_its_lines() -> None:
    bill = check_guarantees(
        invoice(
            lines=(line(1, "60.00"), line(2, "10.00", rate=RATE_5, name="Milk")),
            totals=fa3.VatTotals.by_rate(
                {
                    RATE_23: fa3.Total(net=D("100.00"), vat=D("23.00")),
                    RATE_5: fa3.Total(net=D("10.00"), vat=D("0.50")),
                }
            ),
            total=D("133.50"),
        )
    )
    assert [(one.source, one.name, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, "Milk", 10),
        (fa3.Source.TOTALS, "Refrigerator", 100),
    ]


def test_many_different_lines_are_told_of_by_their_rate() -> None:
    bill = check_guarantees(invoice(lines=(line(1, "60.00", name="A"), line(2, "30.00", name="B"))))
    assert bill.lines[0].name == "Sales at the VAT rate 23 %"
    assert bill.lines[0].wording is not None


def test_no_more_lines_are_told_of_than_one_can_read() -> None:
    lines = tuple(line(number, "1.00") for number in range(1, 201))
    bill = check_guarantees(invoice(lines=lines))
    assert len(bill.lines[0].notes) == 50


def test_an_invoice_without_lines_is_booked_by_its_totals() -> None:
    bill = check_guarantees(invoice(lines=()))
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.TOTALS, 100)]
    assert bill.doubts == ()


def test_a_line_without_a_value_takes_what_the_others_leave() -> None:
    bill = check_guarantees(invoice(lines=(line(1, "60.00"), named(2, rate=RATE_23))))
    assert [one.net for one in bill.lines] == [60, 40]
    assert bill.doubts == ()


def test_a_line_that_is_only_a_remark_is_worth_nothing() -> None:
    bill = check_guarantees(invoice(lines=(line(), named(2, "Thank you"))))
    assert [(one.name, one.net) for one in bill.lines] == [("Refrigerator", 100), ("Thank you", 0)]


def test_several_lines_without_values_are_one_line_of_their_total() -> None:
    bill = check_guarantees(invoice(lines=(named(1, "A"), named(2, "B"))))
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.TOTALS, 100)]
    assert [note.values["line"] for note in bill.lines[0].notes] == ["A", "B"]
    assert bill.doubts == ()


def test_a_line_with_a_price_alone_is_worth_quantity_times_price() -> None:
    priced = named(quantity=D(4), net_price=D("30.00"), discount=D("5.00"), rate=RATE_23)
    (booked,) = check_guarantees(invoice(lines=(priced,))).lines
    assert (booked.quantity, booked.net) == (4, 100)


# --- rates ------------------------------------------------------------------------------------


def test_lines_that_name_another_rate_than_their_total_are_booked_at_that_of_the_total() -> None:
    bill = check_guarantees(
        invoice(
            lines=(line(), line(2, "50.00", rate=EXEMPT, name="Milk")),
            totals=fa3.VatTotals.by_rate(
                {
                    RATE_23: fa3.Total(net=D("100.00"), vat=D("23.00")),
                    RATE_5: fa3.Total(net=D("50.00"), vat=D("2.50")),
                }
            ),
            total=D("175.50"),
        )
    )
    assert [(one.name, one.rate, one.net) for one in bill.lines] == [
        ("Refrigerator", RATE_23, 100),
        ("Milk", RATE_5, 50),
    ]
    assert [finding.code for finding in bill.doubts] == ["bill.rate"]
    assert "zw" in bill.doubts[0].message


def test_lines_without_rates_are_known_by_what_they_come_to() -> None:
    bill = check_guarantees(
        invoice(
            lines=(line(rate=None), line(2, "50.00", rate=EXEMPT)),
            totals=fa3.VatTotals(
                standard=fa3.Total(net=D("100.00"), vat=D("23.00")),
                super_reduced=fa3.Total(net=D("10.00"), vat=D("0.50")),
                exempt=fa3.Total(net=D("50.00")),
            ),
            total=D("183.50"),
        )
    )
    assert [(one.source, one.rate, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, RATE_23, 100),
        (fa3.Source.LINE, EXEMPT, 50),
        (fa3.Source.TOTALS, RATE_5, 10),
    ]


def test_a_line_without_a_rate_belongs_to_the_only_total() -> None:
    bill = check_guarantees(invoice(lines=(line(rate=None),)))
    assert [one.rate for one in bill.lines] == [RATE_23]


def test_a_line_without_a_rate_belongs_to_the_total_that_no_other_line_has() -> None:
    bill = check_guarantees(
        invoice(
            lines=(line(), line(2, "50.00", rate=None)),
            totals=fa3.VatTotals.by_rate(
                {
                    RATE_23: fa3.Total(net=D("100.00"), vat=D("23.00")),
                    fa3.RateCode.OUTSIDE_POLAND: fa3.Total(net=D("50.00")),
                }
            ),
            total=D("173.00"),
        )
    )
    assert [one.rate for one in bill.lines] == [RATE_23, fa3.RateCode.OUTSIDE_POLAND]
    assert bill.doubts == ()


def test_the_former_rate_is_known_by_its_vat() -> None:
    bill = check_guarantees(invoice(lines=(), totals=totals("100.00", "22.00"), total=D("122.00")))
    assert [one.rate for one in bill.lines] == [fa3.RateCode.VAT_22]


def test_the_former_rate_is_not_taken_for_a_grosz() -> None:
    reduced = fa3.VatTotals(reduced=fa3.Total(net=D("0.18"), vat=D("0.01")))
    bill = check_guarantees(invoice(lines=(), totals=reduced, total=D("0.19")))
    assert [one.rate for one in bill.lines] == [fa3.RateCode.VAT_8]


def test_the_rate_that_the_lines_have_is_that_of_their_total() -> None:
    reduced = fa3.VatTotals(reduced=fa3.Total(net=D("100.00"), vat=D("7.50")))
    lines = (line(1, "90.00", rate=fa3.RateCode.VAT_8),)
    bill = check_guarantees(invoice(lines=lines, totals=reduced, total=D("107.50")))
    assert [(one.source, one.rate) for one in bill.lines] == [
        (fa3.Source.TOTALS, fa3.RateCode.VAT_8)
    ]


@pytest.mark.parametrize("rate", [rate for rate in fa3.RateCode if not rate.percent])
def test_sales_without_vat_are_booked_at_their_rate(rate: fa3.RateCode) -> None:
    bill = check_guarantees(
        invoice(
            lines=(line(rate=rate),),
            totals=fa3.VatTotals.by_rate({rate: fa3.Total(net=D("100.00"))}),
            total=D("100.00"),
        )
    )
    assert [(one.rate, one.net) for one in bill.lines] == [(rate, 100)]
    assert (bill.totals.vat, bill.doubts) == (0, ())


def test_sales_taxed_in_another_country_keep_its_rate() -> None:
    bill = check_guarantees(
        invoice(
            lines=(line(rate=None, oss_rate=D("21")),),
            totals=fa3.VatTotals(oss=fa3.Total(net=D("100.00"), vat=D("21.00"))),
            total=D("121.00"),
        )
    )
    assert [(one.rate, one.oss_rate, one.group) for one in bill.lines] == [(None, 21, "oss")]
    assert bill.groups[0].oss_rate == 21


def test_goods_under_the_margin_scheme_have_no_vat() -> None:
    sold = named(gross_price=D("15000"), gross_amount=D("15000"), quantity=D(1))
    bill = check_guarantees(
        invoice(
            lines=(sold,),
            annotations=MARGIN,
            totals=fa3.VatTotals(margin=fa3.Total(net=D("15000"))),
            total=D("15000"),
        )
    )
    assert [(one.margin, one.rate, one.net) for one in bill.lines] == [(True, None, 15000)]


# --- totals that are not stated ---------------------------------------------------------------


def test_a_simplified_invoice_may_tell_the_rate_alone() -> None:
    bill = simplified(named(rate=RATE_23))
    assert [(one.name, one.net) for one in bill.lines] == [("Drill", 100)]
    assert (bill.totals.net, bill.totals.vat, bill.doubts) == (100, 23, ())


def test_a_simplified_invoice_may_tell_gross_values() -> None:
    lines = (
        named(1, gross_amount=D("61.50"), rate=RATE_23),
        named(2, gross_amount=D("61.50"), rate=RATE_5),
    )
    bill = simplified(*lines)
    assert [(group.net, group.vat) for group in bill.groups] == [
        (D("50.00"), D("11.50")),
        (D("58.57"), D("2.93")),
    ]
    assert bill.doubts == ()


def test_a_simplified_invoice_may_tell_nothing_of_its_vat() -> None:
    bill = simplified(named(), named(2, rate=RATE_23))
    assert [(one.rate, one.net) for one in bill.lines if one.net] == [(None, 123)]
    assert [finding.code for finding in bill.doubts] == ["bill.rate_missing"]


def test_totals_that_an_ordinary_invoice_lacks_are_counted_and_doubted() -> None:
    bill = check_guarantees(invoice(totals=fa3.VatTotals()))
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.LINE, 100)]
    assert [finding.code for finding in bill.doubts] == ["bill.totals_missing"]


def test_one_total_that_is_left_out_is_counted_if_it_explains_what_is_to_be_paid() -> None:
    bill = check_guarantees(
        invoice(lines=(line(), line(2, "50.00", rate=EXEMPT)), total=D("173.00"))
    )
    assert [(one.rate, one.net) for one in bill.lines] == [(RATE_23, 100), (EXEMPT, 50)]
    assert [finding.code for finding in bill.doubts] == ["bill.totals_missing"]


def test_lines_at_a_rate_without_a_total_that_nobody_pays_for_are_not_booked() -> None:
    bill = check_guarantees(invoice(lines=(line(), line(2, "50.00", rate=EXEMPT))))
    assert [one.number for one in bill.lines] == [1]
    assert [finding.code for finding in bill.doubts] == ["bill.lines_beyond"]
    assert "50.00" in bill.notes[0].text


# --- the total --------------------------------------------------------------------------------


def test_a_total_rounded_to_whole_zlotys_has_a_line_for_the_rounding() -> None:
    bill = check_guarantees(
        invoice(totals=totals("100.00", "23.40"), lines=(line(),), total=D("123.00"))
    )
    assert [(one.source, one.rate, one.net) for one in bill.lines] == [
        (fa3.Source.LINE, RATE_23, 100),
        (fa3.Source.ROUNDING, None, D("-0.40")),
    ]
    assert bill.doubts == ()
    assert "-0.40" in bill.notes[0].text


def test_a_total_that_is_another_one_is_doubted() -> None:
    bill = check_guarantees(invoice(total=D("150.00")))
    assert [(one.source, one.net) for one in bill.lines] == [(fa3.Source.LINE, 100)]
    (finding,) = bill.doubts
    assert (finding.code, finding.values["difference"]) == ("bill.total", 27)


def test_huge_amounts_stay_exact() -> None:
    huge = "9999999999999999.99"
    bill = check_guarantees(
        invoice(
            lines=(
                line(1, huge, quantity=D("3.333333"), net_price=D("2999999999999999.12345678")),
            ),
            totals=totals(huge, "0.01"),
            total=D("10000000000000000.00"),
        )
    )
    assert [one.net for one in bill.lines] == [D(huge)]
