"""Documents that are meant to hurt: nothing is expanded, fetched or read without end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ksef import fa3
from ksef.fa3 import parsing

from .builders import invoice

XML = fa3.write(invoice())
DECLARATION, BODY = XML.split(b"\n", 1)


def with_doctype(subset: str, content: str = "&a;") -> bytes:
    doctype = f"<!DOCTYPE Faktura [{subset}]>".encode()
    return DECLARATION + doctype + BODY.replace(b"FV/2026/02/150", content.encode())


def refused(xml: bytes) -> str:
    """The code of the refusal, which must come at once."""
    started = time.perf_counter()
    with pytest.raises(fa3.Unreadable) as refusal:
        fa3.read(xml)
    assert time.perf_counter() - started < 5
    assert any(finding.severity is fa3.Severity.ERROR for finding in fa3.check(xml))
    return refusal.value.finding.code


def test_entities_are_refused() -> None:
    assert refused(with_doctype('<!ENTITY a "b">')) == "file.doctype"


def test_external_entities_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    assert refused(with_doctype(f'<!ENTITY a SYSTEM "{secret.as_uri()}">')) == "file.doctype"


def test_external_document_types_are_refused() -> None:
    xml = DECLARATION + b'<!DOCTYPE Faktura SYSTEM "http://127.0.0.1:9/x.dtd">' + BODY
    assert refused(xml) == "file.doctype"


def test_a_billion_laughs_are_refused() -> None:
    laughs = ['<!ENTITY a0 "ha">']
    laughs += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    assert refused(with_doctype("".join(laughs), "&a9;")) == "file.doctype"


def test_a_document_type_behind_comments_and_instructions_is_refused() -> None:
    xml = DECLARATION + b" <!-- a --><?b c?> <!-- d -->\n<!DOCTYPE Faktura>" + BODY
    assert refused(xml) == "file.doctype"


def test_a_document_type_behind_a_byte_order_mark_is_refused() -> None:
    assert refused(b"\xef\xbb\xbf" + with_doctype('<!ENTITY a "b">')) == "file.doctype"


def test_an_entity_without_a_document_type_is_refused() -> None:
    assert refused(XML.replace(b"FV/", b"&a;")) == "file.malformed"


def test_a_document_type_in_another_encoding_is_not_understood() -> None:
    utf16 = with_doctype('<!ENTITY a "b">').decode().encode("utf-16")
    assert refused(utf16) == "file.malformed"


def test_deep_nesting_is_refused() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    assert refused(XML.replace(b"FV/2026/02/150", deep)) == "file.malformed"


def test_a_huge_text_is_refused() -> None:
    huge = b"a" * 11_000_000
    assert refused(XML.replace(b"FV/2026/02/150", huge)) == "file.malformed"


def test_a_huge_file_is_not_even_parsed() -> None:
    assert refused(XML + b" " * parsing.MAX_BYTES) == "file.too_large"


def test_many_comments_before_the_root_take_no_time() -> None:
    xml = DECLARATION + b"<!--a-->" * 500_000 + b"<!DOCTYPE Faktura>" + BODY
    assert refused(xml) == "file.doctype"


def test_an_endless_comment_is_refused() -> None:
    assert refused(DECLARATION + b"<!-- " + BODY) == "file.malformed"


def test_many_unknown_elements_are_refused() -> None:
    many = b"<x/>" * 100_000
    assert refused(XML.replace(b"<P_2>", many + b"<P_2>")) == "element.unexpected"


def test_invalid_utf8_is_refused() -> None:
    assert refused(XML.replace(b"FV/", b"\xff\xfe/")) == "file.malformed"
