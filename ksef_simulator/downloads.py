"""Download links that need no login: signed, and good for three days."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from aiohttp import web

from . import upo
from .ciphers import sha256
from .clock import stamp
from .world import WORLD, World

LIFETIME = timedelta(days=3)
XML = "application/xml"
routes = web.RouteTableDef()
_SECRET = secrets.token_bytes(32)


def link(
    request: web.Request, path: str, now: datetime, lifetime: timedelta = LIFETIME
) -> tuple[str, str]:
    """A link to ``path`` on the host that the client speaks to, and when it ends."""
    end = now + lifetime
    ends = int(end.timestamp())
    url = request.url.origin().with_path(path).with_query({"se": ends, "sig": _sign(path, ends)})
    return str(url), stamp(end)


def invoice_upo_path(session: str, number: str) -> str:
    """Where the UPO of an invoice can be fetched."""
    return f"/storage/01/{session.lower()}/invoice-upo/upo_{number}.xml"


def session_upo_path(session: str, page: int) -> str:
    """Where a page of the UPO of a session can be fetched."""
    return f"/storage/01/{session.lower()}/session-upo/upo_{page:02}.xml"


def xml_answer(content: bytes) -> web.Response:
    """An XML file with its SHA-256 in a header."""
    return web.Response(body=content, content_type=XML, headers={"x-ms-meta-hash": sha256(content)})


@routes.get("/storage/01/{session}/invoice-upo/upo_{number}.xml")
async def invoice_upo(request: web.Request) -> web.Response:
    """The UPO of one invoice."""
    world = admitted(request)
    document = world.archive.accepted.get(request.match_info["number"])
    session = world.archive.sessions.get(request.match_info["session"].upper())
    if document is None or session is None or document.session_reference != session.reference:
        raise web.HTTPNotFound
    return xml_answer(upo.of_invoice(session, document, world.seal))


@routes.get("/storage/01/{session}/session-upo/upo_{page:\\d+}.xml")
async def session_upo(request: web.Request) -> web.Response:
    """One page of the UPO of a session."""
    world = admitted(request)
    session = world.archive.sessions.get(request.match_info["session"].upper())
    page = int(request.match_info["page"])
    if session is None or page >= len(session.upo_pages):
        raise web.HTTPNotFound
    return xml_answer(upo.of_page(session, session.upo_pages[page], world.seal))


def admitted(request: web.Request) -> World:
    """The world, for a request whose link is genuine and not over.

    The storage knows no bearer tokens: a request that brings one is turned down.
    """
    world = request.app[WORLD]
    ends = request.query.get("se", "")
    genuine = ends.isdecimal() and hmac.compare_digest(
        _sign(request.path, int(ends)), request.query.get("sig", "")
    )
    if not genuine or int(ends) <= world.clock.now().timestamp():
        raise web.HTTPForbidden(text=problem("AuthenticationFailed"), content_type=XML)
    if "Authorization" in request.headers:
        raise web.HTTPBadRequest(text=problem("InvalidAuthenticationInfo"), content_type=XML)
    return world


def problem(code: str) -> str:
    """The body with which the storage says no."""
    return f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'


def _sign(path: str, ends: int) -> str:
    return hmac.new(_SECRET, f"{path}?{ends}".encode(), hashlib.sha256).hexdigest()
