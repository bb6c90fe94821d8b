"""The files people upload: finding the certificate and the key in them, and matching both."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import csr, keys, pem, pkcs12
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12 as open_pkcs12

from .errors import CertificateProblem, Problem
from .x509 import MALFORMED, Certificate, CertificateInfo, Purpose, check_certificate

__all__ = [
    "Certificate",
    "CertificateInfo",
    "Pair",
    "PrivateKey",
    "Purpose",
    "check_certificate",
    "read_certificate",
    "read_pair",
]

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey

LARGEST_FILE = 65_536  # bytes
_MOST_ITERATIONS = 10_000_000
_BASE64_TEXT = re.compile(rb"[A-Za-z0-9+/\s]+=*\s*")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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
        return self.private_key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @classmethod
    def restore(cls, certificate_der: bytes, private_key_der: bytes) -> Pair:
        """Make a pair from what was kept; checks nothing but that both can be read.

        Raises CertificateProblem.
        """
        return cls(
            Certificate.load(certificate_der), _load_key(private_key_der, None, is_pem=False)
        )


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

    Certificate: PEM, DER, or the bare base64 that KSeF's API gives. Key: PKCS#8 (PEM or DER,
    encrypted or not), PKCS#1, SEC 1, or PKCS#12. A single PKCS#12 or PEM file with both may be
    given as either, with the other empty. ``at``: aware UTC. A certificate that names another
    NIP is none of our business: see ``info.nip``.
    Raises CertificateProblem.
    """
    pair = _matching_pair(certificate_bytes, key_bytes, password or None)
    check_certificate(pair.info, purpose=purpose, at=at, allow_self_signed=allow_self_signed)
    return pair


def read_certificate(content: bytes) -> CertificateInfo:
    """Read one certificate (PEM, DER, bare base64) without judging it.

    Raises CertificateProblem.
    """
    upload = _Upload.read(content)
    if not upload.certificates:
        raise CertificateProblem(_instead_of_certificate(upload))
    return Certificate.load(upload.certificates[0]).info


@dataclass(frozen=True)
class _Upload:
    """What was found in one file."""

    certificates: tuple[bytes, ...] = ()  # DER
    key: bytes | None = None  # as it was, for cryptography to open
    key_is_pem: bool = False
    archive: bytes | None = None  # PKCS#12
    is_request: bool = False
    is_empty: bool = False

    @property
    def has_key(self) -> bool:
        return self.key is not None or self.archive is not None

    @property
    def has_certificate(self) -> bool:
        return bool(self.certificates)

    @classmethod
    def read(cls, content: bytes) -> _Upload:
        if len(content) > LARGEST_FILE:
            raise CertificateProblem(
                Problem.FILE_TOO_LARGE, {"size": len(content), "limit": LARGEST_FILE}
            )
        bare = content[len(_BYTE_ORDER_MARK) :] if content[:3] == _BYTE_ORDER_MARK else content
        if not bare.strip():
            return cls(is_empty=True)
        if b"-----BEGIN" in bare:
            return _pem_upload(bare)
        return _der_upload(bare) or _der_upload(_from_base64(bare)) or cls()


def _pem_upload(content: bytes) -> _Upload:
    certificates: list[bytes] = []
    key = None
    is_request = False
    start = content.index(b"-----BEGIN")
    try:
        for label, _headers, der in pem.unarmor(content[start:], multiple=True):
            if label in ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"):
                certificates.append(der)
            elif label.endswith("PRIVATE KEY") and key is None:
                key = _pem_block(content, label)
            elif label.endswith("CERTIFICATE REQUEST"):
                is_request = True
    except MALFORMED:
        return _broken_pem(content)
    return _Upload(tuple(certificates), key, key_is_pem=True, is_request=is_request)


def _pem_block(content: bytes, label: str) -> bytes:
    begin, end = f"-----BEGIN {label}-----".encode(), f"-----END {label}-----".encode()
    start = content.index(begin)
    return content[start : content.index(end, start) + len(end)] + b"\n"


def _broken_pem(content: bytes) -> _Upload:
    """A PEM file that cannot be taken apart still says what it was meant to be."""
    if b"PRIVATE KEY-----" in content:
        return _Upload(key=content, key_is_pem=True)
    if b"BEGIN CERTIFICATE-----" in content:
        return _Upload(certificates=(b"",))
    return _Upload()


def _from_base64(content: bytes) -> bytes:
    if not _BASE64_TEXT.fullmatch(content):
        return b""
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        return b""


def _der_upload(content: bytes) -> _Upload | None:
    """Tell by structure what DER holds; None where it is nothing of use."""
    if content[:1] != b"\x30":
        return None
    if _is(pkcs12.Pfx, content):
        return _Upload(archive=content)
    if _is(keys.PrivateKeyInfo, content) or _is(keys.EncryptedPrivateKeyInfo, content):
        return _Upload(key=content)
    if _is(keys.RSAPrivateKey, content) or _is(keys.ECPrivateKey, content):
        return _Upload(key=content)
    if _is(csr.CertificationRequest, content):
        return _Upload(is_request=True)
    return _Upload(certificates=(content,)) if _is_like_a_certificate(content) else None


def _is_like_a_certificate(content: bytes) -> bool:
    """Only the outermost shape: what is wrong inside is for ``Certificate.load`` to say."""
    try:
        outline = asn1_x509.Certificate.load(content, strict=True)
        return bool(outline["signature_value"].native)
    except MALFORMED:
        return False


def _is(kind: type, content: bytes) -> bool:
    try:
        # Loading is lazy: only reading the value shows whether the structure fits.
        return kind.load(content, strict=True).native is not None  # type: ignore[attr-defined]
    except MALFORMED:
        return False


def _matching_pair(certificate_bytes: bytes, key_bytes: bytes, password: str | None) -> Pair:
    first, second = _Upload.read(certificate_bytes), _Upload.read(key_bytes)
    _refuse_wrong_files(first, second)
    key_source = second if second.has_key else first
    if key_source.archive is not None:
        key, in_archive = _open_archive(key_source.archive, password)
    else:
        key, in_archive = _open_key(key_source, password), ()
    ders = first.certificates or second.certificates or in_archive
    if not ders:
        raise CertificateProblem(Problem.NO_CERTIFICATE_FILE)
    return Pair(_certificate_of(key, [Certificate.load(der) for der in ders]), key)


def _refuse_wrong_files(first: _Upload, second: _Upload) -> None:
    """Raise where the files do not hold a certificate and a key, whichever way round."""
    if not first.has_certificate and first.archive is None:
        if first.has_key and second.has_certificate and not second.has_key:
            raise CertificateProblem(Problem.FILES_SWAPPED)
        if not (first.is_empty and (second.archive is not None or second.has_certificate)):
            raise CertificateProblem(_instead_of_certificate(first))
    if not second.has_key and not (second.is_empty and first.has_key):
        raise CertificateProblem(_instead_of_key(second))


def _instead_of_certificate(upload: _Upload) -> Problem:
    if upload.is_empty:
        return Problem.NO_CERTIFICATE_FILE
    if upload.is_request:
        return Problem.REQUEST_GIVEN_AS_CERTIFICATE
    return Problem.KEY_GIVEN_AS_CERTIFICATE if upload.has_key else Problem.NO_CERTIFICATE_IN_FILE


def _instead_of_key(upload: _Upload) -> Problem:
    if upload.is_empty:
        return Problem.NO_KEY_FILE
    if upload.has_certificate:
        return Problem.CERTIFICATE_GIVEN_AS_KEY
    return Problem.NO_KEY_IN_FILE


def _certificate_of(key: PrivateKey, certificates: list[Certificate]) -> Certificate:
    """Return the certificate of ``key`` among those of a file that may hold a whole chain."""
    unsupported = [one for one in certificates if not one.info.has_supported_key]
    if len(unsupported) == len(certificates):
        key_type = certificates[0].info.key_type
        raise CertificateProblem(Problem.UNSUPPORTED_KEY, {"key_type": key_type})
    for certificate in certificates:
        if certificate not in unsupported and _belong_together(certificate, key):
            return certificate
    info = certificates[0].info
    raise CertificateProblem(Problem.KEY_MISMATCH, {"subject": info.subject, "serial": info.serial})


def _belong_together(certificate: Certificate, key: PrivateKey) -> bool:
    ours, theirs = key.public_key(), certificate.public_key()
    return type(ours) is type(theirs) and ours.public_numbers() == theirs.public_numbers()


def _open_key(upload: _Upload, password: str | None) -> PrivateKey:
    if upload.key is None:
        raise CertificateProblem(Problem.NO_KEY_IN_FILE)
    return _load_key(upload.key, password, is_pem=upload.key_is_pem)


def _load_key(content: bytes, password: str | None, *, is_pem: bool) -> PrivateKey:
    encrypted = _is_encrypted(content, is_pem)
    if encrypted and password is None:
        raise CertificateProblem(Problem.PASSWORD_MISSING)
    secret = password.encode() if encrypted and password is not None else None
    load = serialization.load_pem_private_key if is_pem else serialization.load_der_private_key
    try:
        key = load(content, secret)
    except UnsupportedAlgorithm as error:
        raise _unreadable_key(error) from error
    except MALFORMED as error:
        if encrypted:
            raise CertificateProblem(Problem.WRONG_PASSWORD) from error
        raise _unreadable_key(error) from error
    return _supported(key)


def _is_encrypted(content: bytes, is_pem: bool) -> bool:
    """Tell whether a password is needed; raises where the envelope itself is broken."""
    if is_pem and b"BEGIN ENCRYPTED PRIVATE KEY" not in content:
        return b"Proc-Type: 4,ENCRYPTED" in content
    try:
        der = pem.unarmor(content)[2] if is_pem else content
        if not is_pem and not _is(keys.EncryptedPrivateKeyInfo, der):
            return False
        envelope = keys.EncryptedPrivateKeyInfo.load(der, strict=True)
        algorithm = envelope["encryption_algorithm"]
        iterations = algorithm.kdf_iterations if algorithm.kdf == "pbkdf2" else 0
        _ = envelope.native
    except MALFORMED as error:
        raise _unreadable_key(error) from error
    if iterations > _MOST_ITERATIONS:
        raise CertificateProblem(
            Problem.UNREADABLE_KEY, {"reason": f"{iterations} PBKDF2 iterations"}
        )
    return True


def _open_archive(content: bytes, password: str | None) -> tuple[PrivateKey, tuple[bytes, ...]]:
    """Open PKCS#12; returns the key and the certificates (DER) in it, its own first."""
    secret = password.encode() if password is not None else None
    try:
        opened = open_pkcs12.load_pkcs12(content, secret)
    except UnsupportedAlgorithm as error:
        raise _unreadable_key(error) from error
    except MALFORMED as error:
        # Its MAC fails alike for a wrong password and for damage; damage is far rarer.
        problem = Problem.WRONG_PASSWORD if password else Problem.PASSWORD_MISSING
        raise CertificateProblem(problem) from error
    if opened.key is None:
        raise CertificateProblem(Problem.NO_KEY_IN_FILE)
    entries = [opened.cert, *opened.additional_certs]
    ders = [
        entry.certificate.public_bytes(serialization.Encoding.DER)
        for entry in entries
        if entry is not None
    ]
    return _supported(opened.key), tuple(ders)


def _supported(key: object) -> PrivateKey:
    if not isinstance(key, (RSAPrivateKey, EllipticCurvePrivateKey)):
        name = type(key).__name__.replace("PrivateKey", "").strip("_").upper()
        raise CertificateProblem(Problem.UNSUPPORTED_KEY, {"key_type": name})
    return key


def _unreadable_key(error: Exception) -> CertificateProblem:
    return CertificateProblem(Problem.UNREADABLE_KEY, {"reason": type(error).__name__})
