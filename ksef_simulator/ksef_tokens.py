"""KSeF tokens that taxpayers make for their programs: ``/tokens``."""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import web

from .api import Body, caller, continuation, operation, page_size, page_start
from .authority import Holder
from .clock import stamp, warsaw_day
from .errors import BadRequest, invalid_input, method_not_allowed
from .logins import OWNER_PERMISSIONS, Context, KsefToken, Login
from .numbers import reference_number
from .world import WORLD, World

CONTEXT_TYPES = ("Nip", "InternalId")
SEE_ALL = frozenset({"CredentialsManage", "CredentialsRead"})
REVOKE_ALL = frozenset({"CredentialsManage"})
STATUSES = ("Pending", "Active", "Revoking", "Revoked", "Failed")
SHORTEST_FILTER = 3


def issue(
    world: World, context: Context, author: Holder, permissions: frozenset[str], description: str
) -> KsefToken:
    """A new token, which works when the delay set for tokens is over."""
    now = world.clock.now()
    reference = reference_number("EC", warsaw_day(now))
    prefix = context.type[0].lower() + context.type[1:]
    token = KsefToken(
        reference=reference,
        value=f"{reference}|{prefix}-{context.value}|{secrets.token_hex(32)}",
        context=context,
        permissions=permissions,
        author=author,
        description=description,
        created=now,
        active_at=now + world.delays.token,
    )
    world.ksef_tokens[token.value] = token
    return token


@operation("POST", "/tokens")
async def generate(request: web.Request) -> web.Response:
    """Make a token for the caller's context, with some of the caller's permissions."""
    world = request.app[WORLD]
    login = caller(request)
    if login.certificate is None:
        raise method_not_allowed("Token")
    body = await Body.of(request)
    description = body.text("description")
    if not 5 <= len(description) <= 256:
        raise invalid_input("Pole description musi mieć od 5 do 256 znaków.")
    wanted = frozenset(body.texts("permissions"))
    if not wanted or not wanted <= OWNER_PERMISSIONS:
        raise invalid_input("Pole permissions zawiera nieznane uprawnienie albo jest puste.")
    if login.context.type not in CONTEXT_TYPES:
        raise BadRequest(
            26002,
            "Nie można wygenerować tokena dla obecnego typu kontekstu.",
            [f"Typ kontekstu {login.context.type}, dozwolone: {', '.join(CONTEXT_TYPES)}."],
        )
    if missing := wanted - login.permissions:
        raise BadRequest(
            26001,
            "Nie można nadać tokenowi uprawnień których nie posiadasz.",
            [f"Brakujące uprawnienia: {', '.join(sorted(missing))}."],
        )
    token = issue(world, login.context, login.holder, wanted, description)
    return web.json_response({"referenceNumber": token.reference, "token": token.value}, status=202)


@operation("GET", "/tokens")
async def query(request: web.Request) -> web.Response:
    """List the tokens that the caller may see, the newest first."""
    world = request.app[WORLD]
    login = caller(request)
    size, start = page_size(request, 100), page_start(request)
    wanted = _filter(request)
    now = world.clock.now()
    found = [
        token
        for token in _within_reach(world, login, SEE_ALL)
        if (not wanted["status"] or token.status(now) in wanted["status"])
        and wanted["description"].lower() in token.description.lower()
        and wanted["author"].lower() in token.author.value.lower()
        and wanted["author_type"] in ("", token.author.type)
    ]
    found.sort(key=lambda token: token.created, reverse=True)
    answer: dict[str, Any] = {
        "tokens": [_describe(world, token) for token in found[start : start + size]]
    }
    if following := continuation(start, size, len(found)):
        answer["continuationToken"] = following
    return web.json_response(answer)


@operation("GET", "/tokens/{reference}")
async def status(request: web.Request) -> web.Response:
    """How a token stands."""
    world = request.app[WORLD]
    return web.json_response(_describe(world, _find(request, SEE_ALL)))


@operation("DELETE", "/tokens/{reference}")
async def revoke(request: web.Request) -> web.Response:
    """Make a token useless."""
    token = _find(request, REVOKE_ALL)
    if token.revoked:
        raise invalid_input("Token został już unieważniony.")
    token.revoked = True
    return web.Response(status=204)


def _within_reach(world: World, login: Login, everywhere: frozenset[str]) -> list[KsefToken]:
    """The tokens of the context: all for those who hold a permission, else only one's own."""
    own = [token for token in world.ksef_tokens.values() if token.context == login.context]
    if login.permissions & everywhere:
        return own
    if login.certificate is None:
        return [token for token in own if token.reference == login.token_reference]
    return [token for token in own if token.author == login.holder]


def _find(request: web.Request, everywhere: frozenset[str]) -> KsefToken:
    reference = request.match_info["reference"]
    for token in _within_reach(request.app[WORLD], caller(request), everywhere):
        if token.reference == reference:
            return token
    raise invalid_input(f"Token o numerze referencyjnym {reference} nie został znaleziony.")


def _filter(request: web.Request) -> dict[str, Any]:
    query = request.query
    wanted: dict[str, Any] = {
        "status": query.getall("status", []),
        "description": query.get("description", ""),
        "author": query.get("authorIdentifier", ""),
        "author_type": query.get("authorIdentifierType", ""),
    }
    if not set(wanted["status"]) <= set(STATUSES):
        raise invalid_input(f"status musi być jednym z {', '.join(STATUSES)}.")
    for name in ("description", "author"):
        if 0 < len(wanted[name]) < SHORTEST_FILTER:
            raise invalid_input(f"Filtr musi mieć co najmniej {SHORTEST_FILTER} znaki.")
    return wanted


def _describe(world: World, token: KsefToken) -> dict[str, Any]:
    described: dict[str, Any] = {
        "referenceNumber": token.reference,
        "authorIdentifier": token.author.describe(),
        "contextIdentifier": {"type": token.context.type, "value": token.context.value},
        "description": token.description,
        "requestedPermissions": sorted(token.permissions),
        "dateCreated": stamp(token.created),
        "status": token.status(world.clock.now()),
        "statusDetails": [],
    }
    if token.last_used is not None:
        described["lastUseDate"] = stamp(token.last_used)
    return described
