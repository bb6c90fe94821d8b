"""Keys and certificates for the tests: made afresh, never kept."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from ksef.certificates import Certificate, Pair

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
NIP = "5265877635"
PASSWORD = "Zażółć-gęślą-1!"

DIGITAL_SIGNATURE = ("digital_signature",)
CONTENT_COMMITMENT = ("content_commitment",)


def clock() -> datetime:
    return NOW


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(curve: str = "secp256r1", number: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(
        {"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1()}[curve]
    )


@cache
def edwards_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def company_name(nip: str = NIP) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Firma, testowa"),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"VATPL-{nip}"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Firma testowa"),
        ]
    )


def person_name(serial_number: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
            x509.NameAttribute(NameOID.GIVEN_NAME, "Zofia"),
            x509.NameAttribute(NameOID.SURNAME, "Ćwik"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number),
            x509.NameAttribute(NameOID.COMMON_NAME, "Zofia Ćwik"),
        ]
    )


def make_certificate(
    key,
    *,
    subject: x509.Name | None = None,
    usage: tuple[str, ...] | None = DIGITAL_SIGNATURE,
    not_before: datetime = NOW - timedelta(days=30),
    not_after: datetime = NOW + timedelta(days=700),
    self_signed: bool = False,
    serial: int = 0x01F20A5D352AE590,
) -> x509.Certificate:
    """A certificate of an issuer made up for the tests, or of itself."""
    subject = company_name() if subject is None else subject
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Wystawca testowy")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if self_signed else issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    if usage is not None:
        builder = builder.add_extension(_key_usage(usage), critical=True)
    signer = key if self_signed else ec_key("secp256r1", 99)
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, algorithm)


def _key_usage(named: tuple[str, ...]) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in named for name in every})


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def key_file(key, password: str | None = PASSWORD, *, encoding: str = "PEM") -> bytes:
    """PKCS#8, as KSeF's own application saves it."""
    protection = (
        serialization.NoEncryption()
        if password is None
        else serialization.BestAvailableEncryption(password.encode())
    )
    return key.private_bytes(
        serialization.Encoding[encoding], serialization.PrivateFormat.PKCS8, protection
    )


def make_pair(key=None, **more) -> Pair:
    key = ec_key() if key is None else key
    return Pair(Certificate.load(der(make_certificate(key, **more))), key)
