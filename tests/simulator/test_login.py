"""Logging in by certificate and by token."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from ksef_simulator import xades
from ksef_simulator.errors import BadRequest

from .process import IssuedCertificate, Simulator
from .visitor import (
    NIP,
    Visitor,
    auth_token_request,
    sign_with_three_references,
    sign_with_two_references,
)

SHAPES = [sign_with_two_references, sign_with_three_references]
NAMESPACES = ["http://ksef.mf.gov.pl/auth/token/2.0", "http://ksef.mf.gov.pl/auth/token/2.1"]


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator)


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("algorithm", ["RSA", "EC"])
@pytest.mark.parametrize("sign", SHAPES)
def test_a_company_certificate_logs_in_to_the_context_of_its_nip(
    visitor: Visitor,
    sign: Callable[[bytes, IssuedCertificate], bytes],
    algorithm: str,
    namespace: str,
) -> None:
    issued = visitor.simulator.issue_certificate(NIP, algorithm=algorithm)
    xml = auth_token_request(visitor.challenge()["challenge"], namespace=namespace)
    visitor.started(visitor.send_signed(sign(xml, issued)))
    assert visitor.login_status()["code"] == 200


def test_a_self_signed_certificate_logs_in_as_on_the_test_environment(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP, self_signed=True)
    visitor.log_in(issued)
    assert visitor.access_token


def test_a_self_signed_certificate_is_refused_when_the_chain_is_to_be_verified(
    visitor: Visitor,
) -> None:
    issued = visitor.simulator.issue_certificate(NIP, self_signed=True)
    xml = auth_token_request(visitor.challenge()["challenge"])
    signed = sign_with_two_references(xml, issued)
    visitor.started(visitor.send_signed(signed, params={"verifyCertificateChain": "true"}))
    status = visitor.login_status()
    assert (status["code"], status["details"]) == (460, ["Niezaufany łańcuch certyfikatów"])


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"valid_to": "2024-01-01", "valid_from": "2023-01-01"}, 460, "Nieważny certyfikat"),
        ({"valid_to": "2049-01-01", "valid_from": "2048-01-01"}, 460, "Nieważny certyfikat"),
        ({"purpose": "offline"}, 460, "Niepoprawny certyfikat"),
        ({"revoked": True}, 460, "Certyfikat odwołany"),
        ({"permissions": []}, 415, "Brak przypisanych uprawnień"),
        ({"contexts": ["1111111111"]}, 415, "Brak przypisanych uprawnień"),
    ],
)
def test_a_certificate_that_will_not_do_is_refused_with_the_reason(
    visitor: Visitor, changes: dict[str, object], code: int, detail: str
) -> None:
    issued = visitor.simulator.issue_certificate(NIP, **changes)  # type: ignore[arg-type]
    xml = auth_token_request(visitor.challenge()["challenge"])
    visitor.started(visitor.send_signed(sign_with_two_references(xml, issued)))
    status = visitor.login_status()
    assert (status["code"], status["details"]) == (code, [detail])


def test_another_taxpayers_certificate_has_no_permissions(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate("1111111111")
    xml = auth_token_request(visitor.challenge()["challenge"], NIP)
    visitor.started(visitor.send_signed(sign_with_two_references(xml, issued)))
    assert visitor.login_status()["code"] == 415


def test_a_person_may_work_where_permissions_were_given(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(
        NIP, pesel="44051401359", name="Jan Kowalski", permissions=["InvoiceRead"]
    )
    visitor.log_in(issued)
    answer = visitor.ask("POST", "/permissions/query/personal/grants", {})
    scopes = [grant["permissionScope"] for grant in answer["permissions"]]
    assert scopes == ["InvoiceRead"]


def test_a_challenge_is_good_for_one_login(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP)
    signed = sign_with_two_references(auth_token_request(visitor.challenge()["challenge"]), issued)
    visitor.started(visitor.send_signed(signed))
    answer = visitor.send_signed(signed)
    assert answer.status_code == 400
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21111


def test_a_challenge_ends_after_ten_minutes(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP)
    xml = auth_token_request(visitor.challenge()["challenge"])
    visitor.simulator.move_clock(601)
    answer = visitor.send_signed(sign_with_two_references(xml, issued))
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21111


def test_a_changed_document_is_refused(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP)
    xml = auth_token_request(visitor.challenge()["challenge"])
    signed = sign_with_two_references(xml, issued).replace(b"5265877635", b"1111111111")
    answer = visitor.send_signed(signed)
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 9105


def test_an_ecdsa_signature_in_der_is_refused(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP, algorithm="EC")
    xml = auth_token_request(visitor.challenge()["challenge"])
    root = etree.fromstring(sign_with_two_references(xml, issued))
    value = root.find(f".//{xades.DS}SignatureValue")
    raw = base64.b64decode(value.text)
    r, s = (int.from_bytes(part, "big") for part in (raw[:32], raw[32:]))
    value.text = base64.b64encode(encode_dss_signature(r, s)).decode()
    answer = visitor.send_signed(etree.tostring(root))
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 9105


def test_a_document_without_a_signature_is_refused(visitor: Visitor) -> None:
    answer = visitor.send_signed(auth_token_request(visitor.challenge()["challenge"]))
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 9102


def test_the_official_signed_request_verifies(shared_ksef: Path) -> None:
    signed = (shared_ksef / "vectors" / "auth-request-signed.xml").read_bytes()
    assert xades.verify(signed).root.tag == "{http://ksef.mf.gov.pl/auth/token/2.0}AuthTokenRequest"


def test_the_official_signed_request_fails_once_it_is_reformatted(shared_ksef: Path) -> None:
    broken = (shared_ksef / "vectors" / "auth-request-signed-then-reformatted.xml").read_bytes()
    with pytest.raises(BadRequest) as refusal:
        xades.verify(broken)
    assert refusal.value.code == 9105


def test_tokens_are_handed_out_once(visitor: Visitor) -> None:
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    answer = visitor.call("POST", "/auth/token/redeem", token=visitor.operation_token)
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21301


def test_a_login_under_way_says_so_until_it_is_decided(visitor: Visitor) -> None:
    visitor.simulator.control("processing", {"login_seconds": 60})
    issued = visitor.simulator.issue_certificate(NIP)
    xml = auth_token_request(visitor.challenge()["challenge"])
    visitor.started(visitor.send_signed(sign_with_two_references(xml, issued)))
    assert visitor.login_status()["code"] == 100
    visitor.simulator.move_clock(61)
    assert visitor.login_status()["code"] == 200


def test_a_ksef_token_logs_in(visitor: Visitor) -> None:
    token = visitor.simulator.issue_token(NIP)
    visitor.started(visitor.send_token(token))
    assert visitor.login_status()["code"] == 200


@pytest.mark.parametrize(
    ("spoil", "detail"),
    [
        (lambda token: token + "0", "Nieprawidłowy token"),
        (lambda token: token + "|5", "Nieprawidłowy token"),
    ],
)
def test_a_wrong_ksef_token_is_refused(
    visitor: Visitor, spoil: Callable[[str], str], detail: str
) -> None:
    visitor.started(visitor.send_token(spoil(visitor.simulator.issue_token(NIP))))
    status = visitor.login_status()
    assert (status["code"], status["details"]) == (450, [detail])


def test_a_ksef_token_works_in_its_own_context_only(visitor: Visitor) -> None:
    visitor.started(visitor.send_token(visitor.simulator.issue_token(NIP), "1111111111"))
    assert visitor.login_status()["code"] == 450


def test_an_access_token_ends_after_a_quarter_of_an_hour(visitor: Visitor) -> None:
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    visitor.simulator.move_clock(901)
    answer = visitor.call("GET", "/rate-limits")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_refresh_token_gives_another_access_token(visitor: Visitor) -> None:
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    visitor.simulator.move_clock(901)
    renewed = visitor.ask("POST", "/auth/token/refresh", token=visitor.refresh_token)
    visitor.access_token = renewed["accessToken"]["token"]
    assert visitor.call("GET", "/rate-limits").status_code == 200


def test_a_refresh_token_ends_after_a_week(visitor: Visitor) -> None:
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    visitor.simulator.move_clock(7 * 86400 + 1)
    answer = visitor.call("POST", "/auth/token/refresh", token=visitor.refresh_token)
    assert answer.status_code == 401


def test_ending_a_login_stops_its_refresh_token_but_not_its_access_token(visitor: Visitor) -> None:
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    assert visitor.call("DELETE", "/auth/sessions/current").status_code == 204
    assert visitor.call("GET", "/rate-limits").status_code == 200
    answer = visitor.call("POST", "/auth/token/refresh", token=visitor.refresh_token)
    assert answer.status_code == 400


def test_the_list_of_logins_names_the_current_one(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP)
    Visitor(visitor.simulator).log_in(issued)
    visitor.log_in(issued)
    items = visitor.ask("GET", "/auth/sessions")["items"]
    current = [item["referenceNumber"] for item in items if item["isCurrent"]]
    assert (len(items), current) == (2, [visitor.login_reference])


def test_an_access_token_does_not_refresh(visitor: Visitor) -> None:
    visitor.log_in(visitor.simulator.issue_certificate(NIP))
    answer = visitor.call("POST", "/auth/token/refresh", token=visitor.access_token)
    assert answer.status_code == 401


def test_a_certificate_revoked_later_logs_in_no_more(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP)
    visitor.log_in(issued)
    visitor.simulator.control("revoke", {"serial": issued.serial})
    xml = auth_token_request(visitor.challenge()["challenge"])
    visitor.started(visitor.send_signed(sign_with_two_references(xml, issued)))
    assert visitor.login_status()["code"] == 460


def test_a_token_revoked_later_refreshes_no_more(visitor: Visitor) -> None:
    token = visitor.simulator.issue_token(NIP)
    visitor.started(visitor.send_token(token))
    visitor.redeem()
    visitor.simulator.control("revoke", {"token": token})
    answer = visitor.call("POST", "/auth/token/refresh", token=visitor.refresh_token)
    assert answer.json()["exception"]["exceptionDetailList"][0]["exceptionCode"] == 21301


def test_permissions_withdrawn_later_count_at_the_next_login(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP)
    withdrawn = {"serial": issued.serial, "contexts": [NIP], "permissions": ["InvoiceRead"]}
    visitor.simulator.control("permissions", withdrawn)
    answer = visitor.log_in(issued).call("POST", "/sessions/online", {})
    assert answer.status_code == 403
