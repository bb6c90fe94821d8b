"""Certificates as they are: reading one, and what it says of itself.

Read with asn1crypto, because one kind of published KSeF certificate (ECDSA-SHA512 with an
explicit NULL parameter) is refused by recent releases of ``cryptography``. Only the public
key goes through ``cryptography``.

Source: ksef-docs ``certyfikaty-KSeF.md``, ``auth/podpis-xades.md`` (patterns of the subject).
Files that people upload, and pairs with a private key, are the matter of ``certificates``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum

from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from .calendar import warsaw_day
from .errors import CertificateProblem, Problem
from .names import attribute_values, rfc4514

PublicKey = RSAPublicKey | EllipticCurvePublicKey

# What asn1crypto raises while it takes apart something that is not what it should be.
MALFORMED = (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError)

_SERIAL_DIGITS = 16
_UNKNOWN_KEY = "unknown"
_SMALLEST_RSA = 2048
_PESEL = re.compile(r"(?:PNOPL|PESEL).*?([0-9]{11})")
_NIP_OF_PERSON = re.compile(r"(?:TINPL|NIP).*?([0-9]{10})")
_NIP_OF_ORGANISATION = re.compile(r"VATPL.*?([0-9]{10})")
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


class Purpose(Enum):
    """The two kinds of KSeF certificate; never both in one."""

    AUTHENTICATION = "authentication"  # key usage digitalSignature
    OFFLINE = "offline"  # key usage contentCommitment (nonRepudiation)


@dataclass(frozen=True)
class CertificateInfo:
    """What a certificate says of itself.

    ``subject``, ``issuer``: readable names (RFC 4514); ``serial``: upper-case hexadecimal, at
    least 16 digits, as in KOD II; ``nip`` and ``pesel``: as found in the subject, or None (a
    hint only: KSeF decides who may do what); ``purpose``: None where the key usage says
    neither or both; ``not_before``/``not_after``: aware UTC; ``key_type``: ``RSA-2048``,
    ``EC P-256``, or what else it is; ``fingerprint``: SHA-256 of the DER, upper-case hexadecimal.
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

    @property
    def has_supported_key(self) -> bool:
        """RSA of 2048 bits or more, or elliptic curve P-256."""
        if self.key_type.startswith("RSA-"):
            return int(self.key_type[4:]) >= _SMALLEST_RSA
        return self.key_type == "EC P-256"

    @property
    def subject_identifier_type(self) -> str:
        """``SubjectIdentifierType`` of an ``AuthTokenRequest`` signed with this certificate."""
        return "certificateSubject" if self.nip or self.pesel else "certificateFingerprint"


@dataclass(frozen=True)
class Certificate:
    """A certificate: its DER and its reading. ``Certificate.load`` makes one from DER."""

    der: bytes = field(repr=False)
    info: CertificateInfo

    @classmethod
    def load(cls, der: bytes) -> Certificate:
        """Read DER; raises CertificateProblem (UNREADABLE_CERTIFICATE)."""
        try:
            parsed = asn1_x509.Certificate.load(der, strict=True)
            return cls(der, _info(parsed, der))
        except MALFORMED as error:
            raise CertificateProblem(
                Problem.UNREADABLE_CERTIFICATE, {"reason": type(error).__name__}
            ) from error

    def public_key(self) -> PublicKey:
        """Return the public key; raises CertificateProblem (UNSUPPORTED_KEY)."""
        unsupported = CertificateProblem(Problem.UNSUPPORTED_KEY, {"key_type": self.info.key_type})
        try:
            key = serialization.load_der_public_key(_parsed(self).public_key.dump())
        except (ValueError, UnsupportedAlgorithm) as error:
            raise unsupported from error
        if not isinstance(key, (RSAPublicKey, EllipticCurvePublicKey)):
            raise unsupported
        return key

    @property
    def serial_number(self) -> int:
        return int(self.info.serial, 16)


def check_certificate(
    info: CertificateInfo, *, purpose: Purpose, at: datetime, allow_self_signed: bool
) -> None:
    """Raise CertificateProblem where a certificate cannot serve ``purpose`` ``at`` a moment.

    Purposes are told by the key usage. Offline wants contentCommitment alone, as KSeF issues
    it; authentication refuses only that kind, since signing tools of other makes are allowed.
    """
    if not info.has_supported_key:
        raise CertificateProblem(Problem.UNSUPPORTED_KEY, {"key_type": info.key_type})
    if purpose is Purpose.OFFLINE and info.purpose is not Purpose.OFFLINE:
        raise CertificateProblem(Problem.AUTHENTICATION_GIVEN_FOR_OFFLINE)
    if purpose is Purpose.AUTHENTICATION and info.purpose is Purpose.OFFLINE:
        raise CertificateProblem(Problem.OFFLINE_GIVEN_FOR_AUTHENTICATION)
    if at < info.not_before:
        raise CertificateProblem(Problem.NOT_YET_VALID, {"not_before": warsaw_day(info.not_before)})
    if at > info.not_after:
        raise CertificateProblem(Problem.EXPIRED, {"not_after": warsaw_day(info.not_after)})
    if info.self_signed and not allow_self_signed:
        raise CertificateProblem(Problem.SELF_SIGNED)


def _parsed(certificate: Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.der)


def _info(parsed: asn1_x509.Certificate, der: bytes) -> CertificateInfo:
    validity = parsed["tbs_certificate"]["validity"]
    return CertificateInfo(
        subject=rfc4514(parsed.subject),
        issuer=rfc4514(parsed.issuer),
        serial=_serial(parsed.serial_number),
        nip=_nip(parsed.subject),
        pesel=_first(_PESEL, attribute_values(parsed.subject, "serial_number")),
        purpose=_purpose(parsed),
        not_before=_moment(validity["not_before"].native),
        not_after=_moment(validity["not_after"].native),
        self_signed=parsed.subject.dump() == parsed.issuer.dump(),
        key_type=_key_type(parsed),
        fingerprint=hashlib.sha256(der).hexdigest().upper(),
    )


def _serial(number: int) -> str:
    if number < 0:
        raise ValueError("a serial number is never negative")
    digits = f"{number:X}"
    return digits.zfill(max(_SERIAL_DIGITS, len(digits) + len(digits) % 2))


def _nip(subject: asn1_x509.Name) -> str | None:
    return _first(
        _NIP_OF_ORGANISATION, attribute_values(subject, "organization_identifier")
    ) or _first(_NIP_OF_PERSON, attribute_values(subject, "serial_number"))


def _first(pattern: re.Pattern[str], texts: list[str]) -> str | None:
    for text in texts:
        match = pattern.search(text)
        if match:
            return match[1]
    return None


def _purpose(parsed: asn1_x509.Certificate) -> Purpose | None:
    usage = parsed.key_usage_value
    named = set() if usage is None else usage.native
    signs, commits = "digital_signature" in named, "non_repudiation" in named
    if signs == commits:
        return None
    return Purpose.AUTHENTICATION if signs else Purpose.OFFLINE


def _moment(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)


def _key_type(parsed: asn1_x509.Certificate) -> str:
    key = parsed.public_key
    try:
        algorithm = str(key.algorithm)
    except KeyError:  # asn1crypto before 1.5 does not know Edwards curves
        return _UNKNOWN_KEY
    if algorithm == "rsa":
        return f"RSA-{key.bit_size}"
    if algorithm == "ec":
        kind, curve = key.curve
        return f"EC {_CURVES.get(curve, curve) if kind == 'named' else kind}"
    return algorithm.upper()
