"""The contract check itself: it must find what does not fit."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ksef_simulator.limits import PUBLISHED
from ksef_simulator.operations import OPERATIONS

from .contract import METHODS, Contract

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


def described_operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The operations of the description, with nameless variables in their paths."""
    return {
        (method.upper(), re.sub(r"{[^/]+}", "{}", path)): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def known_operations() -> dict[tuple[str, str], str]:
    """The simulator's operations, named in the same way, with their limit groups."""
    return {
        (method, re.sub(r"{\w+(:.*})?}?", "{}", path)): group
        for (method, path), group in OPERATIONS.items()
    }


def test_the_simulator_knows_every_operation_of_the_api(shared_ksef: Path) -> None:
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text(encoding="utf-8"))
    assert set(known_operations()) == set(described_operations(document))


def test_every_operation_counts_in_the_group_that_the_api_names(shared_ksef: Path) -> None:
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text(encoding="utf-8"))
    for key, operation in described_operations(document).items():
        rows = operation["responses"]["429"]["description"].strip().splitlines()
        named = rows[-1].rstrip("| ").split("|")[-1].strip()
        assert known_operations()[key] == named.replace("-", "anonymous"), key


def test_the_published_limits_are_those_of_the_api(shared_ksef: Path) -> None:
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text(encoding="utf-8"))
    answer = document["paths"]["/rate-limits"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["example"] == PUBLISHED
