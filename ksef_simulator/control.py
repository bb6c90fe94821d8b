"""The control plane: what tests and demos may do that nobody can do to the real KSeF."""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from . import authority
from .checks import Rejected
from .clock import stamp, warsaw_day
from .documents import Document
from .exchange import apply_at_once
from .faults import Fault
from .logins import OWNER_PERMISSIONS, Context, KsefToken
from .numbers import reference_number
from .world import WORLD, World

PREFIX = "/_control"
PURPOSES = ("authentication", "offline")
CERTIFICATE_LIFETIME = timedelta(days=730)
routes = web.RouteTableDef()


@web.middleware
async def explained(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer 400 with a sentence where a control call makes no sense."""
    if not request.path.startswith(PREFIX):
        return await handler(request)
    try:
        return await handler(request)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


@routes.post(f"{PREFIX}/reset")
async def reset(request: web.Request) -> web.Response:
    """Forget everything."""
    request.app[WORLD].reset()
    return web.json_response({})


@routes.post(f"{PREFIX}/certificates")
async def certificates(request: web.Request) -> web.Response:
    """Issue a certificate with its key.

    ``nip``, ``purpose`` (authentication or offline), ``password``, ``algorithm`` (RSA or EC);
    and if wanted ``pesel`` (a person; ``nip`` is then where that person may work), ``person``
    (a person named by NIP), ``name``, ``valid_from`` and ``valid_to`` (ISO), ``self_signed``,
    ``revoked``, ``permissions`` (all if nothing is said) and ``contexts`` (NIPs in which they
    hold; only ``nip`` if nothing is said).
    """
    world = request.app[WORLD]
    body = await request.json()
    purpose = body.get("purpose", "authentication")
    if purpose not in PURPOSES:
        raise ValueError(f"A certificate is for {' or '.join(PURPOSES)}, not for {purpose!r}.")
    now = world.clock.now().replace(microsecond=0)
    start = _moment(body.get("valid_from")) or now - timedelta(hours=1)
    wanted = authority.Wanted(
        purpose=purpose,
        valid_from=start,
        valid_to=_moment(body.get("valid_to")) or start + CERTIFICATE_LIFETIME,
        nip=body.get("nip"),
        pesel=body.get("pesel"),
        name=body.get("name"),
        person=bool(body.get("person")),
        self_signed=bool(body.get("self_signed")),
    )
    key = await asyncio.to_thread(authority.new_key, body.get("algorithm", "EC").upper())
    certificate = world.authority.issue(key, wanted)
    _grant(world, certificate, wanted, body)
    return web.json_response(
        {
            "certificate": authority.pem(certificate),
            "key": await asyncio.to_thread(authority.encrypted_pem, key, body["password"]),
            "serial": authority.serial_text(certificate),
        }
    )


def _grant(world: World, certificate: Any, wanted: authority.Wanted, body: dict[str, Any]) -> None:
    fingerprint = authority.fingerprint(certificate)
    if body.get("revoked"):
        world.grants.revoked.add(fingerprint)
    given = body.get("permissions")
    permissions = OWNER_PERMISSIONS if given is None else frozenset(given)
    contexts = body.get("contexts") or ([wanted.nip] if wanted.nip else [])
    world.grants.by_fingerprint[fingerprint] = dict.fromkeys(contexts, permissions)
    world.certificates[authority.serial_text(certificate)] = certificate


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


@routes.post(f"{PREFIX}/tokens")
async def issue_token(request: web.Request) -> web.Response:
    """Issue a KSeF token: ``nip`` and ``permissions`` (all if nothing is said)."""
    world = request.app[WORLD]
    body = await request.json()
    nip, given = body["nip"], body.get("permissions")
    reference = reference_number("EC", warsaw_day(world.clock.now()))
    token = KsefToken(
        reference=reference,
        value=f"{reference}|nip-{nip}|{secrets.token_hex(32)}",
        context=Context("Nip", nip),
        permissions=OWNER_PERMISSIONS if given is None else frozenset(given),
        revoked=bool(body.get("revoked")),
    )
    world.ksef_tokens[token.value] = token
    return web.json_response({"token": token.value, "reference": token.reference})


@routes.post(f"{PREFIX}/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Revoke a certificate (``serial``) or a KSeF token (``token``) that was issued before."""
    world = request.app[WORLD]
    body = await request.json()
    if "serial" in body:
        certificate = world.certificates[body["serial"]]
        world.grants.revoked.add(authority.fingerprint(certificate))
    else:
        world.ksef_tokens[body["token"]].revoked = True
    return web.json_response({})


@routes.post(f"{PREFIX}/permissions")
async def set_permissions(request: web.Request) -> web.Response:
    """Set what a certificate (``serial``) may do at its next login: ``permissions`` in
    ``contexts`` (NIPs)."""
    world = request.app[WORLD]
    body = await request.json()
    fingerprint = authority.fingerprint(world.certificates[body["serial"]])
    permissions = frozenset(body["permissions"])
    world.grants.by_fingerprint[fingerprint] = dict.fromkeys(body["contexts"], permissions)
    return web.json_response({})


@routes.post(f"{PREFIX}/faults")
async def plan_faults(request: web.Request) -> web.Response:
    """Plan faults; those that change the world and match nothing happen at once."""
    world = request.app[WORLD]
    for planned in await request.json():
        if planned.get("match") is None and planned.get("kind") in ("rotate_keys", "expire_tokens"):
            await apply_at_once(world, planned["kind"], planned)
        else:
            world.faults.planned.append(Fault.read(planned))
    return _faults(world)


@routes.get(f"{PREFIX}/faults")
async def list_faults(request: web.Request) -> web.Response:
    """The faults that are still to come."""
    return _faults(request.app[WORLD])


@routes.delete(f"{PREFIX}/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Forget the faults that are still to come."""
    world = request.app[WORLD]
    world.faults.planned.clear()
    return _faults(world)


def _faults(world: World) -> web.Response:
    return web.json_response([fault.describe() for fault in world.faults.planned])


@routes.post(f"{PREFIX}/clock")
async def move_clock(request: web.Request) -> web.Response:
    """Set the clock: ``offset_seconds`` ahead of the real time."""
    world = request.app[WORLD]
    body = await request.json()
    world.clock.offset = timedelta(seconds=float(body["offset_seconds"]))
    return web.json_response({"now": stamp(world.clock.now())})


@routes.post(f"{PREFIX}/lighthouse")
async def lighthouse(request: web.Request) -> web.Response:
    """Set what the beacon says: ``status`` and ``messages``."""
    world = request.app[WORLD]
    body = await request.json()
    world.lighthouse.set(body["status"], body.get("messages", []))
    return web.json_response({})


@routes.post(f"{PREFIX}/limits")
async def limits(request: web.Request) -> web.Response:
    """Turn the limits on or off: ``enforce``, and ``overrides`` by group and window."""
    world = request.app[WORLD]
    body = await request.json()
    world.limits.override(body.get("overrides") or {})
    world.limits.enforce = bool(body.get("enforce", True))
    return web.json_response(world.limits.values)


@routes.post(f"{PREFIX}/processing")
async def processing(request: web.Request) -> web.Response:
    """Set how long things take: ``seconds`` until an invoice's verdict, ``storage_seconds`` from
    then until it can be fetched, ``login_seconds`` until a login's verdict; and
    ``session_invoices``, how many invoices a session takes."""
    world = request.app[WORLD]
    body = await request.json()
    if "seconds" in body:
        world.processing = timedelta(seconds=float(body["seconds"]))
    if "login_seconds" in body:
        world.login_delay = timedelta(seconds=float(body["login_seconds"]))
    if "storage_seconds" in body:
        world.storing = timedelta(seconds=float(body["storage_seconds"]))
    if "session_invoices" in body:
        world.session_invoices = int(body["session_invoices"])
    return web.json_response({})


@routes.post(f"{PREFIX}/authorizations")
async def authorize(request: web.Request) -> web.Response:
    """Let ``issuer`` send invoices in the name of ``seller`` (NIPs), as with self-billing."""
    body = await request.json()
    request.app[WORLD].archive.self_billing.add((body["seller"], body["issuer"]))
    return web.json_response({})


@routes.post(f"{PREFIX}/invoices")
async def plant_invoice(request: web.Request) -> web.Response:
    """Put an invoice (XML in the body) in as if its seller had sent it."""
    world = request.app[WORLD]
    try:
        document = world.archive.plant(await request.read(), world.clock.now())
    except Rejected as rejected:
        return web.json_response(
            {"error": "KSeF would refuse it.", "status": rejected.status.describe()}, status=400
        )
    return web.json_response(_invoice(world, document))


@routes.get(f"{PREFIX}/invoices")
async def list_invoices(request: web.Request) -> web.Response:
    """Everything that has a KSeF number."""
    world = request.app[WORLD]
    world.archive.settle(world.clock.now())
    return web.json_response([_invoice(world, d) for d in world.archive.accepted.values()])


@routes.get(f"{PREFIX}/documents")
async def list_documents(request: web.Request) -> web.Response:
    """Everything that was ever sent, the refused included, in the order in which it came."""
    world = request.app[WORLD]
    now = world.clock.now()
    world.archive.settle(now)
    return web.json_response(
        [
            {**_invoice(world, document), "status": document.status(now).describe()}
            for document in world.archive.documents
        ]
    )


def _invoice(world: World, document: Document) -> dict[str, Any]:
    facts = document.facts
    return {
        "number": document.number,
        "hash": document.invoice_hash,
        "seller": facts.seller_nip if facts else None,
        "buyer": facts.buyer_identifier if facts else None,
        "invoice_number": facts.number if facts else None,
        "issued": facts.issued.isoformat() if facts else None,
        "kind": facts.kind if facts else None,
        "gross": facts.gross if facts else None,
        "currency": facts.currency if facts else None,
        "mode": document.mode,
        "offered": world.archive.times_offered(document),
        "session": document.session_reference,
        "reference": document.reference,
        "received": stamp(document.received),
    }
