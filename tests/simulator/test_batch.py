"""Batch sessions: packages of invoices, from their opening to their end."""

from __future__ import annotations

import base64
import tarfile
import zipfile
from collections.abc import Callable
from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from lxml import etree

from .batches import Batch, Files, tarred, zipped
from .process import Simulator
from .visitor import (
    BUYER_NIP,
    NIP,
    OpenSession,
    Visitor,
    digest,
    error_code,
    invoice_xml,
    warsaw_today,
)

WARSAW = ZoneInfo("Europe/Warsaw")
UPO = "{http://upo.schematy.mf.gov.pl/KSeF/v4-3}"


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


def files(count: int = 2) -> Files:
    return {f"faktura-{n}.xml": invoice_xml(f"FV/{n}") for n in range(1, count + 1)}


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize(
    ("compression", "pack"), [(None, zipped), ("Zip", zipped), ("TarGz", tarred)]
)
def test_every_invoice_of_a_package_gets_a_number(
    visitor: Visitor, compression: str | None, pack: Callable[[Files], bytes], parts: int
) -> None:
    sent = files()
    batch = Batch(visitor, pack(sent), parts, compression).send()
    status = batch.status()
    assert (status["status"]["code"], status["successfulInvoiceCount"]) == (200, 2)
    assert [(one["invoiceFileName"], one["invoiceHash"]) for one in batch.invoices()] == [
        (name, digest(content)) for name, content in sent.items()
    ]
    assert all(one["ksefNumber"] for one in batch.invoices())


def test_invoices_of_a_package_stand_or_fall_singly(visitor: Visitor) -> None:
    sent = {**files(1), "again.xml": invoice_xml("FV/1"), "bad.xml": b"<Faktura/>"}
    batch = Batch(visitor, zipped(sent)).send()
    assert [one["status"]["code"] for one in batch.invoices()] == [200, 440, 450]
    assert batch.code() == 200
    path = f"/sessions/{batch.reference}/invoices/failed"
    failed = visitor.ask("GET", path)["invoices"]
    assert [one["invoiceFileName"] for one in failed] == ["again.xml", "bad.xml"]


def test_a_package_is_processed_after_it_was_closed(visitor: Visitor) -> None:
    visitor.simulator.processing(60)
    batch = Batch(visitor, zipped(files())).open()
    codes = [batch.code()]
    batch.upload()
    batch.close()
    codes.append(batch.code())
    assert [one["status"]["code"] for one in batch.invoices()] == [100, 100]
    visitor.simulator.move_clock(61)
    codes.append(batch.code())
    assert codes == [100, 150, 200]


def test_a_package_may_be_offline_as_a_whole(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files())).send(offline=True)
    assert {one["invoicingMode"] for one in batch.invoices()} == {"Offline"}


def test_the_day_of_receipt_is_that_of_opening(visitor: Visitor) -> None:
    now = datetime.now(timezone.utc)
    tomorrow = now.astimezone(WARSAW).date() + timedelta(days=1)
    midnight = (datetime.combine(tomorrow, time(), WARSAW) - now).total_seconds()
    visitor.simulator.move_clock(midnight - 300)
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    batch = Batch(visitor, zipped({"a.xml": invoice_xml(issued=warsaw_today())})).open()
    batch.upload()
    visitor.simulator.move_clock(midnight + 300)
    assert batch.close().status_code == 204
    assert [one["invoicingMode"] for one in batch.invoices()] == ["Online"]


def test_the_upo_of_a_session_comes_in_pages(visitor: Visitor) -> None:
    visitor.simulator.control("processing", {"upo_page_size": 2})
    batch = Batch(visitor, zipped(files(5))).send()
    pages = batch.status()["upo"]["pages"]
    contents = [requests.get(page["downloadUrl"], timeout=10).content for page in pages]
    told = [
        [element.text for element in etree.fromstring(content).find(f"{UPO}OpisPotwierdzenia")]
        for content in contents
    ]
    assert told == [
        ["1", "3", "1", "2", "5"],
        ["2", "3", "3", "4", "5"],
        ["3", "3", "5", "5", "5"],
    ]
    path = f"/sessions/{batch.reference}/upo/{pages[2]['referenceNumber']}"
    assert visitor.call("GET", path).content == contents[2]


def test_a_package_of_many_invoices_does_not_stop_the_rest(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files(400))).send()
    assert batch.status()["successfulInvoiceCount"] == 400
    assert len({one["ksefNumber"] for one in batch.invoices()}) == 400


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda content: content[:-30], 430),
        (lambda content: b"no archive at all", 430),
        (lambda content: tarred(files()), 430),
        (lambda content: zipped(files(), zipfile.ZIP_LZMA), 430),
        (lambda content: zipped(files(4)), 420),
        (lambda content: zipped({}), 440),
        (lambda content: zipped({"a.xml": b"<a/>"}), 445),
    ],
    ids=["cut", "none", "TAR as ZIP", "LZMA", "too many", "empty", "nothing valid"],
)
def test_a_package_that_will_not_do_is_refused_as_a_whole(
    visitor: Visitor, spoil: Callable[[bytes], bytes], code: int
) -> None:
    visitor.simulator.control("processing", {"batch_invoices": 3})
    assert Batch(visitor, spoil(zipped(files()))).send().code() == code


@pytest.mark.parametrize(
    "content",
    [
        tarred(files())[:-20],
        tarred({"x" * 101: b"<a/>"}, tarfile.PAX_FORMAT),
        tarred({"x" * 101: b"<a/>"}, tarfile.GNU_FORMAT),
        zipped(files()),
    ],
    ids=["cut", "PAX", "long name", "ZIP as TAR"],
)
def test_a_tar_archive_must_be_plain(visitor: Visitor, content: bytes) -> None:
    assert Batch(visitor, content, compression="TarGz").send().code() == 430


def test_a_package_that_is_not_what_was_announced_is_refused(visitor: Visitor) -> None:
    other_hash = Batch(visitor, zipped(files()))
    other_hash.open(fileHash=digest(b"something else")).upload()
    other_hash.close()
    other_part = Batch(visitor, zipped(files())).open()
    other_part.upload(content=bytes(len(other_part.parts[0])))
    other_part.close()
    assert (other_hash.code(), other_part.code()) == (405, 405)


def test_a_part_under_another_key_is_refused(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files()))
    batch.parts = [bytes(48)]
    assert batch.send().code() == 435


def test_a_key_wrapped_for_nobody_breaks_the_session(visitor: Visitor) -> None:
    body = Batch(visitor, zipped(files())).body()
    body["encryption"]["encryptedSymmetricKey"] = base64.b64encode(bytes(256)).decode()
    reference = visitor.ask("POST", "/sessions/batch", body)["referenceNumber"]
    assert visitor.ask("GET", f"/sessions/{reference}")["status"]["code"] == 415


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fileParts": []}, 21405),
        ({"fileSize": 5_000_000_001}, 21405),
        ({"fileHash": "short"}, 21405),
        ({"compressionType": "Rar"}, 21405),
        ({"fileParts": [{"ordinalNumber": 2, "fileSize": 16, "fileHash": digest(b"")}]}, 21405),
        (
            {"fileParts": [{"ordinalNumber": 1, "fileSize": 10**9, "fileHash": digest(b"")}]},
            21157,
        ),
        (
            {
                "fileParts": [
                    {"ordinalNumber": n, "fileSize": 16, "fileHash": digest(b"")}
                    for n in range(1, 52)
                ]
            },
            21161,
        ),
    ],
    ids=["no parts", "5 GB", "hash", "compression", "ordinals", "100 MB", "50 parts"],
)
def test_a_session_that_cannot_be_is_not_opened(
    visitor: Visitor, changes: dict[str, Any], code: int
) -> None:
    body = Batch(visitor, zipped(files())).body(**changes)
    assert error_code(visitor.call("POST", "/sessions/batch", body)) == code


def test_a_part_must_be_sent_exactly_as_the_opening_told(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files())).open()
    told = batch.uploads[0]
    bearer = {**told["headers"], "Authorization": f"Bearer {visitor.access_token}"}
    assert told["method"] == "PUT"
    assert batch.upload(headers={}).status_code == 400
    assert batch.upload(headers=bearer).status_code == 401
    assert batch.upload(url=told["url"].replace("se=", "se=9")).status_code == 403
    assert [batch.upload().status_code for _ in range(2)] == [201, 201]


def test_every_part_has_twenty_minutes_for_each_part(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files()), 2).open()
    visitor.simulator.move_clock(39 * 60)
    assert batch.upload(1).status_code == 201
    visitor.simulator.move_clock(40 * 60 + 1)
    assert batch.upload(2).status_code == 403
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    assert error_code(batch.close()) == 21208
    status = batch.status()["status"]
    assert (status["code"], status["details"]) == (440, ["Przekroczono czas wysyłki"])


def test_a_session_is_not_closed_before_every_part_came_whole(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files()), 2).open()
    batch.upload(1)
    assert error_code(batch.close()) == 21205
    batch.upload(2, content=b"short")
    assert error_code(batch.close()) == 21157
    batch.upload(2)
    assert batch.close().status_code == 204


def test_a_closed_session_takes_nothing_and_closes_once(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files())).send()
    assert batch.upload().status_code == 403
    assert error_code(batch.close()) == 21180


def test_batch_and_interactive_sessions_are_listed_apart(visitor: Visitor) -> None:
    online = OpenSession.of(visitor).reference
    batch = Batch(visitor, zipped(files())).send().reference
    for kind, reference in (("Online", online), ("Batch", batch)):
        listed = visitor.ask("GET", f"/sessions?sessionType={kind}")["sessions"]
        assert [session["referenceNumber"] for session in listed] == [reference]
    assert error_code(visitor.call("POST", f"/sessions/batch/{online}/close")) == 21173
    assert error_code(visitor.call("POST", f"/sessions/online/{batch}/close")) == 21173


def test_a_batch_session_belongs_to_its_context(visitor: Visitor) -> None:
    batch = Batch(visitor, zipped(files())).open()
    simulator = visitor.simulator
    batch.visitor = Visitor(simulator).log_in(simulator.issue_certificate(BUYER_NIP), BUYER_NIP)
    assert error_code(batch.close()) == 21173


def test_the_code_of_a_batch_session_can_be_planned(visitor: Visitor) -> None:
    visitor.simulator.fault("POST /sessions/batch", "process_status", code=500)
    batch = Batch(visitor, zipped(files())).send()
    assert (batch.code(), batch.invoices()) == (500, [])


def test_the_codes_of_single_invoices_in_a_package_can_be_planned(visitor: Visitor) -> None:
    match = "POST /sessions/batch/*/close"
    visitor.simulator.fault(match, "process_status", code=550, ordinals=[2])
    batch = Batch(visitor, zipped(files(3))).send()
    assert [one["status"]["code"] for one in batch.invoices()] == [200, 550, 200]


def test_a_close_whose_answer_is_lost_has_closed_the_session(visitor: Visitor) -> None:
    visitor.simulator.fault("POST /sessions/batch/*/close", "drop_after")
    batch = Batch(visitor, zipped(files())).open()
    batch.upload()
    with pytest.raises(requests.ConnectionError):
        batch.close()
    assert batch.code() == 200


def test_the_limit_of_invoices_is_told(visitor: Visitor) -> None:
    visitor.simulator.control("processing", {"batch_invoices": 7, "session_invoices": 5})
    limits = visitor.ask("GET", "/limits/context")
    assert [limits[kind]["maxInvoices"] for kind in ("onlineSession", "batchSession")] == [5, 7]
