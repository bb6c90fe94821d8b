"""The contract check itself: it must find what does not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .contract import Contract

REFERENCE = "20250625-SO-2C3E6C8000-B675CF5D68-07"
OPENED = {"referenceNumber": REFERENCE, "validUntil": "2025-07-11T12:23:56.0154302+00:00"}


@pytest.fixture(scope="module")
def contract(shared_ksef: Path) -> Contract:
    return Contract(shared_ksef / "openapi-2.9.0.json")


def exchange(**changes: Any) -> dict[str, Any]:
    return {
        "method": "POST",
        "path": "/v2/sessions/online",
        "status": 201,
        "headers": {"content-type": "application/json; charset=utf-8"},
        "body": json.dumps(OPENED),
        "request_type": "application/json",
        "request_body": "",
        "fault": None,
        **changes,
    }


def test_a_fitting_answer_passes(contract: Contract) -> None:
    assert list(contract.problems(exchange())) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 200},
        {"status": 500},
        {"headers": {"content-type": "text/html"}},
        {"body": "no JSON"},
        {"body": json.dumps({"referenceNumber": REFERENCE})},
        {"body": json.dumps({**OPENED, "referenceNumber": "short"})},
        {"body": json.dumps({**OPENED, "validUntil": "tomorrow"})},
        {"body": json.dumps({**OPENED, "something": "else"})},
        {"path": "/v2/nothing"},
        {"request_body": "{}"},
        {
            "method": "POST",
            "status": 429,
            "body": json.dumps({"status": {"code": 429, "description": "", "details": []}}),
        },
    ],
    ids=[
        "another status",
        "a failure",
        "another media type",
        "no JSON",
        "a member is missing",
        "a text is too short",
        "a date is none",
        "a member that is not described",
        "a path that is not there",
        "a request that should have been refused",
        "429 without Retry-After",
    ],
)
def test_an_answer_that_does_not_fit_is_found(contract: Contract, changes: dict[str, Any]) -> None:
    assert list(contract.problems(exchange(**changes)))


def test_what_a_test_spoilt_on_purpose_is_left_alone(contract: Contract) -> None:
    assert list(contract.problems(exchange(body="<html>", fault="garbage"))) == []
