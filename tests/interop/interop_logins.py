"""Logs ksef-client in."""

from __future__ import annotations

from ksef_client import KsefClient
from ksef_client.models import PublicKeyCertificateUsage
from ksef_client.services.workflows import AuthCoordinator, AuthResult
from simulator.process import IssuedCertificate
from simulator.visitor import NIP, plain_key_pem


def log_in(client: KsefClient, issued: IssuedCertificate, version: str = "2.1") -> AuthResult:
    """Log in by certificate."""
    return AuthCoordinator(client.auth).authenticate_with_xades(
        context_identifier_type="nip",
        context_identifier_value=NIP,
        subject_identifier_type="certificateSubject",
        certificate_pem=issued.certificate.decode(),
        private_key_pem=plain_key_pem(issued).decode(),
        auth_request_schema_version=version,
        poll_interval_seconds=0.05,
    )


def log_in_by_token(client: KsefClient, token: str) -> AuthResult:
    """Log in by KSeF token."""
    key = client.security.get_public_key_certificate(PublicKeyCertificateUsage.KSEFTOKENENCRYPTION)
    return AuthCoordinator(client.auth).authenticate_with_ksef_token(
        token=token,
        public_certificate=key.certificate,
        public_key_id=key.public_key_id,
        context_identifier_type="nip",
        context_identifier_value=NIP,
        poll_interval_seconds=0.05,
    )
