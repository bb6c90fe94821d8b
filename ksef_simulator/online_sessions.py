"""Interactive sessions: ``/sessions/online``."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from . import session_keys
from .api import Body, operation, permitted
from .ciphers import sha256
from .clock import stamp, warsaw_day
from .documents import STORING, Document, Session
from .errors import BadRequest
from .exchange import planned_status
from .numbers import reference_number
from .sessions import WRITE, demand_open, find_session, sent_form, wants_nips_checked
from .statuses import Status
from .technical_corrections import demand_correctable
from .world import WORLD

LIFETIME = timedelta(hours=12)


@operation("POST", "/sessions/online")
async def open_session(request: web.Request) -> web.Response:
    """Open an interactive session."""
    world = request.app[WORLD]
    login = permitted(request, *WRITE)
    body = await Body.of(request)
    form_code = sent_form(body.part("formCode"))
    session_key = session_keys.read(request, body.part("encryption"))
    now = world.clock.now()
    session = Session(
        reference=reference_number("SO", warsaw_day(now)),
        context=login.context,
        holder=login.holder,
        login_hash=login.document_hash,
        token_reference=login.token_reference,
        created=now,
        updated=now,
        valid_until=now + LIFETIME,
        key=session_key.key,
        iv=session_key.iv,
        form_code=form_code,
        check_nips=wants_nips_checked(request),
        forced=planned_status(request, Status.of_session),
    )
    world.archive.sessions[session.reference] = session
    return web.json_response(
        {"referenceNumber": session.reference, "validUntil": stamp(session.valid_until)},
        status=201,
    )


@operation("POST", "/sessions/online/{session}/invoices")
async def send_invoice(request: web.Request) -> web.Response:
    """Take an encrypted invoice."""
    world = request.app[WORLD]
    login = permitted(request, *WRITE)
    session = find_session(request, login, "Online")
    now = world.clock.now()
    demand_open(session, now, "uniemożliwia wysyłkę faktur")
    if len(session.documents) >= world.session_invoices:
        raise BadRequest(
            21155,
            "Przekroczono dozwoloną liczbę faktur w sesji.",
            [
                f"Sesja o numerze referencyjnym {session.reference} osiągnęła dozwolony limit "
                f"liczby faktur {world.session_invoices}."
            ],
        )
    document = _document(request, await Body.of(request), session, now)
    demand_correctable(world, document, now)
    world.archive.add(document, session)
    return web.json_response({"referenceNumber": document.reference}, status=202)


@operation("POST", "/sessions/online/{session}/close")
async def close_session(request: web.Request) -> web.Response:
    """Close an interactive session."""
    world = request.app[WORLD]
    session = find_session(request, permitted(request, *WRITE), "Online")
    now = world.clock.now()
    demand_open(session, now, "uniemożliwia jej zamknięcie")
    session.closed_at = session.updated = now
    return web.Response(status=204)


def _document(request: web.Request, body: Body, session: Session, now: datetime) -> Document:
    world = request.app[WORLD]
    body.octets("invoiceHash", 32)
    body.octets("encryptedInvoiceHash", 32)
    encrypted = body.octets("encryptedInvoiceContent")
    if len(encrypted) != body.number("encryptedInvoiceSize"):
        raise BadRequest(
            21402,
            "Nieprawidłowy rozmiar pliku.",
            ["Długość treści nie zgadza się z rozmiarem pliku."],
        )
    if sha256(encrypted) != body.text("encryptedInvoiceHash"):
        raise BadRequest(
            21403, "Nieprawidłowy skrót pliku.", ["Skrót treści nie zgadza się ze skrótem pliku."]
        )
    if body.has("hashOfCorrectedInvoice"):
        body.octets("hashOfCorrectedInvoice", 32)
    decided_at = now + world.delays.processing
    return Document(
        reference=reference_number("EE", warsaw_day(now)),
        session_reference=session.reference,
        context=session.context,
        ordinal=len(session.documents) + 1,
        invoice_hash=body.text("invoiceHash"),
        size=body.number("invoiceSize"),
        encrypted=encrypted,
        received=now,
        decided_at=decided_at,
        stored_at=decided_at + STORING + world.delays.storing,
        offline_declared=body.flag("offlineMode"),
        corrected_hash=body.optional_text("hashOfCorrectedInvoice"),
        forced=planned_status(request, Status.of_invoice),
    )
