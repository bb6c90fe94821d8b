"""The simulator's certificate authority: KSeF's own keys and the pairs that it hands out."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
PERSON_OR_NIP = re.compile(
    r"(?P<pesel>(?:PNOPL|PESEL).*?(?P<pesel_digits>\d{11}))|(?:TINPL|NIP).*?(?P<nip_digits>\d{10})"
)
ORGANISATION = re.compile(r"VATPL.*?(?P<nip_digits>\d{10})")


@dataclass(frozen=True)
class Holder:
    """Whom KSeF knows a caller as: ``Nip``, ``Pesel`` or, failing both, ``Fingerprint``."""

    type: str
    value: str

    def describe(self) -> dict[str, str]:
        """The holder as the API shows it."""
        return {"type": self.type, "value": self.value}


@dataclass(frozen=True)
class Identity:
    """Whom a certificate names."""

    nip: str | None
    pesel: str | None
    fingerprint: str

    @property
    def holder(self) -> Holder:
        """The one identifier that counts, the same at each login."""
        if self.nip:
            return Holder("Nip", self.nip)
        return (
            Holder("Pesel", self.pesel) if self.pesel else Holder("Fingerprint", self.fingerprint)
        )


def identity(certificate: x509.Certificate) -> Identity:
    """Read the Polish identifiers out of the subject."""
    nip = pesel = None
    for attribute in certificate.subject:
        text = str(attribute.value)
        if attribute.oid == NameOID.ORGANIZATION_IDENTIFIER and (
            found := ORGANISATION.search(text)
        ):
            nip = found["nip_digits"]
        if attribute.oid == NameOID.SERIAL_NUMBER and (found := PERSON_OR_NIP.search(text)):
            nip, pesel = found["nip_digits"] or nip, found["pesel_digits"]
    return Identity(nip, pesel, fingerprint(certificate))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in upper case hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex().upper()


def serial_text(certificate: x509.Certificate) -> str:
    """The serial number as KSeF writes it: 16 hexadecimal digits."""
    return f"{certificate.serial_number:016X}"


def new_key(algorithm: str) -> PrivateKey:
    """A new private key: ``RSA`` (2048) or ``EC`` (P-256)."""
    if algorithm == "RSA":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if algorithm == "EC":
        return ec.generate_private_key(ec.SECP256R1())
    raise ValueError(f"There is no algorithm {algorithm!r}; take RSA or EC.")


@dataclass(frozen=True)
class Wanted:
    """What a certificate is to be like."""

    purpose: str
    valid_from: datetime
    valid_to: datetime
    nip: str | None = None
    pesel: str | None = None
    name: str | None = None
    person: bool = False
    self_signed: bool = False

    def subject(self) -> x509.Name:
        """The subject, in one of the patterns that KSeF knows."""
        attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "PL")]
        if self.person or self.pesel:
            name = self.name or "Jan Kowalski"
            given, _, family = name.partition(" ")
            identifier = f"PNOPL-{self.pesel}" if self.pesel else f"TINPL-{self.nip}"
            attributes += [
                x509.NameAttribute(NameOID.GIVEN_NAME, given),
                x509.NameAttribute(NameOID.SURNAME, family or given),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, identifier),
            ]
        else:
            name = self.name or "Firma testowa"
            attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, name))
            if self.nip:
                attributes.append(
                    x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"VATPL-{self.nip}")
                )
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, name))
        return x509.Name(attributes)


def key_usage(purpose: str) -> x509.KeyUsage:
    """The one use that a purpose allows: for ``offline`` non-repudiation, else signatures."""
    offline = purpose == "offline"
    return x509.KeyUsage(
        digital_signature=not offline,
        content_commitment=offline,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


class Authority:
    """The issuer of everything that the simulator trusts."""

    def __init__(self) -> None:
        self._key = new_key("EC")
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "KSeF simulator"),
                x509.NameAttribute(NameOID.COMMON_NAME, "KSeF simulator CA"),
            ]
        )

    def issue(self, key: PrivateKey, wanted: Wanted) -> x509.Certificate:
        """A certificate for ``key``, signed by the authority or by the key itself."""
        subject = wanted.subject()
        builder = _builder(
            subject, key.public_key(), wanted.purpose, wanted.valid_from, wanted.valid_to
        ).issuer_name(subject if wanted.self_signed else self._name)
        return builder.sign(key if wanted.self_signed else self._key, hashes.SHA256())

    def certify(
        self,
        subject: x509.Name,
        key: PublicKey,
        purpose: str,
        valid_from: datetime,
        valid_to: datetime,
    ) -> x509.Certificate:
        """A certificate for a key that somebody else made and asked to have certified."""
        builder = _builder(subject, key, purpose, valid_from, valid_to)
        return builder.issuer_name(self._name).sign(self._key, hashes.SHA256())

    def issued(self, certificate: x509.Certificate) -> bool:
        """Whether this authority signed ``certificate``."""
        return certificate.issuer == self._name and _signed_by(certificate, self._key.public_key())


def _builder(
    subject: x509.Name, key: PublicKey, purpose: str, valid_from: datetime, valid_to: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(1 << 56 | secrets.randbits(56))
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(key_usage(purpose), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether the certificate is signed by its own key."""
    key = certificate.public_key()
    if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        return False
    return certificate.issuer == certificate.subject and _signed_by(certificate, key)


def _signed_by(certificate: x509.Certificate, key: PublicKey) -> bool:
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None:
        return False
    signature, content = certificate.signature, certificate.tbs_certificate_bytes
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(algorithm))
        else:
            parameters = certificate.signature_algorithm_parameters
            if not isinstance(parameters, (padding.PKCS1v15, padding.PSS)):
                return False
            key.verify(signature, content, parameters, algorithm)
    except InvalidSignature:
        return False
    return True


def pem(certificate: x509.Certificate) -> str:
    """The certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def encrypted_pem(key: PrivateKey, password: str) -> str:
    """The private key as encrypted PKCS#8 PEM text."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    ).decode("ascii")


class ServiceKey:
    """One of KSeF's own RSA keys with its certificate."""

    def __init__(self, authority: Authority, name: str, usage: str, now: datetime) -> None:
        key = new_key("RSA")
        assert isinstance(key, rsa.RSAPrivateKey)
        self.key = key
        self.usage = usage
        start = now.astimezone(timezone.utc).replace(microsecond=0)
        self.valid_from = start - timedelta(days=1)
        self.valid_to = start + timedelta(days=730)
        self.certificate = authority.issue(
            key, Wanted("service", self.valid_from, self.valid_to, name=name)
        )

    @property
    def public_key_id(self) -> str:
        """SHA-256 of the key's SubjectPublicKeyInfo, in base64."""
        return _digest(
            self.key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    @property
    def certificate_id(self) -> str:
        """SHA-256 of the certificate's DER, in base64."""
        return _digest(self.certificate_der)

    @property
    def certificate_der(self) -> bytes:
        """The certificate's DER bytes."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def decrypt(self, content: bytes) -> bytes:
        """Undo RSA-OAEP with SHA-256.

        :raises ValueError: when the content was not encrypted for this key.
        """
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        return self.key.decrypt(content, oaep)


def _digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
