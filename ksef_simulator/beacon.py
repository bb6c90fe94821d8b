"""Latarnia: the status beacon, open to everybody, no login."""

from __future__ import annotations

from aiohttp import web

from .world import WORLD

routes = web.RouteTableDef()


@routes.get("/status")
async def status(request: web.Request) -> web.Response:
    """What is the matter with KSeF right now."""
    lighthouse = request.app[WORLD].lighthouse
    answer: dict[str, object] = {"status": lighthouse.status}
    if lighthouse.messages:
        answer["messages"] = lighthouse.messages
    return web.json_response(answer)


@routes.get("/messages")
async def messages(request: web.Request) -> web.Response:
    """Every message that has been published."""
    return web.json_response(request.app[WORLD].lighthouse.messages)
