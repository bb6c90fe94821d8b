"""How values become the text of elements."""

from __future__ import annotations

import dataclasses
import doctest
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from lxml import etree

from ksef import fa3
from ksef.fa3 import form

from .builders import BUYER, invoice, line


def texts(xml: bytes, name: str) -> list[str]:
    """The texts of all elements called ``name``."""
    return [element.text or "" for element in etree.fromstring(xml).iter(form.tag(name))]


def test_the_examples_in_the_model_work() -> None:
    assert doctest.testmod(fa3.model).failed == 0


def test_a_document_is_utf8_with_a_declaration_and_without_a_byte_order_mark() -> None:
    xml = fa3.write(invoice(number="ŻÓŁĆ/1"))
    assert xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "<P_2>ŻÓŁĆ/1</P_2>".encode() in xml


def test_a_document_says_which_form_it_is() -> None:
    head = etree.fromstring(fa3.write(invoice())).find(".//" + form.tag("KodFormularza"))
    assert (head.text, *head.attrib.values()) == ("FA", "FA (3)", "1-0E")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1", "1"),
        ("1.5", "1.5"),
        ("1.50", "1.50"),
        ("1.500", "1.50"),
        ("-0.01", "-0.01"),
        ("1E+3", "1000"),
        ("1E-2", "0.01"),
        ("0E-7", "0.00"),
    ],
)
def test_an_amount_keeps_its_decimals_up_to_two(amount: str, written: str) -> None:
    assert texts(fa3.write(invoice(total=Decimal(amount))), "P_15") == [written]


@pytest.mark.parametrize(
    ("price", "written"),
    [("0.00000001", "0.00000001"), ("1E-8", "0.00000001"), ("12.340000000", "12.34000000")],
)
def test_a_price_keeps_its_decimals_up_to_eight(price: str, written: str) -> None:
    xml = fa3.write(invoice(lines=(line(net_price=Decimal(price)),)))
    assert texts(xml, "P_9A") == [written]


def test_a_quantity_keeps_its_decimals_up_to_six() -> None:
    xml = fa3.write(invoice(lines=(line(quantity=Decimal("1.2345670")),)))
    assert texts(xml, "P_8B") == ["1.234567"]


@pytest.mark.parametrize("amount", ["1.005", "NaN", "Infinity"])
def test_an_amount_that_fa3_cannot_express_is_refused_not_rounded(amount: str) -> None:
    with pytest.raises(fa3.Unwritable) as refusal:
        fa3.write(invoice(lines=(line(), line(2, net_amount=Decimal(amount)))))
    assert refusal.value.finding.element == "Fa/FaWiersz[2]/P_11"
    assert refusal.value.finding.line == 2
    assert amount in refusal.value.finding.message


def test_a_control_character_is_refused_with_its_place() -> None:
    with pytest.raises(fa3.Unwritable) as refusal:
        fa3.write(invoice(lines=(line(name="a\x0bb"),)))
    finding = refusal.value.finding
    assert (finding.code, finding.element) == ("text.unprintable", "Fa/FaWiersz[1]/P_7")
    assert "U+000B" in finding.message
    assert "Goods or services" in finding.message


@pytest.mark.parametrize("name", ["a & b", "<b>", "]]>", "\r\n\t", "'\"", "\xa0", "🧊"])
def test_any_other_text_is_kept_as_it_is(name: str) -> None:
    xml = fa3.write(invoice(lines=(line(name=name),)))
    assert texts(xml, "P_7") == [name]


def test_a_moment_is_written_in_utc() -> None:
    in_warsaw = timezone(timedelta(hours=1))
    xml = fa3.write(invoice(generated_at=datetime(2026, 2, 15, 0, 30, tzinfo=in_warsaw)))
    assert texts(xml, "DataWytworzeniaFa") == ["2026-02-14T23:30:00Z"]


def test_a_moment_without_its_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zone"):
        fa3.write(invoice(generated_at=datetime(2026, 2, 15)))  # noqa: DTZ001 - the very point


def test_what_an_invoice_always_says_is_written_without_being_asked_for() -> None:
    xml = fa3.write(invoice())
    always = {
        "JST": "2",
        "GV": "2",
        "P_16": "2",
        "P_17": "2",
        "P_18": "2",
        "P_18A": "2",
        "P_19N": "1",
        "P_22N": "1",
        "P_23": "2",
        "P_PMarzyN": "1",
    }
    assert {name: texts(xml, name) for name in always} == {
        name: [text] for name, text in always.items()
    }


def test_a_buyer_without_any_number_says_so() -> None:
    buyer = dataclasses.replace(BUYER, identity=fa3.Identity(name="Jan Kowalski"))
    assert texts(fa3.write(invoice(buyer=buyer)), "BrakID") == ["1"]


@pytest.mark.parametrize(
    "identity",
    [
        fa3.Identity(nip="1111111111"),
        fa3.Identity(eu_country="DE", eu_vat_number="1"),
        fa3.Identity(other_id="1"),
    ],
)
def test_a_buyer_with_a_number_does_not_say_that_there_is_none(identity: fa3.Identity) -> None:
    buyer = dataclasses.replace(BUYER, identity=identity)
    assert texts(fa3.write(invoice(buyer=buyer)), "BrakID") == []


def test_a_corrected_invoice_without_ksef_number_was_issued_outside_ksef() -> None:
    original = fa3.CorrectedInvoice(issue_date=invoice().issue_date, number="1")
    xml = fa3.write(invoice(correction=fa3.Correction(corrected=(original,))))
    assert (texts(xml, "NrKSeFN"), texts(xml, "NrKSeF")) == (["1"], [])


def test_an_advance_outside_ksef_goes_by_its_own_number() -> None:
    xml = fa3.write(invoice(advance_invoices=(fa3.AdvanceInvoice(number="ZAL/1"),)))
    assert (texts(xml, "NrKSeFZN"), texts(xml, "NrFaZaliczkowej")) == (["1"], ["ZAL/1"])


def test_a_vat_of_zero_is_left_out_where_there_is_no_element_for_it() -> None:
    exempt = fa3.Total(net=Decimal(1), vat=Decimal("0.00"))
    assert fa3.VatTotals.by_rate({fa3.RateCode.EXEMPT: exempt}).exempt == fa3.Total(net=Decimal(1))


def test_a_vat_that_there_is_no_element_for_is_refused_rather_than_lost() -> None:
    exempt = fa3.VatTotals(exempt=fa3.Total(net=Decimal(1), vat=Decimal("0.23")))
    with pytest.raises(fa3.Unwritable) as refusal:
        fa3.write(invoice(totals=exempt))
    assert refusal.value.finding.element == "Fa/P_13_7"
    assert "0.23" in str(refusal.value)


def test_totals_by_rate_end_up_in_their_elements() -> None:
    one = fa3.Total(net=Decimal(1))
    by_rate = dict.fromkeys(fa3.RateCode, one)
    totals = fa3.VatTotals.by_rate(by_rate, oss=one, margin=one)
    xml = fa3.write(invoice(totals=totals))
    shared = {"P_13_1": "2", "P_13_2": "2", "P_13_4": "2"}
    others = ("3", "5", "6_1", "6_2", "6_3", "7", "8", "9", "10", "11")
    expected = {**shared, **{f"P_13_{number}": "1" for number in others}}
    assert {name: texts(xml, name)[0] for name in expected} == expected
