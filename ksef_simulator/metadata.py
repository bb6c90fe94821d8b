"""What KSeF tells of an invoice in its lists, and in which roles taxpayers stand on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clock import stamp
from .documents import Document, Party
from .logins import Context
from .reading import amount

SUBJECTS = ("Subject1", "Subject2", "Subject3", "SubjectAuthorized")
TYPES = {
    "FA": {
        "VAT": "Vat",
        "ZAL": "Zal",
        "KOR": "Kor",
        "ROZ": "Roz",
        "UPR": "Upr",
        "KOR_ZAL": "KorZal",
        "KOR_ROZ": "KorRoz",
    },
    "PEF": {"VAT": "VatPef", "KOR": "KorPef"},
    "FA_RR": {"VAT": "VatRr", "VAT_RR": "VatRr", "KOR": "KorVatRr", "KOR_VAT_RR": "KorVatRr"},
}


def describe(document: Document) -> dict[str, Any]:
    """An accepted invoice as the lists show it; made once, as nothing of it ever changes."""
    if document.listed is None:
        document.listed = {**_described(document), **document.overrides}
    return document.listed


def concerns(document: Document, subject: str, context: Context) -> bool:
    """Whether the taxpayer stands on the invoice as ``subject``.

    A part of a taxpayer (InternalId) is seller of what it sent itself, and third party where it is
    named by its own identifier.
    """
    listed = describe(document)
    if context.type == "InternalId":
        if subject == "Subject1":
            return document.context == context
        named = Party("InternalId", context.value)
        return subject == "Subject3" and any(_is(named, one) for one in _third(listed))
    nip = Party("Nip", context.nip)
    if subject == "Subject1":
        return bool(listed["seller"]["nip"] == nip.value)
    if subject == "Subject2":
        return _is(nip, listed["buyer"])
    if subject == "Subject3":
        return any(_is(nip, one) for one in _third(listed))
    return bool((listed.get("authorizedSubject") or {}).get("nip") == nip.value)


def visible(document: Document, context: Context) -> bool:
    """Whether the taxpayer stands on the invoice at all."""
    return any(concerns(document, subject, context) for subject in SUBJECTS)


def _is(party: Party, listed: Mapping[str, Any]) -> bool:
    identifier = listed["identifier"]
    return (identifier["type"], identifier.get("value")) == (party.type, party.value)


def _third(listed: Mapping[str, Any]) -> list[dict[str, Any]]:
    return listed.get("thirdSubjects") or []


def _described(document: Document) -> dict[str, Any]:
    facts = document.facts
    assert facts is not None and document.number is not None
    types = TYPES[document.form_code["value"]]
    described: dict[str, Any] = {
        "ksefNumber": document.number,
        "invoiceNumber": facts.number,
        "issueDate": facts.issued.isoformat(),
        "invoicingDate": stamp(document.received),
        "acquisitionDate": stamp(document.decided_at),
        "permanentStorageDate": stamp(document.stored_at, document.stored_tick),
        "seller": {"nip": facts.seller_nip, "name": facts.seller_name or None},
        "buyer": {"identifier": _identifier(facts.buyer), "name": facts.buyer_name or None},
        # JSON knows no other numbers than these.
        "netAmount": float(facts.net),
        "grossAmount": float(amount(facts.gross)),
        "vatAmount": float(facts.vat),
        "currency": facts.currency or "PLN",
        "invoicingMode": document.mode,
        "invoiceType": types.get(facts.kind, next(iter(types.values()))),
        "formCode": document.form_code,
        "isSelfInvoicing": facts.self_invoicing,
        "hasAttachment": facts.has_attachment,
        "invoiceHash": document.invoice_hash,
        "thirdSubjects": [
            {"identifier": _identifier(one), "name": one.name, "role": one.role}
            for one in facts.third
        ],
    }
    if document.corrected_hash is not None:
        described["hashOfCorrectedInvoice"] = document.corrected_hash
    if facts.authorized is not None and facts.authorized.type == "Nip":
        described["authorizedSubject"] = {
            "nip": facts.authorized.value,
            "name": facts.authorized.name,
            "role": facts.authorized.role,
        }
    return described


def _identifier(party: Party) -> dict[str, Any]:
    return {"type": party.type, "value": party.value}
