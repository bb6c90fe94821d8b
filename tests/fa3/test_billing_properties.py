"""What holds of the bill of any invoice whatever, and of those that add up."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ksef import fa3
from ksef.fa3.totals import FIELD_OF_RATE

from .builders import corrects, invoice
from .strategies import decimals, of

patient = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
AMOUNTS = decimals(2, 5)


def check_guarantees(document: fa3.Invoice) -> fa3.Bill:
    """The promises of `fa3.Bill`, which hold however wrong the document is."""
    bill = fa3.bill_of(document)
    sums: defaultdict[str, D] = defaultdict(D)
    for line in bill.lines:
        sums[line.group] += line.net
        assert line.quantity
        reduced = line.quantity * line.unit_price * (100 - line.discount_percent) / 100
        assert rounded(reduced) == (line.gross if line.price_includes_tax else line.net)
        assert line.name or line.number is not None
    for group in bill.groups:
        assert sums.pop(group.name, D(0)) == group.net
        if group.net or group.vat:
            assert any(line.group == group.name for line in bill.lines)
    rounding = sums.pop("", D(0))
    assert not any(sums.values()), "lines in groups that the bill does not have"
    whole = sum((group.net + group.vat for group in bill.groups), rounding)
    doubted = any(finding.code == "bill.total" for finding in bill.doubts)
    assert (whole != document.total) == doubted
    assert bill.totals.gross == document.total
    assert bill.refund == (document.total < 0)
    for finding in bill.doubts:
        assert finding.severity is fa3.Severity.WARNING
        assert "%" not in finding.message.replace(" %", "")
    return bill


def rounded(amount: D) -> D:
    return amount.quantize(D("0.01"), rounding=ROUND_HALF_UP)


# --- anything ---------------------------------------------------------------------------------

SMALL_LINES = st.builds(
    fa3.Line,
    number=st.integers(1, 4),
    name=st.sampled_from(["Drill", "Bit"]),
    quantity=st.none() | decimals(6, 3),
    net_price=st.none() | decimals(2, 4),
    gross_price=st.none() | decimals(8, 6),
    discount=st.none() | decimals(2, 2),
    net_amount=st.none() | AMOUNTS,
    gross_amount=st.none() | AMOUNTS,
    vat_amount=st.none() | AMOUNTS,
    rate=st.none() | st.sampled_from(fa3.RateCode),
    oss_rate=st.none() | st.just(D("21")),
    before=st.booleans(),
)
ORDER_LINES = st.builds(
    fa3.OrderLine,
    number=st.integers(1, 3),
    name=st.just("Flat"),
    quantity=st.none() | decimals(6, 3),
    net_price=st.none() | AMOUNTS,
    net_amount=st.none() | AMOUNTS,
    rate=st.none() | st.sampled_from(fa3.RateCode),
    before=st.booleans(),
)


def tuples(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=5).map(tuple)


@settings(patient, max_examples=600)
@given(
    kind=st.sampled_from(fa3.InvoiceKind),
    totals=st.just(fa3.VatTotals()) | of(fa3.VatTotals),
    total=AMOUNTS,
    lines=tuples(SMALL_LINES),
    order=st.none() | st.builds(fa3.Order, total=AMOUNTS, lines=tuples(ORDER_LINES)),
    before=st.none() | AMOUNTS,
    margin=st.none() | st.just(fa3.MarginScheme.TRAVEL),
)
def test_any_invoice_gives_a_bill_that_keeps_its_promises(
    kind: fa3.InvoiceKind,
    totals: fa3.VatTotals,
    total: D,
    lines: tuple[fa3.Line, ...],
    order: fa3.Order | None,
    before: D | None,
    margin: fa3.MarginScheme | None,
) -> None:
    check_guarantees(
        invoice(
            kind=kind,
            totals=totals,
            total=total,
            lines=lines,
            order=order,
            correction=corrects(total_before=before) if kind.is_correction else None,
            annotations=fa3.Annotations(margin=margin),
        )
    )


@settings(patient, max_examples=25)
@given(of(fa3.Invoice))
def test_anything_that_the_schema_allows_gives_a_bill_that_keeps_its_promises(
    document: fa3.Invoice,
) -> None:
    check_guarantees(document)


# --- what adds up -----------------------------------------------------------------------------

FORMER = (fa3.RateCode.VAT_22, fa3.RateCode.VAT_7, fa3.RateCode.VAT_3)
"""Rates that share their total with another."""
RATES = [rate for rate in fa3.RateCode if rate not in FORMER]


@st.composite
def sold_lines(draw: Any, *, gross: bool = False) -> tuple[fa3.Line, ...]:
    """Lines that are quantity times price."""
    count = draw(st.integers(1, 6))
    return tuple(
        sold(
            number,
            draw(st.builds(D, st.integers(1, 10**6))).scaleb(-draw(st.integers(0, 3))),
            draw(st.builds(D, st.integers(1, 10**6))).scaleb(-draw(st.integers(0, 8))),
            draw(st.sampled_from(RATES)),
            gross=gross,
        )
        for number in range(1, count + 1)
    )


def sold(number: int, quantity: D, price: D, rate: fa3.RateCode, *, gross: bool) -> fa3.Line:
    value = rounded(quantity * price)
    values = {"gross_price": price, "gross_amount": value}
    if not gross:
        values = {"net_price": price, "net_amount": value}
    return fa3.Line(number=number, name=f"No. {number}", quantity=quantity, rate=rate, **values)


def totals_of(lines: tuple[fa3.Line, ...], signs: dict[bool, int]) -> fa3.VatTotals:
    nets: defaultdict[fa3.RateCode, D] = defaultdict(D)
    grosses: defaultdict[fa3.RateCode, D] = defaultdict(D)
    for line in lines:
        assert line.rate
        nets[line.rate] += signs[line.before] * (line.net_amount or 0)
        grosses[line.rate] += signs[line.before] * (line.gross_amount or 0)
    totals = {}
    for rate in nets:
        percent = rate.percent or D(0)
        net = nets[rate] or rounded(grosses[rate] * 100 / (100 + percent))
        vat = grosses[rate] - net if grosses[rate] else rounded(net * percent / 100)
        totals[rate] = fa3.Total(net=net, vat=vat)
    return fa3.VatTotals.by_rate(totals)


def share_of(whole: fa3.VatTotals, percent: int) -> fa3.VatTotals:
    return fa3.VatTotals(
        **{
            name: fa3.Total(
                net=rounded(total.net * percent / 100),
                vat=None if total.vat is None else rounded(total.vat * percent / 100),
            )
            for name, total in whole.items()
        }
    )


def adding_up(lines: tuple[fa3.Line, ...], **changes: Any) -> fa3.Invoice:
    totals = totals_of(lines, {True: -1, False: 1})
    return invoice(
        **{"lines": lines, "totals": totals, "total": totals.net + totals.vat, **changes}
    )


@patient
@given(sold_lines())
def test_lines_that_add_up_are_booked_as_they_are(lines: tuple[fa3.Line, ...]) -> None:
    bill = check_guarantees(adding_up(lines))
    assert bill.doubts == ()
    assert [(one.number, one.quantity, one.unit_price, one.net) for one in bill.lines] == [
        (line.number, line.quantity, line.net_price, line.net_amount) for line in lines
    ]


@patient
@given(sold_lines(gross=True))
def test_lines_counted_from_gross_values_are_booked_one_by_one(
    lines: tuple[fa3.Line, ...],
) -> None:
    bill = check_guarantees(adding_up(lines))
    assert bill.doubts == ()
    assert [(one.number, one.gross) for one in bill.lines] == [
        (line.number, line.gross_amount) for line in lines
    ]


@patient
@given(sold_lines(), sold_lines())
def test_before_and_after_give_the_difference(
    before: tuple[fa3.Line, ...], after: tuple[fa3.Line, ...]
) -> None:
    lines = (*(_as_before(line) for line in before), *after)
    bill = check_guarantees(
        adding_up(lines, kind=fa3.InvoiceKind.CORRECTION, correction=corrects())
    )
    assert bill.doubts == ()
    assert {one.source for one in bill.lines} <= {fa3.Source.LINE}


def _as_before(line: fa3.Line) -> fa3.Line:
    return fa3.Line(
        number=line.number,
        name=line.name,
        quantity=line.quantity,
        rate=line.rate,
        net_price=line.net_price,
        net_amount=line.net_amount,
        before=True,
    )


@patient
@given(sold_lines(), st.integers(1, 99))
def test_an_advance_is_a_share_of_every_line_of_its_order(
    lines: tuple[fa3.Line, ...], percent: int
) -> None:
    whole = totals_of(lines, {False: 1})
    paid = share_of(whole, percent)
    order_lines = tuple(
        fa3.OrderLine(number=one.number, name=one.name, net_amount=one.net_amount, rate=one.rate)
        for one in lines
    )
    bill = check_guarantees(
        invoice(
            kind=fa3.InvoiceKind.ADVANCE,
            lines=(),
            order=fa3.Order(total=whole.net + whole.vat, lines=order_lines),
            totals=paid,
            total=paid.net + paid.vat,
        )
    )
    assert {one.source for one in bill.lines} <= {fa3.Source.ORDER}


@patient
@given(sold_lines() | sold_lines(gross=True), st.integers(1, 99))
def test_a_settlement_is_the_whole_sale_less_its_advances(
    lines: tuple[fa3.Line, ...], percent: int
) -> None:
    left = share_of(totals_of(lines, {False: 1}), percent)
    bill = check_guarantees(
        adding_up(lines, kind=fa3.InvoiceKind.SETTLEMENT, totals=left, total=left.net + left.vat)
    )
    assert [one.number for one in bill.lines if one.source is fa3.Source.LINE] == [
        line.number for line in lines
    ]
    assert all(one.net < 0 for one in bill.lines if one.source is fa3.Source.ADVANCE)
    assert bill.doubts == ()


def test_every_rate_has_a_group() -> None:
    assert set(FIELD_OF_RATE) == set(fa3.RateCode)
