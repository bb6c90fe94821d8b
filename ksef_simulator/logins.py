"""Who is logged in, as whom, and what the login may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from .authority import Holder

OWNER_PERMISSIONS = frozenset(
    {
        "CredentialsManage",
        "CredentialsRead",
        "InvoiceWrite",
        "InvoiceRead",
        "Introspection",
        "SubunitManage",
        "EnforcementOperations",
        "CollectiveIdentifierManage",
    }
)

METHOD_NAMES = {
    "InternalCertificate": ("XadesSignature", "xades.ksef-certificate", "Certyfikat KSeF"),
    "QualifiedSeal": ("XadesSignature", "xades.qualified-seal", "Pieczęć kwalifikowana"),
    "QualifiedSignature": ("XadesSignature", "xades.qualified-signature", "Podpis kwalifikowany"),
    "Token": ("Token", "token.ksef", "Token KSeF"),
}

STATUS_TEXTS = {
    100: "Uwierzytelnianie w toku",
    200: "Uwierzytelnianie zakończone sukcesem",
    415: "Uwierzytelnianie zakończone niepowodzeniem",
    425: "Uwierzytelnienie unieważnione",
    450: "Uwierzytelnianie zakończone niepowodzeniem z powodu błędnego tokenu",
    460: "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu",
    470: "Uwierzytelnianie zakończone niepowodzeniem",
    480: "Uwierzytelnienie zablokowane",
    500: "Nieznany błąd",
    550: "Operacja została anulowana przez system",
}
STATUS_DETAILS = {
    415: "Brak przypisanych uprawnień",
    425: "Uwierzytelnienie i powiązane refresh tokeny zostały unieważnione przez użytkownika",
    470: "Próba wykorzystania metod autoryzacyjnych osoby zmarłej",
    480: (
        "Podejrzenie incydentu bezpieczeństwa. Skontaktuj się z Ministerstwem Finansów przez "
        "formularz zgłoszeniowy."
    ),
    550: ("Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie"),
}


@dataclass(frozen=True)
class Context:
    """The taxpayer (or part of one) in whose name a login works."""

    type: str
    value: str

    @property
    def nip(self) -> str:
        """The NIP within the context, empty for a Peppol provider."""
        return self.value[:10] if self.type != "PeppolId" else ""


@dataclass(frozen=True)
class Challenge:
    """A challenge that was handed out; it is good for ten minutes and one login."""

    value: str
    issued: datetime

    @property
    def timestamp_ms(self) -> int:
        """Milliseconds since 1970, as a KSeF token must be sent with."""
        return round(self.issued.timestamp() * 1000)


@dataclass(frozen=True)
class Verdict:
    """How a login attempt ends: a status code of ``/auth/{referenceNumber}``."""

    code: int = 200
    details: tuple[str, ...] = ()

    @classmethod
    def of(cls, code: int, detail: str | None = None) -> Verdict:
        """The verdict with its usual details, or with ``detail``."""
        text = detail or STATUS_DETAILS.get(code)
        return cls(code, (text,) if text else ())


@dataclass
class Login:
    """One authentication, from its start to its revocation."""

    reference: str
    context: Context
    holder: Holder
    method: str
    started: datetime
    decided_at: datetime
    verdict: Verdict
    certificate: x509.Certificate | None = None
    permissions: frozenset[str] = frozenset()
    document_hash: str = ""
    token_reference: str | None = None
    redeemed: bool = False
    revoked: bool = False
    refreshed_at: datetime | None = None
    refresh_valid_until: datetime | None = None

    def status(self, now: datetime) -> Verdict:
        """What ``/auth/{referenceNumber}`` says at the moment ``now``."""
        if self.revoked:
            return Verdict.of(425)
        return self.verdict if now >= self.decided_at else Verdict(100)


@dataclass
class KsefToken:
    """A KSeF token that was issued for a context."""

    reference: str
    value: str
    context: Context
    permissions: frozenset[str]
    author: Holder
    description: str
    created: datetime
    active_at: datetime
    revoked: bool = False
    last_used: datetime | None = None

    def status(self, now: datetime) -> str:
        """``Pending``, ``Active`` or ``Revoked``."""
        if self.revoked:
            return "Revoked"
        return "Active" if self.active_at <= now else "Pending"


class Grants:
    """What the holders of certificates may do, and where."""

    def __init__(self) -> None:
        self._given: dict[str, dict[str, frozenset[str]]] = {}
        self._first: dict[str, str] = {}

    def give(self, fingerprint: str, contexts: list[str], permissions: frozenset[str]) -> None:
        """Set what the holder of a certificate may do in contexts (NIPs), and only there."""
        self._given[self._root(fingerprint)] = dict.fromkeys(contexts, permissions)

    def share(self, fingerprint: str, another: str) -> None:
        """Let ``another`` certificate of the same holder have the same permissions."""
        self._first[another] = self._root(fingerprint)

    def permissions(self, fingerprint: str, nip: str | None, context: Context) -> frozenset[str]:
        """Permissions of a certificate in a context; a taxpayer owns the context of its NIP."""
        granted = self._given.get(self._root(fingerprint))
        if granted is not None:
            return granted.get(context.nip, frozenset())
        if nip is not None and nip == context.nip:
            return OWNER_PERMISSIONS
        return frozenset()

    def _root(self, fingerprint: str) -> str:
        return self._first.get(fingerprint, fingerprint)
