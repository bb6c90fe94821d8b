"""The web application: middlewares and routes put together."""

from __future__ import annotations

from aiohttp import web

from . import account, api, auth, beacon, control, downloads, invoices, qr_pages, security, sessions
from .exchange import exchange
from .recording import RECORDER, Recorder
from .world import WORLD, World

# Imported for the handlers that they register.
OPERATION_MODULES = (account, auth, security, sessions, invoices)
LARGEST_BODY = 20_000_000


def build(world: World, recorder: Recorder) -> web.Application:
    """The application that serves ``world``."""
    app = web.Application(middlewares=[exchange, control.explained], client_max_size=LARGEST_BODY)
    app[WORLD] = world
    app[RECORDER] = recorder
    api.add_routes(app)
    for part in (beacon, control, downloads, qr_pages):
        app.add_routes(part.routes)
    return app
