"""Sessions and the documents sent in them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from .authority import Holder
from .clock import Instant
from .forms import FA3
from .logins import Context
from .statuses import NOTHING_SENT, TOO_LATE, Status

# KSeF stores a document a moment after it gave it a number.
STORING = timedelta(microseconds=10)


@dataclass(frozen=True)
class Party:
    """Who stands on an invoice: ``Nip``, ``InternalId``, ``VatUe``, ``Other`` or ``None``."""

    type: str
    value: str | None = None
    name: str | None = None
    role: int = 0


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
    net: Decimal = Decimal()
    vat: Decimal = Decimal()
    buyer: Party = Party("None")
    third: tuple[Party, ...] = ()
    authorized: Party | None = None
    party_nips: frozenset[str] = frozenset()
    self_invoicing: bool = False
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
    stored_tick: int = field(default_factory=lambda: secrets.randbelow(10))
    form_code: dict[str, str] = field(default_factory=lambda: FA3)
    offline_declared: bool = False
    corrected_hash: str | None = None
    file_name: str | None = None
    forced: Status | None = None
    refusal: Status | None = None
    xml: bytes | None = None
    facts: Facts | None = None
    verdict: Status | None = None
    number: str | None = None
    upo: bytes | None = None
    offline: bool = False
    listed: dict[str, Any] | None = None
    overrides: dict[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether it has a KSeF number."""
        return self.number is not None

    @property
    def stored(self) -> Instant:
        """When it was stored for good, to a tenth of a microsecond."""
        return Instant(self.stored_at, self.stored_tick)

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
class Part:
    """One encrypted part of a package: what was announced, and what came."""

    ordinal: int
    size: int
    hash: str
    content: bytes | None = None


@dataclass
class Package:
    """The package of a batch session."""

    size: int
    hash: str
    compression: str
    parts: list[Part]
    examined: bool = False
    refusal: Status | None = None


@dataclass
class UpoPage:
    """One page of a session's UPO; ``content`` is made when it is first asked for."""

    reference: str
    first: int
    documents: list[Document]
    content: bytes | None = None


@dataclass
class Session:
    """One session: interactive, or with a package a batch session."""

    reference: str
    context: Context
    holder: Holder
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
    package: Package | None = None
    offline: bool = False
    closed_at: datetime | None = None
    processed_at: datetime | None = None
    upo_pages: list[UpoPage] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Online or Batch."""
        return "Batch" if self.package is not None else "Online"

    def end(self, now: datetime) -> datetime | None:
        """When the session was closed, by its owner or by its age; None while it is open."""
        if self.closed_at is not None:
            return self.closed_at
        return self.valid_until if now >= self.valid_until else None

    def status(self, now: datetime) -> Status:
        """How the session stands at the moment ``now``."""
        if self.package is not None:
            return self._batch_status(self.package, now)
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

    def _batch_status(self, package: Package, now: datetime) -> Status:
        if self.key is None:
            return Status.of_batch(415)
        if self.closed_at is None:
            late = now >= self.valid_until
            return Status.of_batch(440, TOO_LATE) if late else Status.of_batch(100)
        if not package.examined or self.processed_at is None or now < self.processed_at:
            return Status.of_batch(150)
        if self.forced is not None:
            return self.forced
        if package.refusal is not None:
            return package.refusal
        if not self.documents:
            return Status.of_batch(440, NOTHING_SENT)
        return Status.of_batch(200 if self.accepted(now) else 445)

    def accepted(self, now: datetime) -> list[Document]:
        """The documents that have a number at the moment ``now``."""
        return [d for d in self.documents if d.accepted and now >= d.decided_at]

    def failed(self, now: datetime) -> list[Document]:
        """The documents that were refused by the moment ``now``."""
        return [d for d in self.documents if not d.accepted and now >= d.decided_at]
