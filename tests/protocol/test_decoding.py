"""Strictly typed reading of promised JSON."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksef import answers, lighthouse, limits
from ksef.decoding import Fields, Unpromised, parse_json, parse_moment

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-11T12:23:56.0154302+00:00", datetime(2025, 7, 11, 12, 23, 56, 15430, UTC)),
        ("2025-07-11T12:23:56+02:00", datetime(2025, 7, 11, 10, 23, 56, 0, UTC)),
        ("2025-07-11T12:23:56Z", datetime(2025, 7, 11, 12, 23, 56, 0, UTC)),
        ("2025-07-11T12:23:56.5Z", datetime(2025, 7, 11, 12, 23, 56, 500_000, UTC)),
    ],
)
def test_moments_are_read_as_utc(text, moment):
    assert parse_moment(text) == moment
    assert parse_moment(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-11",
        "2025-07-11T12:23:56",
        "2025-02-30T12:23:56Z",
        "2025-07-11T24:23:56Z",
        "2025-07-11 12:23:56Z",
        "0001-01-01T00:00:00+14:00",
        "yesterday",
        "",
    ],
)
def test_what_is_no_moment_with_an_offset_is_refused(text):
    with pytest.raises(ValueError):
        parse_moment(text)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2)))  # noqa: DTZ001
def test_every_moment_that_was_written_is_read_again(moment):
    assert parse_moment(moment.isoformat()) == moment


READINGS = {
    "text": (Fields.text, ["x", ""], [1, None, [], {}, True]),
    "integer": (Fields.integer, [0, -5, 10**12], ["1", 1.0, None, True, []]),
    "boolean": (Fields.boolean, [True, False], [0, 1, "true", None]),
    "moment": (Fields.moment, ["2025-07-11T12:23:56Z"], ["2025-07-11", 0, None]),
    "reference": (
        Fields.reference,
        ["20250625-SO-2C3E6C8000-B675CF5D68-07"],
        ["x", "../" * 12, None],
    ),
    "base64": (Fields.base64, ["", "AAEC"], ["A", "%%%%", None, 5]),
    "texts": (Fields.texts, [["a"], [], None], ["a", [1], {}]),
    "text_map": (Fields.text_map, [{"a": "b", "c": None}, None], [[], {"a": 1}, "x"]),
    "fields": (Fields.fields, [{}], [None, [], "x"]),
    "list": (Fields.list, [[], [{}]], [None, {}, [1], "x"]),
    "text_or_number": (Fields.text_or_number, ["1", 1], [None, True, 1.0]),
}


@pytest.mark.parametrize("name", READINGS)
def test_right_types_are_read(name):
    reading, right, _wrong = READINGS[name]
    for value in right:
        reading(Fields({"x": value}), "x")


@pytest.mark.parametrize("name", READINGS)
def test_wrong_types_are_refused_naming_the_place_and_not_the_value(name):
    reading, _right, wrong = READINGS[name]
    for value in wrong:
        with pytest.raises(Unpromised, match="outer.x") as caught:
            reading(Fields({"x": value}, "outer"), "x")
        assert "%%%%" not in str(caught.value)


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf{}", b" {} "])
def test_json_may_have_a_byte_order_mark_and_spaces(body):
    assert parse_json(body) == {}


DECODERS = [
    answers.tokens_from,
    answers.refreshed_token_from,
    answers.challenge_from,
    answers.started_login_from,
    answers.login_status_from,
    answers.public_keys_from,
    answers.opened_session_from,
    answers.reference_from,
    answers.session_status_from,
    answers.invoice_status_from,
    answers.invoice_page_from,
    answers.context_limits_from,
    answers.permission_page_from,
    limits.rate_limits_from,
    lighthouse.status_from,
    lighthouse.messages_from,
]

EXAMPLES = [
    ("post", "/auth/challenge", "200", answers.challenge_from),
    ("post", "/auth/xades-signature", "202", answers.started_login_from),
    ("post", "/auth/ksef-token", "202", answers.started_login_from),
    ("get", "/auth/{referenceNumber}", "200", answers.login_status_from),
    ("post", "/auth/token/redeem", "200", answers.tokens_from),
    ("post", "/auth/token/refresh", "200", answers.refreshed_token_from),
    ("post", "/sessions/online", "201", answers.opened_session_from),
    ("post", "/sessions/online/{referenceNumber}/invoices", "202", answers.reference_from),
    ("get", "/sessions/{referenceNumber}", "200", answers.session_status_from),
    ("get", "/sessions/{referenceNumber}/invoices", "200", answers.invoice_page_from),
    ("get", "/sessions/{referenceNumber}/invoices/failed", "200", answers.invoice_page_from),
    (
        "get",
        "/sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}",
        "200",
        answers.invoice_status_from,
    ),
    ("get", "/limits/context", "200", answers.context_limits_from),
    ("get", "/rate-limits", "200", limits.rate_limits_from),
    ("post", "/permissions/query/personal/grants", "200", answers.permission_page_from),
]


@pytest.mark.parametrize(("method", "path", "status", "decode"), EXAMPLES)
def test_the_examples_of_the_openapi_document_are_read(shared_ksef, method, path, status, decode):
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text())
    content = document["paths"][path][method]["responses"][status]["content"]["application/json"]
    examples = (
        [content["example"]]
        if "example" in content
        else [one["value"] for one in content["examples"].values()]
    )

    assert all(decode(example) is not None for example in examples)


def test_a_duplicate_names_the_original(shared_ksef):
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text())
    operation = document["paths"]["/sessions/{referenceNumber}/invoices/{invoiceReferenceNumber}"]
    example = operation["get"]["responses"]["200"]["content"]["application/json"]["example"]

    status = answers.invoice_status_from(example)

    assert status.original_session_reference == "20250626-SO-2F14610000-242991F8C9-B4"
    assert status.original_ksef_number == "5265877635-20250626-010080DD2B5E-26"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("decode", DECODERS, ids=lambda decode: decode.__name__)
@given(document=json_values)
def test_a_document_of_any_other_shape_is_refused(decode, document):
    if document == [] and decode in (answers.public_keys_from, lighthouse.messages_from):
        return
    with pytest.raises(Unpromised):
        decode(document)


def test_tokens_do_not_show():
    moment = "2025-07-11T12:23:56Z"
    token = {"token": "secret-jwt", "validUntil": moment}

    tokens = answers.tokens_from({"accessToken": token, "refreshToken": token})

    assert "secret" not in repr(tokens)
    assert tokens.access.value == "secret-jwt"
