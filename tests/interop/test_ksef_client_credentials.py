"""ksef-client, a client that is not ours, manages certificates and tokens."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from interop_logins import log_in, log_in_by_token
from ksef_client import KsefClient
from ksef_client.exceptions import KsefHttpError
from ksef_client.models import (
    CertificateRevocationReason,
    EnrollCertificateRequest,
    GenerateTokenRequest,
    KsefCertificateType,
    QueryCertificatesRequest,
    RetrieveCertificatesRequest,
    RevokeCertificateRequest,
    TokenPermissionType,
)
from ksef_client.services.csr import CsrResult, generate_csr_ec, generate_csr_rsa
from simulator.process import IssuedCertificate, Simulator
from simulator.visitor import NIP

PASSWORD = b"Interop-Password-1"


def pair(der: str, made: CsrResult, serial: str) -> IssuedCertificate:
    """What was issued, as the simulator hands pairs out."""
    key = serialization.load_der_private_key(base64.b64decode(made.private_key_base64), None)
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSWORD),
    )
    pem = f"-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n"
    return IssuedCertificate(pem.encode(), encrypted, serial, PASSWORD.decode())


@pytest.mark.parametrize("person", [False, True], ids=["company", "person"])
@pytest.mark.parametrize("generate", [generate_csr_ec, generate_csr_rsa])
def test_asks_for_a_certificate_uses_and_revokes_it(
    client: KsefClient,
    fresh_simulator: Simulator,
    generate: Callable[..., CsrResult],
    person: bool,
) -> None:
    first = fresh_simulator.issue_certificate(NIP, pesel="44051401359" if person else None)
    token = log_in(client, first).access_token
    certificates = client.certificates
    assert certificates.get_limits(token).can_request

    made = generate(certificates.get_enrollment_data(token).to_dict())
    request = EnrollCertificateRequest(
        certificate_name="Certyfikat Interop",
        certificate_type=KsefCertificateType.AUTHENTICATION,
        csr=made.csr_base64,
    )
    reference = certificates.send_enrollment(request, access_token=token).reference_number
    status = certificates.get_enrollment_status(reference, access_token=token)
    assert status.status.code == 200

    serial = str(status.certificate_serial_number)
    wanted = RetrieveCertificatesRequest(certificate_serial_numbers=[serial])
    found = certificates.retrieve_certificate(wanted, access_token=token).certificates
    issued = pair(found[0].certificate, made, serial)
    token = log_in(client, issued).access_token

    reason = RevokeCertificateRequest(revocation_reason=CertificateRevocationReason.SUPERSEDED)
    certificates.revoke_certificate(serial, reason, access_token=token)
    listed = certificates.query_certificates(
        QueryCertificatesRequest(certificate_serial_number=serial), access_token=token
    )
    assert [item.status.value for item in listed.certificates] == ["Revoked"]
    with pytest.raises(RuntimeError, match="460"):
        log_in(client, issued)


def test_makes_a_token_uses_and_revokes_it(client: KsefClient, fresh_simulator: Simulator) -> None:
    access = log_in(client, fresh_simulator.issue_certificate(NIP)).access_token
    request = GenerateTokenRequest(
        description="Token Interop", permissions=[TokenPermissionType.INVOICEWRITE]
    )
    made = client.tokens.generate_token(request, access_token=access)
    by_token = log_in_by_token(client, made.token)
    listed = client.tokens.list_tokens(access_token=access, statuses=["Active"])
    assert [token.reference_number for token in listed.tokens] == [made.reference_number]
    client.tokens.revoke_token(made.reference_number, access_token=access)
    status = client.tokens.get_token_status(made.reference_number, access_token=access)
    assert status.status.value == "Revoked"
    with pytest.raises(KsefHttpError):
        client.auth.refresh_access_token(by_token.refresh_token)
