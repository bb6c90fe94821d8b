"""KSeF's own public keys: ``/security``."""

from __future__ import annotations

import base64

from aiohttp import web

from .api import operation
from .clock import stamp
from .world import WORLD


@operation("GET", "/security/public-key-certificates")
async def public_keys(request: web.Request) -> web.Response:
    """The certificates of the keys that clients encrypt for."""
    return web.json_response(
        [
            {
                "certificate": base64.b64encode(key.certificate_der).decode("ascii"),
                "certificateId": key.certificate_id,
                "publicKeyId": key.public_key_id,
                "validFrom": stamp(key.valid_from),
                "validTo": stamp(key.valid_to),
                "usage": [key.usage],
            }
            for key in request.app[WORLD].keys
        ]
    )
