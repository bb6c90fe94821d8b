"""Interactive sessions: from their opening to their end."""

from __future__ import annotations

import base64
from zoneinfo import ZoneInfo

import pytest

from .process import Simulator
from .visitor import (
    BUYER_NIP,
    FORM_CODE,
    NIP,
    OpenSession,
    Visitor,
    invoice_xml,
)

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


@pytest.fixture
def session(visitor: Visitor) -> OpenSession:
    return OpenSession.of(visitor)


def test_a_session_counts_what_was_sent(session: OpenSession) -> None:
    session.send(invoice_xml())
    session.send(invoice_xml())
    status = session.status()
    assert status["status"]["code"] == 100
    assert [status[name] for name in ("invoiceCount", "successfulInvoiceCount")] == [2, 1]
    assert status["failedInvoiceCount"] == 1


def test_a_closed_session_ends_well_and_has_a_upo(session: OpenSession) -> None:
    session.send(invoice_xml())
    assert session.close().status_code == 204
    status = session.status()
    assert status["status"]["code"] == 200
    assert len(status["upo"]["pages"]) == 1


def test_a_closed_session_waits_for_its_invoices(session: OpenSession) -> None:
    session.visitor.simulator.processing(60)
    session.send(invoice_xml())
    session.close()
    assert session.status()["status"]["code"] == 170


def test_an_empty_session_is_cancelled(session: OpenSession) -> None:
    session.close()
    assert session.status()["status"]["code"] == 440


def test_a_session_where_all_was_refused_fails(session: OpenSession) -> None:
    session.send(b"<Faktura/>")
    session.close()
    assert session.status()["status"]["code"] == 445


def test_a_session_closes_itself_after_twelve_hours(session: OpenSession) -> None:
    session.send(invoice_xml())
    session.visitor.simulator.move_clock(12 * 3600 + 1)
    session.visitor.log_in(session.visitor.simulator.issue_certificate(NIP))
    assert session.status()["status"]["code"] == 200
    answer = session.offer(invoice_xml("FV/2"))
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21180


def test_a_closed_session_takes_nothing_and_closes_once(session: OpenSession) -> None:
    session.close()
    for answer in (session.offer(invoice_xml()), session.close()):
        assert answer.status_code == 400
        assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21180


def test_a_full_session_says_so(session: OpenSession) -> None:
    session.visitor.simulator.control("processing", {"session_invoices": 1})
    session.send(invoice_xml("1"))
    answer = session.offer(invoice_xml("2"))
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21155


def test_a_key_wrapped_for_nobody_breaks_the_session(visitor: Visitor) -> None:
    body = {
        "formCode": FORM_CODE,
        "encryption": {
            "encryptedSymmetricKey": base64.b64encode(bytes(256)).decode(),
            "initializationVector": base64.b64encode(bytes(16)).decode(),
        },
    }
    reference = visitor.ask("POST", "/sessions/online", body)["referenceNumber"]
    assert visitor.ask("GET", f"/sessions/{reference}")["status"]["code"] == 415


def test_another_form_code_is_turned_down(visitor: Visitor) -> None:
    body = {"formCode": {**FORM_CODE, "schemaVersion": "9"}, "encryption": {}}
    answer = visitor.call("POST", "/sessions/online", body)
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21405


def test_a_caller_without_the_permission_may_not_open_a_session(
    fresh_simulator: Simulator,
) -> None:
    reader = fresh_simulator.issue_certificate(NIP, permissions=["InvoiceRead"])
    answer = Visitor(fresh_simulator).log_in(reader).call("POST", "/sessions/online", {})
    problem = answer.json()
    assert (answer.status_code, problem["reasonCode"]) == (403, "missing-permissions")
    assert problem["security"]["presentPermissions"] == ["InvoiceRead"]


def test_the_invoices_of_a_session_come_in_pages(session: OpenSession) -> None:
    references = [session.send(invoice_xml(f"FV/{number}")) for number in range(23)]
    path = f"/sessions/{session.reference}/invoices?pageSize=10"
    seen: list[str] = []
    token = None
    for _ in range(3):
        headers = {"x-continuation-token": token} if token else None
        page = session.visitor.ask("GET", path, headers=headers)
        seen += [invoice["referenceNumber"] for invoice in page["invoices"]]
        token = page.get("continuationToken")
    assert (seen, token) == (references, None)


def test_a_spoilt_continuation_token_is_turned_down(session: OpenSession) -> None:
    path = f"/sessions/{session.reference}/invoices"
    answer = session.visitor.call("GET", path, headers={"x-continuation-token": "spoilt"})
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21418


def test_the_failed_invoices_are_listed_by_themselves(session: OpenSession) -> None:
    session.send(invoice_xml())
    failed = session.send(invoice_xml())
    page = session.visitor.ask("GET", f"/sessions/{session.reference}/invoices/failed")
    assert [invoice["referenceNumber"] for invoice in page["invoices"]] == [failed]


def test_the_sessions_of_a_context_are_listed_the_newest_first(visitor: Visitor) -> None:
    references = [OpenSession.of(visitor).reference for _ in range(3)]
    listed = visitor.ask("GET", "/sessions?sessionType=Online")["sessions"]
    assert [session["referenceNumber"] for session in listed] == references[::-1]


def test_another_taxpayers_session_is_not_to_be_found(session: OpenSession) -> None:
    simulator = session.visitor.simulator
    stranger = Visitor(simulator).log_in(simulator.issue_certificate(BUYER_NIP), BUYER_NIP)
    answer = stranger.call("GET", f"/sessions/{session.reference}")
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21173
