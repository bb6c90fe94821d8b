"""Logins that are under way or done: how each stands, all of a context, ending one."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from . import tokens
from .api import caller, continuation, operation, page_size, page_start
from .clock import stamp
from .errors import invalid_input
from .logins import METHOD_NAMES, STATUS_TEXTS, Login
from .world import WORLD, World


@operation("GET", "/auth/sessions")
async def sessions(request: web.Request) -> web.Response:
    """List the logins of this context that can still be refreshed."""
    world = request.app[WORLD]
    own = caller(request)
    size, start = page_size(request, 100), page_start(request)
    now = world.clock.now()
    active = [
        login
        for login in world.logins.values()
        if login.context == own.context
        and login.status(now).code == 200
        and (login.refresh_valid_until is None or login.refresh_valid_until > now)
    ]
    active.sort(key=lambda login: login.started, reverse=True)
    items = []
    for login in active[start : start + size]:
        item = describe(world, login)
        item["referenceNumber"] = login.reference
        item["isCurrent"] = login is own
        items.append(item)
    answer: dict[str, Any] = {"items": items}
    if token := continuation(start, size, len(active)):
        answer["continuationToken"] = token
    return web.json_response(answer)


@operation("DELETE", "/auth/sessions/current")
async def revoke_current(request: web.Request) -> web.Response:
    """End the caller's login: its refresh token no longer works, its access tokens live on."""
    caller(request, tokens.ACCESS, tokens.REFRESH).revoked = True
    return web.Response(status=204)


@operation("DELETE", "/auth/sessions/{reference}")
async def revoke(request: web.Request) -> web.Response:
    """End another login of the same context."""
    own = caller(request)
    login = request.app[WORLD].logins.get(request.match_info["reference"])
    if login is None or login.context != own.context:
        raise invalid_input("Sesja uwierzytelnienia nie została znaleziona.")
    login.revoked = True
    return web.Response(status=204)


def describe(world: World, login: Login) -> dict[str, Any]:
    """How a login stands, as the API shows it."""
    verdict = login.status(world.clock.now())
    category, code, name = METHOD_NAMES[login.method]
    status: dict[str, Any] = {
        "code": verdict.code,
        "description": STATUS_TEXTS.get(verdict.code, f"Nieznany błąd ({verdict.code})"),
    }
    if verdict.details:
        status["details"] = list(verdict.details)
    described: dict[str, Any] = {
        "startDate": stamp(login.started),
        "authenticationMethod": login.method,
        "authenticationMethodInfo": {"category": category, "code": code, "displayName": name},
        "status": status,
        "isTokenRedeemed": login.redeemed,
    }
    if login.refresh_valid_until is not None:
        described["refreshTokenValidUntil"] = stamp(login.refresh_valid_until)
    if login.refreshed_at is not None:
        described["lastTokenRefreshDate"] = stamp(login.refreshed_at)
    return described
