"""The control plane's part for trouble: outages, and what the status beacon says of them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from . import clock
from .clock import stamp
from .control import PREFIX
from .world import WORLD, World

routes = web.RouteTableDef()


@routes.post(f"{PREFIX}/outage")
async def switch_outage(request: web.Request) -> web.Response:
    """Make KSeF unreachable: ``on`` true, or ``seconds`` (by the simulator's clock), and if wanted
    ``parts`` (api, beacon, pages; the API if nothing is said); reachable again by ``off`` true or
    ``on`` false."""
    world = request.app[WORLD]
    body = await request.json()
    seconds = body.get("seconds")
    if body.get("off") or body.get("on") is False:
        world.outage.end()
    elif body.get("on") or seconds is not None:
        chosen = None if seconds is None else float(seconds)
        world.outage.begin(world.clock.now(), chosen, body.get("parts"))
    else:
        raise ValueError("Say 'on', 'off' or 'seconds'.")
    return _outage(world)


@routes.get(f"{PREFIX}/outage")
async def tell_outage(request: web.Request) -> web.Response:
    """Whether KSeF is unreachable."""
    return _outage(request.app[WORLD])


def _outage(world: World) -> web.Response:
    outage, now = world.outage, world.clock.now()
    on = outage.until is not None and now < outage.until
    return web.json_response(
        {
            "on": on,
            "parts": outage.parts if on else [],
            "until": stamp(outage.until) if on and outage.until else None,
        }
    )


@routes.post(f"{PREFIX}/lighthouse")
async def set_lighthouse(request: web.Request) -> web.Response:
    """Set what the beacon says: ``status`` and ``messages``."""
    world = request.app[WORLD]
    body = await request.json()
    world.lighthouse.set(body["status"], body.get("messages", []))
    return web.json_response({})


@routes.post(f"{PREFIX}/lighthouse/events")
async def announce(request: web.Request) -> web.Response:
    """Publish a message; the beacon's status follows from the messages, by the clock.

    ``category`` (MAINTENANCE, FAILURE, TOTAL_FAILURE), ``type``, ``event`` (the number of a known
    event), ``id`` (of the message that this one replaces by a new version), ``start``, ``end`` and
    ``published`` (ISO with an offset), ``title``, ``text``; ``all_versions`` true lists replaced
    versions as well. What is missing is filled in.
    """
    world = request.app[WORLD]
    body: dict[str, Any] = await request.json()
    world.lighthouse.keep_versions = bool(body.pop("all_versions", world.lighthouse.keep_versions))
    for name in ("start", "end", "published"):
        if body.get(name):
            body[name] = clock.read(body[name])
    message = world.lighthouse.announce(body, world.clock.now())
    return web.json_response(message.describe())


@routes.post(f"{PREFIX}/attachments")
async def consent(request: web.Request) -> web.Response:
    """Let the invoices of ``nip`` have attachments, or not (``allowed``), and if wanted only
    until ``ends`` (ISO with an offset)."""
    world = request.app[WORLD]
    body = await request.json()
    if body.get("allowed", True):
        ends = clock.read(body["ends"]) if body.get("ends") else None
        world.archive.consent(body["nip"], ends)
    else:
        world.archive.attachments.pop(body["nip"], None)
    return web.json_response({})
