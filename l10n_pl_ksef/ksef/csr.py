"""Requests for certificates (PKCS#10), with exactly the attributes that KSeF names.

Source: ksef-docs ``certyfikaty-KSeF.md`` (preparing a CSR), OpenAPI 2.9.0
``CertificateEnrollmentDataResponse`` and ``EnrollCertificateRequest``.
Names are written with asn1crypto, because ``cryptography`` refuses names of companies that are
longer than X.520 allows, and KSeF compares them with the certificate that it knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asn1crypto import core, csr, x509
from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

# Names of the API, each with the object identifier of its attribute.
ATTRIBUTES = {
    "commonName": "2.5.4.3",
    "surname": "2.5.4.4",
    "serialNumber": "2.5.4.5",
    "countryName": "2.5.4.6",
    "organizationName": "2.5.4.10",
    "givenName": "2.5.4.42",
    "uniqueIdentifier": "2.5.4.45",
    "organizationIdentifier": "2.5.4.97",
}
_PRINTABLE = frozenset({"countryName", "serialNumber"})


@dataclass(frozen=True)
class SigningRequest:
    """A request and the private key made for it.

    ``der``: PKCS#10, for KSeF; the key is a secret and does not show in the repr.
    """

    der: bytes = field(repr=False)
    private_key: ec.EllipticCurvePrivateKey = field(repr=False)

    def private_key_der(self) -> bytes:
        """Return the key as unencrypted PKCS#8 DER: a secret, to be sealed at once."""
        return self.private_key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def signing_request(subject: Mapping[str, str]) -> SigningRequest:
    """Make an EC P-256 key and a request for a certificate of ``subject``, signed with it.

    ``subject``: what ``Client.enrolment_data`` returned, by the names of the API.
    Raises ValueError for a name that is none of them.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    content = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": _name(subject),
            "subject_pk_info": PublicKeyInfo.load(spki),
            "attributes": csr.CRIAttributes([]),
        }
    )
    request = csr.CertificationRequest(
        {
            "certification_request_info": content,
            "signature_algorithm": SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": key.sign(content.dump(), ec.ECDSA(hashes.SHA256())),
        }
    )
    return SigningRequest(request.dump(), key)


def private_key_from(der: bytes) -> ec.EllipticCurvePrivateKey:
    """Read what ``SigningRequest.private_key_der`` wrote; raises ValueError for anything else."""
    key = serialization.load_der_private_key(der, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return key


class _Attribute(core.Sequence):
    """An attribute whose value may have any type of text."""

    _fields = [("type", core.ObjectIdentifier), ("value", core.Any)]


class _AttributeSet(core.SetOf):
    _child_spec = _Attribute


class _Attributes(core.SequenceOf):
    _child_spec = _AttributeSet


def _name(subject: Mapping[str, str]) -> x509.Name:
    unknown = sorted(set(subject) - set(ATTRIBUTES))
    if unknown:
        raise ValueError(f"Not attributes of a request for a certificate: {', '.join(unknown)}")
    sets = [_AttributeSet([_attribute(name, value)]) for name, value in subject.items()]
    return x509.Name.load(_Attributes(sets).dump())


def _attribute(name: str, value: str) -> _Attribute:
    printable = name in _PRINTABLE and value.isascii()
    text = core.PrintableString(value) if printable else core.UTF8String(value)
    return _Attribute({"type": ATTRIBUTES[name], "value": core.Any(text)})
