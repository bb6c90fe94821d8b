"""The consent without which nobody may send invoices with attachments."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from aiohttp import web

from .api import Body, operation, permitted
from .clock import WARSAW, stamp
from .errors import invalid_input
from .numbers import is_nip
from .world import WORLD


@operation("GET", "/permissions/attachments/status")
async def status(request: web.Request) -> web.Response:
    """Whether the context's invoices may have attachments."""
    world = request.app[WORLD]
    login = permitted(request, "CredentialsManage", "CredentialsRead")
    consent = world.archive.attachments.get(login.context.nip)
    given = consent is not None and consent.given(world.clock.now())
    answer: dict[str, Any] = {"isAttachmentAllowed": given}
    if consent is not None and consent.ends is not None:
        answer["revokedDate"] = stamp(consent.ends)
    return web.json_response(answer)


@operation("POST", "/testdata/attachment")
async def give(request: web.Request) -> web.Response:
    """Declare that a taxpayer's invoices may have attachments."""
    request.app[WORLD].archive.consent(_nip(await Body.of(request)))
    return web.Response()


@operation("POST", "/testdata/attachment/revoke")
async def withdraw(request: web.Request) -> web.Response:
    """End the declaration, now or on a day."""
    world = request.app[WORLD]
    body = await Body.of(request)
    ends = world.clock.now()
    if body.has("expectedEndDate"):
        try:
            day = date.fromisoformat(body.text("expectedEndDate"))
        except ValueError as error:
            raise invalid_input("Pole expectedEndDate nie jest datą.") from error
        ends = datetime.combine(day, time(), WARSAW)
    world.archive.consent(_nip(body), ends)
    return web.Response()


def _nip(body: Body) -> str:
    nip = body.text("nip")
    if not is_nip(nip):
        raise invalid_input(f"{nip} nie jest numerem NIP.")
    return nip
