"""Finding out what there is: ``/invoices/query/metadata``."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from . import metadata, queries
from .api import Body, operation, permitted, query_number
from .clock import Instant, stamp
from .errors import BadRequest, invalid_input
from .world import WORLD

ORDERS = ("Asc", "Desc")
LARGEST_PAGE = 250
OUT_OF_RANGE = (
    "Parametr dateRange.from jest późniejszy niż PermanentStorageHwmDate przy włączonym "
    "restrictToPermanentStorageHwmDate."
)


@operation("POST", "/invoices/query/metadata")
async def query_metadata(request: web.Request) -> web.Response:
    """One page of what the lists say of the invoices that fit."""
    world = request.app[WORLD]
    login = permitted(request, "InvoiceRead")
    body = await Body.of(request)
    size = query_number(request, "pageSize", 10, 10, LARGEST_PAGE)
    page = query_number(request, "pageOffset", 0, 0, 10**6)
    order = request.query.get("sortOrder", "Asc")
    if order not in ORDERS:
        raise invalid_input(f"sortOrder musi być jednym z {', '.join(ORDERS)}.")
    world.archive.settle(world.clock.now())
    now = Instant(world.clock.now())
    # All pages of one query show the same state of things: that of the first one.
    key = (login.reference, order, size, json.dumps(await request.json(), sort_keys=True))
    if page == 0 or key not in world.query_moments:
        world.query_moments[key] = now
    now = world.query_moments[key]
    query = queries.read(body, login.context, now)
    mark = world.high_water_mark(now)
    if query.beyond(mark):
        raise BadRequest(
            21183, "Zakres filtrowania wykracza poza dostępny zakres danych.", [OUT_OF_RANGE]
        )
    found = query.find(world, now, mark)
    if order == "Desc":
        found.reverse()
    most = world.query_records
    end = min((page + 1) * size, most)
    truncated = len(found) > most and (page + 1) * size >= most
    hwm = query.high_water_mark(mark)
    answer: dict[str, Any] = {
        "hasMore": truncated or end < min(len(found), most),
        "isTruncated": truncated,
        "permanentStorageHwmDate": stamp(*hwm) if hwm is not None else None,
        "invoices": [metadata.describe(document) for document in found[page * size : end]],
    }
    return web.json_response(answer)
