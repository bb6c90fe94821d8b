"""KSeF's register of certificates, and the requests for new ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from . import authority
from .authority import Authority, Holder, PublicKey
from .logins import Grants
from .statuses import Status

LIFETIME = timedelta(days=730)
ALREADY_CERTIFIED = "Klucz publiczny został już certyfikowany przez inny podmiot."
TOO_MANY = "Osiągnięto dopuszczalny limit posiadanych certyfikatów."


@dataclass
class Quota:
    """How many requests a kind of holder may make, and how many valid certificates it may have."""

    requests: int
    active: int


def published_quotas() -> dict[str, Quota]:
    """What KSeF allows, by the type of holder."""
    return {"Nip": Quota(300, 100), "Pesel": Quota(12, 6), "Fingerprint": Quota(12, 6)}


@dataclass
class Entry:
    """One certificate; ``internal`` unless it is signed by its own key."""

    certificate: x509.Certificate
    name: str
    holder: Holder
    requested: datetime
    internal: bool = True
    last_used: datetime | None = None
    blocked_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def serial(self) -> str:
        """The serial number, 16 hexadecimal digits."""
        return authority.serial_text(self.certificate)

    @property
    def kind(self) -> str:
        """``Authentication`` or ``Offline``."""
        usage = self.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        return "Authentication" if usage.digital_signature else "Offline"

    def revoke(self, now: datetime, delay: timedelta) -> None:
        """Block it now; it is revoked when ``delay`` is over."""
        self.blocked_at, self.revoked_at = now, now + delay

    def status(self, now: datetime) -> str:
        """``Active``, ``Blocked``, ``Revoked`` or ``Expired``."""
        if self.revoked_at is not None and self.revoked_at <= now:
            return "Revoked"
        if self.blocked_at is not None:
            return "Blocked"
        return "Expired" if self.certificate.not_valid_after_utc < now else "Active"


@dataclass
class Enrollment:
    """One request for a certificate."""

    reference: str
    holder: Holder
    fingerprint: str
    name: str
    kind: str
    subject: x509.Name
    key: PublicKey
    valid_from: datetime | None
    requested: datetime
    decided_at: datetime
    forced: Status | None = None
    verdict: Status | None = None
    serial: str | None = None

    def status(self, now: datetime) -> Status:
        """How it stands at the moment ``now``; due requests must have been settled before."""
        if self.verdict is not None and now >= self.decided_at:
            return self.verdict
        return Status.of_enrollment(100)


class Register:
    """Every certificate that was issued, and every request for one."""

    def __init__(self, issuer: Authority, grants: Grants) -> None:
        self._issuer = issuer
        self._grants = grants
        self._entries: dict[str, Entry] = {}
        self.enrollments: dict[str, Enrollment] = {}
        self.quotas = published_quotas()

    def add(self, entry: Entry) -> None:
        """Note a certificate."""
        self._entries[entry.serial] = entry

    def find(self, serial: str) -> Entry | None:
        """The certificate with this serial number, self-signed ones included."""
        return self._entries.get(serial)

    def of(self, certificate: x509.Certificate) -> Entry | None:
        """The entry of this very certificate."""
        entry = self.find(authority.serial_text(certificate))
        return entry if entry is not None and entry.certificate == certificate else None

    def holder(self, certificate: x509.Certificate) -> Holder:
        """Who logs in with a certificate: its first owner, where KSeF issued it."""
        entry = self.of(certificate)
        return entry.holder if entry is not None else authority.identity(certificate).holder

    def owned(self, holder: Holder) -> list[Entry]:
        """What KSeF issued to somebody, the latest request first."""
        own = [e for e in self._entries.values() if e.internal and e.holder == holder]
        return sorted(own, key=lambda entry: entry.requested, reverse=True)

    def active(self, holder: Holder, now: datetime) -> int:
        """How many certificates somebody has that are good or will be."""
        return sum(entry.status(now) == "Active" for entry in self.owned(holder))

    def requests(self, holder: Holder) -> int:
        """How often somebody asked for a certificate."""
        return sum(request.holder == holder for request in self.enrollments.values())

    def enrol(self, request: Enrollment) -> None:
        """Take a request in; it is settled when it is due."""
        self.enrollments[request.reference] = request

    def settle(self, now: datetime) -> None:
        """Decide every request that is due by ``now``."""
        for request in self.enrollments.values():
            if request.verdict is None and request.decided_at <= now:
                request.verdict = request.forced or self._decide(request, request.decided_at)

    def _decide(self, request: Enrollment, now: datetime) -> Status:
        if self._certified_for_another(request):
            return Status.of_enrollment(400, ALREADY_CERTIFIED)
        if self.active(request.holder, now) >= self.quotas[request.holder.type].active:
            return Status.of_enrollment(400, TOO_MANY)
        start = max(request.valid_from or now, now).replace(microsecond=0)
        certificate = self._issuer.certify(
            request.subject, request.key, request.kind.lower(), start, start + LIFETIME
        )
        entry = Entry(certificate, request.name, request.holder, request.requested)
        self.add(entry)
        self._grants.share(request.fingerprint, authority.fingerprint(certificate))
        request.serial = entry.serial
        return Status.of_enrollment(200)

    def _certified_for_another(self, request: Enrollment) -> bool:
        key = _key_bytes(request.key)
        return any(
            entry.holder != request.holder and _key_bytes(entry.certificate.public_key()) == key
            for entry in self._entries.values()
        )


def _key_bytes(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
