"""What a login may do and how much: permissions and limits."""

from __future__ import annotations

import uuid

from aiohttp import web

from .api import Body, caller, operation, query_number
from .clock import stamp
from .logins import OWNER_PERMISSIONS, Login
from .world import WORLD

LARGEST_PAGE = 100


@operation("GET", "/rate-limits")
async def rate_limits(request: web.Request) -> web.Response:
    """How many calls are allowed."""
    caller(request)
    return web.json_response(request.app[WORLD].limits.values)


@operation("GET", "/limits/context")
async def context_limits(request: web.Request) -> web.Response:
    """How large and how many invoices may be."""
    caller(request)
    world = request.app[WORLD]
    session = {
        "maxInvoiceSizeInMB": 1,
        "maxInvoiceWithAttachmentSizeInMB": 3,
        "maxInvoices": world.session_invoices,
    }
    return web.json_response(
        {
            "onlineSession": session,
            "batchSession": {**session, "maxInvoices": world.batch_invoices},
            "collectiveIdentifier": {"maxInvoices": 500},
        }
    )


@operation("GET", "/limits/subject")
async def subject_limits(request: web.Request) -> web.Response:
    """How many certificates the caller may ask for and have."""
    quota = request.app[WORLD].register.quotas[caller(request).holder.type]
    return web.json_response(
        {
            "enrollment": {"maxEnrollments": quota.requests},
            "certificate": {"maxCertificates": quota.active},
        }
    )


@operation("POST", "/permissions/query/personal/grants")
async def own_permissions(request: web.Request) -> web.Response:
    """What the caller may do in its context."""
    login = caller(request)
    body = await Body.of(request) if await request.read() else Body({})
    wanted = body.texts("permissionTypes")
    size = query_number(request, "pageSize", 10, 10, LARGEST_PAGE)
    offset = query_number(request, "pageOffset", 0, 0, 10**6)
    scopes = sorted(login.permissions)
    if wanted:
        scopes = [scope for scope in scopes if scope in wanted]
    if body.optional_text("permissionState") == "Inactive":
        scopes = []
    page = scopes[offset * size : (offset + 1) * size]
    answer: dict[str, object] = {
        "permissions": [_grant(login, scope) for scope in page],
        "hasMore": (offset + 1) * size < len(scopes),
    }
    if login.permissions == OWNER_PERMISSIONS:
        answer["ownerPermissions"] = sorted(OWNER_PERMISSIONS)
    return web.json_response(answer)


def _grant(login: Login, scope: str) -> dict[str, object]:
    return {
        "id": str(
            uuid.uuid5(uuid.NAMESPACE_URL, f"{login.context.value}/{login.holder.value}/{scope}")
        ),
        "contextIdentifier": {"type": login.context.type, "value": login.context.value},
        "permissionScope": scope,
        "description": "Uprawnienie nadane w symulatorze",
        "permissionState": "Active",
        "startDate": stamp(login.started),
        "canDelegate": False,
    }
