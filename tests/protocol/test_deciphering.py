"""From HTTP answers to data or exceptions; no network."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from ksef import errors
from ksef.deciphering import Answer, refusal

WORDS = "Przekroczono dozwoloną liczbę faktur w sesji."
PARTICULARS = "Sesja osiągnęła limit 10000 faktur."


def answer(status, body=b"", headers=None) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("send_invoice", status, CaseInsensitiveDict(headers or {}), content)


def problem(status, **more):
    return {"title": "x", "status": status, "instance": "/x", "detail": "Ogólny opis.", **more}


def old_form(code=21155, description=WORDS, details=(PARTICULARS,)):
    detail = {
        "exceptionCode": code,
        "exceptionDescription": description,
        "details": None if details is None else list(details),
    }
    return {"exception": {"serviceCode": "x", "exceptionDetailList": [detail]}}


def new_form(code=21155, description=WORDS, details=(PARTICULARS,)):
    listed = {"code": code, "description": description, "details": list(details or ())}
    return problem(400, errors=[listed], traceId="673843e023c432286660bc0501a3af44")


# --- 400 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [old_form(), new_form()], ids=["old form", "problem+json"])
def test_a_refusal_keeps_ksefs_code_and_words_in_either_form(body):
    error = refusal(answer(400, body))

    assert isinstance(error, errors.BadRequest)
    assert error.codes == (21155,)
    assert error.explanation == f"{WORDS} {PARTICULARS}"
    assert not error.may_have_acted


def test_the_trace_number_is_kept():
    assert refusal(answer(400, new_form())).trace_id == "673843e023c432286660bc0501a3af44"


def test_several_errors_are_all_kept():
    body = problem(400, errors=[{"code": 1, "description": "A."}, {"code": 2, "description": "B."}])

    error = refusal(answer(400, body))

    assert (error.codes, error.explanation) == ((1, 2), "A. B.")


def test_a_refusal_without_details_falls_back_on_the_general_remark():
    assert refusal(answer(400, problem(400))).explanation == "Ogólny opis."


def test_the_old_form_may_lack_particulars():
    assert refusal(answer(400, old_form(details=None))).explanation == WORDS


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Bad Request</html>",
        b"",
        b"[]",
        b"{}",
        b'"x"',
        b'{"exception": null}',
        b'{"exception": {"exceptionDetailList": "x"}}',
        b'{"title": "x", "errors": [{"code": "x", "description": "x"}]}',
    ],
)
def test_a_400_that_nobody_promised_is_no_refusal(body):
    error = refusal(answer(400, body))

    assert isinstance(error, errors.UnreadableAnswer)
    assert error.may_have_acted


# --- the other statuses -------------------------------------------------------------------


@pytest.mark.parametrize("body", [problem(401), b"", b"<html/>"])
def test_401_means_that_the_login_is_over_whatever_comes_with_it(body):
    error = refusal(answer(401, body))

    assert isinstance(error, errors.LoginExpired)
    assert not error.may_have_acted


def test_403_says_why_and_what_would_be_needed():
    security = {"requiredAnyOfPermissions": ["InvoiceWrite", "PefInvoiceWrite"]}
    body = problem(403, reasonCode="missing-permissions", security=security)

    error = refusal(answer(403, body))

    assert isinstance(error, errors.Forbidden)
    assert error.reason_code == "missing-permissions"
    assert error.required_permissions == ("InvoiceWrite", "PefInvoiceWrite")
    assert error.explanation == "Ogólny opis."


def test_403_from_a_gateway_is_still_a_refusal():
    error = refusal(answer(403, b"<html>Request Rejected</html>"))

    assert isinstance(error, errors.Forbidden)
    assert error.reason_code == ""


def test_a_gateway_that_finds_the_document_too_large_has_not_let_it_through():
    error = refusal(answer(413, b"<html>Payload Too Large</html>"))

    assert isinstance(error, errors.ApiError)
    assert not error.may_have_acted


@pytest.mark.parametrize("status", [408, 409, 418, 499])
def test_another_4xx_in_nobodys_form_leaves_open_what_happened(status):
    assert refusal(answer(status, b"<html/>")).may_have_acted


def test_410_means_that_it_is_kept_no_longer():
    assert isinstance(refusal(answer(410, problem(410))), errors.Gone)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("0", 1), ("999999999999", 86_400), (None, 60), ("soon", 60), ("-5", 60)],
)
def test_429_says_how_long_to_wait(header, seconds):
    error = refusal(answer(429, problem(429), {"retry-after": header} if header else {}))

    assert isinstance(error, errors.TooManyRequests)
    assert error.retry_after == seconds
    assert not error.may_have_acted


def test_429_in_the_old_form_keeps_its_words_but_takes_no_code_from_it():
    status = {"code": 429, "description": "Too Many Requests", "details": ["Limit 180."]}

    error = refusal(answer(429, {"status": status}, {"Retry-After": "7"}))

    assert error.retry_after == 7
    assert error.explanation == "Too Many Requests Limit 180."
    assert error.codes == ()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [b"", b"<html/>", problem(500)])
def test_5xx_leaves_open_what_happened(status, body):
    error = refusal(answer(status, body))

    assert isinstance(error, errors.ServerError)
    assert error.may_have_acted


@pytest.mark.parametrize("status", [200, 202, 204, 302, 600, 199])
def test_any_other_status_is_unreadable(status):
    error = refusal(answer(status))

    assert isinstance(error, errors.UnreadableAnswer)
    assert error.may_have_acted


@given(st.integers(100, 699), st.binary(max_size=200))
def test_every_answer_becomes_exactly_one_exception(status, body):
    error = refusal(answer(status, body))

    assert isinstance(error, errors.KsefError)
    assert error.operation == "send_invoice"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "exception",
                    "exceptionDetailList",
                    "errors",
                    "code",
                    "details",
                    "status",
                    "title",
                    "detail",
                    "security",
                    "reasonCode",
                    "exceptionCode",
                    "requiredAnyOfPermissions",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from([400, 401, 403, 404, 410, 418, 429, 500]), json_values)
def test_no_json_makes_the_reading_of_a_refusal_fail(status, body):
    assert isinstance(refusal(answer(status, body)), errors.KsefError)


# --- documents ----------------------------------------------------------------------------

XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<UPO>\r\n  <x/></UPO>'


def hash_of(content: bytes) -> dict[str, str]:
    return {"x-ms-meta-hash": base64.b64encode(hashlib.sha256(content).digest()).decode()}


@pytest.mark.parametrize("headers", [hash_of(XML), {}])
def test_xml_is_given_back_byte_for_byte(headers):
    assert answer(200, XML, headers).xml() == XML


@pytest.mark.parametrize("headers", [hash_of(b"other"), {"X-MS-Meta-Hash": "%"}])
def test_xml_that_does_not_fit_its_hash_is_unreadable(headers):
    with pytest.raises(errors.UnreadableAnswer, match="hash"):
        answer(200, XML, headers).xml()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<UPO>",
        b'{"a": 1}',
        b"\x00\x01",
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    ],
)
def test_what_is_not_plain_xml_is_unreadable(body):
    with pytest.raises(errors.UnreadableAnswer, match="XML was expected"):
        answer(200, body).xml()


@pytest.mark.parametrize("body", [b"", b"<html/>", b"{", b"NaN", b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_unreadable(body):
    with pytest.raises(errors.UnreadableAnswer, match="JSON was expected"):
        answer(200, body).document()


def test_the_excerpt_of_an_unreadable_answer_shows_no_secret():
    token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbi10eXBlIjoi"
    body = f'{{"accessToken": {{"token": "{token}", oops'.encode()

    with pytest.raises(errors.UnreadableAnswer) as caught:
        answer(200, body).document()

    assert "eyJ" not in str(caught.value)
    assert "accessToken" in caught.value.excerpt


def test_the_excerpt_is_one_short_printable_line():
    with pytest.raises(errors.UnreadableAnswer) as caught:
        answer(200, b"<html>\x1b[31m\n" + b"word " * 1000).document()

    assert len(caught.value.excerpt) < 250
    assert caught.value.excerpt.isprintable()
