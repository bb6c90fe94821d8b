"""Asks the simulator for certificates as a taxpayer's program would."""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ksef_simulator.csr import MEMBERS

from .process import IssuedCertificate
from .visitor import Visitor

PASSWORD = "Simulator-Password-1"


def name_of(data: dict[str, str]) -> x509.Name:
    """The subject that the API asked for."""
    return x509.Name([x509.NameAttribute(MEMBERS[key], text) for key, text in data.items()])


def signing_request(
    data: dict[str, str], key: Any = None, algorithm: Any = None, **more: Any
) -> bytes:
    """A request for a certificate in DER."""
    builder = x509.CertificateSigningRequestBuilder(name_of(data))
    signed = builder.sign(
        key or ec.generate_private_key(ec.SECP256R1()), algorithm or hashes.SHA256(), **more
    )
    return signed.public_bytes(serialization.Encoding.DER)


def request_body(der: bytes, kind: str = "Authentication", **changes: Any) -> dict[str, Any]:
    """The body of a request for a certificate."""
    return {
        "certificateName": "Certyfikat z testu",
        "certificateType": kind,
        "csr": base64.b64encode(der).decode(),
        **changes,
    }


def wanted_data(visitor: Visitor) -> dict[str, str]:
    """What a request must say."""
    return dict(visitor.ask("GET", "/certificates/enrollments/data"))


def enrol(visitor: Visitor, kind: str = "Authentication", key: Any = None, **changes: Any) -> str:
    """Ask for a certificate; gives back the reference of the request."""
    der = signing_request(wanted_data(visitor), key)
    answer = visitor.ask("POST", "/certificates/enrollments", request_body(der, kind, **changes))
    return str(answer["referenceNumber"])


def enrollment(visitor: Visitor, reference: str) -> dict[str, Any]:
    """How a request stands."""
    return dict(visitor.ask("GET", f"/certificates/enrollments/{reference}"))


def new_certificate(visitor: Visitor, kind: str = "Authentication") -> IssuedCertificate:
    """Ask for a certificate and fetch it; the pair as if the simulator had handed it out."""
    key = ec.generate_private_key(ec.SECP256R1())
    serial = enrollment(visitor, enrol(visitor, kind, key))["certificateSerialNumber"]
    found = visitor.ask("POST", "/certificates/retrieve", {"certificateSerialNumbers": [serial]})
    der = base64.b64decode(found["certificates"][0]["certificate"])
    certificate = x509.load_der_x509_certificate(der)
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSWORD.encode()),
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    return IssuedCertificate(pem, encrypted, serial, PASSWORD)


def listed(visitor: Visitor, **criteria: Any) -> list[dict[str, Any]]:
    """The caller's certificates that fit."""
    return list(visitor.ask("POST", "/certificates/query", criteria)["certificates"])
