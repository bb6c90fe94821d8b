"""Exports of invoices in packages: ``/invoices/exports``, and the storage that hands them out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from . import downloads, hostile_packages, metadata, queries, session_keys
from .api import Body, operation, permitted
from .authority import Holder
from .clock import Instant, stamp, warsaw_day
from .documents import Document
from .errors import BadRequest, Gone, invalid_input
from .exchange import PACKAGE_FAULT, planned_status
from .export_packages import Draft, Packed, draft, pack
from .faults import Fault
from .logins import Context, Login
from .numbers import reference_number
from .packages import COMPRESSIONS
from .queries import Query
from .received import OUT_OF_RANGE
from .session_keys import SessionKey
from .statuses import Status
from .world import WORLD, World

CONTEXT_TYPES = ("Nip", "InternalId")
STATUS_LIFETIME = timedelta(days=7)
routes = web.RouteTableDef()


@dataclass
class Export:
    """One export, from its request to the end of its package."""

    reference: str
    context: Context
    holder: Holder
    key: SessionKey
    query: Query
    compression: str
    only_metadata: bool
    requested: datetime
    decided_at: datetime
    forced: Status | None = None
    fault: Fault | None = None
    documents: list[Document] = field(default_factory=list)
    found: int = 0
    packed: Packed | None = None
    building: asyncio.Lock = field(default_factory=asyncio.Lock)


@operation("POST", "/invoices/exports")
async def start_export(request: web.Request) -> web.Response:
    """Begin to look for invoices and to pack them."""
    world = request.app[WORLD]
    login = permitted(request, "InvoiceRead")
    body = await Body.of(request)
    now = world.clock.now()
    query = queries.read(body.part("filters"), login.context, Instant(now))
    compression = "Zip"
    if body.has("compressionType"):
        compression = body.choice("compressionType", COMPRESSIONS)
    key = session_keys.read(request, body.part("encryption"))
    if login.context.type not in CONTEXT_TYPES:
        raise BadRequest(
            21181,
            "Nieprawidłowe żądanie eksportu faktur.",
            [
                f"Nie można wyeksportować paczki faktur dla wybranego podmiotu ({query.subject}) "
                f"i zalogowanego identyfikatora kontekstu ({login.context.type})."
            ],
        )
    _demand_room(world, login, now)
    export = Export(
        reference=reference_number("EH", warsaw_day(now)),
        context=login.context,
        holder=login.holder,
        key=key,
        query=query,
        compression=compression,
        only_metadata=body.flag("onlyMetadata"),
        requested=now,
        decided_at=now + world.delays.export,
        forced=planned_status(request, Status.of_export),
        fault=request.get(PACKAGE_FAULT),
    )
    world.exports[export.reference] = export
    return web.json_response({"referenceNumber": export.reference}, status=201)


@operation("GET", "/invoices/exports/{reference}")
async def export_status(request: web.Request) -> web.Response:
    """How an export stands; once it is done, where its parts are."""
    world = request.app[WORLD]
    login = permitted(request, "InvoiceRead")
    reference = request.match_info["reference"]
    if len(reference) != 36:
        raise invalid_input("Numer referencyjny musi mieć 36 znaków.")
    export = world.exports.get(reference)
    if export is None or (export.context, export.holder) != (login.context, login.holder):
        raise BadRequest(21175, "Wynik zapytania o podanym identyfikatorze nie istnieje.")
    now = world.clock.now()
    if now > export.requested + STATUS_LIFETIME:
        raise Gone("Operacja wygasła i nie jest już dostępna.")
    status = _status(world, export, now)
    answer: dict[str, Any] = {"status": status.describe()}
    if status.code != 100:
        answer["completedDate"] = stamp(export.decided_at)
    if status.code in (200, 210):
        answer["packageExpirationDate"] = stamp(export.decided_at + world.delays.package)
    if status.code == 200:
        answer["package"] = await _package(request, export, now)
    return web.json_response(answer)


@routes.get("/storage/00/{reference}/invoice-part/{name}")
async def download_part(request: web.Request) -> web.Response:
    """One encrypted part of a package."""
    world = downloads.admitted(request)
    export = world.exports.get(request.match_info["reference"].upper())
    parts = export.packed.parts if export is not None and export.packed is not None else []
    for part in parts:
        if part.name == request.match_info["name"]:
            return web.Response(
                body=part.content,
                content_type="application/octet-stream",
                headers={"x-ms-meta-hash": part.hash},
            )
    raise web.HTTPNotFound(text=downloads.problem("BlobNotFound"), content_type=downloads.XML)


def _demand_room(world: World, login: Login, now: datetime) -> None:
    running = sum(
        export.context == login.context and now < export.decided_at
        for export in world.exports.values()
    )
    if running >= world.exports_at_once:
        raise BadRequest(
            21182,
            "Osiągnięto limit trwających eksportów.",
            [
                "Dla uwierzytelnionego podmiotu w bieżącym kontekście osiągnięto maksymalny limit "
                f"{world.exports_at_once} równoczesnych eksportów faktur. Spróbuj ponownie później."
            ],
        )


def _status(world: World, export: Export, now: datetime) -> Status:
    if now < export.decided_at:
        return Status.of_export(100)
    if export.forced is not None:
        return export.forced
    if export.key.key is None:
        return Status.of_export(415)
    if export.query.beyond(world.high_water_mark(Instant(export.decided_at))):
        return Status.of_export(420, OUT_OF_RANGE)
    return Status.of_export(210 if now >= export.decided_at + world.delays.package else 200)


async def _package(request: web.Request, export: Export, now: datetime) -> dict[str, Any]:
    world = request.app[WORLD]
    mark = world.high_water_mark(Instant(export.decided_at))
    async with export.building:
        if export.packed is None:
            await _build(world, export, mark)
    packed = export.packed
    assert packed is not None
    truncated = export.found > len(export.documents)
    hwm = export.query.high_water_mark(mark)
    package: dict[str, Any] = {
        "invoiceCount": len(export.documents),
        "size": packed.size,
        "parts": _parts(request, export, packed, now),
        "isTruncated": truncated,
        "permanentStorageHwmDate": stamp(*hwm) if hwm is not None else None,
        "compressionType": export.compression,
    }
    if truncated:
        package |= export.query.last(export.documents[-1])
    return package


async def _build(world: World, export: Export, mark: Instant) -> None:
    """Find the invoices as they were when the export was done, and pack them."""
    world.archive.settle(world.clock.now())
    found = export.query.find(world, Instant(export.decided_at), mark)
    export.found, export.documents = len(found), found[: world.export_invoices]
    if not export.documents:
        export.packed = Packed(0, [])
        return
    assert export.key.key is not None
    package = draft(
        export.reference,
        export.compression,
        export.key.key,
        export.key.iv,
        [(metadata.describe(document), document.xml or b"") for document in export.documents],
        export.only_metadata,
    )
    if export.fault is not None:
        _spoil(package, export.fault)
    export.packed = await asyncio.to_thread(pack, package, world.export_part_bytes)


def _spoil(package: Draft, fault: Fault) -> None:
    hostile_packages.WAYS[fault.options["how"]](package, fault.options)


def _parts(
    request: web.Request, export: Export, packed: Packed, now: datetime
) -> list[dict[str, Any]]:
    world = request.app[WORLD]
    left = export.decided_at + world.delays.package - now
    parts = []
    for number, part in enumerate(packed.parts, 1):
        path = f"/storage/00/{export.reference.lower()}/invoice-part/{part.name}"
        url, end = downloads.link(request, path, now, min(world.delays.link, left))
        parts.append(
            {
                "ordinalNumber": number,
                "partName": part.name,
                "method": "GET",
                "url": url,
                "partSize": part.plain_size,
                "partHash": part.plain_hash,
                "encryptedPartSize": len(part.content),
                "encryptedPartHash": part.hash,
                "expirationDate": end,
            }
        )
    return parts
