"""Batch sessions: ``/sessions/batch``, and the storage that takes their parts.

A session takes 20 minutes for each of its parts. Its package is opened when it is closed; an
invoice's day of receipt is that of the opening of the session.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from . import downloads, session_keys
from .api import Body, operation, permitted
from .archive import Archive
from .checks import Rejected
from .ciphers import BLOCK_BYTES, sha256
from .clock import Instant, warsaw_day
from .documents import STORING, Document, Package, Part, Session
from .errors import BadRequest, invalid_input
from .exchange import PROCESS_STATUS, planned_status
from .numbers import reference_number
from .packages import COMPRESSIONS, Refused, unpack
from .sessions import demand_open, find_session, sent_form, wants_nips_checked
from .statuses import Status
from .world import WORLD, World

WRITE = ("InvoiceWrite", "EnforcementOperations")
TIME_FOR_EACH_PART = timedelta(minutes=20)
MOST_PARTS = 50
LARGEST_PART = 100_000_000 + BLOCK_BYTES
LARGEST_PACKAGE = 5_000_000_000
LONGEST_FILE_NAME = 128
PATIENCE = 2
HEADERS = ("x-ms-blob-type", "x-ms-meta-part")
routes = web.RouteTableDef()
_log = logging.getLogger(__name__)
_running: set[asyncio.Task[None]] = set()
_SECRET = secrets.token_bytes(32)


@operation("POST", "/sessions/batch")
async def open_session(request: web.Request) -> web.Response:
    """Open a batch session; the answer says where each part is to be sent."""
    world = request.app[WORLD]
    login = permitted(request, *WRITE)
    body = await Body.of(request)
    form_code = sent_form(body.part("formCode"))
    package = _package(body.part("batchFile"))
    session_key = session_keys.read(request, body.part("encryption"))
    now = world.clock.now()
    time = TIME_FOR_EACH_PART * len(package.parts)
    session = Session(
        reference=reference_number("SB", warsaw_day(now)),
        context=login.context,
        holder=login.holder,
        login_hash=login.document_hash,
        token_reference=login.token_reference,
        created=now,
        updated=now,
        valid_until=now + time,
        key=session_key.key,
        iv=session_key.iv,
        form_code=form_code,
        check_nips=wants_nips_checked(request),
        forced=planned_status(request, Status.of_batch),
        package=package,
        offline=body.flag("offlineMode"),
    )
    world.archive.sessions[session.reference] = session
    uploads = [_upload(request, session, part, now, time) for part in package.parts]
    return web.json_response(
        {"referenceNumber": session.reference, "partUploadRequests": uploads}, status=201
    )


@operation("POST", "/sessions/batch/{session}/close")
async def close_session(request: web.Request) -> web.Response:
    """Close a batch session and begin to process its package."""
    world = request.app[WORLD]
    session = find_session(request, permitted(request, *WRITE), "Batch")
    package = session.package
    assert package is not None
    now = world.clock.now()
    if session.closed_at is None and now >= session.valid_until:
        raise BadRequest(
            21208,
            "Czas oczekiwania na requesty upload lub finish został przekroczony.",
            ["Sesja anulowana, przekroczony czas wysyłki."],
        )
    demand_open(session, now, "uniemożliwia jej zamknięcie")
    _demand_parts(package)
    session.closed_at = session.updated = now
    session.processed_at = now + world.delays.processing
    await _process(request, session, package)
    return web.Response(status=204)


@routes.put("/storage/00/{session}/batch-parts/{ordinal:\\d+}")
async def upload_part(request: web.Request) -> web.Response:
    """Take one part, in the way that the session's opening told."""
    if "Authorization" in request.headers:
        raise web.HTTPUnauthorized(
            text=downloads.problem("InvalidAuthenticationInfo"), content_type=downloads.XML
        )
    world = downloads.admitted(request)
    session = world.archive.sessions.get(request.match_info["session"].upper())
    ordinal = int(request.match_info["ordinal"])
    if session is None or session.package is None or ordinal > len(session.package.parts):
        raise web.HTTPNotFound(text=downloads.problem("NotFound"), content_type=downloads.XML)
    if session.closed_at is not None:
        raise web.HTTPForbidden(
            text=downloads.problem("AuthorizationFailure"), content_type=downloads.XML
        )
    wanted = _upload_headers(session, ordinal)
    if any(request.headers.get(name) != value for name, value in wanted.items()):
        raise web.HTTPBadRequest(
            text=downloads.problem("MissingRequiredHeader"), content_type=downloads.XML
        )
    session.package.parts[ordinal - 1].content = await request.read()
    session.updated = world.clock.now()
    return web.Response(status=201)


def _package(part: Body) -> Package:
    part.octets("fileHash", 32)
    size = part.number("fileSize")
    if size > LARGEST_PACKAGE:
        raise invalid_input("Pole batchFile.fileSize przekracza dozwoloną wartość.")
    compression = "Zip"
    if part.has("compressionType"):
        compression = part.choice("compressionType", COMPRESSIONS)
    announced = part.objects("fileParts")
    if not announced:
        raise invalid_input("Pole batchFile.fileParts nie może być puste.")
    if len(announced) > MOST_PARTS:
        raise BadRequest(
            21161,
            "Przekroczono dozwoloną liczbę części pakietu.",
            [f"Paczka może mieć najwyżej {MOST_PARTS} części."],
        )
    parts = sorted((_part(one) for one in announced), key=lambda one: one.ordinal)
    if [one.ordinal for one in parts] != list(range(1, len(parts) + 1)):
        raise invalid_input("Części paczki muszą być ponumerowane kolejno od 1.")
    return Package(size, part.text("fileHash"), compression, parts)


def _part(announced: Body) -> Part:
    announced.octets("fileHash", 32)
    part = Part(
        announced.number("ordinalNumber"),
        announced.number("fileSize"),
        announced.text("fileHash"),
    )
    if part.size > LARGEST_PART:
        raise _wrong_size(f"Część '{part.ordinal}' przekracza dozwolony rozmiar.")
    return part


def _wrong_size(detail: str) -> BadRequest:
    return BadRequest(21157, "Nieprawidłowy rozmiar części pakietu.", [detail])


def _upload(
    request: web.Request, session: Session, part: Part, now: datetime, time: timedelta
) -> dict[str, Any]:
    path = f"/storage/00/{session.reference.lower()}/batch-parts/{part.ordinal}"
    url, _ = downloads.link(request, path, now, time)
    return {
        "ordinalNumber": part.ordinal,
        "method": "PUT",
        "url": url,
        "headers": _upload_headers(session, part.ordinal),
    }


def _upload_headers(session: Session, ordinal: int) -> dict[str, str]:
    """What must go with a part: the storage's own header, and one that nobody can guess."""
    text = f"{session.reference}/{ordinal}".encode()
    return dict(
        zip(HEADERS, ("BlockBlob", hmac.digest(_SECRET, text, "sha256").hex()), strict=True)
    )


def _demand_parts(package: Package) -> None:
    for part in package.parts:
        if part.content is None:
            raise BadRequest(
                21205,
                "Pakiet nie może być pusty.",
                [f"Nie przesłano zadeklarowanej '{part.ordinal}' części pliku."],
            )
        if len(part.content) != part.size:
            raise _wrong_size(
                f"Zadeklarowany rozmiar części '{part.ordinal}' nie zgadza się z rzeczywistym."
            )


async def _process(request: web.Request, session: Session, package: Package) -> None:
    """Open the package in another thread; a small one is done before the answer leaves."""
    fault = request.get(PROCESS_STATUS)
    forced = planned_status(request, Status.of_invoice)
    ordinals = fault.options.get("ordinals") if fault is not None else None
    work = _open_package(request.app[WORLD], session, package, forced, ordinals)
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    await asyncio.wait([task], timeout=PATIENCE)


async def _open_package(
    world: World,
    session: Session,
    package: Package,
    forced: Status | None,
    ordinals: Collection[int] | None,
) -> None:
    archive = world.archive
    try:
        documents = await asyncio.to_thread(
            _documents, archive, session, package, world.batch_invoices
        )
    except Refused as refused:
        package.refusal = refused.status
    except Exception:  # noqa: BLE001 - a failure of the simulator itself must not look like KSeF's
        _log.exception("The simulator failed at the package of %s", session.reference)
        package.refusal = Status.of_batch(500)
    else:
        # Not in the past: what is below the high water mark by now must not change any more.
        assert session.processed_at is not None
        session.processed_at = max(session.processed_at, world.clock.now())
        stored = Instant(session.processed_at + STORING + world.delays.storing)
        for document in documents if session.forced is None else ():
            if ordinals is None or document.ordinal in ordinals:
                document.forced = forced
            document.decided_at = session.processed_at
            document.stored_at, document.stored_tick = stored.later(document.ordinal)
            archive.add(document, session)
    package.examined = True
    for part in package.parts:
        part.content = None


def _documents(archive: Archive, session: Session, package: Package, most: int) -> list[Document]:
    assert session.key is not None and session.processed_at is not None
    return [
        _document(archive, session, session.processed_at, ordinal, name, xml)
        for ordinal, (name, xml) in enumerate(unpack(package, session.key, session.iv, most), 1)
    ]


def _document(
    archive: Archive, session: Session, decided_at: datetime, ordinal: int, name: str, xml: bytes
) -> Document:
    document = Document(
        reference=reference_number("EE", warsaw_day(decided_at)),
        session_reference=session.reference,
        context=session.context,
        ordinal=ordinal,
        invoice_hash=sha256(xml),
        size=len(xml),
        encrypted=b"",
        received=session.created,
        decided_at=decided_at,
        stored_at=decided_at + STORING,
        offline_declared=session.offline,
        file_name=name[:LONGEST_FILE_NAME],
        xml=xml,
    )
    try:
        document.facts = archive.read(xml)
    except Rejected as rejected:
        document.refusal = rejected.status
    return document
