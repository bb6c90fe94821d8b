"""What the official XSD finds, said in words."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from ksef import fa3
from ksef.fa3 import schema
from ksef.fa3.parsing import parse

from .builders import invoice, line


@pytest.fixture
def another_schema(official_schema: Path) -> Iterator[None]:
    """For tests that name another file: the official one is back afterwards."""
    yield
    fa3.schema.use(official_schema)


def found(before: str, after: str) -> list[tuple[str, str, str]]:
    """Code, element and sentence of the findings after one text was replaced."""
    xml = fa3.write(invoice())
    assert before.encode() in xml
    root = parse(xml.replace(before.encode(), after.encode(), 1))
    return [(one.code, one.element, one.message) for one in schema.findings(root)]


def test_a_right_invoice_has_no_findings(official_schema: Path) -> None:
    assert schema.findings(parse(fa3.write(invoice()))) == []


@pytest.mark.parametrize(
    ("before", "after", "code", "element", "words"),
    [
        ("<P_7>Refri", f"<P_7>{'a' * 600}", "too_long", "Fa/FaWiersz[1]/P_7", "at most 512"),
        ("<P_7>Refrigerator", "<P_7> ", "empty", "Fa/FaWiersz[1]/P_7", "is empty"),
        ("<P_15>123.00", "<P_15>1.001", "misshapen", "Fa/P_15", "at most 2 decimals"),
        ("<P_15>123.00", "<P_15>1e3", "misshapen", "Fa/P_15", "at most 2 decimals"),
        ("<P_15>123.00", "<P_15>", "empty", "Fa/P_15", "is empty"),
        ("<P_15>123", f"<P_15>{'9' * 19}", "too_many_digits", "Fa/P_15", "too many digits"),
        ("<P_12>23", "<P_12>24", "not_in_list", "Fa/FaWiersz[1]/P_12", "“24”"),
        ("<P_12>23", "<P_12>0", "plain_zero", "Fa/FaWiersz[1]/P_12", "“0 KR”"),
        (
            "<NIP>5265877635",
            "<NIP>PL5265877635",
            "misshapen",
            "Podmiot1/DaneIdentyfikacyjne/NIP",
            "ten digits, without PL",
        ),
        ("<P_1>2026-02-15", "<P_1>2005-12-31", "too_low", "Fa/P_1", "below 2006-01-01"),
        ("<P_1>2026-02-15", "<P_1>2050-01-02", "too_high", "Fa/P_1", "above 2050-01-01"),
        ("<P_1>2026-02-15", "<P_1>2026-02-30", "misshapen", "Fa/P_1", "a date such as"),
        (
            "<NrWierszaFa>1",
            "<NrWierszaFa>0",
            "too_low",
            "Fa/FaWiersz[1]/NrWierszaFa",
            "must be above 0",
        ),
        ("<P_2>FV/2026/02/150</P_2>", "", "missing_element", "Fa/P_2", "Invoice number"),
        ("<JST>2</JST>", "", "missing_element", "Podmiot2/JST", "is missing"),
        ("<P_14_1>23.00</P_14_1>", "", "missing_element", "Fa/P_14_1", "is missing"),
        (
            "<P_19N>1</P_19N>",
            "<P_19>1</P_19>",
            "incomplete",
            "Fa/Adnotacje/Zwolnienie",
            "P_19A, P_19B, P_19C",
        ),
        (
            "<P_2>FV",
            "<P_2>a</P_2><P_2>FV",
            "unexpected_element",
            "Fa/P_2",
            "must not stand there",
        ),
        ("<P_2>", '<P_2 a="b">', "other", "Fa/P_2", "does not allow"),
        ("<P_2>", "<P_2><b/>", "other", "Fa/P_2", "does not allow"),
    ],
)
def test_a_fault_is_said_with_its_place(
    official_schema: Path, before: str, after: str, code: str, element: str, words: str
) -> None:
    findings = found(before, after)
    assert [(one[0], one[1]) for one in findings] == [(f"schema.{code}", element)]
    assert words in findings[0][2]


def test_no_sentence_shows_the_raw_words_of_libxml2(official_schema: Path) -> None:
    root = parse(fa3.write(invoice(number="a" * 300)))
    finding = schema.findings(root)[0]
    assert "facet" not in finding.message
    assert "facet" in finding.values["detail"]


def test_each_element_has_one_finding(official_schema: Path) -> None:
    assert len(found("<P_15>123.00", "<P_15>1.001")) == 1


def test_the_line_is_known(official_schema: Path) -> None:
    xml = fa3.write(invoice(lines=(line(), line(2, name="a" * 600))))
    assert [one.line for one in schema.findings(parse(xml))] == [2]


def test_the_column_of_a_table_is_known(official_schema: Path) -> None:
    table = fa3.Table(
        columns=(fa3.Column(type=fa3.ColumnType.TEXT, title=""),),
        rows=(fa3.Row(cells=("",)),),
    )
    block = fa3.Block(info=(fa3.BlockInfo(key="a", value="b"),), tables=(table,))
    xml = fa3.write(invoice(attachment=fa3.Attachment(blocks=(block,))))
    findings = schema.findings(parse(xml.replace(b'Typ="txt"', b'Typ="text"')))
    place = "Zalacznik/BlokDanych[1]/Tabela[1]/TNaglowek/Kol[1]"
    assert [(one.code, one.element) for one in findings] == [("schema.not_in_list", place)]


def test_without_a_schema_one_warning_says_so(another_schema: None, tmp_path: Path) -> None:
    fa3.schema.use(tmp_path / "nothing.xsd")
    assert [(one.code, one.severity.value) for one in fa3.check(fa3.write(invoice()))] == [
        ("schema.missing", "warning")
    ]


def test_a_schema_that_was_changed_is_not_believed(
    another_schema: None, official_schema: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.xsd"
    changed.write_bytes(official_schema.read_bytes().replace(b'"512"', b'"5120"'))
    fa3.schema.use(changed)
    assert [one.code for one in schema.findings(parse(fa3.write(invoice())))] == [
        "schema.unofficial"
    ]


@pytest.mark.parametrize("content", [b"", b"<", b"<xsd:schema/>", b"PK"])
def test_a_file_that_is_no_schema_is_not_believed(
    another_schema: None, tmp_path: Path, content: bytes
) -> None:
    broken = tmp_path / "broken.xsd"
    broken.write_bytes(content)
    fa3.schema.use(broken)
    assert [one.severity.value for one in schema.findings(parse(fa3.write(invoice())))] == [
        "warning"
    ]


def test_a_copy_with_other_documentation_is_believed(
    another_schema: None, official_schema: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.xsd"
    copy.write_bytes(
        official_schema.read_bytes().replace(b"</xsd:documentation>", b" </xsd:documentation>")
    )
    fa3.schema.use(copy)
    assert schema.findings(parse(fa3.write(invoice()))) == []


def test_the_file_is_read_when_it_is_needed(
    another_schema: None, official_schema: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later.xsd"
    fa3.schema.use(later)
    shutil.copy(official_schema, later)
    assert schema.findings(parse(fa3.write(invoice()))) == []


def test_our_base_types_agree_with_the_official_ones(shared_ksef: Path) -> None:
    """Where the official types are available: the same countries, no more and no fewer."""
    name = "{http://www.w3.org/2001/XMLSchema}enumeration"
    official = etree.parse(shared_ksef / "schemas" / "fa3" / "KodyKrajow_v10-0E.xsd")
    ours = etree.parse(Path(schema.__file__).with_name("base_types.xsd"))
    countries = {one.get("value") for one in official.iter(name)}
    assert countries == {one.get("value") for one in ours.iter(name)} - {"1", "2"}


def test_threads_do_not_mix_their_findings(official_schema: Path) -> None:
    good, bad = fa3.write(invoice()), fa3.write(invoice(number="a" * 300))
    wrong: list[object] = []

    def checks(xml: bytes, expected: int) -> None:
        root = parse(xml)
        wrong.extend(n for n in range(200) if len(schema.findings(root)) != expected)

    threads = [threading.Thread(target=checks, args=one) for one in ((good, 0), (bad, 1)) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
