"""Things that go wrong on purpose, and limits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from .process import Simulator
from .visitor import FORM_CODE, NIP, OpenSession, Visitor, invoice_xml

SEND = "POST /v2/sessions/online/*/invoices"


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


@pytest.fixture
def session(visitor: Visitor) -> OpenSession:
    return OpenSession.of(visitor)


def test_drop_before_closes_the_connection_and_does_nothing(session: OpenSession) -> None:
    session.visitor.simulator.fault(SEND, "drop_before")
    with pytest.raises(requests.ConnectionError):
        session.offer(invoice_xml())
    assert session.status()["invoiceCount"] == 0


def test_drop_after_takes_the_invoice_and_closes_the_connection(session: OpenSession) -> None:
    session.visitor.simulator.fault(SEND, "drop_after")
    with pytest.raises(requests.ConnectionError):
        session.offer(invoice_xml())
    assert session.status()["successfulInvoiceCount"] == 1
    assert session.verdict(invoice_xml())["code"] == 440


def test_a_fault_happens_as_often_as_it_was_planned(session: OpenSession) -> None:
    session.visitor.simulator.fault(SEND, "status", times=2, code=503)
    codes = [session.offer(invoice_xml()).status_code for _ in range(3)]
    assert codes == [503, 503, 202]


def test_a_fault_may_happen_for_ever_until_it_is_cleared(session: OpenSession) -> None:
    session.visitor.simulator.fault(SEND, "status", times=None, code=503)
    assert [session.offer(invoice_xml()).status_code for _ in range(5)] == [503] * 5
    session.visitor.simulator.clear_faults()
    assert session.offer(invoice_xml()).status_code == 202


def test_a_fault_may_let_some_requests_pass_first(session: OpenSession) -> None:
    session.visitor.simulator.fault(SEND, "status", skip=1, code=503)
    codes = [session.offer(invoice_xml(str(number))).status_code for number in range(3)]
    assert codes == [202, 503, 202]


def test_a_fault_meets_only_what_it_matches(session: OpenSession) -> None:
    session.visitor.simulator.fault("GET /sessions/*", "status", times=None, code=503)
    reference = session.send(invoice_xml())
    assert session.invoice(reference)["status"]["code"] == 200
    assert session.visitor.call("GET", f"/sessions/{session.reference}").status_code == 503


def test_two_stars_match_any_depth(session: OpenSession) -> None:
    session.visitor.simulator.fault("* /v2/sessions/**", "status", times=None, code=503)
    reference = "x" * 36
    for path in ("", "/invoices", f"/invoices/{reference}"):
        answer = session.visitor.call("GET", f"/sessions/{session.reference}{path}")
        assert answer.status_code == 503


def test_a_planned_status_brings_its_headers_and_body(visitor: Visitor) -> None:
    visitor.simulator.fault(
        "GET /rate-limits", "status", code=429, headers={"Retry-After": "7"}, body={"why": "so"}
    )
    answer = visitor.call("GET", "/rate-limits")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json() == {"why": "so"}


def test_garbage_is_a_web_page_with_a_good_status(visitor: Visitor) -> None:
    visitor.simulator.fault("GET /rate-limits", "garbage")
    answer = visitor.call("GET", "/rate-limits")
    assert (answer.status_code, answer.text.startswith("<!DOCTYPE html>")) == (200, True)


def test_a_delay_lets_the_caller_wait_and_acts_all_the_same(session: OpenSession) -> None:
    session.visitor.simulator.fault(SEND, "delay", seconds=0.5)
    path = f"/sessions/online/{session.reference}/invoices"
    headers = {"Authorization": f"Bearer {session.visitor.access_token}"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            session.visitor.simulator.api_url + path,
            json=session.document(invoice_xml()),
            headers=headers,
            timeout=0.2,
        )
    time.sleep(0.6)
    assert session.status()["invoiceCount"] == 1


def test_a_delay_after_acting_keeps_the_caller_waiting_for_what_was_done(
    session: OpenSession,
) -> None:
    session.visitor.simulator.fault(SEND, "delay", seconds=1, when="after")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.offer, invoice_xml())
        time.sleep(0.5)
        assert not waiting.done()
        assert session.status()["invoiceCount"] == 1
        assert waiting.result().status_code == 202


def test_headers_of_a_good_answer_can_be_replaced(session: OpenSession) -> None:
    number = session.invoice(session.send(invoice_xml()))["ksefNumber"]
    forged = {"x-ms-meta-hash": "A" * 44}
    session.visitor.simulator.fault("GET /invoices/ksef/*", "headers", headers=forged)
    answer = session.visitor.call("GET", f"/invoices/ksef/{number}")
    assert (answer.content, answer.headers["x-ms-meta-hash"]) == (invoice_xml(), "A" * 44)


@pytest.mark.parametrize("share", [0, 0.5])
def test_an_answer_can_be_cut_off_in_the_middle(session: OpenSession, share: float) -> None:
    number = session.invoice(session.send(invoice_xml()))["ksefNumber"]
    session.visitor.simulator.fault("GET /invoices/ksef/*", "cut", share=share)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        session.visitor.call("GET", f"/invoices/ksef/{number}")
    assert session.visitor.call("GET", f"/invoices/ksef/{number}").ok


@pytest.mark.parametrize("code", [550, 440, 299])
def test_the_processing_code_of_an_invoice_can_be_planned(session: OpenSession, code: int) -> None:
    session.visitor.simulator.fault(None, "process_status", code=code)
    assert session.verdict(invoice_xml())["code"] == code
    assert session.verdict(invoice_xml())["code"] == 200


def test_the_code_of_a_session_can_be_planned(visitor: Visitor) -> None:
    visitor.simulator.fault("POST /v2/sessions/online", "process_status", code=500)
    assert OpenSession.of(visitor).status()["status"]["code"] == 500


def test_the_code_of_a_login_can_be_planned(visitor: Visitor) -> None:
    visitor.simulator.fault("POST /v2/auth/ksef-token", "process_status", code=480)
    visitor.started(visitor.send_token(visitor.simulator.issue_token(NIP)))
    assert visitor.login_status()["code"] == 480


def test_a_withdrawn_key_is_turned_down(visitor: Visitor) -> None:
    old = visitor.public_key("SymmetricKeyEncryption")
    visitor.simulator.fault(None, "rotate_keys")
    body = {
        "formCode": FORM_CODE,
        "encryption": {
            "encryptedSymmetricKey": "AAAA",
            "initializationVector": "AAAAAAAAAAAAAAAAAAAAAA==",
            "publicKeyId": old["publicKeyId"],
        },
    }
    answer = visitor.call("POST", "/sessions/online", body)
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21470
    assert visitor.public_key("SymmetricKeyEncryption")["publicKeyId"] != old["publicKeyId"]
    assert OpenSession.of(visitor).status()["status"]["code"] == 100


def test_keys_may_be_withdrawn_between_fetching_and_using_them(visitor: Visitor) -> None:
    visitor.simulator.fault("POST /v2/sessions/online", "rotate_keys")
    with pytest.raises(AssertionError, match="21470"):
        OpenSession.of(visitor)
    assert OpenSession.of(visitor).reference


@pytest.mark.parametrize(("which", "codes"), [("access", (401, 200)), ("all", (401, 401))])
def test_tokens_can_be_made_to_end_early(
    visitor: Visitor, which: str, codes: tuple[int, int]
) -> None:
    visitor.simulator.fault(None, "expire_tokens", which=which)
    answers = (
        visitor.call("GET", "/rate-limits"),
        visitor.call("POST", "/auth/token/refresh", token=visitor.refresh_token),
    )
    assert tuple(answer.status_code for answer in answers) == codes


@pytest.mark.parametrize(
    "planned",
    [
        {"match": SEND, "kind": "earthquake"},
        {"match": "everything", "kind": "garbage"},
        {"kind": "garbage"},
        {"match": SEND, "kind": "garbage", "times": 0},
        {"match": "POST /invoices/exports", "kind": "package", "how": "politely"},
    ],
)
def test_a_fault_that_makes_no_sense_is_explained(
    fresh_simulator: Simulator, planned: dict[str, object]
) -> None:
    answer = requests.post(f"{fresh_simulator.url}/_control/faults", json=[planned], timeout=10)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_limits_are_off_until_they_are_turned_on(visitor: Visitor) -> None:
    assert {visitor.call("GET", "/rate-limits").status_code for _ in range(12)} == {200}


def test_the_eleventh_call_within_a_second_is_turned_down(visitor: Visitor) -> None:
    visitor.simulator.enforce_limits()
    answers = [visitor.call("GET", "/rate-limits") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_limit_opens_again_when_its_window_has_passed(visitor: Visitor) -> None:
    visitor.simulator.enforce_limits({"other": {"perSecond": -1, "perMinute": 2}})
    assert [visitor.call("GET", "/rate-limits").status_code for _ in range(3)] == [200, 200, 429]
    visitor.simulator.move_clock(61)
    assert visitor.call("GET", "/rate-limits").status_code == 200


def test_who_goes_on_calling_waits_longer(visitor: Visitor) -> None:
    visitor.simulator.enforce_limits({"other": {"perMinute": 1}})
    answers = [visitor.call("GET", "/rate-limits") for _ in range(5)][1:]
    waits = [int(answer.headers["Retry-After"]) for answer in answers]
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]


def test_each_operation_has_a_budget_of_its_own(session: OpenSession) -> None:
    session.visitor.simulator.enforce_limits({"invoiceSend": {"perHour": 1}})
    assert session.offer(invoice_xml("1")).status_code == 202
    assert session.offer(invoice_xml("2")).status_code == 429
    assert session.status()["invoiceCount"] == 1


def test_the_new_error_form_comes_to_those_who_ask_for_it(visitor: Visitor) -> None:
    visitor.simulator.enforce_limits({"other": {"perHour": 0}})
    wanted = {"X-Error-Format": "problem-details"}
    old, new = (
        visitor.call("GET", "/rate-limits"),
        visitor.call("GET", "/rate-limits", headers=wanted),
    )
    assert old.json()["status"]["code"] == 429
    assert (new.headers["Content-Type"].split(";")[0], new.json()["status"]) == (
        "application/problem+json",
        429,
    )


def test_a_bad_request_comes_in_the_form_that_was_asked_for(visitor: Visitor) -> None:
    wanted = {"X-Error-Format": "problem-details"}
    answer = visitor.call("POST", "/sessions/online", {}, headers=wanted)
    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["code"]) == (400, 21405)
    assert problem["traceId"]


def test_a_warning_to_programmers_can_be_asked_for(visitor: Visitor) -> None:
    warning = {"X-Test-System-Warning": "[W1]: soon"}
    answer = visitor.call("GET", "/rate-limits", headers=warning)
    assert answer.headers["X-System-Warning"] == "[W1]: soon"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/peppol/query"), ("POST", "/testdata/person"), ("POST", "/collective-identifiers")],
)
def test_what_is_not_supported_says_so_loudly(visitor: Visitor, method: str, path: str) -> None:
    answer = visitor.call(method, path)
    assert (answer.status_code, "does not support" in answer.json()["detail"]) == (501, True)


def test_what_ksef_does_not_have_is_not_there(visitor: Visitor) -> None:
    assert visitor.call("GET", "/nothing/like/this").status_code == 404
