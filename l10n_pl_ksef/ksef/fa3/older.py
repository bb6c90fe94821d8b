"""Invoices in FA(2), the form until January 2026, read as if they were FA(3).

FA(3) has everything that FA(2) had, under the same names. Only these are told differently (the
official schemas of both forms, compared element by element):

- P_12 and P_12Z of "0" and "np" say less than the rates of FA(3) that took their place. The totals
  (P_13_6_1 to P_13_6_3, P_13_8 and P_13_9) tell which is meant, if there is only one of them;
  otherwise the line has no rate and an additional description says what it had.
- TerminOpis, a due date in words, is one text in FA(2) and has three parts in FA(3): it becomes an
  additional description too.
- Podmiot2 has no JST and no GV: they are read as "no".
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from . import form
from .model import Invoice
from .parsing import not_fa3, parse_any
from .reader import read_tree

RATES_BY_TOTAL = {
    "0": {"P_13_6_1": "0 KR", "P_13_6_2": "0 WDT", "P_13_6_3": "0 EX"},
    "np": {"P_13_8": "np I", "P_13_9": "np II"},
}
"""Which rates of FA(3) a rate of FA(2) may mean, by the total that each of them makes."""
DUE_DATE_KEY = "Opis terminu płatności"
"""What a due date in words is called on the invoice; texts of invoices are Polish."""


def read_any(xml: bytes) -> Invoice:
    """The invoice in an FA(3) or FA(2) document; otherwise as `read`, errors included."""
    root = parse_any(xml)
    if root.tag == f"{{{form.FORMER_NAMESPACE}}}{form.ROOT}":
        _make_fa3(root)
    elif root.tag != form.tag(form.ROOT):
        raise not_fa3(root)
    return read_tree(root)


def _make_fa3(root: etree._Element) -> None:
    """Change the tree of an FA(2) document into that of an FA(3) document that says the same."""
    former = f"{{{form.FORMER_NAMESPACE}}}"
    for element in root.iter(f"{former}*"):
        element.tag = form.tag(element.tag[len(former) :])
    _change_header(root)
    _add_answers(root)
    body = root.find(form.tag("Fa"))
    if body is not None:
        _change_rates(body, "FaWiersz", "P_12", "NrWierszaFa")
        _change_rates(body, "Zamowienie/ZamowienieWiersz", "P_12Z", None)
        _change_due_dates(body)


def _change_header(root: etree._Element) -> None:
    """Leaves as it is what is not said as in FA(2), for the reader to refuse."""
    for code in _found(root, f"{form.HEADER}/{form.FORM_ELEMENT}"):
        if code.get("kodSystemowy") == form.FORMER_SYSTEM_CODE:
            code.set("kodSystemowy", form.SYSTEM_CODE)
    for variant in _found(root, f"{form.HEADER}/{form.VARIANT_ELEMENT}"):
        if (variant.text or "").strip() == form.FORMER_VARIANT:
            variant.text = form.VARIANT


def _add_answers(root: etree._Element) -> None:
    for buyer in _found(root, "Podmiot2"):
        for name in ("JST", "GV"):
            if buyer.find(form.tag(name)) is None:
                _add(buyer, name, "2")


def _change_rates(body: etree._Element, lines: str, name: str, number: str | None) -> None:
    meant = dict(_meant(body))
    for line in _found(body, lines):
        rate = line.find(form.tag(name))
        if rate is None or (said := (rate.text or "").strip()) not in RATES_BY_TOTAL:
            continue
        if said in meant:
            rate.text = meant[said]
            continue
        line.remove(rate)
        position = line.findtext(form.tag(number)) if number else None
        _describe(body, name, said, line_number=position)


def _meant(body: etree._Element) -> Iterator[tuple[str, str]]:
    """The rates of FA(2) that can only mean one of FA(3) on this invoice."""
    for said, candidates in RATES_BY_TOTAL.items():
        stated = {
            rate: total.text or ""
            for name, rate in candidates.items()
            if (total := body.find(form.tag(name))) is not None
        }
        if len(stated) > 1:
            stated = {rate: amount for rate, amount in stated.items() if amount.strip(" -0.")}
        if len(stated) == 1:
            yield said, next(iter(stated))


def _change_due_dates(body: etree._Element) -> None:
    for due_date in _found(body, "Platnosc/TerminPlatnosci"):
        for described in due_date.findall(form.tag("TerminOpis")):
            if len(described) == 0:
                due_date.remove(described)
                _describe(body, DUE_DATE_KEY, described.text or "")


def _describe(
    body: etree._Element, key: str, value: str, *, line_number: str | None = None
) -> None:
    """Add an additional description (DodatkowyOpis), of the invoice or of one line."""
    described = _add(body, "DodatkowyOpis")
    if line_number:
        _add(described, "NrWiersza", line_number)
    _add(described, "Klucz", key)
    _add(described, "Wartosc", value)


def _found(element: etree._Element, path: str) -> list[etree._Element]:
    found: list[etree._Element] = element.findall("/".join(map(form.tag, path.split("/"))))
    return found


def _add(element: etree._Element, name: str, text: str | None = None) -> etree._Element:
    added = etree.SubElement(element, form.tag(name))
    added.text = text
    return added
