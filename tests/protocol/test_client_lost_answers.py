"""Answers that are lost or cannot be read: what is known then, and what is not repeated."""

from __future__ import annotations

import pytest
from simulator.visitor import invoice_xml

from ksef.client import Client
from ksef.encryption import encrypt_document, sha256_base64
from ksef.environments import environment
from ksef.errors import (
    BadRequest,
    Outcome,
    ServerError,
    Unreachable,
    UnreadableAnswer,
)
from ksef.statuses import SESSION_OPEN, Verdict
from ksef.transport import Transport

from .conftest import real_clock
from .sessions import CLOSE, OPEN, SEND, Session


def offered(ksef) -> int:
    return sum(invoice["offered"] for invoice in ksef.invoices())


def test_an_invoice_dropped_before_it_was_taken_is_in_doubt(ksef, session):
    ksef.fault(SEND, "drop_before")

    with pytest.raises(Unreachable) as caught:
        session.send(invoice_xml())

    assert caught.value.outcome is Outcome.UNKNOWN
    assert session.client.session_invoices(session.reference).items == ()


def test_an_invoice_whose_answer_is_lost_is_in_doubt_and_found_by_its_hash(ksef, session):
    xml = invoice_xml()
    ksef.fault(SEND, "drop_after")

    with pytest.raises(Unreachable) as caught:
        session.send(xml)

    assert caught.value.outcome is Outcome.UNKNOWN
    (found,) = session.client.session_invoices(session.reference).items
    assert found.invoice_hash == sha256_base64(xml)
    assert found.verdict is Verdict.ACCEPTED


def test_an_invoice_answered_with_garbage_is_in_doubt(ksef, session):
    ksef.fault(SEND, "garbage")

    with pytest.raises(UnreadableAnswer) as caught:
        session.send(invoice_xml())

    assert caught.value.may_have_acted


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_an_invoice_answered_with_5xx_is_in_doubt(ksef, session, code):
    ksef.fault(SEND, "status", code=code, body="<html>Bad Gateway</html>")

    with pytest.raises(ServerError) as caught:
        session.send(invoice_xml())

    assert (caught.value.status, caught.value.may_have_acted) == (code, True)


def test_a_slow_answer_is_in_doubt(ksef, client):
    session = Session(client)
    ksef.fault(SEND, "delay", seconds=2)
    impatient = Transport(environment("simulator", ksef.url), timeout=0.3)
    hurried = Client(impatient, clock=real_clock, access_token=client._access_token)
    document = encrypt_document(invoice_xml(), session.key)

    with pytest.raises(Unreachable) as caught:
        hurried.send_invoice(session.reference, document)

    assert caught.value.outcome is Outcome.UNKNOWN


def test_an_invoice_is_never_sent_twice_by_itself(ksef, session):
    ksef.fault(SEND, "status", times=1, code=503)

    with pytest.raises(ServerError):
        session.send(invoice_xml())

    assert ksef.invoices() == []


def test_closing_is_never_repeated_by_itself(ksef, session):
    session.send(invoice_xml())
    ksef.fault(CLOSE, "drop_before")

    with pytest.raises(Unreachable):
        session.client.close_interactive_session(session.reference)

    assert session.client.session_status(session.reference).code == SESSION_OPEN


def test_a_simulator_that_is_gone_means_not_sent(ksef, client):
    gone = Client(
        Transport(environment("simulator", "http://127.0.0.1:9")),
        clock=real_clock,
        access_token=client._access_token,
    )

    with pytest.raises(Unreachable) as caught:
        gone.close_interactive_session("20250625-SO-2C3E6C8000-B675CF5D68-07")

    assert caught.value.outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_reads_are_repeated_when_the_client_was_told_to(ksef, client, kind):
    session = Session(client)
    patient = Client(
        Transport(environment("simulator", ksef.url), sleep=lambda _seconds: None),
        clock=real_clock,
        access_token=client._access_token,
        read_retries=2,
    )
    ksef.fault("GET /v2/sessions/*", kind, times=2)

    assert patient.session_status(session.reference).code == SESSION_OPEN


def test_a_upo_answered_with_garbage_is_not_taken_for_one(ksef, session):
    status = session.status_of(invoice_xml())
    ksef.fault("GET /v2/sessions/*/invoices/*/upo", "garbage")

    with pytest.raises(UnreadableAnswer):
        session.client.upo_by_reference(session.reference, status.reference)


def test_an_answer_of_another_shape_is_unreadable(ksef, session):
    ksef.fault("GET /v2/sessions/*", "status", code=200, body={"status": "fine"})

    with pytest.raises(UnreadableAnswer, match="status: an object was expected"):
        session.client.session_status(session.reference)


def test_other_refusals_of_opening_are_not_taken_for_a_withdrawn_key(ksef, client):
    body = {"exception": {"exceptionDetailList": [{"exceptionCode": 21405}]}}
    ksef.fault(OPEN, "status", code=400, body=body)

    with pytest.raises(BadRequest) as caught:
        Session(client)

    assert caught.value.codes == (21405,)
