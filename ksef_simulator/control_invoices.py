"""The control plane's part for invoices: what KSeF holds, and putting more in."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .checks import Rejected
from .clock import stamp
from .control import PREFIX
from .documents import Document
from .world import WORLD, World

routes = web.RouteTableDef()


@routes.post(f"{PREFIX}/invoices")
async def plant_invoice(request: web.Request) -> web.Response:
    """Put an invoice (XML in the body) in as if its seller had sent it."""
    world = request.app[WORLD]
    try:
        document = world.archive.plant(await request.read(), world.clock.now())
    except Rejected as rejected:
        return web.json_response(
            {"error": "KSeF would refuse it.", "status": rejected.status.describe()}, status=400
        )
    return web.json_response(_invoice(world, document))


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
    }
