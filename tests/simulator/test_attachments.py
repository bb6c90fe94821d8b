"""Invoices with attachments: only in packages, only with consent."""

from __future__ import annotations

import pytest

from .batches import Batch, zipped
from .process import Simulator
from .visitor import NIP, OpenSession, Visitor, digest, error_code, invoice_xml

ATTACHMENT = b"""  <Zalacznik>
    <BlokDanych>
      <MetaDane><ZKlucz>Okres</ZKlucz><ZWartosc>2026</ZWartosc></MetaDane>
      <Tekst><Akapit>Opis</Akapit></Tekst>
    </BlokDanych>
  </Zalacznik>
</Faktura>
"""


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


def with_attachment() -> bytes:
    return invoice_xml().replace(b"</Faktura>\n", ATTACHMENT)


def allowed(visitor: Visitor) -> bool:
    return bool(visitor.ask("GET", "/permissions/attachments/status")["isAttachmentAllowed"])


def in_a_package(visitor: Visitor) -> int:
    batch = Batch(visitor, zipped({"a.xml": with_attachment()})).send()
    return int(batch.invoices()[0]["status"]["code"])


def test_nobody_has_consented_at_first(visitor: Visitor) -> None:
    assert not allowed(visitor)
    assert in_a_package(visitor) == 415


def test_with_consent_a_package_may_hold_attachments(visitor: Visitor) -> None:
    visitor.simulator.control("attachments", {"nip": NIP})
    assert allowed(visitor)
    assert in_a_package(visitor) == 200


def test_an_interactive_session_takes_no_attachments(visitor: Visitor) -> None:
    visitor.simulator.control("attachments", {"nip": NIP})
    assert OpenSession.of(visitor).verdict(with_attachment())["code"] == 415


def test_a_technical_correction_is_the_exception(visitor: Visitor) -> None:
    visitor.simulator.control("attachments", {"nip": NIP})
    session = OpenSession.of(visitor)
    session.send(b"<Faktura/>", offlineMode=True)
    correction = {"offlineMode": True, "hashOfCorrectedInvoice": digest(b"<Faktura/>")}
    assert session.verdict(with_attachment(), **correction)["code"] == 200


def test_consent_may_end_on_a_day(visitor: Visitor) -> None:
    visitor.simulator.control("attachments", {"nip": NIP, "ends": "2049-01-01T00:00:00+01:00"})
    status = visitor.ask("GET", "/permissions/attachments/status")
    assert status == {
        "isAttachmentAllowed": True,
        "revokedDate": "2048-12-31T23:00:00.0000000+00:00",
    }


def test_consent_is_given_and_withdrawn_as_on_the_test_environment(visitor: Visitor) -> None:
    assert visitor.call("POST", "/testdata/attachment", {"nip": NIP}, token="").ok
    assert allowed(visitor)
    visitor.call("POST", "/testdata/attachment/revoke", {"nip": NIP}, token="")
    assert not allowed(visitor)
    later = {"nip": NIP, "expectedEndDate": "2049-01-01"}
    visitor.call("POST", "/testdata/attachment/revoke", later, token="")
    assert allowed(visitor)


@pytest.mark.parametrize("body", [{"nip": "12"}, {"nip": NIP, "expectedEndDate": "soon"}])
def test_consent_that_makes_no_sense_is_refused(visitor: Visitor, body: dict[str, str]) -> None:
    assert error_code(visitor.call("POST", "/testdata/attachment/revoke", body)) == 21405


def test_who_reads_no_credentials_is_not_told(fresh_simulator: Simulator) -> None:
    reader = fresh_simulator.issue_certificate(NIP, permissions=["InvoiceRead"])
    answer = Visitor(fresh_simulator).log_in(reader).call("GET", "/permissions/attachments/status")
    assert (answer.status_code, answer.json()["reasonCode"]) == (403, "missing-permissions")
