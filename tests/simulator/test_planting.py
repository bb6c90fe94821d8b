"""Putting documents in for tests: many, old, foreign and hostile ones."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
import requests

from ksef_simulator.numbers import crc8

from .process import Simulator
from .receiving import filters, numbers, query
from .visitor import BUYER_NIP, NIP, Visitor, digest, invoice_xml

PEF = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
FACTS = {"seller_nip": NIP, "buyer_nip": BUYER_NIP, "number": "OBCA/1", "gross": "123.45"}


@pytest.fixture
def buyer(fresh_simulator: Simulator) -> Visitor:
    issued = fresh_simulator.issue_certificate(BUYER_NIP)
    return Visitor(fresh_simulator).log_in(issued, BUYER_NIP)


def only(visitor: Visitor) -> dict[str, Any]:
    """The one invoice that the buyer can see."""
    (found,) = query(visitor, filters())["invoices"]
    return dict(found)


def test_many_invoices_are_put_in_at_once(buyer: Visitor) -> None:
    began = time.monotonic()
    planted = buyer.simulator.plant(invoice_xml("FV"), count=2000)
    assert time.monotonic() - began < 5
    assert [one["invoice_number"] for one in planted[:2]] == ["FV/1", "FV/2"]
    assert len({one["number"] for one in planted}) == len({one["hash"] for one in planted}) == 2000


def test_the_files_of_many_invoices_say_their_own_numbers(buyer: Visitor) -> None:
    planted = buyer.simulator.plant(invoice_xml("FV"), count=2)
    content = buyer.call("GET", f"/invoices/ksef/{planted[1]['number']}").content
    assert (b"<P_2>FV/2</P_2>" in content, digest(content)) == (True, planted[1]["hash"])


def test_a_planted_invoice_may_have_been_stored_before(buyer: Visitor) -> None:
    xml = invoice_xml(issued=date(2025, 12, 31))
    buyer.simulator.plant(xml, stored="2026-01-01T12:00:00.1234567+01:00")
    wanted = filters(start="2026-01-01T00:00:00Z", end="2026-01-02T00:00:00Z")
    (found,) = query(buyer, wanted)["invoices"]
    assert found["permanentStorageDate"] == "2026-01-01T11:00:00.1234567+00:00"


def test_a_planted_invoice_may_be_stored_some_seconds_from_now(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml(), stored_seconds=60)
    assert query(buyer, filters())["invoices"] == []
    buyer.simulator.move_clock(61)
    assert numbers(query(buyer, filters())) == ["FV/1"]


@pytest.mark.parametrize("form", ["FA (2)", "PEF (3)", "PEF_KOR (3)", "FA_RR (1)"])
def test_other_forms_are_put_in_unchecked(buyer: Visitor, form: str) -> None:
    content = invoice_xml().replace(b"25/13775/", b"29/12648/") if form == "FA (2)" else PEF
    buyer.simulator.plant(content, form=form, facts=FACTS)
    found = only(buyer)
    assert (found["formCode"]["systemCode"], found["grossAmount"]) == (form, 123.45)
    assert buyer.call("GET", f"/invoices/ksef/{found['ksefNumber']}").content == content


def test_an_old_form_is_read_by_the_same_names(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml().replace(b"25/13775/", b"29/12648/"), form="FA (2)")
    found = only(buyer)
    assert (found["invoiceNumber"], found["invoiceType"], found["netAmount"]) == (
        "FV/1",
        "Vat",
        100,
    )


@pytest.mark.parametrize(
    "content",
    [
        b"no XML at all",
        b"",
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"<a>" * 3000,
        "<a>ł</a>".encode("utf-16"),
    ],
    ids=["no XML", "nothing", "entities", "external entity", "deep", "another encoding"],
)
def test_hostile_contents_are_put_in_as_they_are(buyer: Visitor, content: bytes) -> None:
    buyer.simulator.plant(content, checked=False, facts=FACTS)
    answer = buyer.call("GET", f"/invoices/ksef/{only(buyer)['ksefNumber']}")
    assert answer.content == content


def test_what_ksef_would_refuse_is_refused_when_it_is_checked(fresh_simulator: Simulator) -> None:
    for xml in (b"<Faktura/>", invoice_xml(seller="1")):
        with pytest.raises(AssertionError, match="450"):
            fresh_simulator.plant(xml)
    fresh_simulator.plant(invoice_xml())
    with pytest.raises(AssertionError, match="440"):
        fresh_simulator.plant(invoice_xml())


def test_the_lists_may_tell_another_hash(buyer: Visitor) -> None:
    forged = digest(b"something else")
    buyer.simulator.plant(invoice_xml(), metadata={"invoiceHash": forged})
    found = only(buyer)
    answer = buyer.call("GET", f"/invoices/ksef/{found['ksefNumber']}")
    assert found["invoiceHash"] == forged
    assert answer.headers["x-ms-meta-hash"] == digest(answer.content) != forged


def test_a_number_may_have_a_wrong_checksum(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml(), number_kind="wrong_checksum")
    number = only(buyer)["ksefNumber"]
    assert (len(number), f"{crc8(number[:32]):02X}" == number[-2:]) == (35, False)


def test_a_number_may_be_of_the_old_form(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml(), number_kind="old_form")
    number = only(buyer)["ksefNumber"]
    assert [len(part) for part in number.split("-")] == [10, 8, 6, 6, 2]
    assert buyer.call("GET", f"/invoices/ksef/{number}").ok


def test_a_number_can_be_chosen_once(buyer: Visitor) -> None:
    number = "5265877635-20250826-0100001AF629-AF"
    buyer.simulator.plant(invoice_xml(), number=number)
    assert only(buyer)["ksefNumber"] == number
    with pytest.raises(AssertionError, match="already"):
        buyer.simulator.plant(invoice_xml("FV/2"), number=number)


def test_an_invoice_may_be_marked_offline(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml(), offline=True)
    assert only(buyer)["invoicingMode"] == "Offline"


def test_planted_documents_have_their_page(buyer: Visitor) -> None:
    buyer.simulator.plant(b"hostile", checked=False, facts=FACTS)
    assert buyer.simulator.invoices()[0]["invoice_number"] == "OBCA/1"


@pytest.mark.parametrize(
    "told", [{}, {"xml": "<a/>", "form": "FA (9)"}, {"xml": "<a/>", "number_kind": "odd"}]
)
def test_a_plant_that_makes_no_sense_is_explained(
    fresh_simulator: Simulator, told: dict[str, str]
) -> None:
    body = [{"checked": False, **told}]
    answer = requests.post(f"{fresh_simulator.url}/_control/plant", json=body, timeout=10)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_planted_invoices_come_in_the_order_in_which_they_were_put_in(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml("FV"), count=12)
    wanted = [f"FV/{number}" for number in range(1, 11)]
    assert numbers(query(buyer, filters())) == wanted
