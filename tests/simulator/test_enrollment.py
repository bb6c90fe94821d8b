"""Asking KSeF for a certificate: what it wants, takes and refuses."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from ksef_simulator import csr

from .enrolling import (
    enrol,
    enrollment,
    listed,
    new_certificate,
    request_body,
    signing_request,
    wanted_data,
)
from .process import Simulator
from .visitor import BUYER_NIP, NIP, Visitor, error_code

PESEL = "44051401359"


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


def by_token(simulator: Simulator) -> Visitor:
    """A program that logged in by KSeF token."""
    visitor = Visitor(simulator)
    visitor.started(visitor.send_token(simulator.issue_token(NIP)))
    visitor.redeem()
    return visitor


@pytest.mark.parametrize(("kind", "digital_signature"), [("Authentication", True), ("Offline", 0)])
def test_a_certificate_is_issued_for_exactly_one_purpose(
    visitor: Visitor, kind: str, digital_signature: bool
) -> None:
    issued = new_certificate(visitor, kind)
    certificate = x509.load_pem_x509_certificate(issued.certificate)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment) == (
        digital_signature,
        not digital_signature,
    )


def test_a_certificate_lasts_two_years_from_its_issue(visitor: Visitor) -> None:
    certificate = x509.load_pem_x509_certificate(new_certificate(visitor).certificate)
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lifetime.days == 730


def test_a_certificate_may_start_later(visitor: Visitor) -> None:
    enrol(visitor, validFrom="2049-01-01T00:00:00+01:00")
    assert listed(visitor, name="z testu")[0]["validFrom"].startswith("2048-12-31T23:00:00")


def test_an_issued_certificate_logs_in_as_its_owner(visitor: Visitor) -> None:
    again = Visitor(visitor.simulator).log_in(new_certificate(visitor))
    assert wanted_data(again) == wanted_data(visitor)


def test_an_issued_certificate_has_the_permissions_of_the_first_one(
    fresh_simulator: Simulator,
) -> None:
    person = fresh_simulator.issue_certificate(NIP, pesel=PESEL, permissions=["InvoiceRead"])
    issued = new_certificate(Visitor(fresh_simulator).log_in(person))
    answer = Visitor(fresh_simulator).log_in(issued).call("POST", "/sessions/online", {})
    assert answer.json()["security"]["presentPermissions"] == ["InvoiceRead"]


def test_a_company_is_asked_for_its_own_attributes(visitor: Visitor) -> None:
    data = wanted_data(visitor)
    assert data["organizationIdentifier"] == f"VATPL-{NIP}"
    assert set(data) == {
        "commonName",
        "countryName",
        "organizationName",
        "organizationIdentifier",
    }


def test_a_person_is_asked_for_a_persons_attributes(fresh_simulator: Simulator) -> None:
    person = fresh_simulator.issue_certificate(NIP, pesel=PESEL, name="Anna Nowak")
    data = wanted_data(Visitor(fresh_simulator).log_in(person))
    assert data == {
        "commonName": "Anna Nowak",
        "countryName": "PL",
        "givenName": "Anna",
        "surname": "Nowak",
        "serialNumber": f"PNOPL-{PESEL}",
    }


def test_a_certificate_takes_its_time_when_asked_to(visitor: Visitor) -> None:
    visitor.simulator.control("processing", {"enrollment_seconds": 60})
    reference = enrol(visitor)
    waiting = enrollment(visitor, reference)
    assert (waiting["status"]["code"], "certificateSerialNumber" in waiting) == (100, False)
    visitor.simulator.move_clock(61)
    assert enrollment(visitor, reference)["status"]["code"] == 200


def test_the_status_of_a_request_is_forgotten_after_thirty_days(visitor: Visitor) -> None:
    issued = visitor.simulator.issue_certificate(NIP)
    reference = enrol(visitor)
    visitor.simulator.move_clock(30 * 86400 + 60)
    visitor.log_in(issued)
    assert visitor.call("GET", f"/certificates/enrollments/{reference}").status_code == 410


def test_a_request_that_nobody_made_is_not_there(visitor: Visitor) -> None:
    answer = visitor.call("GET", f"/certificates/enrollments/{'x' * 36}")
    assert error_code(answer) == 25005


def test_the_outcome_of_a_request_can_be_planned(visitor: Visitor) -> None:
    visitor.simulator.fault("POST /certificates/enrollments", "process_status", code=550)
    assert enrollment(visitor, enrol(visitor))["status"]["code"] == 550


def test_a_login_by_token_can_neither_ask_for_certificates_nor_revoke_them(
    visitor: Visitor,
) -> None:
    body = request_body(signing_request(wanted_data(visitor)))
    serial = listed(visitor)[0]["certificateSerialNumber"]
    token = by_token(visitor.simulator)
    assert error_code(token.call("GET", "/certificates/enrollments/data")) == 25001
    assert error_code(token.call("POST", "/certificates/enrollments", body)) == 25002
    refused = token.call("POST", f"/certificates/{serial}/revoke", {})
    assert (refused.status_code, refused.json()["reasonCode"]) == (403, "auth-method-not-allowed")
    assert token.ask("GET", "/certificates/limits")["canRequest"] is False


@pytest.mark.parametrize(
    "change",
    [
        lambda data: {**data, "commonName": "Ktoś inny"},
        lambda data: {**data, "surname": "Nowak"},
        lambda data: {k: v for k, v in data.items() if k != "organizationName"},
    ],
    ids=["changed", "one more", "one less"],
)
def test_a_request_that_says_something_else_is_refused(visitor: Visitor, change: Any) -> None:
    body = request_body(signing_request(change(wanted_data(visitor))))
    assert error_code(visitor.call("POST", "/certificates/enrollments", body)) == 25003


@pytest.mark.parametrize("kind", ["EC P-256", "RSA-2048", "RSA-PSS"])
def test_both_kinds_of_keys_are_certified(visitor: Visitor, kind: str) -> None:
    key: Any = ec.generate_private_key(ec.SECP256R1())
    more: dict[str, Any] = {}
    if kind != "EC P-256":
        key = rsa.generate_private_key(65537, 2048)
    if kind == "RSA-PSS":
        more["rsa_padding"] = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    body = request_body(signing_request(wanted_data(visitor), key, **more))
    reference = visitor.ask("POST", "/certificates/enrollments", body)["referenceNumber"]
    assert enrollment(visitor, reference)["status"]["code"] == 200


@pytest.mark.parametrize(
    ("key", "algorithm", "code"),
    [
        (ec.generate_private_key(ec.SECP384R1()), None, 25010),
        (rsa.generate_private_key(65537, 3072), None, 25010),
        (ec.generate_private_key(ec.SECP256R1()), hashes.SHA3_256(), 25011),
    ],
    ids=["EC P-384", "RSA-3072", "SHA-3"],
)
def test_other_keys_and_algorithms_are_refused(
    visitor: Visitor, key: Any, algorithm: Any, code: int
) -> None:
    body = request_body(signing_request(wanted_data(visitor), key, algorithm))
    assert error_code(visitor.call("POST", "/certificates/enrollments", body)) == code


def test_a_request_whose_signature_does_not_hold_is_refused(visitor: Visitor) -> None:
    der = bytearray(signing_request(wanted_data(visitor)))
    der[-1] ^= 1
    answer = visitor.call("POST", "/certificates/enrollments", request_body(bytes(der)))
    assert error_code(answer) == 25004


@pytest.mark.parametrize("content", [b"nothing", b"-----BEGIN CERTIFICATE REQUEST-----\n"])
def test_a_request_that_is_none_is_refused(visitor: Visitor, content: bytes) -> None:
    answer = visitor.call("POST", "/certificates/enrollments", request_body(content))
    assert error_code(answer) == 25004


@pytest.mark.parametrize(
    "changes",
    [
        {"certificateName": "four"},
        {"certificateName": "with.dots"},
        {"certificateName": "x" * 101},
        {"certificateType": "Both"},
        {"csr": "*"},
        {"validFrom": "tomorrow"},
    ],
    ids=lambda changes: "-".join(f"{k} {v[:9]}" for k, v in changes.items()),
)
def test_a_request_must_fit_the_rules(visitor: Visitor, changes: dict[str, Any]) -> None:
    body = request_body(signing_request(wanted_data(visitor)), **changes)
    assert error_code(visitor.call("POST", "/certificates/enrollments", body)) == 21405


def test_the_official_request_is_sound(shared_ksef: Path) -> None:
    document = json.loads((shared_ksef / "openapi-2.9.0.json").read_text(encoding="utf-8"))
    described = document["paths"]["/certificates/enrollments"]["post"]["requestBody"]["content"]
    example = described["application/json"]["example"]
    request, key = csr.read(base64.b64decode(example["csr"]))
    assert (key.key_size, request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value) == (
        2048,
        "Firma Kowalski Certyfikat",
    )


def test_somebody_elses_key_is_not_certified_again(visitor: Visitor) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    enrol(visitor, key=key)
    stranger = Visitor(visitor.simulator).log_in(
        visitor.simulator.issue_certificate(BUYER_NIP), BUYER_NIP
    )
    status = enrollment(stranger, enrol(stranger, key=key))["status"]
    assert (status["code"], "inny podmiot" in status["details"][0]) == (400, True)


def test_the_published_quotas_are_told_with_what_is_left(visitor: Visitor) -> None:
    enrol(visitor)
    # The pair that the visitor logged in with counts as well.
    assert visitor.ask("GET", "/certificates/limits") == {
        "canRequest": True,
        "enrollment": {"remaining": 299, "limit": 300},
        "certificate": {"remaining": 98, "limit": 100},
    }


def test_a_person_has_smaller_quotas(fresh_simulator: Simulator) -> None:
    person = fresh_simulator.issue_certificate(NIP, pesel=PESEL)
    visitor = Visitor(fresh_simulator).log_in(person)
    limits = visitor.ask("GET", "/certificates/limits")
    assert (limits["enrollment"]["limit"], limits["certificate"]["limit"]) == (12, 6)
    assert visitor.ask("GET", "/limits/subject") == {
        "enrollment": {"maxEnrollments": 12},
        "certificate": {"maxCertificates": 6},
    }


@pytest.mark.parametrize(("quota", "code"), [({"requests": 1}, 25006), ({"active": 2}, 25007)])
def test_a_quota_that_is_used_up_stops_requests(
    visitor: Visitor, quota: dict[str, int], code: int
) -> None:
    visitor.simulator.control("quotas", {"type": "Nip", **quota})
    enrol(visitor)
    assert visitor.ask("GET", "/certificates/limits")["canRequest"] is False
    body = request_body(signing_request(wanted_data(visitor)))
    assert error_code(visitor.call("POST", "/certificates/enrollments", body)) == code


def test_a_quota_that_fills_up_meanwhile_rejects_the_request(visitor: Visitor) -> None:
    visitor.simulator.control("quotas", {"type": "Nip", "active": 2})
    visitor.simulator.control("processing", {"enrollment_seconds": 60})
    references = [enrol(visitor), enrol(visitor)]
    visitor.simulator.move_clock(61)
    codes = [enrollment(visitor, reference)["status"]["code"] for reference in references]
    assert codes == [200, 400]
