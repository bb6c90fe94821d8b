"""An invoice as a person reads it: nothing of the document is missing."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections import Counter
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ksef import fa3
from ksef.fa3 import view
from ksef.fa3.fields import Kind
from ksef.fa3.values import TO_TEXT
from ksef.texts import Term

from . import builders
from .strategies import invoices, invoices_with_one_part

patient = settings(
    max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
any_invoice = st.one_of(invoices_with_one_part, invoices_with_one_part, invoices)

FORM = {"KodFormularza", "WariantFormularza"}
"""Told by the name of the form."""
SAID_BY_WHAT_FOLLOWS = {
    *("NrKSeF", "NrKSeFZN", "RolaInna", "PlatnoscInna", "TransportInny", "LadunekInny"),
    *("P_19", "P_22", "P_PMarzy", "Zaplacono"),
}
"""Marks with the text 1 of which another element beside them says more."""
SAID_IN_WORDS = {
    "BrakID": "No tax number",
    "NrKSeFN": "Issued outside KSeF",
    "P_19N": "Exemption",
    "P_22N": "New means of transport",
    "P_PMarzyN": "Margin scheme",
}
"""Marks with the text 1 that stand alone, and the words for them."""
MARGIN = "P_PMarzy_"
MAY_BE_BLANK = {"NKom", "WKom", "SKom"}


def values_in(xml: bytes) -> Counter[str]:
    """What the text nodes of a document say, numbers without their last zeros."""
    found: Counter[str] = Counter()
    for element in etree.fromstring(xml).iter():
        name = etree.QName(element).localname
        if not element.text or not (element.text.strip() or name in MAY_BE_BLANK) or len(element):
            continue
        if name in FORM or name in SAID_BY_WHAT_FOLLOWS or name in SAID_IN_WORDS:
            continue
        found[name if name.startswith(MARGIN) else comparable(element.text or "")] += 1
    return found


def values_shown(invoice: fa3.Invoice, **limits: int) -> Counter[str]:
    return Counter(
        comparable(as_text(leaf.value)) for leaf in view.leaves(view.view_of(invoice, **limits))
    )


def terms_shown(invoice: fa3.Invoice, **limits: int) -> Counter[str]:
    return Counter(_terms(view.view_of(invoice, **limits)))


def section(invoice: fa3.Invoice, title: str) -> Any:
    parts = view.view_of(invoice).parts
    return next(part for part in parts if getattr(part, "title", None) == title)


def _terms(part: Any) -> Any:
    if isinstance(part, Term):
        yield str(part)
    elif isinstance(part, tuple):
        for one in part:
            yield from _terms(one)
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from _terms(getattr(part, field.name))


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "2"
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return TO_TEXT[Kind.MOMENT](value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if not isinstance(value, Decimal) else format(value, "f")


def comparable(text: str) -> str:
    if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
        return format(Decimal(text), "f").rstrip("0").rstrip(".") if "." in text else text
    return text


def missing(invoice: fa3.Invoice, xml: bytes) -> Counter[str]:
    before = terms_shown(invoice)["Before the correction"]
    return values_in(xml) - values_shown(invoice) - Counter({"1": before})


# --- nothing is lost --------------------------------------------------------------------------


def test_every_value_of_an_official_example_is_shown(example: bytes) -> None:
    assert missing(fa3.read(example), example) == Counter()


@patient
@given(any_invoice)
def test_every_value_of_any_invoice_is_shown(invoice: fa3.Invoice) -> None:
    assert missing(invoice, fa3.write(invoice)) == Counter()


def test_marks_that_stand_alone_are_said_in_words(example: bytes) -> None:
    names = {etree.QName(element).localname for element in etree.fromstring(example).iter()}
    wanted = {words for name, words in SAID_IN_WORDS.items() if name in names}
    assert wanted <= set(terms_shown(fa3.read(example)))


def test_every_code_has_a_meaning_or_is_shown_as_it_is() -> None:
    codes = (fa3.Role, fa3.PaymentForm, fa3.TransportKind, fa3.CargoKind, fa3.CorrectionEffect)
    codes += (fa3.TaxpayerStatus, fa3.AuthorisedRole, fa3.MarginScheme, fa3.PartPaid)
    codes += (fa3.BankOwnAccount, fa3.GoodsCode, fa3.Procedure, fa3.InvoiceKind)
    assert [code for one in codes for code in one if not view.meaning(code)] == []


def test_a_value_of_a_line_that_has_no_column_stands_below_its_name() -> None:
    line = builders.line(gtin="5901234123457", gtu=fa3.GoodsCode.GTU_06)
    shown = values_shown(builders.invoice(lines=(line,)))
    assert shown["5901234123457"] == 1
    assert shown["GTU_06"] >= 1


def test_only_columns_with_a_value_are_shown() -> None:
    lines = section(builders.invoice(), "Lines")
    titles = [heading.label for heading in lines.parts[0].headings]
    assert titles == [
        *("No.", "Goods or services", "Quantity", "Unit"),
        *("Net unit price", "Net value", "Rate"),
    ]


def test_lines_of_a_correction_say_whether_they_are_before_or_after() -> None:
    before, after = builders.line(before=True), builders.line(net="90.00")
    lines = section(builders.correction(lines=(before, after)), "Lines")
    assert [row.cells[1].mark for row in lines.parts[0].lines] == [
        "Before the correction",
        "After the correction",
    ]


# --- too much to read -------------------------------------------------------------------------


def test_more_lines_than_a_person_can_read_are_left_out_and_counted() -> None:
    invoice = builders.with_lines(30)
    shown = values_shown(invoice, most_lines=20)
    assert f"{20:030}" in shown
    assert f"{21:030}" not in shown
    assert any("the first %(shown)s" in term for term in terms_shown(invoice, most_lines=20))


def _attached(columns: int, rows: int) -> fa3.Invoice:
    table = fa3.Table(
        columns=tuple(
            fa3.Column(type=fa3.ColumnType.TEXT, title=f"title {number}")
            for number in range(columns)
        ),
        rows=tuple(
            fa3.Row(cells=tuple(f"cell {row} {column}" for column in range(columns)))
            for row in range(rows)
        ),
    )
    block = fa3.Block(info=(fa3.BlockInfo(key="a", value="b"),), tables=(table,))
    return builders.invoice(attachment=fa3.Attachment(blocks=(block,)))


def test_a_table_of_many_columns_is_shown_in_parts_that_fit() -> None:
    invoice = _attached(columns=100, rows=3)
    assert missing(invoice, fa3.write(invoice)) == Counter()
    attachment = view.view_of(invoice).parts[-1]
    assert max(len(part.headings) for part in attachment.parts[0].parts[1:]) == 10


def test_descriptions_beyond_what_can_be_read_are_left_out_and_counted() -> None:
    notes = tuple(fa3.Note(key=f"key {number}", value="value") for number in range(30))
    shown = values_shown(builders.invoice(notes=notes), most_lines=20)
    assert "key 19" in shown
    assert "key 20" not in shown


def test_blocks_of_an_attachment_beyond_the_allowance_are_left_out() -> None:
    blocks = tuple(
        fa3.Block(info=(fa3.BlockInfo(key=f"key {number}", value="value"),)) for number in range(9)
    )
    shown = values_shown(builders.invoice(attachment=fa3.Attachment(blocks=blocks)), most_cells=5)
    assert "key 4" in shown
    assert "key 5" not in shown


def test_cells_beyond_the_columns_of_a_table_are_shown() -> None:
    for columns in (2, 15):
        table = fa3.Table(
            columns=(fa3.Column(type=fa3.ColumnType.TEXT, title="title"),) * columns,
            rows=(fa3.Row(cells=tuple(f"cell {number}" for number in range(columns + 3))),),
        )
        block = fa3.Block(info=(fa3.BlockInfo(key="a", value="b"),), tables=(table,))
        shown = values_shown(builders.invoice(attachment=fa3.Attachment(blocks=(block,))))
        assert shown[f"cell {columns + 2}"] == 1


def test_rows_of_an_attachment_beyond_the_allowance_are_left_out() -> None:
    named_value_and_table = 2
    shown = values_shown(_attached(columns=10, rows=30), most_cells=named_value_and_table + 20 * 10)
    assert "cell 19 9" in shown
    assert "cell 20 0" not in shown


# --- words ------------------------------------------------------------------------------------


def said(value: Any, form: view.Form, language: str = "pl", unit: str = "") -> str:
    wording = view.Wording(language, str, {"DE": "Niemcy"}.get)
    return wording.say(view.Leaf(value, form, unit)).replace("\N{NO-BREAK SPACE}", " ")


def test_amounts_have_grosze_thousands_and_a_currency() -> None:
    assert said(Decimal("1234567.5"), view.Form.AMOUNT, unit="PLN") == "1 234 567,50 PLN"
    assert said(Decimal("1234567.5"), view.Form.AMOUNT, "en", "PLN") == "1,234,567.50 PLN"
    assert said(Decimal("-0.1"), view.Form.AMOUNT) == "\N{MINUS SIGN}0,10"


def test_prices_keep_their_decimals_and_quantities_lose_their_zeros() -> None:
    assert said(Decimal("0.12345678"), view.Form.PRICE) == "0,12345678"
    assert said(Decimal("10.500000"), view.Form.NUMBER) == "10,5"


def test_days_are_days_and_moments_those_of_warsaw() -> None:
    assert said(date(2026, 2, 5), view.Form.DAY) == "05.02.2026"
    assert said(date(2026, 2, 5), view.Form.DAY, "en") == "5 February 2026"
    at = datetime(2026, 7, 1, 22, 30, tzinfo=timezone.utc)
    assert said(at, view.Form.MOMENT) == "02.07.2026, 00:30"


def test_rates_countries_and_accounts_are_told_as_people_write_them() -> None:
    assert said(fa3.RateCode.VAT_23, view.Form.SHORT_CODE) == "23%"
    assert said(fa3.RateCode.ZERO_EXPORT, view.Form.SHORT_CODE) == "0 EX"
    assert said("DE", view.Form.COUNTRY) == "Niemcy (DE)"
    assert said("XX", view.Form.COUNTRY) == "XX"
    assert said("7" * 26, view.Form.ACCOUNT) == "77 7777 7777 7777 7777 7777 7777"


def test_characters_that_turn_the_direction_of_a_text_are_made_visible() -> None:
    assert said("abc\u202excod.exe", view.Form.TEXT) == "abc[U+202E]xcod.exe"


@patient
@given(any_invoice)
def test_any_invoice_can_be_said_in_both_languages(invoice: fa3.Invoice) -> None:
    for language in ("pl", "en"):
        wording = view.Wording(language, str)
        for leaf in view.leaves(view.view_of(invoice)):
            assert isinstance(wording.say(leaf), str)


# --- documents that cannot be read ------------------------------------------------------------


def unread(xml: bytes, **limits: int) -> view.View:
    try:
        fa3.read(xml)
    except fa3.Unreadable as refusal:
        return view.view_of_unread(xml, "1", (), refusal.finding, **limits)
    raise AssertionError("it can be read")


def test_a_document_of_another_form_is_shown_as_it_came_and_says_why() -> None:
    xml = b"<Invoice><b>1</b></Invoice>"
    shown = unread(xml)
    assert xml.decode() in {leaf.value for leaf in view.leaves(shown)}
    wording = view.Wording("en", str)
    said = [wording.fill(part.template, part.values) for part in shown.parts[:2]]
    assert "it says “Invoice”" in said[1]


def test_of_a_long_document_the_beginning_is_shown() -> None:
    shown = unread(b"<Invoice>" + b"x" * 50 + b"</Invoice>", most=20)
    assert max(len(str(leaf.value)) for leaf in view.leaves(shown)) <= 30
    assert any("characters" in term for term in _terms(shown))
