"""Latarnia: the status beacon, open to everybody, no login."""

from __future__ import annotations

from aiohttp import web

from .world import WORLD

routes = web.RouteTableDef()


@routes.get("/status")
async def status(request: web.Request) -> web.Response:
    """What is the matter with KSeF right now."""
    world = request.app[WORLD]
    now = world.clock.now()
    answer: dict[str, object] = {"status": world.lighthouse.status(now)}
    if reasons := world.lighthouse.reasons(now):
        answer["messages"] = reasons
    return web.json_response(answer)


@routes.get("/messages")
async def messages(request: web.Request) -> web.Response:
    """Every message that has been published."""
    world = request.app[WORLD]
    return web.json_response(world.lighthouse.messages(world.clock.now()))
