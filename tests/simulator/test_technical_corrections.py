"""Technical corrections of refused offline invoices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from .batches import Batch, zipped
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

REFUSED = b"<Faktura/>"


@pytest.fixture
def session(fresh_simulator: Simulator) -> OpenSession:
    issued = fresh_simulator.issue_certificate(NIP)
    return OpenSession.of(Visitor(fresh_simulator).log_in(issued))


def correcting(content: bytes) -> dict[str, Any]:
    return {"offlineMode": True, "hashOfCorrectedInvoice": digest(content)}


def test_a_technical_correction_replaces_a_refused_offline_invoice_once(
    session: OpenSession,
) -> None:
    session.send(REFUSED, offlineMode=True)
    correction = correcting(REFUSED)
    assert session.verdict(invoice_xml(), **correction)["code"] == 200
    assert error_code(session.offer(invoice_xml("FV/2"), **correction)) == 21166


def test_an_accepted_invoice_cannot_be_corrected_technically(session: OpenSession) -> None:
    session.send(invoice_xml(), offlineMode=True)
    answer = session.offer(
        invoice_xml("2"), offlineMode=True, hashOfCorrectedInvoice=digest(invoice_xml())
    )
    assert error_code(answer) == 21167


def test_an_invoice_refused_in_a_package_is_corrected_in_a_session(session: OpenSession) -> None:
    Batch(session.visitor, zipped({"a.xml": REFUSED})).send(offline=True)
    assert session.verdict(invoice_xml(), **correcting(REFUSED))["code"] == 200


def test_an_invoice_that_ksef_marked_offline_may_be_corrected(session: OpenSession) -> None:
    session.send(invoice_xml())
    twice = invoice_xml(issued=warsaw_today() - timedelta(days=1))
    assert session.verdict(twice)["code"] == 440
    assert session.verdict(invoice_xml("FV/2"), **correcting(twice))["code"] == 200


def test_an_online_invoice_has_no_technical_correction(session: OpenSession) -> None:
    session.send(REFUSED)
    assert error_code(session.offer(invoice_xml(), **correcting(REFUSED))) == 21167


def test_a_correction_must_itself_be_offline(session: OpenSession) -> None:
    session.send(REFUSED, offlineMode=True)
    correction = {"hashOfCorrectedInvoice": digest(REFUSED)}
    assert error_code(session.offer(invoice_xml(), **correction)) == 21405


def test_a_lack_of_permissions_cannot_be_corrected_technically(session: OpenSession) -> None:
    foreign = invoice_xml(seller=BUYER_NIP)
    session.send(foreign, offlineMode=True)
    assert error_code(session.offer(invoice_xml(), **correcting(foreign))) == 21167


def test_an_invoice_under_way_cannot_be_corrected_yet(session: OpenSession) -> None:
    session.visitor.simulator.processing(60)
    session.send(REFUSED, offlineMode=True)
    assert error_code(session.offer(invoice_xml(), **correcting(REFUSED))) == 21167


def test_a_refused_correction_may_be_corrected_again(session: OpenSession) -> None:
    second = b"<Faktura></Faktura>"
    session.send(REFUSED, offlineMode=True)
    assert session.verdict(second, **correcting(REFUSED))["code"] == 450
    assert session.verdict(invoice_xml(), **correcting(second))["code"] == 200
    for earlier in (REFUSED, second):
        assert error_code(session.offer(invoice_xml("FV/2"), **correcting(earlier))) == 21166


def test_corrections_that_go_in_a_circle_end_somewhere(session: OpenSession) -> None:
    second = b"<Faktura></Faktura>"
    session.send(REFUSED, offlineMode=True)
    session.send(second, **correcting(REFUSED))
    session.send(REFUSED, **correcting(second))
    assert session.verdict(invoice_xml(), **correcting(second))["code"] == 200


def test_another_taxpayers_invoice_is_not_to_be_found(session: OpenSession) -> None:
    session.send(REFUSED, offlineMode=True)
    simulator = session.visitor.simulator
    issued = simulator.issue_certificate(BUYER_NIP)
    stranger = OpenSession.of(Visitor(simulator).log_in(issued, BUYER_NIP))
    answer = stranger.offer(invoice_xml(seller=BUYER_NIP), **correcting(REFUSED))
    assert error_code(answer) == 21405


def test_a_correction_has_a_upo_of_its_own(session: OpenSession) -> None:
    session.send(REFUSED, offlineMode=True)
    invoice = session.invoice(session.send(invoice_xml(), **correcting(REFUSED)))
    assert invoice["invoicingMode"] == "Offline"
    assert requests.get(invoice["upoDownloadUrl"], timeout=10).ok
