"""The control plane's part for invoices: what KSeF holds, and putting more in."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from . import clock
from .checks import Rejected
from .clock import Instant, stamp
from .control import PREFIX
from .documents import Document
from .forms import FA3, FORMS
from .planting import Seed, plant
from .world import WORLD, World

routes = web.RouteTableDef()


@routes.post(f"{PREFIX}/invoices")
async def plant_invoice(request: web.Request) -> web.Response:
    """Put an invoice (XML in the body) in as if its seller had sent it."""
    seed = Seed(await request.read())
    return _planted(request, [seed], lambda told: told[0])


@routes.post(f"{PREFIX}/plant")
async def plant_documents(request: web.Request) -> web.Response:
    """Put documents in, a list of objects; answers with all of them.

    Each has ``xml`` (text) or ``content`` (base64), and if wanted: ``count`` (so many copies whose
    P_2 ends in a number), ``checked`` (whether KSeF's checks count; they do for FA (3) and cannot
    for another ``form``, a system code such as "FA (2)"), ``number``, or ``number_kind``
    (wrong_checksum, or old_form for 36 characters), ``offline``, ``received`` and ``stored`` (ISO
    with an offset, or ``stored_seconds`` from now), ``facts`` (seller_nip, seller_name, buyer_nip,
    buyer_name, number, issued, kind, gross, net, vat, currency: instead of what stands in the
    file), ``metadata`` (members of the API's InvoiceMetadata, such as a forged invoiceHash).
    """
    now = request.app[WORLD].clock.now()
    seeds = [_seed(told, now) for told in await request.json()]
    return _planted(request, seeds, list)


def _planted(
    request: web.Request,
    seeds: list[Seed],
    shape: Callable[[list[dict[str, Any]]], Any],
) -> web.Response:
    world = request.app[WORLD]
    now = world.clock.now()
    try:
        documents = [document for seed in seeds for document in plant(world.archive, seed, now)]
    except Rejected as rejected:
        return web.json_response(
            {"error": "KSeF would refuse it.", "status": rejected.status.describe()}, status=400
        )
    return web.json_response(shape([_invoice(world, document) for document in documents]))


def _seed(told: dict[str, Any], now: datetime) -> Seed:
    form = FORMS[told.get("form", FA3["systemCode"])]
    stored = clock.read_instant(told["stored"]) if told.get("stored") else None
    if told.get("stored_seconds") is not None:
        stored = Instant(now + timedelta(seconds=float(told["stored_seconds"])))
    return Seed(
        xml=base64.b64decode(told["content"]) if "content" in told else told["xml"].encode(),
        checked=bool(told.get("checked", form == FA3)),
        form=form,
        number=told.get("number"),
        number_kind=told.get("number_kind", "good"),
        offline=told.get("offline"),
        received=clock.read(told["received"]) if told.get("received") else None,
        stored=stored,
        facts=told.get("facts", {}),
        overrides=told.get("metadata", {}),
        count=int(told.get("count", 1)),
    )


@routes.get(f"{PREFIX}/invoices")
async def list_invoices(request: web.Request) -> web.Response:
    """Everything that has a KSeF number."""
    world = request.app[WORLD]
    world.archive.settle(world.clock.now())
    return web.json_response([_invoice(world, d) for d in world.archive.accepted.values()])


@routes.get(f"{PREFIX}/documents")
async def list_documents(request: web.Request) -> web.Response:
    """Everything that was ever sent, the refused included, in the order in which it came."""
    world = request.app[WORLD]
    now = world.clock.now()
    world.archive.settle(now)
    return web.json_response(
        [
            {**_invoice(world, document), "status": document.status(now).describe()}
            for document in world.archive.documents
        ]
    )


def _invoice(world: World, document: Document) -> dict[str, Any]:
    facts = document.facts
    return {
        "number": document.number,
        "hash": document.invoice_hash,
        "seller": facts.seller_nip if facts else None,
        "buyer": facts.buyer_identifier if facts else None,
        "invoice_number": facts.number if facts else None,
        "issued": facts.issued.isoformat() if facts else None,
        "kind": facts.kind if facts else None,
        "gross": facts.gross if facts else None,
        "currency": facts.currency if facts else None,
        "mode": document.mode,
        "offered": world.archive.times_offered(document),
        "session": document.session_reference,
        "reference": document.reference,
        "received": stamp(document.received),
        "stored": stamp(*document.stored),
        "form": document.form_code["systemCode"],
    }
