"""Verifies the link of a KOD II, point by point."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from . import authority
from .logins import Context
from .world import World

SALT_BYTES = 32
COORDINATE_BYTES = 32


@dataclass(frozen=True)
class CertificateLink:
    """A KOD II link in its parts; ``hosts`` are the names that may have been signed."""

    hosts: tuple[str, ...]
    context_type: str
    context_value: str
    seller_nip: str
    serial: str
    hash: str
    signature: str

    def signed_text(self, host: str) -> bytes:
        """What was signed: everything before the signature, without scheme and last slash."""
        parts = (self.context_type, self.context_value, self.seller_nip, self.serial, self.hash)
        return "/".join((host, "certificate", *parts)).encode()


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    polish: str
    english: str
    passed: bool


def examine(world: World, link: CertificateLink) -> list[Check]:
    """Everything that KSeF looks at when the code is scanned."""
    now = world.clock.now()
    world.register.settle(now)
    entry = world.register.find(link.serial)
    known = entry is not None and entry.internal
    checks = [
        Check(
            "Certyfikat znajduje się w rejestrze KSeF",
            "The certificate is in KSeF's register",
            known and re.fullmatch("[0-9A-F]{16}", link.serial) is not None,
        )
    ]
    if entry is None or not known:
        return checks
    certificate = entry.certificate
    fingerprint = authority.fingerprint(certificate)
    context = Context(link.context_type, link.context_value)
    nip = authority.identity(certificate).nip
    may_issue = context.nip == link.seller_nip or (
        (link.seller_nip, context.nip) in world.archive.self_billing
    )
    return [
        *checks,
        Check(
            "Certyfikat jest typu Offline",
            "The certificate is of the Offline kind",
            entry.kind == "Offline",
        ),
        Check(
            "Certyfikat jest ważny i nie został odwołany",
            "The certificate is valid and was not revoked",
            certificate.not_valid_before_utc <= now and entry.status(now) == "Active",
        ),
        Check(
            "Podpis jest prawidłowy",
            "The signature is right",
            any(_signed(certificate, link, host) for host in link.hosts),
        ),
        Check(
            "Wystawca ma uprawnienie InvoiceWrite w tym kontekście",
            "The issuer holds InvoiceWrite in this context",
            "InvoiceWrite" in world.grants.permissions(fingerprint, nip, context),
        ),
        Check(
            "Kontekst może wystawiać faktury tego sprzedawcy",
            "The context may issue invoices of this seller",
            may_issue,
        ),
    ]


def _signed(certificate: x509.Certificate, link: CertificateLink, host: str) -> bool:
    if "=" in link.signature:
        return False
    try:
        padded = link.signature + "=" * (-len(link.signature) % 4)
        signature = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return signature_holds(certificate, signature, link.signed_text(host))


def signature_holds(certificate: x509.Certificate, signature: bytes, text: bytes) -> bool:
    """RSASSA-PSS with a salt of 32 bytes, or ECDSA P-256 as r||s (DER is tolerated)."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), SALT_BYTES)
            key.verify(signature, text, pss, hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_der(signature), text, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def _der(signature: bytes) -> bytes:
    if len(signature) != 2 * COORDINATE_BYTES:
        return signature
    r, s = signature[:COORDINATE_BYTES], signature[COORDINATE_BYTES:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
