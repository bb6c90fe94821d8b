"""Invoices in FA(2), read as what they say in FA(3)."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings

from ksef import fa3

from .builders import advance, correction, invoice, line, settlement
from .strategies import invoices_with_one_part

NAMESPACE = "http://crd.gov.pl/wzor/2023/06/29/12648/"
EXEMPT = fa3.RateCode.EXEMPT


HEADER = (
    ("http://crd.gov.pl/wzor/2025/06/25/13775/", NAMESPACE),
    ('"FA (3)"', '"FA (2)"'),
    ("<WariantFormularza>3<", "<WariantFormularza>2<"),
)


def as_fa2(document: fa3.Invoice, *changes: tuple[str, str]) -> bytes:
    """The document as a program of 2025 would have written it."""
    return changed(document, *HEADER, ("<JST>2</JST><GV>2</GV>", ""), *changes)


def changed(document: fa3.Invoice, *changes: tuple[str, str]) -> bytes:
    xml = fa3.write(document).decode()
    for now, then in changes:
        assert now in xml, now
        xml = xml.replace(now, then, 1)
    return xml.encode()


def sold_at(rate: str, *totals: tuple[str, str]) -> fa3.Invoice:
    """What is read of one line for 100.00 at a rate of FA(2), with these totals."""
    stated = "".join(f"<{name}>{amount}</{name}>" for name, amount in totals)
    exempt = fa3.VatTotals(exempt=fa3.Total(net=D("100.00")))
    document = invoice(lines=(line(rate=EXEMPT),), totals=exempt, total=D("100.00"))
    changes = (
        ("<P_13_7>100.00</P_13_7>", stated),
        ("<P_12>zw</P_12>", f"<P_12>{rate}</P_12>"),
    )
    return fa3.read_any(as_fa2(document, *changes))


@pytest.mark.parametrize("make", [invoice, correction, advance, settlement])
def test_what_fa3_says_as_well_is_read_as_the_same(make: object) -> None:
    document = make()
    assert fa3.read_any(as_fa2(document)) == document


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(invoices_with_one_part)
def test_every_element_is_read_in_the_older_form_too(document: fa3.Invoice) -> None:
    assert fa3.read_any(changed(document, *HEADER)) == document


def test_fa3_is_read_as_ever() -> None:
    assert fa3.read_any(fa3.write(invoice())) == invoice()


def test_the_reader_of_fa3_still_refuses_fa2() -> None:
    with pytest.raises(fa3.Unreadable) as refusal:
        fa3.read(as_fa2(invoice()))
    assert refusal.value.finding.code == "file.not_fa3"


@pytest.mark.parametrize(
    ("total", "code"),
    [
        ("P_13_6_1", fa3.RateCode.ZERO_DOMESTIC),
        ("P_13_6_2", fa3.RateCode.ZERO_EU_SUPPLY),
        ("P_13_6_3", fa3.RateCode.ZERO_EXPORT),
    ],
)
def test_the_total_tells_which_zero_rate_is_meant(total: str, code: fa3.RateCode) -> None:
    read = sold_at("0", (total, "100.00"))
    assert [one.rate for one in read.lines] == [code]
    assert read.notes == ()


@pytest.mark.parametrize(
    ("total", "code"),
    [("P_13_8", fa3.RateCode.OUTSIDE_POLAND), ("P_13_9", fa3.RateCode.EU_SERVICES)],
)
def test_the_total_tells_which_sale_abroad_is_meant(total: str, code: fa3.RateCode) -> None:
    assert [one.rate for one in sold_at("np", (total, "100.00")).lines] == [code]


def test_a_total_of_zero_means_nothing_beside_another() -> None:
    read = sold_at("0", ("P_13_6_1", "0.00"), ("P_13_6_2", "100.00"))
    assert [one.rate for one in read.lines] == [fa3.RateCode.ZERO_EU_SUPPLY]


def test_a_rate_that_may_mean_several_is_kept_as_a_note() -> None:
    read = sold_at("0", ("P_13_6_1", "40.00"), ("P_13_6_2", "60.00"))
    assert [one.rate for one in read.lines] == [None]
    assert read.notes == (fa3.Note(line_number=1, key="P_12", value="0"),)


def test_an_invoice_whose_rates_may_mean_several_is_billed_by_its_totals() -> None:
    bill = fa3.bill_of(sold_at("0", ("P_13_6_1", "40.00"), ("P_13_6_2", "60.00")))
    assert [one.net for one in bill.lines] == [40, 60]
    assert bill.doubts


def test_a_zero_rate_in_an_order_is_understood_too() -> None:
    one = fa3.OrderLine(number=1, name="Thing", net_amount=D("1000.00"), rate=EXEMPT)
    document = advance(
        order=fa3.Order(total=D("1000.00"), lines=(one,)),
        totals=fa3.VatTotals(zero_export=fa3.Total(net=D("100.00"))),
        total=D("100.00"),
    )
    read = fa3.read_any(as_fa2(document, ("<P_12Z>zw</P_12Z>", "<P_12Z>0</P_12Z>")))
    assert read.order and read.order.lines[0].rate is fa3.RateCode.ZERO_EXPORT


def test_a_due_date_in_words_becomes_a_note() -> None:
    document = invoice(payment=fa3.Payment(due_dates=(fa3.DueDate(due_on=None),)))
    xml = as_fa2(
        document,
        (
            "<TerminPlatnosci></TerminPlatnosci>",
            "<TerminPlatnosci><Termin>2025-03-15</Termin>"
            "<TerminOpis>30 dni od dostawy</TerminOpis></TerminPlatnosci>",
        ),
    )
    read = fa3.read_any(xml)
    assert read.notes == (fa3.Note(key="Opis terminu płatności", value="30 dni od dostawy"),)
    assert read.payment and [str(due.due_on) for due in read.payment.due_dates] == ["2025-03-15"]


def test_a_buyer_without_answers_is_no_local_government_and_in_no_group() -> None:
    buyer = fa3.read_any(as_fa2(invoice())).buyer
    assert (buyer.local_government_unit, buyer.vat_group_member) == (False, False)


def test_another_variant_is_refused() -> None:
    xml = as_fa2(invoice()).replace(b"<WariantFormularza>2<", b"<WariantFormularza>9<")
    with pytest.raises(fa3.Unreadable) as refusal:
        fa3.read_any(xml)
    assert refusal.value.finding.code == "file.not_fa3"


def test_an_element_that_neither_form_has_is_refused() -> None:
    xml = as_fa2(invoice()).replace(b"<P_2>", b"<P_2X>1</P_2X><P_2>")
    with pytest.raises(fa3.Unreadable) as refusal:
        fa3.read_any(xml)
    assert refusal.value.finding.element == "Fa/P_2X"


@pytest.mark.parametrize("xml", [b"<a/>", b"<Faktura/>", b"", b"no XML"])
def test_what_is_no_invoice_is_refused(xml: bytes) -> None:
    with pytest.raises(fa3.Unreadable):
        fa3.read_any(xml)


def test_a_prefix_for_the_namespace_changes_nothing() -> None:
    xml = (
        as_fa2(invoice()).decode().replace("<", "<f:").replace("<f:/", "</f:").replace("<f:?", "<?")
    )
    assert fa3.read_any(xml.replace("xmlns=", "xmlns:f=").encode()) == invoice()


def test_the_bill_of_an_older_invoice_is_that_of_a_new_one() -> None:
    document = invoice()
    read = fa3.read_any(as_fa2(document))
    assert fa3.bill_of(read) == fa3.bill_of(document)
