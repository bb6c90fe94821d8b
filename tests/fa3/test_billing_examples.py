"""The official examples as bills: all of them to the grosz, without a doubt."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

from ksef import fa3

from .test_billing_properties import check_guarantees

LINE, ORDER, ADVANCE = "line", "order", "advance"
EXPECTED: dict[int, list[tuple[str, str]]] = {
    1: [(LINE, "1626.01"), (LINE, "40.65"), (LINE, "0.95"), ("rounding", "0.01")],
    2: [(LINE, "-162.60")],
    3: [(LINE, "-162.60")],
    4: [(LINE, "16260.10"), (LINE, "18000"), (LINE, "18000")],
    5: [],
    6: [("totals", "-40650.41")],
    7: [(LINE, "-40650.41")],
    8: [(LINE, "15000")],
    9: [(LINE, "2000"), (LINE, "300")],
    10: [(ORDER, "15993.60"), (ORDER, "266.56")],
    11: [(ORDER, "-15993.60"), (ORDER, "18214.94")],
    12: [(ORDER, "9107.47"), (ORDER, "133.28")],
    13: [],
    14: [(LINE, "307500"), (LINE, "4500"), (ADVANCE, "-399.84"), (ADVANCE, "-27322.41")],
    15: [(LINE, "365.85")],
    16: [(LINE, "365.85")],
    17: [(LINE, "307500"), (LINE, "4500"), (ADVANCE, "-501.60"), (ADVANCE, "-34275.95")],
    18: [(ADVANCE, "101.76"), (ADVANCE, "6953.54")],
    19: [(LINE, "2000"), (LINE, "813.00")],
    20: [(LINE, "4060"), (LINE, "5000"), (LINE, "4500")],
    21: [(LINE, "4060"), (LINE, "5000"), (LINE, "4500")],
    22: [(LINE, "4000")],
    23: [(LINE, "8000")],
    24: [(LINE, "18.00"), (LINE, "25.60")],
    25: [(LINE, "18.00"), (LINE, "25.60")],
    26: [(LINE, "30")],
}
REFUNDS = {2, 3, 6, 7}


def document(shared_ksef: Path, number: int) -> fa3.Invoice:
    path = shared_ksef / "examples" / "fa3" / f"FA_3_Przyklad_{number:02}.xml"
    return fa3.read(path.read_bytes())


@pytest.mark.parametrize("number", EXPECTED)
def test_an_official_example_becomes_the_bill_that_it_means(shared_ksef: Path, number: int) -> None:
    bill = check_guarantees(document(shared_ksef, number))
    assert [(line.source.value, line.net) for line in bill.lines] == [
        (source, D(net)) for source, net in EXPECTED[number]
    ]
    assert bill.doubts == ()
    assert bill.refund == (number in REFUNDS)


@pytest.mark.parametrize(
    ("number", "to_pay"), [(1, "2051"), (4, "63279.92"), (24, "53.63"), (26, "36.5")]
)
def test_what_is_to_be_paid_has_charges_and_deductions(
    shared_ksef: Path, number: int, to_pay: str
) -> None:
    assert fa3.bill_of(document(shared_ksef, number)).to_pay == D(to_pay)


@pytest.mark.parametrize(
    ("number", "rate"), [(1, None), (20, D("4.5005")), (21, D("4.414563")), (22, None)]
)
def test_the_exchange_rate_is_that_of_the_lines_or_of_the_vat(
    shared_ksef: Path, number: int, rate: D | None
) -> None:
    assert fa3.bill_of(document(shared_ksef, number)).exchange_rate == rate


def test_a_simplified_invoice_without_totals_has_them_counted_from_its_rate(
    shared_ksef: Path,
) -> None:
    (group,) = fa3.bill_of(document(shared_ksef, 16)).groups
    assert (group.net, group.vat, group.stated) == (D("365.85"), D("84.15"), False)
