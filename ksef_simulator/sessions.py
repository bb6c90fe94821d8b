"""Sending: interactive sessions, ``/sessions``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from . import api, downloads, upo
from .api import Body, continuation, operation, page_size, page_start, permitted
from .auth import withdrawn_key
from .checks import sha256
from .clock import stamp, warsaw_day
from .documents import Document, Session
from .errors import BadRequest, Forbidden, NotSupported, invalid_input
from .exchange import planned_status
from .logins import Login
from .numbers import reference_number
from .statuses import Status
from .world import KEY_ENCRYPTION, WORLD, World

LIFETIME = timedelta(hours=12)
KEY_BYTES = 32
IV_BYTES = 16
STORING = timedelta(microseconds=10)
WRITE = ("InvoiceWrite", "PefInvoiceWrite", "EnforcementOperations")
READ = ("InvoiceWrite", "Introspection", "PefInvoiceWrite", "EnforcementOperations")
READ_ALL = frozenset({"Introspection", "EnforcementOperations"})
FA3 = {"systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA"}
OTHER_FORMS = ("FA (2)", "PEF (3)", "PEF_KOR (3)", "FA_RR (1)")
KINDS_OF_STATUS = {100: "InProgress", 170: "InProgress", 200: "Succeeded", 440: "Cancelled"}


@operation("POST", "/sessions/online")
async def open_session(request: web.Request) -> web.Response:
    """Open an interactive session."""
    world = request.app[WORLD]
    login = permitted(request, *WRITE)
    body = await Body.of(request)
    form_code = _form_code(body.part("formCode"))
    encryption = body.part("encryption")
    wrapped = encryption.octets("encryptedSymmetricKey")
    iv = encryption.octets("initializationVector", IV_BYTES)
    key_id = encryption.optional_text("publicKeyId", 44)
    service_key = world.service_key(KEY_ENCRYPTION, key_id)
    if service_key is None:
        raise withdrawn_key(key_id)
    try:
        key: bytes | None = service_key.decrypt(wrapped)
    except ValueError:
        key = None
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
        key=key if key is not None and len(key) == KEY_BYTES else None,
        iv=iv,
        form_code=form_code,
        check_nips="subject-identifier-validation" in request.headers.get("X-KSeF-Feature", ""),
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
    session = find_session(request, login)
    now = world.clock.now()
    _demand_open(session, now, "uniemożliwia wysyłkę faktur")
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
    _demand_correctable(world, document, now)
    world.archive.add(document, session)
    return web.json_response({"referenceNumber": document.reference}, status=202)


@operation("POST", "/sessions/online/{session}/close")
async def close_session(request: web.Request) -> web.Response:
    """Close an interactive session."""
    world = request.app[WORLD]
    session = find_session(request, permitted(request, *WRITE))
    now = world.clock.now()
    _demand_open(session, now, "uniemożliwia jej zamknięcie")
    session.closed_at = session.updated = now
    return web.Response(status=204)


@operation("GET", "/sessions/{session}")
async def session_status(request: web.Request) -> web.Response:
    """How a session stands."""
    world = request.app[WORLD]
    session = find_session(request, permitted(request, *READ))
    now = world.clock.now()
    status = session.status(now)
    answer: dict[str, Any] = {
        "status": status.describe(),
        "dateCreated": stamp(session.created),
        "dateUpdated": stamp(session.updated),
        "validUntil": stamp(session.valid_until),
        "invoiceCount": len(session.documents),
        "successfulInvoiceCount": len(session.accepted(now)),
        "failedInvoiceCount": len(session.failed(now)),
    }
    if status.code == 200:
        url, end = downloads.link(request, downloads.session_upo_path(session.reference), now)
        answer["upo"] = {
            "pages": [
                {
                    "referenceNumber": _upo_reference(session, now),
                    "downloadUrl": url,
                    "downloadUrlExpirationDate": end,
                }
            ]
        }
    return web.json_response(answer)


@operation("GET", "/sessions/{session}/upo/{upo}")
async def session_upo(request: web.Request) -> web.Response:
    """The UPO of a whole session."""
    world = request.app[WORLD]
    session = find_session(request, permitted(request, *READ))
    now = world.clock.now()
    reference = request.match_info["upo"]
    if session.status(now).code != 200 or reference != _upo_reference(session, now):
        raise BadRequest(
            21178,
            "Nie znaleziono UPO dla podanych kryteriów.",
            [
                f"UPO o numerze referencyjnym {reference} dla sesji {session.reference} nie "
                "zostało znalezione."
            ],
        )
    return downloads.xml_answer(upo.of_session(session, session.accepted(now), world.seal))


@operation("GET", "/sessions")
async def list_sessions(request: web.Request) -> web.Response:
    """List the sessions of the context, the newest first."""
    world = request.app[WORLD]
    login = permitted(request, *READ)
    kind = request.query.get("sessionType")
    if kind not in ("Online", "Batch"):
        raise invalid_input("sessionType musi być Online albo Batch.")
    size, start = page_size(request, 1000), page_start(request)
    now = world.clock.now()
    world.archive.settle(now)
    found = [
        session
        for session in world.archive.sessions.values()
        if kind == "Online" and _visible(session, login) and _wanted(session, request, now)
    ]
    found.sort(key=lambda session: session.created, reverse=True)
    answer: dict[str, Any] = {
        "sessions": [_list_item(session, now) for session in found[start : start + size]]
    }
    if token := continuation(start, size, len(found)):
        answer["continuationToken"] = token
    return web.json_response(answer)


def find_session(request: web.Request, login: Login) -> Session:
    """The session that the path names, with everything judged that is due.

    :raises BadRequest: 21173 when the context has no such session.
    :raises Forbidden: when somebody else opened it and the caller may see only its own.
    """
    world = request.app[WORLD]
    world.archive.settle(world.clock.now())
    reference = request.match_info["session"]
    if len(reference) != 36:
        raise invalid_input("Numer referencyjny musi mieć 36 znaków.")
    session = world.archive.sessions.get(reference)
    if session is None or session.context != login.context:
        raise BadRequest(
            21173,
            "Brak sesji o wskazanym numerze referencyjnym.",
            [f"Sesja o numerze referencyjnym {reference} nie została odnaleziona."],
        )
    if not _visible(session, login):
        raise Forbidden("Brak dostępu do wskazanego zasobu.", "insufficient-resource-access")
    return session


def _visible(session: Session, login: Login) -> bool:
    if session.context != login.context:
        return False
    return session.holder == login.holder or bool(login.permissions & READ_ALL)


def _form_code(part: Body) -> dict[str, str]:
    names = ("systemCode", "schemaVersion", "value")
    form_code = {name: part.text(name) for name in names}
    if form_code["systemCode"] in OTHER_FORMS:
        raise NotSupported(f"The simulator takes FA (3) only, not {form_code['systemCode']}.")
    if form_code != FA3:
        raise invalid_input("Wskazany kod formularza nie jest wspierany.")
    return form_code


def _demand_open(session: Session, now: datetime, what: str) -> None:
    code = session.status(now).code
    if code != 100:
        raise BadRequest(
            21180,
            "Status sesji nie pozwala na wykonanie operacji.",
            [f"Status sesji {code} {what}."],
        )


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


def _demand_correctable(world: World, document: Document, now: datetime) -> None:
    """A technical correction may replace a refused offline invoice, once.

    KSeF's description leaves open what it says of a hash that it never saw; here that is an
    error of the input.
    """
    wanted = document.corrected_hash
    if wanted is None:
        return
    if not document.offline_declared:
        raise invalid_input("Korekta techniczna wymaga offlineMode.")
    if world.archive.correction_of(wanted) is not None:
        raise BadRequest(
            21166,
            "Korekta techniczna niedostępna.",
            ["Faktura posiada już przetworzoną prawidłowo korektę techniczną."],
        )
    originals = [d for d in world.archive.with_hash(wanted) if d.context == document.context]
    if not originals:
        raise invalid_input("Faktura o wskazanym skrócie nie została odnaleziona.")
    for original in originals:
        refused = now >= original.decided_at and not original.accepted
        permission = original.verdict is not None and original.verdict.code == 410
        if not refused or permission or not original.offline_declared:
            raise BadRequest(
                21167,
                "Status faktury nie pozwala na korektę techniczną.",
                ["Nie można wysłać korekty technicznej do prawidłowo przetworzonej faktury."],
            )


def _upo_reference(session: Session, now: datetime) -> str:
    if session.upo_reference is None:
        session.upo_reference = reference_number("EU", warsaw_day(now))
    return session.upo_reference


def _wanted(session: Session, request: web.Request, now: datetime) -> bool:
    query = request.query
    moments = {
        "dateCreated": session.created,
        "dateClosed": session.end(now),
        "dateModified": session.updated,
    }
    for name, moment in moments.items():
        after, before = (
            api.moment(query[end]) if query.get(end) else None
            for end in (f"{name}From", f"{name}To")
        )
        if (after or before) and moment is None:
            return False
        if (after and moment < after) or (before and moment > before):  # type: ignore[operator]
            return False
    if query.get("referenceNumber", session.reference) != session.reference:
        return False
    statuses = query.getall("statuses", [])
    return not statuses or KINDS_OF_STATUS.get(session.status(now).code, "Failed") in statuses


def _list_item(session: Session, now: datetime) -> dict[str, Any]:
    return {
        "referenceNumber": session.reference,
        "status": session.status(now).describe(),
        "dateCreated": stamp(session.created),
        "dateUpdated": stamp(session.updated),
        "validUntil": stamp(session.valid_until),
        "totalInvoiceCount": len(session.documents),
        "successfulInvoiceCount": len(session.accepted(now)),
        "failedInvoiceCount": len(session.failed(now)),
    }
