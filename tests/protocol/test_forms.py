"""Which form a document is in, told from its beginning and without harm."""

from __future__ import annotations

import pytest

from ksef.forms import LONGEST_PROLOG, Form, form_of, root_of

FA = "http://crd.gov.pl/wzor/2025/06/25/13775/"


@pytest.mark.parametrize(
    ("namespace", "name", "form"),
    [
        ("http://crd.gov.pl/wzor/2021/11/29/11089/", "Faktura", Form.FA_1),
        ("http://crd.gov.pl/wzor/2023/06/29/12648/", "Faktura", Form.FA_2),
        (FA, "Faktura", Form.FA_3),
        ("http://crd.gov.pl/wzor/2026/03/06/14189/", "Faktura", Form.FA_RR),
        ("http://crd.gov.pl/wzor/2026/02/17/14164/", "Faktura", Form.FA_RR),
        ("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "Invoice", Form.PEF),
        ("urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote", Form.PEF_KOR),
        (FA, "Invoice", Form.UNKNOWN),
        ("http://crd.gov.pl/wzor/2099/01/01/1/", "Faktura", Form.UNKNOWN),
    ],
)
def test_a_form_is_known_by_its_root(namespace: str, name: str, form: Form) -> None:
    assert form_of(f'<{name} xmlns="{namespace}"/>'.encode()) is form
    assert form_of(f'<p:{name} xmlns:p="{namespace}"><p:a/></p:{name}>'.encode()) is form


def test_only_fa2_and_fa3_are_read() -> None:
    assert [form for form in Form if form.is_fa] == [Form.FA_2, Form.FA_3]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b" ",
        b"%PDF-1.7",
        b"<",
        b"<Faktura",
        b"\x00\x01\x02",
        f'<Faktura xmlns="{FA}"/>'.encode("utf-16"),
        f'<?xml version="1.0"?><!DOCTYPE Faktura><Faktura xmlns="{FA}"/>'.encode(),
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ],
)
def test_what_cannot_be_read_has_no_form(xml: bytes) -> None:
    assert form_of(xml) is Form.UNKNOWN


def test_a_byte_order_mark_comments_and_instructions_do_not_matter() -> None:
    xml = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<!-- a --><?b c?>\n'
    assert form_of(xml + f'<Faktura xmlns="{FA}">'.encode()) is Form.FA_3


def test_only_the_beginning_is_looked_at() -> None:
    start = f'<Faktura xmlns="{FA}">'.encode()
    assert form_of(start + b"<a>" + b"</no xml at all" * 100_000) is Form.FA_3


def test_a_root_that_does_not_come_is_not_waited_for() -> None:
    assert root_of(b"<!-- " + b"a" * 50_000_000) == ""
    assert root_of(b" " * (LONGEST_PROLOG + 1) + b"<a/>") == ""


def test_an_unknown_root_can_be_named() -> None:
    assert root_of(b'<a xmlns="urn:b"/>') == "{urn:b}a"
