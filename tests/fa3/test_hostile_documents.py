"""Documents that are meant to hurt: nothing is expanded, fetched or read without end."""

from __future__ import annotations

import os
import subprocess
import sys
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
    """The code of the refusal, which comes before anything is expanded, whoever reads."""
    with pytest.raises(fa3.Unreadable) as refusal:
        fa3.read(xml)
    with pytest.raises(fa3.Unreadable):
        fa3.read_any(xml)
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
    huge = b"a" * 5_000_000
    assert refused(XML.replace(b"FV/2026/02/150", huge)) == "value.unreadable"


def test_a_number_with_millions_of_digits_is_refused() -> None:
    huge = b"9" * 5_000_000
    assert refused(XML.replace(b"123.00", huge)) == "value.unreadable"
    assert refused(XML.replace(b"<NrWierszaFa>1", b"<NrWierszaFa>" + huge)) == "value.unreadable"


def test_a_number_written_as_a_power_is_refused() -> None:
    assert refused(XML.replace(b"123.00", b"1E999999999")) == "value.unreadable"


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


def test_another_encoding_is_not_believed() -> None:
    xml = XML.replace(b"UTF-8", b"ISO-8859-2").replace(b"Refrigerator", b"Ch\xb3odziarka")
    assert refused(xml) == "file.malformed"


# --- what suppliers send all the same ---------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "utf-7"]
)
def test_other_encodings_are_refused(encoding: str) -> None:
    document = XML.decode().replace("Refrigerator", "Chłodziarka").replace("<P_2>", "<P_2>+")
    xml = document.encode(encoding)
    if encoding == "utf-7":
        xml = b"+/v8-" + xml
    assert refused(xml) == "file.malformed"


def test_a_byte_order_mark_is_read_over() -> None:
    assert fa3.read(b"\xef\xbb\xbf" + XML) == invoice()


def test_processing_instructions_are_read_over() -> None:
    xml = XML.replace(b"<P_2>", b"<?php echo 1 ?><P_2>") + b"<?xml-stylesheet href='http://a'?>"
    assert fa3.read(xml) == invoice()


def test_character_data_sections_are_text() -> None:
    xml = XML.replace(b"Refrigerator", b"<![CDATA[<!DOCTYPE a>&b;]]>")
    assert fa3.read(xml).lines[0].name == "<!DOCTYPE a>&b;"


def test_an_inclusion_is_an_unknown_element() -> None:
    include = (
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><P_2>'
    )
    assert refused(XML.replace(b"<P_2>", include)) == "element.unexpected"


def test_a_schema_location_is_not_followed() -> None:
    hint = (
        b'<Faktura xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        b' xsi:schemaLocation="http://crd.gov.pl/wzor/2025/06/25/13775/ http://127.0.0.1:9/a.xsd" '
    )
    assert fa3.read(XML.replace(b"<Faktura ", hint)) == invoice()


# --- in bounded memory ------------------------------------------------------------------------

NOTE = b"<DodatkowyOpis><Klucz>a</Klucz><Wartosc>b</Wartosc></DodatkowyOpis>"
COSTLY = {
    "elements": b"<x/>" * 1_400_000,
    "empty lines": b"<FaWiersz/>" * 500_000,
    "additional descriptions": NOTE * 80_000,
    "attributes": b"<x " + b" ".join(b'a%d=""' % number for number in range(400_000)) + b"/>",
    "comments": b"<!---->" * 800_000,
    "instructions": b"<?a?>" * 1_100_000,
}


@pytest.mark.parametrize("kind", COSTLY)
def test_what_is_costly_costs_little_more_than_any_xml_of_its_size(kind: str) -> None:
    xml = XML.replace(b"<P_2>", COSTLY[kind] + b"<P_2>")
    assert len(xml) < parsing.MAX_BYTES
    times, megabytes = _cost_of_reading(xml)
    assert times < 10
    assert megabytes < 300


def _cost_of_reading(xml: bytes) -> tuple[float, float]:
    """How many times what lxml needs for 6 MB of plain XML, and megabytes; in its own process."""
    program = (
        "import resource, sys, time\n"
        "from lxml import etree\n"
        "from ksef import fa3\n"
        "xml = sys.stdin.buffer.read()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "started = time.process_time()\n"
        "try:\n"
        "    fa3.bill_of(fa3.read_any(xml))\n"
        "except fa3.Unreadable:\n"
        "    pass\n"
        "seconds = time.process_time() - started\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "started = time.process_time()\n"
        "etree.fromstring(b'<a>' + b'<x>1</x>' * 700_000 + b'</a>')\n"
        "print(seconds / (time.process_time() - started), (after - before) / 1024)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run(
        [sys.executable, "-c", program], input=xml, env=environment, capture_output=True, check=True
    )
    times, megabytes = map(float, answer.stdout.split())
    return times, megabytes


def test_a_file_of_fifty_megabytes_is_not_parsed() -> None:
    times, megabytes = _cost_of_reading(XML + b" " * 50_000_000)
    assert times < 1
    assert megabytes < 10
