"""Sessions and the documents sent in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .logins import Context

INVOICE_TEXTS = {
    100: "Faktura przyjęta do dalszego przetwarzania",
    150: "Trwa przetwarzanie",
    200: "Sukces",
    405: "Przetwarzanie anulowane z powodu błędu sesji",
    410: "Nieprawidłowy zakres uprawnień",
    415: "Brak możliwości wysyłania faktury z załącznikiem",
    430: "Błąd weryfikacji pliku faktury",
    435: "Błąd odszyfrowania pliku",
    440: "Duplikat faktury",
    450: "Błąd weryfikacji semantyki dokumentu faktury",
    550: "Operacja została anulowana przez system",
}
INVOICE_DETAILS = {
    550: "Przetwarzanie zostało przerwane z przyczyn wewnętrznych systemu. Spróbuj ponownie",
}
SESSION_TEXTS = {
    100: "Sesja interaktywna otwarta",
    170: "Sesja interaktywna zamknięta",
    200: "Sesja interaktywna przetworzona pomyślnie",
    415: "Błąd odszyfrowania dostarczonego klucza",
    440: "Sesja anulowana",
    445: "Błąd weryfikacji, brak poprawnych faktur",
}
SESSION_DETAILS = {440: "Nie przesłano faktur"}


@dataclass(frozen=True)
class Status:
    """A code with KSeF's words for it."""

    code: int
    description: str
    details: tuple[str, ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_invoice(
        cls, code: int, *details: str, extensions: tuple[tuple[str, str], ...] = ()
    ) -> Status:
        """An invoice's status, with its usual words."""
        usual = INVOICE_DETAILS.get(code)
        told = details or ((usual,) if usual else ())
        return cls(code, INVOICE_TEXTS.get(code, f"Nieznany błąd ({code})"), told, extensions)

    @classmethod
    def of_session(cls, code: int) -> Status:
        """A session's status, with its usual words."""
        detail = SESSION_DETAILS.get(code)
        text = SESSION_TEXTS.get(code, f"Nieznany błąd ({code})")
        return cls(code, text, (detail,) if detail else ())

    def describe(self) -> dict[str, Any]:
        """The status as the API shows it."""
        described: dict[str, Any] = {"code": self.code, "description": self.description}
        if self.details:
            described["details"] = list(self.details)
        if self.extensions:
            described["extensions"] = dict(self.extensions)
        return described


@dataclass(frozen=True)
class Facts:
    """What KSeF reads out of an invoice."""

    seller_nip: str
    kind: str
    number: str
    issued: date
    seller_name: str = ""
    buyer_name: str = ""
    buyer_identifier: str = ""
    gross: str = ""
    currency: str = ""
    party_nips: frozenset[str] = frozenset()
    has_attachment: bool = False

    @property
    def duplicate_key(self) -> tuple[str, str, str]:
        """What no second invoice may share."""
        return self.seller_nip, self.kind, self.number


@dataclass
class Document:
    """One document that somebody sent."""

    reference: str
    session_reference: str
    context: Context
    ordinal: int
    invoice_hash: str
    size: int
    encrypted: bytes
    received: datetime
    decided_at: datetime
    stored_at: datetime
    offline_declared: bool = False
    corrected_hash: str | None = None
    forced: Status | None = None
    xml: bytes | None = None
    facts: Facts | None = None
    verdict: Status | None = None
    number: str | None = None
    upo: bytes | None = None
    offline: bool = False

    @property
    def accepted(self) -> bool:
        """Whether it has a KSeF number."""
        return self.number is not None

    @property
    def mode(self) -> str:
        """Online or Offline, as KSeF marks it."""
        return "Offline" if self.offline else "Online"

    def status(self, now: datetime) -> Status:
        """How it stands at the moment ``now``; due documents must have been judged before."""
        if self.verdict is not None and now >= self.decided_at:
            return self.verdict
        half = self.received + (self.decided_at - self.received) / 2
        return Status.of_invoice(100 if now < half else 150)


@dataclass
class Session:
    """One interactive session."""

    reference: str
    context: Context
    subject: str
    login_hash: str
    token_reference: str | None
    created: datetime
    updated: datetime
    valid_until: datetime
    key: bytes | None
    iv: bytes
    form_code: dict[str, str]
    check_nips: bool
    forced: Status | None = None
    closed_at: datetime | None = None
    upo_reference: str | None = None
    upo: bytes | None = None
    documents: list[Document] = field(default_factory=list)

    def end(self, now: datetime) -> datetime | None:
        """When the session was closed, by its owner or by its age; None while it is open."""
        if self.closed_at is not None:
            return self.closed_at
        return self.valid_until if now >= self.valid_until else None

    def status(self, now: datetime) -> Status:
        """How the session stands at the moment ``now``."""
        if self.forced is not None:
            return self.forced
        if self.key is None:
            return Status.of_session(415)
        if self.end(now) is None:
            return Status.of_session(100)
        if not self.documents:
            return Status.of_session(440)
        if any(now < document.decided_at for document in self.documents):
            return Status.of_session(170)
        return Status.of_session(200 if self.accepted(now) else 445)

    def accepted(self, now: datetime) -> list[Document]:
        """The documents that have a number at the moment ``now``."""
        return [d for d in self.documents if d.accepted and now >= d.decided_at]

    def failed(self, now: datetime) -> list[Document]:
        """The documents that were refused by the moment ``now``."""
        return [d for d in self.documents if not d.accepted and now >= d.decided_at]
