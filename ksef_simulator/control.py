"""The control plane: what tests and demos may do that nobody can do to the real KSeF."""

from __future__ import annotations

from aiohttp import web

from .world import WORLD

routes = web.RouteTableDef()


@routes.post("/_control/reset")
async def reset(request: web.Request) -> web.Response:
    """Forget everything."""
    request.app[WORLD].reset()
    return web.json_response({})
