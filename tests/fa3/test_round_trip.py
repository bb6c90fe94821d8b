"""Reading what was written gives back the same invoice, and the other way round."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ksef import fa3
from ksef.fa3 import schema
from ksef.fa3.parsing import parse

from .strategies import invoices, invoices_with_one_part

patient = settings(
    max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
any_invoice = st.one_of(invoices_with_one_part, invoices_with_one_part, invoices)


def canonical(xml: bytes) -> bytes:
    """The canonical form, without the indentation between elements."""
    root = etree.fromstring(xml, etree.XMLParser(remove_comments=True))
    for element in root.iter():
        assert not (element.tail or "").strip(), "an invoice has no mixed content"
        element.tail = None
        if len(element):
            assert not (element.text or "").strip(), "an invoice has no mixed content"
            element.text = None
    return etree.tostring(root, method="c14n", exclusive=True)


def test_an_official_example_that_is_read_and_written_stays_the_same(example: bytes) -> None:
    assert canonical(fa3.write(fa3.read(example))) == canonical(example)


def test_an_official_example_gives_no_error(example: bytes, official_schema: Path) -> None:
    found = fa3.check(example)
    assert [f.message for f in found if f.severity is fa3.Severity.ERROR] == []


@patient
@given(any_invoice)
def test_an_invoice_that_is_written_and_read_stays_the_same(invoice: fa3.Invoice) -> None:
    assert fa3.read(fa3.write(invoice)) == invoice


@patient
@given(any_invoice)
def test_a_written_invoice_is_valid(official_schema: Path, invoice: fa3.Invoice) -> None:
    assert [f.message for f in schema.findings(parse(fa3.write(invoice)))] == []


@patient
@given(any_invoice)
def test_a_written_invoice_can_be_checked(official_schema: Path, invoice: fa3.Invoice) -> None:
    """Whatever is found, every finding can be said."""
    for finding in fa3.check(fa3.write(invoice)):
        assert finding.message


@patient
@given(any_invoice)
def test_writing_is_deterministic(invoice: fa3.Invoice) -> None:
    xml = fa3.write(invoice)
    assert fa3.write(invoice) == xml
    assert fa3.write(fa3.read(xml)) == xml
