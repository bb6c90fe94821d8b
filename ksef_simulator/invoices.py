"""Single invoices: their status, their UPO, and the invoices themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from . import downloads, metadata, upo
from .api import continuation, operation, page_size, page_start, permitted
from .clock import stamp
from .documents import Document, Session
from .errors import BadRequest, invalid_input
from .numbers import KSEF_NUMBER
from .sessions import READ, find_session
from .world import WORLD


@operation("GET", "/sessions/{session}/invoices")
async def session_invoices(request: web.Request) -> web.Response:
    """The invoices of a session."""
    session = find_session(request, permitted(request, *READ))
    return _page(request, session.documents)


@operation("GET", "/sessions/{session}/invoices/failed")
async def failed_invoices(request: web.Request) -> web.Response:
    """The refused invoices of a session."""
    session = find_session(request, permitted(request, *READ))
    return _page(request, session.failed(request.app[WORLD].clock.now()))


@operation("GET", "/sessions/{session}/invoices/{invoice}")
async def invoice_status(request: web.Request) -> web.Response:
    """How one invoice stands."""
    session = find_session(request, permitted(request, *READ))
    document = _find(request, session)
    return web.json_response(_describe(request, document, request.app[WORLD].clock.now()))


@operation("GET", "/sessions/{session}/invoices/{invoice}/upo")
async def upo_by_reference(request: web.Request) -> web.Response:
    """The UPO of an invoice, asked for by the invoice's reference."""
    session = find_session(request, permitted(request, *READ))
    return _upo(request, session, _find(request, session), request.match_info["invoice"])


@operation("GET", "/sessions/{session}/invoices/ksef/{number}/upo")
async def upo_by_number(request: web.Request) -> web.Response:
    """The UPO of an invoice, asked for by the invoice's KSeF number."""
    session = find_session(request, permitted(request, *READ))
    number = request.match_info["number"]
    document = next((d for d in session.documents if d.number == number), None)
    return _upo(request, session, document, number)


@operation("GET", "/invoices/ksef/{number}")
async def invoice_by_number(request: web.Request) -> web.Response:
    """An invoice, for those who stand on it."""
    world = request.app[WORLD]
    login = permitted(request, "InvoiceRead")
    now = world.clock.now()
    world.archive.settle(now)
    number = request.match_info["number"]
    if not KSEF_NUMBER.fullmatch(number):
        raise invalid_input(f"{number} nie jest numerem KSeF.")
    document = world.archive.accepted.get(number)
    if document is None or document.xml is None:
        raise _unknown_number(number)
    if not metadata.visible(document, login.context):
        raise _unknown_number(number)
    if now < document.stored_at:
        raise BadRequest(
            21165,
            "Faktura o podanym numerze KSeF nie jest jeszcze dostępna.",
            [
                f"Faktura o numerze KSeF {number} została przetworzona, ale nie jest jeszcze "
                "dostępna do pobrania. Spróbuj ponownie później."
            ],
        )
    return downloads.xml_answer(document.xml)


def _unknown_number(number: str) -> BadRequest:
    return BadRequest(
        21164,
        "Faktura o podanym identyfikatorze nie istnieje.",
        [f"Faktura o numerze KSeF {number} nie została znaleziona."],
    )


def _find(request: web.Request, session: Session) -> Document:
    reference = request.match_info["invoice"]
    if len(reference) != 36:
        raise invalid_input("Numer referencyjny musi mieć 36 znaków.")
    for document in session.documents:
        if document.reference == reference:
            return document
    raise BadRequest(
        21164,
        "Faktura o podanym identyfikatorze nie istnieje.",
        [f"Faktura o numerze referencyjnym {reference} nie została znaleziona."],
    )


def _upo(
    request: web.Request, session: Session, document: Document | None, asked: str
) -> web.Response:
    world = request.app[WORLD]
    now = world.clock.now()
    if document is None or not document.accepted or now < document.decided_at:
        raise BadRequest(
            21178,
            "Nie znaleziono UPO dla podanych kryteriów.",
            [
                f"UPO o numerze KSeF {asked} i numerze referencyjnym sesji {session.reference} "
                "nie zostało znalezione."
            ],
        )
    return downloads.xml_answer(upo.of_invoice(session, document, world.seal))


def _page(request: web.Request, documents: list[Document]) -> web.Response:
    now = request.app[WORLD].clock.now()
    size, start = page_size(request, 1000), page_start(request)
    page = documents[start : start + size]
    answer: dict[str, Any] = {"invoices": [_describe(request, item, now) for item in page]}
    if token := continuation(start, size, len(documents)):
        answer["continuationToken"] = token
    return web.json_response(answer)


def _describe(request: web.Request, document: Document, now: datetime) -> dict[str, Any]:
    described: dict[str, Any] = {
        "ordinalNumber": document.ordinal,
        "referenceNumber": document.reference,
        "invoiceHash": document.invoice_hash,
        "invoicingDate": stamp(document.received),
        "status": document.status(now).describe(),
    }
    if document.file_name is not None:
        described["invoiceFileName"] = document.file_name
    if now < document.decided_at:
        return described
    if document.facts is not None and document.facts.number:
        described["invoiceNumber"] = document.facts.number
    if document.number is None:
        return described
    path = downloads.invoice_upo_path(document.session_reference, document.number)
    url, end = downloads.link(request, path, now)
    described |= {
        "ksefNumber": document.number,
        "acquisitionDate": stamp(document.decided_at),
        "invoicingMode": document.mode,
        "upoDownloadUrl": url,
        "upoDownloadUrlExpirationDate": end,
    }
    if now >= document.stored_at:
        described["permanentStorageDate"] = stamp(*document.stored)
    return described
