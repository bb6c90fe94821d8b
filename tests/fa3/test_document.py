"""What KSeF demands of the file itself."""

from __future__ import annotations

import pytest

from ksef import fa3
from ksef.fa3 import document

from .builders import invoice, line

XML = fa3.write(invoice())
BOM = b"\xef\xbb\xbf"


def codes(xml: bytes) -> list[str]:
    return [one.code for one in fa3.check(xml) if one.code.startswith("file.")]


def test_a_written_invoice_is_a_right_file() -> None:
    assert codes(XML) == []


def test_a_byte_order_mark_is_found() -> None:
    assert codes(BOM + XML) == ["file.byte_order_mark"]


@pytest.mark.parametrize("encoding", [b"ISO-8859-2", b"windows-1250", b"UTF-16"])
def test_another_declared_encoding_is_found(encoding: bytes) -> None:
    assert "file.encoding" in codes(XML.replace(b"UTF-8", encoding))


@pytest.mark.parametrize(
    "declaration", [b'<?xml version="1.0"?>', b"", b"<?xml version='1.0' encoding='utf-8'?>"]
)
def test_a_declaration_without_another_encoding_is_right(declaration: bytes) -> None:
    assert codes(declaration + XML.split(b"\n", 1)[1]) == []


@pytest.mark.parametrize(
    "xml",
    [
        XML.replace(b"<Faktura", b'<?xml-stylesheet href="a"?><Faktura'),
        XML.replace(b"<P_2>", b"<?a b?><P_2>"),
        XML + b"<?a b?>",
    ],
)
def test_processing_instructions_are_found(xml: bytes) -> None:
    assert codes(xml) == ["file.instructions"]


def test_a_text_that_looks_like_an_instruction_is_none() -> None:
    assert codes(XML.replace(b"FV/", b"<![CDATA[<?a?>]]>")) == []


@pytest.mark.parametrize(
    "character", ["\x7f", "\x80", "\x84", "\x86", "\x9f", "\ufdd0", "\U0001fffe", "\U0010ffff"]
)
def test_discouraged_characters_are_found_with_their_place(character: str) -> None:
    found = fa3.check(fa3.write(invoice(lines=(line(name=f"ab{character}"),))))
    finding = next(one for one in found if one.code == "file.character")
    assert (finding.element, finding.line) == ("Fa/FaWiersz[1]/P_7", 1)
    assert f"U+{ord(character):04X}" in finding.message
    assert "position 3" in finding.message


@pytest.mark.parametrize("character", ["\x85", "\xa0", "ż", "§", "€", "\ufffd", "🧊"])
def test_other_characters_are_right(character: str) -> None:
    assert codes(fa3.write(invoice(lines=(line(name=f"a{character}"),)))) == []


def test_discouraged_characters_are_found_as_references_too() -> None:
    assert codes(XML.replace(b"FV/", b"&#x80;/")) == ["file.character"]


def test_discouraged_characters_are_found_in_comments_too() -> None:
    assert codes(XML.replace(b"<P_2>", "<!-- \x80 --><P_2>".encode())) == [
        "file.character_elsewhere"
    ]


def long_invoice(size: int, **changes: object) -> bytes:
    """An invoice whose file has about ``size`` bytes."""
    text = "a" * 3000
    notes = tuple(fa3.Note(key="k", value=text) for _number in range(size // 3000))
    return fa3.write(invoice(notes=notes, **changes))


def test_an_invoice_over_the_limit_is_found() -> None:
    assert codes(long_invoice(document.MAX_SIZE + 3000)) == ["file.size"]


def test_an_invoice_under_the_limit_is_right() -> None:
    assert codes(long_invoice(document.MAX_SIZE - 200_000)) == []


@pytest.mark.parametrize(("size", "expected"), [(2_500_000, []), (3_100_000, ["file.size"])])
def test_an_invoice_with_an_attachment_may_be_longer(size: int, expected: list[str]) -> None:
    block = fa3.Block(info=(fa3.BlockInfo(key="a", value="b"),))
    attachment = fa3.Attachment(blocks=(block,))
    assert codes(long_invoice(size, attachment=attachment)) == expected


def test_what_is_no_invoice_is_a_finding_not_an_exception() -> None:
    assert codes(b"hello") == ["file.malformed"]
    assert codes(b"<a/>") == ["file.not_fa3"]


def test_a_document_that_cannot_be_read_is_found_without_a_schema_too() -> None:
    xml = XML.replace(b"<P_15>123.00", b"<P_15>a")
    errors = [one for one in fa3.check(xml) if one.severity is fa3.Severity.ERROR]
    assert [one.element for one in errors] == ["Fa/P_15"]
