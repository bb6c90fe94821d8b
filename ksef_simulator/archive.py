"""What KSeF holds: sessions, documents, numbers; and the verdict on what is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from . import checks
from .checks import Rejected
from .clock import warsaw_day
from .documents import Document, Facts, Session
from .numbers import ksef_number
from .statuses import Status

UNIQUE_YEARS = 10


@dataclass
class Consent:
    """A taxpayer's declaration that its invoices may have attachments."""

    ends: datetime | None = None

    def given(self, now: datetime) -> bool:
        """Whether it holds at the moment ``now``."""
        return self.ends is None or now < self.ends


class Archive:
    """Sessions, documents and accepted invoices."""

    def __init__(self, schema: etree.XMLSchema | None) -> None:
        self._schema = schema
        self.sessions: dict[str, Session] = {}
        self.documents: list[Document] = []
        self.accepted: dict[str, Document] = {}
        self.self_billing: set[tuple[str, str]] = set()
        self.attachments: dict[str, Consent] = {}
        self._corrections: dict[str, list[Document]] = {}
        self._pending: list[Document] = []
        self._by_key: dict[tuple[str, str, str], list[Document]] = {}
        self._by_hash: dict[str, list[Document]] = {}
        self._offered: Counter[str] = Counter()

    def add(self, document: Document, session: Session) -> None:
        """Take a document in; it is judged when it is due."""
        session.documents.append(document)
        session.updated = document.received
        self.documents.append(document)
        self._pending.append(document)
        self._by_hash.setdefault(document.invoice_hash, []).append(document)
        self._offered[document.invoice_hash] += 1
        if document.corrected_hash is not None:
            self._corrections.setdefault(document.corrected_hash, []).append(document)

    def settle(self, now: datetime) -> None:
        """Judge every document that is due by ``now``, in the order in which they came."""
        due = [document for document in self._pending if document.decided_at <= now]
        if due:
            self._pending = [d for d in self._pending if d.decided_at > now]
        for document in due:
            self._judge(document, self.sessions[document.session_reference])

    def consent(self, nip: str, ends: datetime | None = None) -> None:
        """Let a taxpayer's invoices have attachments, until ``ends`` where it is given."""
        self.attachments[nip] = Consent(ends)

    def read(self, xml: bytes) -> Facts:
        """Check a file by itself, and read it; safe in any thread.

        :raises Rejected: when KSeF would refuse it, whoever sent it.
        """
        return checks.read(xml, self._schema)

    def hold(self, document: Document, unique: bool) -> None:
        """Hold a document that has its number already; it may have to be ``unique``.

        :raises Rejected: 440 when it is not.
        :raises ValueError: when the number is taken.
        """
        assert document.facts is not None and document.number is not None
        if unique:
            self._demand_unique(document, document.facts)
        if document.number in self.accepted:
            raise ValueError(f"There is an invoice {document.number} already.")
        document.verdict = Status.of_invoice(200)
        self.documents.append(document)
        self._by_hash.setdefault(document.invoice_hash, []).append(document)
        self._keep(document, document.facts)

    def with_hash(self, invoice_hash: str) -> list[Document]:
        """The documents with this SHA-256, in the order in which they came."""
        return self._by_hash.get(invoice_hash, [])

    def correction_of(self, invoice_hash: str) -> Document | None:
        """The accepted technical correction of the document with this SHA-256, or the accepted
        correction of a refused one."""
        seen: set[str] = set()
        waiting = [invoice_hash]
        while waiting:
            wanted = waiting.pop()
            if wanted in seen:
                continue
            seen.add(wanted)
            for document in self._corrections.get(wanted, ()):
                if document.accepted:
                    return document
                waiting.append(document.invoice_hash)
        return None

    def times_offered(self, document: Document) -> int:
        """How often somebody sent this very file."""
        return self._offered[document.invoice_hash]

    def _judge(self, document: Document, session: Session) -> None:
        if document.forced is not None:
            document.verdict = document.forced
            if document.forced.code != 200:
                return
        if document.refusal is not None:
            document.verdict = document.refusal
            return
        try:
            if document.facts is None:
                document.xml = checks.decrypted(document, session)
                document.facts = self.read(document.xml)
            self._demand_fitting(document, document.facts, session)
            self._demand_unique(document, document.facts)
        except Rejected as rejected:
            document.verdict = rejected.status
        else:
            self._accept(document, document.facts)

    def _demand_fitting(self, document: Document, facts: Facts, session: Session) -> None:
        nip = session.context.nip
        if facts.seller_nip != nip and (facts.seller_nip, nip) not in self.self_billing:
            raise Rejected(410, f"Kontekst {nip} nie może wystawić faktury {facts.seller_nip}.")
        if facts.has_attachment:
            self._demand_attachment(document, session)
        checks.demand_day(facts, document.received)
        if session.check_nips:
            checks.demand_checksums(facts)

    def _demand_attachment(self, document: Document, session: Session) -> None:
        if session.package is None and document.corrected_hash is None:
            raise Rejected(415, "Fakturę z załącznikiem można przesłać tylko w sesji wsadowej.")
        consent = self.attachments.get(session.context.nip)
        if consent is None or not consent.given(document.received):
            raise Rejected(415, "Podatnik nie zgłosił zamiaru wystawiania faktur z załącznikiem.")

    def _demand_unique(self, document: Document, facts: Facts) -> None:
        for other in self._by_key.get(facts.duplicate_key, ()):
            assert other.facts is not None
            if document.received.year > other.facts.issued.year + UNIQUE_YEARS:
                continue
            raise Rejected(
                440,
                f"Duplikat faktury. Faktura o numerze KSeF: {other.number} została już prawidłowo "
                f"przesłana do systemu w sesji: {other.session_reference}",
                extensions=(
                    ("originalSessionReferenceNumber", other.session_reference),
                    ("originalKsefNumber", str(other.number)),
                ),
            )

    def _accept(self, document: Document, facts: Facts) -> None:
        day = warsaw_day(document.received)
        number = ksef_number(facts.seller_nip, day)
        while number in self.accepted:
            number = ksef_number(facts.seller_nip, day)
        document.number = number
        document.offline = document.offline_declared or facts.issued < day
        document.verdict = Status.of_invoice(200)
        self._keep(document, facts)

    def _keep(self, document: Document, facts: Facts) -> None:
        self.accepted[str(document.number)] = document
        self._by_key.setdefault(facts.duplicate_key, []).append(document)
