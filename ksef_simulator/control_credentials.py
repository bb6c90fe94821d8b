"""The control plane's part for credentials: certificates, tokens and what they may do."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from . import authority, ksef_tokens
from .authority import Holder
from .control import PREFIX
from .logins import OWNER_PERMISSIONS, Context
from .register import LIFETIME, Entry
from .world import WORLD, World

PURPOSES = ("authentication", "offline")
routes = web.RouteTableDef()


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
        valid_to=_moment(body.get("valid_to")) or start + LIFETIME,
        nip=body.get("nip"),
        pesel=body.get("pesel"),
        name=body.get("name"),
        person=bool(body.get("person")),
        self_signed=bool(body.get("self_signed")),
    )
    key = await asyncio.to_thread(authority.new_key, body.get("algorithm", "EC").upper())
    certificate = world.authority.issue(key, wanted)
    entry = Entry(
        certificate=certificate,
        name=str(body.get("label", f"Certyfikat {purpose}")),
        holder=authority.identity(certificate).holder,
        requested=now,
        internal=not wanted.self_signed,
    )
    world.register.add(entry)
    if body.get("revoked"):
        entry.revoke(now, timedelta())
    _grant(world, entry, wanted, body)
    return web.json_response(
        {
            "certificate": authority.pem(certificate),
            "key": await asyncio.to_thread(authority.encrypted_pem, key, body["password"]),
            "serial": entry.serial,
        }
    )


def _grant(world: World, entry: Entry, wanted: authority.Wanted, body: dict[str, Any]) -> None:
    given = body.get("permissions")
    permissions = OWNER_PERMISSIONS if given is None else frozenset(given)
    contexts = body.get("contexts") or ([wanted.nip] if wanted.nip else [])
    world.grants.give(authority.fingerprint(entry.certificate), contexts, permissions)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


@routes.post(f"{PREFIX}/tokens")
async def issue_token(request: web.Request) -> web.Response:
    """Issue a KSeF token: ``nip`` and ``permissions`` (all if nothing is said); and if wanted
    ``internal_id`` (``NIP-12345``, a part of the taxpayer), ``description`` and ``revoked``."""
    world = request.app[WORLD]
    body = await request.json()
    given, internal = body.get("permissions"), body.get("internal_id")
    token = ksef_tokens.issue(
        world,
        Context("InternalId", internal) if internal else Context("Nip", body["nip"]),
        Holder("Nip", body["nip"]),
        OWNER_PERMISSIONS if given is None else frozenset(given),
        str(body.get("description", "Token wydany w symulatorze")),
    )
    token.active_at = token.created
    token.revoked = bool(body.get("revoked"))
    return web.json_response({"token": token.value, "reference": token.reference})


@routes.post(f"{PREFIX}/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Revoke a certificate (``serial``) or a KSeF token (``token``) that was issued before."""
    world = request.app[WORLD]
    body = await request.json()
    if "serial" in body:
        _entry(world, body["serial"]).revoke(world.clock.now(), timedelta())
    else:
        world.ksef_tokens[body["token"]].revoked = True
    return web.json_response({})


@routes.post(f"{PREFIX}/permissions")
async def set_permissions(request: web.Request) -> web.Response:
    """Set what the holder of a certificate (``serial``) may do from the next login on:
    ``permissions`` in ``contexts`` (NIPs)."""
    world = request.app[WORLD]
    body = await request.json()
    fingerprint = authority.fingerprint(_entry(world, body["serial"]).certificate)
    world.grants.give(fingerprint, body["contexts"], frozenset(body["permissions"]))
    return web.json_response({})


@routes.post(f"{PREFIX}/quotas")
async def set_quotas(request: web.Request) -> web.Response:
    """Set how many certificates holders of a ``type`` (Nip, Pesel or Fingerprint) may have:
    ``requests`` altogether and ``active`` ones."""
    body = await request.json()
    quota = request.app[WORLD].register.quotas[body["type"]]
    quota.requests = int(body.get("requests", quota.requests))
    quota.active = int(body.get("active", quota.active))
    return web.json_response({})


@routes.post(f"{PREFIX}/authorizations")
async def authorize(request: web.Request) -> web.Response:
    """Let ``issuer`` send invoices in the name of ``seller`` (NIPs), as with self-billing."""
    body = await request.json()
    request.app[WORLD].archive.self_billing.add((body["seller"], body["issuer"]))
    return web.json_response({})


def _entry(world: World, serial: str) -> Entry:
    world.register.settle(world.clock.now())
    entry = world.register.find(serial)
    if entry is None:
        raise KeyError(serial)
    return entry
