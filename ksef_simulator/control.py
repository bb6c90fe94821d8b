"""The control plane: what tests and demos may do that nobody can do to the real KSeF.

Here: ``reset``, ``faults``, ``clock``, ``limits``, ``processing``. Elsewhere:

=========================  ===============================================================
control_credentials        ``certificates``, ``tokens``, ``revoke``, ``permissions``,
                           ``quotas``, ``authorizations``
control_invoices           ``invoices``, ``documents``, ``plant``
control_trouble            ``outage``, ``lighthouse``, ``lighthouse/events``, ``attachments``
=========================  ===============================================================

All take and give JSON below ``/_control/``; each handler says which.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web

from .clock import stamp
from .exchange import apply_at_once
from .faults import Fault
from .world import WORLD, World

PREFIX = "/_control"
# Names of the control plane for the delays, in seconds.
DELAYS = {
    "seconds": "processing",
    "storage_seconds": "storing",
    "login_seconds": "login",
    "enrollment_seconds": "enrollment",
    "revocation_seconds": "revocation",
    "token_seconds": "token",
    "hwm_seconds": "hwm",
    "export_seconds": "export",
    "package_seconds": "package",
    "link_seconds": "link",
}
AMOUNTS = (
    "session_invoices",
    "batch_invoices",
    "upo_page_size",
    "query_records",
    "export_invoices",
    "export_part_bytes",
    "exports_at_once",
)
routes = web.RouteTableDef()


@web.middleware
async def explained(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer 400 with a sentence where a control call makes no sense."""
    if not request.path.startswith(PREFIX):
        return await handler(request)
    try:
        return await handler(request)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


@routes.post(f"{PREFIX}/reset")
async def reset(request: web.Request) -> web.Response:
    """Forget everything."""
    request.app[WORLD].reset()
    return web.json_response({})


@routes.post(f"{PREFIX}/faults")
async def plan_faults(request: web.Request) -> web.Response:
    """Plan faults; those that change the world and match nothing happen at once."""
    world = request.app[WORLD]
    for planned in await request.json():
        if planned.get("match") is None and planned.get("kind") in ("rotate_keys", "expire_tokens"):
            await apply_at_once(world, planned["kind"], planned)
        else:
            world.faults.planned.append(Fault.read(planned))
    return _faults(world)


@routes.get(f"{PREFIX}/faults")
async def list_faults(request: web.Request) -> web.Response:
    """The faults that are still to come."""
    return _faults(request.app[WORLD])


@routes.delete(f"{PREFIX}/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Forget the faults that are still to come."""
    world = request.app[WORLD]
    world.faults.planned.clear()
    return _faults(world)


def _faults(world: World) -> web.Response:
    return web.json_response([fault.describe() for fault in world.faults.planned])


@routes.post(f"{PREFIX}/clock")
async def move_clock(request: web.Request) -> web.Response:
    """Set the clock: ``offset_seconds`` ahead of the real time."""
    world = request.app[WORLD]
    body = await request.json()
    world.clock.offset = timedelta(seconds=float(body["offset_seconds"]))
    return web.json_response({"now": stamp(world.clock.now())})


@routes.post(f"{PREFIX}/limits")
async def limits(request: web.Request) -> web.Response:
    """Turn the limits on or off: ``enforce``, and ``overrides`` by group and window."""
    world = request.app[WORLD]
    body = await request.json()
    world.limits.override(body.get("overrides") or {})
    world.limits.enforce = bool(body.get("enforce", True))
    return web.json_response(world.limits.values)


@routes.post(f"{PREFIX}/processing")
async def processing(request: web.Request) -> web.Response:
    """Set how long things take: ``seconds`` until an invoice's verdict, ``storage_seconds`` from
    then until it can be fetched, ``login_seconds`` until a login's verdict,
    ``enrollment_seconds`` until a certificate is issued, ``revocation_seconds`` until a blocked
    one is revoked, ``token_seconds`` until a new KSeF token works, ``export_seconds`` until a
    package is ready, ``package_seconds`` until it expires, ``link_seconds`` until a link to it
    does; ``hwm_seconds`` how far the high water mark lies behind. And how much:
    ``session_invoices`` an interactive session takes, ``batch_invoices`` a batch session,
    ``upo_page_size`` a page of a session's UPO, ``query_records`` a query, ``export_invoices`` and
    ``export_part_bytes`` an export's package and its parts, ``exports_at_once``."""
    world = request.app[WORLD]
    body = await request.json()
    for name, delay in DELAYS.items():
        if name in body:
            setattr(world.delays, delay, timedelta(seconds=float(body[name])))
    for name in AMOUNTS:
        if name in body:
            setattr(world, name, int(body[name]))
    return web.json_response({})
