"""Certificates and private keys: reading the files people upload, and saying what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Union

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

PrivateKey = Union[RSAPrivateKey, EllipticCurvePrivateKey]


class Purpose(Enum):
    """The two kinds of KSeF certificate; never both in one."""

    AUTHENTICATION = "authentication"  # key usage digitalSignature
    OFFLINE = "offline"  # key usage contentCommitment (nonRepudiation)


@dataclass(frozen=True)
class CertificateInfo:
    """What a certificate says of itself.

    ``subject``: readable name (RFC 4514); ``serial``: upper-case hexadecimal, at least
    16 digits, as in KOD II; ``nip`` and ``pesel``: as found in the subject, or None (a hint
    only: KSeF decides who may do what); ``purpose``: None where the key usage says neither
    or both; ``not_before``/``not_after``: aware UTC; ``key_type``: ``RSA-2048``, ``EC P-256``,
    or what else it is; ``fingerprint``: SHA-256 of the DER, upper-case hexadecimal.
    """

    subject: str
    issuer: str
    serial: str
    nip: str | None
    pesel: str | None
    purpose: Purpose | None
    not_before: datetime
    not_after: datetime
    self_signed: bool
    key_type: str
    fingerprint: str


@dataclass(frozen=True)
class Certificate:
    """A certificate as DER with its reading; made by ``read_certificate``-like functions."""

    der: bytes = field(repr=False)
    info: CertificateInfo


@dataclass(frozen=True)
class Pair:
    """A certificate and the private key that belongs to it.

    Keep ``certificate.der`` as it is and ``private_key_der()`` encrypted; ``Pair.restore``
    makes the pair again.
    """

    certificate: Certificate
    private_key: PrivateKey = field(repr=False)

    @property
    def info(self) -> CertificateInfo:
        return self.certificate.info

    def private_key_der(self) -> bytes:
        """Return the key as unencrypted PKCS#8 DER: a secret, to be sealed at once."""
        raise NotImplementedError

    @classmethod
    def restore(cls, certificate_der: bytes, private_key_der: bytes) -> Pair:
        """Make a pair from what was kept; checks nothing but that both can be read.

        Raises CertificateProblem.
        """
        raise NotImplementedError


def read_pair(
    certificate_bytes: bytes,
    key_bytes: bytes,
    password: str | None,
    *,
    purpose: Purpose,
    at: datetime,
    allow_self_signed: bool,
) -> Pair:
    """Read the two uploaded files and check everything that can be checked without KSeF.

    Certificate: PEM or DER. Key: PKCS#8 (PEM or DER, encrypted or not) or PKCS#12. A single
    PKCS#12 file may be given as either, with the other empty. ``at``: aware UTC.
    Raises CertificateProblem.
    """
    raise NotImplementedError


def read_certificate(content: bytes) -> CertificateInfo:
    """Read one certificate (PEM or DER) without judging it. Raises CertificateProblem."""
    raise NotImplementedError
