"""Reading what KSeF tells of an invoice: generous with everything but the number."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from ksef.decoding import Unpromised
from ksef.received_metadata import ReceivedMetadata

NUMBER = "5265877635-20250826-0100001AF629-AF"
TOLD: dict[str, Any] = {
    "ksefNumber": NUMBER,
    "invoiceNumber": "FV/1",
    "issueDate": "2026-02-15",
    "acquisitionDate": "2026-02-15T08:00:01+01:00",
    "permanentStorageDate": "2026-02-15T08:00:02.1234567+00:00",
    "seller": {"nip": "1111111111", "name": "Sprzedawca"},
    "buyer": {"identifier": {"type": "VatUe", "value": "DE123456789"}, "name": "Käufer"},
    "netAmount": 100.1,
    "grossAmount": 123,
    "currency": "EUR",
    "invoiceType": "KorZal",
    "formCode": {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"},
    "isSelfInvoicing": True,
    "invoiceHash": "tmtCidSRzR4fvNpLU5hMOM6FzamxJf0BBR8IkXIAwsY=",
    "thirdSubjects": [{"identifier": {"type": "Nip", "value": "2222222222"}, "role": 1}],
    "authorizedSubject": {"nip": "3333333333", "role": 2},
    "somethingNew": {"of": "a later release"},
}


def test_everything_that_is_told_is_read() -> None:
    read = ReceivedMetadata.read(TOLD)
    assert (read.ksef_number, read.invoice_number, read.kind) == (NUMBER, "FV/1", "KorZal")
    assert read.issue_date == date(2026, 2, 15)
    assert read.acquisition_date == datetime(2026, 2, 15, 7, 0, 1, tzinfo=timezone.utc)
    assert read.permanent_storage_text == "2026-02-15T08:00:02.1234567+00:00"
    assert (read.buyer.type, read.buyer.value) == ("VatUe", "DE123456789")
    assert read.form is not None and read.form.system_code == "FA (3)"
    assert read.third_parties[0].is_nip("2222222222")
    assert read.authorised is not None and read.authorised.is_nip("3333333333")


def test_amounts_are_exact() -> None:
    read = ReceivedMetadata.read(TOLD)
    assert (read.net, read.gross, read.vat) == (Decimal("100.1"), Decimal("123"), None)


def test_the_number_alone_is_enough() -> None:
    read = ReceivedMetadata.read({"ksefNumber": NUMBER})
    assert (read.invoice_hash, read.form, read.gross, read.third_parties) == (None, None, None, ())


@pytest.mark.parametrize("told", [None, [], "x", {}, {"ksefNumber": 7}, {"ksefNumber": "9" * 65}])
def test_without_a_number_there_is_nothing_to_know_it_by(told: object) -> None:
    with pytest.raises(Unpromised):
        ReceivedMetadata.read(told)


@pytest.mark.parametrize(
    ("name", "value", "attribute"),
    [
        ("invoiceHash", "no base64", "invoice_hash"),
        ("invoiceHash", "c2hvcnQ=", "invoice_hash"),
        ("issueDate", "2026-02-30", "issue_date"),
        ("permanentStorageDate", "2026-02-15T08:00:02", "permanent_storage_text"),
        ("netAmount", "NaN", "net"),
        ("netAmount", True, "net"),
        ("currency", "euro", "currency"),
        ("seller", "1111111111", "seller_nip"),
        ("isSelfInvoicing", "yes", "self_invoicing"),
        ("formCode", [], "form"),
    ],
)
def test_a_member_that_makes_no_sense_is_left_out(name: str, value: Any, attribute: str) -> None:
    assert getattr(ReceivedMetadata.read({**TOLD, name: value}), attribute) is None


@pytest.mark.parametrize("hostile", ["FV\0/1", "FV\ud800/1"])
def test_a_text_that_no_database_takes_is_no_text(hostile: str) -> None:
    assert ReceivedMetadata.read({**TOLD, "invoiceNumber": hostile}).invoice_number is None


def test_a_number_that_no_database_takes_is_no_number() -> None:
    with pytest.raises(Unpromised):
        ReceivedMetadata.read({"ksefNumber": "526\0"})
