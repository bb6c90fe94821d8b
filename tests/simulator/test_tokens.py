"""KSeF tokens that a taxpayer makes for its programs."""

from __future__ import annotations

from typing import Any

import pytest

from .process import Simulator
from .visitor import BUYER_NIP, NIP, Visitor, error_code


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


def generate(visitor: Visitor, *permissions: str, description: str = "Z testu") -> dict[str, Any]:
    body = {"permissions": list(permissions or ["InvoiceRead"]), "description": description}
    return dict(visitor.ask("POST", "/tokens", body))


def log_in(simulator: Simulator, token: str) -> Visitor:
    visitor = Visitor(simulator)
    visitor.started(visitor.send_token(token))
    visitor.redeem()
    return visitor


def references(visitor: Visitor, query: str = "") -> list[str]:
    return [token["referenceNumber"] for token in visitor.ask("GET", f"/tokens{query}")["tokens"]]


def test_a_token_logs_in_with_the_permissions_that_it_was_given(visitor: Visitor) -> None:
    made = generate(visitor, "InvoiceRead")
    answer = log_in(visitor.simulator, made["token"]).call("POST", "/sessions/online", {})
    assert answer.json()["security"]["presentPermissions"] == ["InvoiceRead"]


def test_a_token_is_described_and_never_shown_again(visitor: Visitor) -> None:
    made = generate(visitor, "InvoiceWrite", "InvoiceRead", description="Program księgowy")
    described = visitor.ask("GET", f"/tokens/{made['referenceNumber']}")
    assert described["status"] == "Active"
    assert described["requestedPermissions"] == ["InvoiceRead", "InvoiceWrite"]
    assert described["authorIdentifier"] == {"type": "Nip", "value": NIP}
    assert made["token"] not in str(described)


def test_a_token_works_once_it_is_active(visitor: Visitor) -> None:
    visitor.simulator.control("processing", {"token_seconds": 60})
    made = generate(visitor)
    assert visitor.ask("GET", f"/tokens/{made['referenceNumber']}")["status"] == "Pending"
    early = Visitor(visitor.simulator)
    early.started(early.send_token(made["token"]))
    assert early.login_status()["details"] == ["Token nieaktywny"]
    visitor.simulator.move_clock(61)
    assert log_in(visitor.simulator, made["token"]).access_token


def test_a_token_tells_when_it_was_last_used(visitor: Visitor) -> None:
    made = generate(visitor)
    assert "lastUseDate" not in visitor.ask("GET", f"/tokens/{made['referenceNumber']}")
    log_in(visitor.simulator, made["token"])
    assert "lastUseDate" in visitor.ask("GET", f"/tokens/{made['referenceNumber']}")


def test_a_revoked_token_logs_in_no_more(visitor: Visitor) -> None:
    made = generate(visitor)
    path = f"/tokens/{made['referenceNumber']}"
    assert visitor.call("DELETE", path).status_code == 204
    assert visitor.ask("GET", path)["status"] == "Revoked"
    assert error_code(visitor.call("DELETE", path)) == 21405
    again = Visitor(visitor.simulator)
    again.started(again.send_token(made["token"]))
    assert again.login_status()["details"] == ["Token unieważniony"]


def test_nobody_gives_what_he_does_not_have(fresh_simulator: Simulator) -> None:
    reader = fresh_simulator.issue_certificate(NIP, permissions=["InvoiceRead"])
    body = {"permissions": ["InvoiceWrite"], "description": "Za dużo"}
    answer = Visitor(fresh_simulator).log_in(reader).call("POST", "/tokens", body)
    assert error_code(answer) == 26001


def test_a_token_makes_no_tokens(visitor: Visitor) -> None:
    by_token = log_in(visitor.simulator, generate(visitor)["token"])
    answer = by_token.call(
        "POST", "/tokens", {"permissions": ["InvoiceRead"], "description": "Nie"}
    )
    assert (answer.status_code, answer.json()["reasonCode"]) == (403, "auth-method-not-allowed")


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": ["InvoiceRead"], "description": "four"},
        {"permissions": ["InvoiceRead"], "description": "x" * 257},
        {"permissions": [], "description": "Nothing at all"},
        {"permissions": ["Everything"], "description": "Unknown permission"},
        {"description": "Without permissions"},
    ],
    ids=["short", "long", "no permissions", "unknown permission", "permissions missing"],
)
def test_a_token_must_fit_the_rules(visitor: Visitor, body: dict[str, Any]) -> None:
    assert error_code(visitor.call("POST", "/tokens", body)) == 21405


def test_tokens_are_listed_the_newest_first_and_in_pages(visitor: Visitor) -> None:
    made = [generate(visitor)["referenceNumber"] for _ in range(11)]
    page = visitor.ask("GET", "/tokens?pageSize=10")
    headers = {"x-continuation-token": page["continuationToken"]}
    rest = visitor.ask("GET", "/tokens?pageSize=10", headers=headers)
    listed = [token["referenceNumber"] for token in page["tokens"] + rest["tokens"]]
    assert (listed, "continuationToken" in rest) == (made[::-1], False)


def test_the_list_of_tokens_can_be_narrowed(visitor: Visitor) -> None:
    first = generate(visitor, description="Program księgowy")["referenceNumber"]
    second = generate(visitor, description="Sklep internetowy")["referenceNumber"]
    visitor.call("DELETE", f"/tokens/{first}")
    assert references(visitor, "?status=Active") == [second]
    assert references(visitor, "?status=Active&status=Revoked") == [second, first]
    assert references(visitor, "?description=KSIĘG") == [first]
    assert references(visitor, f"?authorIdentifier={NIP[:5]}&authorIdentifierType=Nip") == [
        second,
        first,
    ]
    assert references(visitor, "?authorIdentifierType=Pesel") == []


@pytest.mark.parametrize("query", ["?status=Lost", "?description=ab", "?authorIdentifier=1"])
def test_a_list_of_tokens_that_makes_no_sense_is_refused(visitor: Visitor, query: str) -> None:
    assert error_code(visitor.call("GET", f"/tokens{query}")) == 21405


def test_who_manages_no_credentials_sees_only_his_own_tokens(visitor: Visitor) -> None:
    made = generate(visitor, "InvoiceRead")
    person = visitor.simulator.issue_certificate(
        NIP, pesel="44051401359", permissions=["InvoiceRead"]
    )
    reader = Visitor(visitor.simulator).log_in(person)
    own = generate(reader, "InvoiceRead")["referenceNumber"]
    by_token = log_in(visitor.simulator, made["token"])
    assert references(reader) == [own]
    assert references(by_token) == [made["referenceNumber"]]
    assert error_code(reader.call("DELETE", f"/tokens/{made['referenceNumber']}")) == 21405
    assert by_token.call("DELETE", f"/tokens/{made['referenceNumber']}").status_code == 204


def test_another_taxpayers_token_is_not_to_be_found(visitor: Visitor) -> None:
    made = generate(visitor)
    simulator = visitor.simulator
    stranger = Visitor(simulator).log_in(simulator.issue_certificate(BUYER_NIP), BUYER_NIP)
    assert references(stranger) == []
    assert error_code(stranger.call("GET", f"/tokens/{made['referenceNumber']}")) == 21405


def test_a_token_belongs_to_an_internal_unit_where_it_was_made_there(
    fresh_simulator: Simulator,
) -> None:
    internal = f"{NIP}-12345"
    issued = fresh_simulator.control("tokens", {"nip": NIP, "internal_id": internal})
    visitor = Visitor(fresh_simulator)
    context = {"type": "InternalId", "value": internal}
    visitor.started(visitor.send_token(issued["token"], contextIdentifier=context))
    assert visitor.login_status()["code"] == 200
    assert f"|internalId-{internal}|" in issued["token"]
