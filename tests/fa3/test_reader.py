"""What is read of a document, and what is refused."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from ksef import fa3
from ksef.errors import KsefError

from .builders import invoice

XML = fa3.write(invoice())


def changed(before: str, after: str) -> bytes:
    """The document with one text replaced, which must be there."""
    assert before.encode() in XML
    return XML.replace(before.encode(), after.encode(), 1)


def refusal_of(xml: bytes) -> fa3.Finding:
    with pytest.raises(fa3.Unreadable) as refusal:
        fa3.read(xml)
    assert isinstance(refusal.value, KsefError)
    assert str(refusal.value) == refusal.value.finding.message
    return refusal.value.finding


def test_namespace_prefixes_do_not_matter() -> None:
    prefixed = XML.replace(b"<", b"<f:").replace(b"<f:/", b"</f:").replace(b"<f:?", b"<?")
    prefixed = prefixed.replace(b"<f:Faktura xmlns=", b"<f:Faktura xmlns:f=")
    assert fa3.read(prefixed) == invoice()


def test_comments_and_instructions_do_not_matter() -> None:
    commented = changed("<P_2>FV/", "<!-- a --><?b c?><P_2>FV<!-- d -->/")
    assert fa3.read(commented) == invoice()


def test_cdata_is_text() -> None:
    assert fa3.read(changed("FV/2026", "<![CDATA[FV/2026]]>")) == invoice()


def test_trailing_zeros_are_kept() -> None:
    assert str(fa3.read(changed("<P_15>123.00", "<P_15>123.0")).total) == "123.0"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-15T09:30:00Z", datetime(2026, 2, 15, 9, 30, tzinfo=timezone.utc)),
        ("2026-02-15T09:30:00+01:00", datetime(2026, 2, 15, 8, 30, tzinfo=timezone.utc)),
        ("2026-02-15T09:30:00", datetime(2026, 2, 15, 9, 30, tzinfo=timezone.utc)),
        (
            "2026-02-15T09:30:00.1234567Z",
            datetime(2026, 2, 15, 9, 30, 0, 123456, tzinfo=timezone.utc),
        ),
        ("2026-02-15T24:00:00Z", datetime(2026, 2, 16, tzinfo=timezone.utc)),
    ],
)
def test_a_moment_is_understood_and_written_as_it_came(text: str, moment: datetime) -> None:
    read = fa3.read(changed("2026-02-15T09:30:00Z", text))
    assert read.generated_at == moment
    assert read.generated_at.utcoffset() == timedelta(0)
    assert f"<DataWytworzeniaFa>{text}</DataWytworzeniaFa>".encode() in fa3.write(read)


def test_a_copied_invoice_can_still_be_written() -> None:
    read = fa3.read(changed("2026-02-15T09:30:00Z", "2026-02-15T10:30:00+01:00"))
    assert fa3.write(copy.deepcopy(read)) == XML


@pytest.mark.parametrize(
    ("before", "after", "element"),
    [
        ("<P_15>123.00", "<P_15>12,3", "Fa/P_15"),
        ("<P_15>123.00", "<P_15>1e5", "Fa/P_15"),
        ("<P_15>123.00", "<P_15>NaN", "Fa/P_15"),
        ("<P_15>123.00", "<P_15>١", "Fa/P_15"),
        ("<P_15>123.00", "<P_15>", "Fa/P_15"),
        ("<P_1>2026-02-15", "<P_1>15.02.2026", "Fa/P_1"),
        ("<P_1>2026-02-15", "<P_1>2026-02-30", "Fa/P_1"),
        ("<P_1>2026-02-15", "<P_1>2026-W01-1", "Fa/P_1"),
        ("<P_12>23", "<P_12>24", "Fa/FaWiersz[1]/P_12"),
        ("<JST>2", "<JST>3", "Podmiot2/JST"),
        ("<NrWierszaFa>1", "<NrWierszaFa>1_0", "Fa/FaWiersz[1]/NrWierszaFa"),
        ("2026-02-15T09:30:00Z", "2026-02-15T25:30:00Z", "Naglowek/DataWytworzeniaFa"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_its_place(
    before: str, after: str, element: str
) -> None:
    finding = refusal_of(changed(before, after))
    assert (finding.code, finding.element) == ("value.unreadable", element)
    assert element in finding.message


@pytest.mark.parametrize(
    ("before", "after", "element"),
    [
        ("<P_2>", "<P_99>1</P_99><P_2>", "Fa/P_99"),
        ("<P_2>", "<P_2>1</P_2><P_2>", "Fa/P_2"),
        ("<P_2>", "<P_2><P_2>1</P_2>", "Fa/P_2"),
        ("<P_2>", '<x:P_2 xmlns:x="urn:x">1</x:P_2><P_2>', "Fa/P_2"),
        ("<Podmiot1>", "<Podmiot1><Podmiot1/>", "Podmiot1/Podmiot1"),
        ("<P_PMarzyN>1</P_PMarzyN>", "<P_PMarzyX>1</P_PMarzyX>", "Fa/Adnotacje/PMarzy"),
    ],
)
def test_an_element_that_has_no_place_is_refused_rather_than_lost(
    before: str, after: str, element: str
) -> None:
    finding = refusal_of(changed(before, after))
    assert (finding.code, finding.element) == ("element.unexpected", element)


@pytest.mark.parametrize(
    ("removed", "inside", "name"),
    [
        ("<P_2>FV/2026/02/150</P_2>", "Faktura", "P_2"),
        ("<NIP>5265877635</NIP>", "Podmiot1/DaneIdentyfikacyjne", "NIP"),
        ("<JST>2</JST>", "Podmiot2", "JST"),
        ("<P_13_1>100.00</P_13_1>", "Faktura", "P_13_1"),
        ("<NrWierszaFa>1</NrWierszaFa>", "Fa/FaWiersz[1]", "NrWierszaFa"),
    ],
)
def test_a_missing_element_is_named(removed: str, inside: str, name: str) -> None:
    finding = refusal_of(changed(removed, ""))
    assert (finding.code, finding.element) == ("element.missing", inside)
    assert f"({name})" in finding.message


@pytest.mark.parametrize(
    "xml",
    [
        b"<Faktura/>",
        b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>',
        XML.replace(b"2025/06/25/13775", b"2023/06/29/12648"),
        changed('kodSystemowy="FA (3)"', 'kodSystemowy="FA (2)"'),
        changed("<WariantFormularza>3", "<WariantFormularza>2"),
    ],
)
def test_another_form_is_refused(xml: bytes) -> None:
    assert refusal_of(xml).code == "file.not_fa3"


@pytest.mark.parametrize("xml", [b"", b"   ", b"%PDF-1.7", b"<Faktura", XML[:-1], b"{}", b"\x00"])
def test_what_is_no_xml_is_refused(xml: bytes) -> None:
    assert refusal_of(xml).code == "file.malformed"


def test_numbers_may_have_blanks_around_them() -> None:
    assert fa3.read(changed("<P_15>123.00", "<P_15>\n 123.00 ")).total == Decimal("123.00")
