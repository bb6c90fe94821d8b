"""Exports: invoices in packages."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from .contract import OPENAPI, Contract
from .process import Simulator
from .receiving import Export, filters, query
from .visitor import BUYER_NIP, NIP, Visitor, error_code, invoice_xml


@pytest.fixture
def buyer(fresh_simulator: Simulator) -> Visitor:
    issued = fresh_simulator.issue_certificate(BUYER_NIP)
    return Visitor(fresh_simulator).log_in(issued, BUYER_NIP)


def ago(**offset: float) -> str:
    return (datetime.now(timezone.utc) - timedelta(**offset)).isoformat()


@pytest.mark.parametrize(("asked", "compression"), [({}, "Zip"), ("TarGz", "TarGz")])
def test_a_package_holds_every_invoice_and_what_the_lists_say(
    buyer: Visitor, asked: Any, compression: str
) -> None:
    planted = buyer.simulator.plant(invoice_xml("FV"), count=3)
    more = {"compressionType": asked} if asked else {}
    export = Export(buyer).start(**more)
    files = export.files()
    wanted = [f"{one['number']}.xml" for one in planted]
    assert list(files) == [*wanted, "_metadata.json"]
    for one in planted:
        fetched = buyer.call("GET", f"/invoices/ksef/{one['number']}").content
        assert files[f"{one['number']}.xml"] == fetched
    assert export.listed() == query(buyer, filters())["invoices"]
    package = export.package()
    assert (package["compressionType"], package["invoiceCount"]) == (compression, 3)


def test_what_a_package_says_of_its_invoices_fits_the_api(buyer: Visitor) -> None:
    if not OPENAPI.exists():
        pytest.skip("There is no description of the API.")
    buyer.simulator.plant(invoice_xml())
    listed = json.dumps(Export(buyer).start().listed()[0])
    schema = {"$ref": "#/components/schemas/InvoiceMetadata"}
    assert list(Contract()._json(listed, schema)) == []


def test_a_package_comes_in_parts(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"export_part_bytes": 1000})
    buyer.simulator.plant(invoice_xml("FV"), count=3)
    export = Export(buyer).start()
    parts = export.package()["parts"]
    assert len(parts) > 2
    assert [part["ordinalNumber"] for part in parts] == list(range(1, len(parts) + 1))
    assert parts[0]["partName"] == f"{export.reference}-001.zip.aes"
    assert len(export.files()) == 4


def test_a_package_may_hold_the_lists_alone(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml("FV"), count=3)
    export = Export(buyer).start(onlyMetadata=True)
    assert list(export.files()) == ["_metadata.json"]
    assert len(export.listed()) == 3


def test_a_package_without_invoices_has_no_parts(buyer: Visitor) -> None:
    package = Export(buyer).start().package()
    assert (package["invoiceCount"], package["size"], package["parts"]) == (0, 0, [])
    assert package["permanentStorageHwmDate"]


def test_a_package_takes_its_time_when_asked_to(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"export_seconds": 60})
    export = Export(buyer).start()
    assert export.status() == {"status": {"code": 100, "description": "Eksport faktur w toku"}}
    buyer.simulator.move_clock(61)
    assert export.code() == 200


def test_a_package_shows_what_there_was_when_it_was_done(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml("EARLY"))
    export = Export(buyer).start()
    buyer.simulator.plant(invoice_xml("LATE"))
    assert [one["invoiceNumber"] for one in export.listed()] == ["EARLY"]
    assert export.archive() == export.archive()


def test_a_package_that_is_cut_off_says_where_to_go_on(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"export_invoices": 4})
    buyer.simulator.plant(invoice_xml("FV"), count=10)
    seen: list[str] = []
    start = ago(hours=1)
    for _ in range(5):
        export = Export(buyer).start(filters(start=start))
        package = export.package()
        seen += [one["invoiceNumber"] for one in export.listed()]
        if not package["isTruncated"]:
            assert "lastPermanentStorageDate" not in package
            break
        start = package["lastPermanentStorageDate"]
        assert start == export.listed()[-1]["permanentStorageDate"]
    assert list(dict.fromkeys(seen)) == [f"FV/{number}" for number in range(1, 11)]
    assert len(seen) == 12


@pytest.mark.parametrize(
    ("date_type", "member"),
    [("Issue", "lastIssueDate"), ("Invoicing", "lastInvoicingDate")],
)
def test_a_package_by_another_date_goes_on_by_that_date(
    buyer: Visitor, date_type: str, member: str
) -> None:
    buyer.simulator.control("processing", {"export_invoices": 1})
    buyer.simulator.plant(invoice_xml("FV"), count=2)
    package = Export(buyer).start(filters(date_type=date_type, restricted=None)).package()
    assert package["isTruncated"] and package[member]
    assert package["permanentStorageHwmDate"] is None


def test_a_range_after_the_high_water_mark_has_nothing_yet(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"hwm_seconds": 60})
    status = Export(buyer).start(filters(start=ago(seconds=30))).status()["status"]
    assert (status["code"], "PermanentStorageHwmDate" in status["details"][0]) == (420, True)


def test_ten_exports_run_at_once_and_no_more(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"export_seconds": 60})
    for _ in range(10):
        Export(buyer).start()
    answer = buyer.call("POST", "/invoices/exports", Export(buyer).body())
    assert error_code(answer) == 21182
    buyer.simulator.move_clock(61)
    assert Export(buyer).start().reference


def test_links_last_an_hour_and_are_made_anew(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml())
    export = Export(buyer).start()
    old = export.package()["parts"][0]["url"]
    assert requests.get(old, timeout=10).ok
    buyer.simulator.move_clock(3601)
    buyer.log_in(buyer.simulator.issue_certificate(BUYER_NIP), BUYER_NIP)
    assert requests.get(old, timeout=10).status_code == 403
    assert requests.get(export.package()["parts"][0]["url"], timeout=10).ok


def test_a_link_needs_no_login_and_tolerates_none(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml())
    url = Export(buyer).start().package()["parts"][0]["url"]
    bearer = {"Authorization": f"Bearer {buyer.access_token}"}
    assert requests.get(url, headers=bearer, timeout=10).status_code == 400
    assert requests.get(url.replace("sig=", "sig=0"), timeout=10).status_code == 403


def test_a_package_expires_and_its_status_is_forgotten_later(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml())
    issued = buyer.simulator.issue_certificate(BUYER_NIP)
    export = Export(buyer).start()
    assert export.status()["packageExpirationDate"] > export.status()["completedDate"]
    buyer.simulator.move_clock(3 * 86400 + 1)
    buyer.log_in(issued, BUYER_NIP)
    expired = export.status()
    assert (expired["status"]["code"], "package" in expired) == (210, False)
    buyer.simulator.move_clock(7 * 86400 + 60)
    buyer.log_in(issued, BUYER_NIP)
    answer = buyer.call("GET", f"/invoices/exports/{export.reference}")
    assert answer.status_code == 410


def test_a_package_may_expire_sooner(buyer: Visitor) -> None:
    buyer.simulator.control("processing", {"package_seconds": 60, "link_seconds": 10})
    export = Export(buyer).start()
    buyer.simulator.move_clock(61)
    assert export.code() == 210


def test_a_key_wrapped_for_nobody_breaks_the_export(buyer: Visitor) -> None:
    body = Export(buyer).body()
    body["encryption"]["encryptedSymmetricKey"] = base64.b64encode(bytes(256)).decode()
    reference = buyer.ask("POST", "/invoices/exports", body)["referenceNumber"]
    assert Export(buyer, reference).code() == 415


def test_a_withdrawn_key_is_turned_down(buyer: Visitor) -> None:
    body = Export(buyer).body()
    buyer.simulator.fault(None, "rotate_keys")
    assert error_code(buyer.call("POST", "/invoices/exports", body)) == 21470


def test_the_code_of_an_export_can_be_planned(buyer: Visitor) -> None:
    buyer.simulator.fault("POST /invoices/exports", "process_status", code=550)
    assert Export(buyer).start().code() == 550


@pytest.mark.parametrize(
    "changes",
    [{"filters": filters("Subject9")}, {"compressionType": "Rar"}, {"onlyMetadata": "yes"}],
    ids=["filters", "compression", "flag"],
)
def test_an_export_that_makes_no_sense_is_refused(buyer: Visitor, changes: dict[str, Any]) -> None:
    body = {**Export(buyer).body(), **changes}
    assert error_code(buyer.call("POST", "/invoices/exports", body)) == 21405


def test_an_export_belongs_to_who_started_it(buyer: Visitor) -> None:
    export = Export(buyer).start()
    simulator = buyer.simulator
    export.visitor = Visitor(simulator).log_in(simulator.issue_certificate(NIP))
    for reference in (export.reference, "x" * 36):
        answer = export.visitor.call("GET", f"/invoices/exports/{reference}")
        assert error_code(answer) == 21175


def test_who_may_only_send_exports_nothing(fresh_simulator: Simulator) -> None:
    writer = fresh_simulator.issue_certificate(NIP, permissions=["InvoiceWrite"])
    answer = Visitor(fresh_simulator).log_in(writer).call("POST", "/invoices/exports", {})
    assert (answer.status_code, answer.json()["reasonCode"]) == (403, "missing-permissions")


def test_exports_and_queries_have_budgets_of_their_own(buyer: Visitor) -> None:
    buyer.simulator.enforce_limits({"invoiceExport": {"perHour": 1}})
    export = Export(buyer).start()
    answer = buyer.call("POST", "/invoices/exports", export.body())
    assert (answer.status_code, export.code()) == (429, 200)
    assert query(buyer, filters())["invoices"] == []


def test_a_download_can_be_cut_off_in_the_middle(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml())
    url = Export(buyer).start().package()["parts"][0]["url"]
    buyer.simulator.fault("GET /storage/**", "cut")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.get(url, timeout=10)
    assert requests.get(url, timeout=10).ok


def test_a_download_may_bring_a_forged_hash(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml())
    url = Export(buyer).start().package()["parts"][0]["url"]
    forged = {"x-ms-meta-hash": "A" * 44}
    buyer.simulator.fault("GET /storage/**", "headers", headers=forged)
    assert requests.get(url, timeout=10).headers["x-ms-meta-hash"] == "A" * 44


def test_thousands_of_invoices_fit_one_package(buyer: Visitor) -> None:
    buyer.simulator.plant(invoice_xml("FV"), count=2000)
    export = Export(buyer).start(compressionType="TarGz")
    assert len(export.files()) == 2001
