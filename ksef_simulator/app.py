"""The web application: middlewares and routes put together."""

from __future__ import annotations

from aiohttp import web

from . import (
    account,
    api,
    attachments,
    auth,
    auth_sessions,
    batch_sessions,
    beacon,
    certificates,
    control,
    control_credentials,
    control_invoices,
    control_trouble,
    downloads,
    exports,
    invoices,
    ksef_tokens,
    online_sessions,
    qr_pages,
    received,
    security,
    sessions,
)
from .exchange import exchange
from .recording import RECORDER, Recorder
from .world import WORLD, World

# Imported for the handlers that they register.
OPERATION_MODULES = (
    account,
    attachments,
    auth,
    auth_sessions,
    batch_sessions,
    certificates,
    exports,
    invoices,
    ksef_tokens,
    online_sessions,
    received,
    security,
    sessions,
)
ROUTES = (
    batch_sessions,
    beacon,
    control,
    control_credentials,
    control_invoices,
    control_trouble,
    downloads,
    exports,
    qr_pages,
)
LARGEST_BODY = 110_000_000


def build(world: World, recorder: Recorder) -> web.Application:
    """The application that serves ``world``."""
    app = web.Application(middlewares=[exchange, control.explained], client_max_size=LARGEST_BODY)
    app[WORLD] = world
    app[RECORDER] = recorder
    api.add_routes(app)
    for part in ROUTES:
        app.add_routes(part.routes)
    return app
