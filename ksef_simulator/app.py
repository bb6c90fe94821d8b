"""The web application: middlewares and routes put together."""

from __future__ import annotations

from aiohttp import web

from . import beacon, control
from .recording import Recorder
from .world import WORLD, World

RECORDER = web.AppKey("recorder", Recorder)


def build(world: World, recorder: Recorder) -> web.Application:
    """The application that serves ``world``."""
    app = web.Application()
    app[WORLD] = world
    app[RECORDER] = recorder
    for part in (beacon, control):
        app.add_routes(part.routes)
    return app
