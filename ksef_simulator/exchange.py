"""What happens to every request before and after its handler: faults, refusals, the record."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from . import tokens
from .errors import PROBLEM, Refusal
from .faults import Fault
from .recording import FAULT, RECORDER
from .statuses import Status
from .world import WORLD, World

PROCESS_STATUS = web.RequestKey("process_status", Fault)
PACKAGE_FAULT = web.RequestKey("package", Fault)
TOKEN_KINDS = {
    "access": (tokens.ACCESS,),
    "refresh": (tokens.REFRESH,),
    "all": (tokens.ACCESS, tokens.REFRESH, tokens.OPERATION),
}
AFTERWARDS = ("drop_after", "cut", "headers")
GARBAGE = "<!DOCTYPE html><html><body><h1>Przerwa techniczna</h1></body></html>"
_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Dropped(Exception):
    """The connection was closed on purpose; there is nobody left to answer."""


@web.middleware
async def exchange(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the planned faults happen, answer, and write the exchange down."""
    if request.path.startswith("/_control/"):
        return await _answer(request, handler)
    body = await request.read()
    try:
        response: web.StreamResponse | None = await _with_faults(request, handler)
    except Dropped:
        response = None
    request.app[RECORDER].write(request, body, response)
    if response is None:
        _close(request)
        return web.Response(status=500)
    return response


async def _with_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    world = request.app[WORLD]
    if world.outage.covers(request.path, world.clock.now()):
        request[FAULT] = "outage"
        raise Dropped
    after: list[Fault] = []
    for fault in world.faults.take(request.method, request.path):
        request[FAULT] = fault.kind
        if fault.kind == "drop_before":
            raise Dropped
        if fault.kind in AFTERWARDS or fault.options.get("when") == "after":
            after.append(fault)
        elif fault.kind == "delay":
            await _delay(fault)
        elif fault.kind == "status":
            return _planned_status(fault)
        elif fault.kind == "garbage":
            return _garbage(fault)
        elif fault.kind == "process_status":
            request[PROCESS_STATUS] = fault
        elif fault.kind == "package":
            request[PACKAGE_FAULT] = fault
        else:
            await apply_at_once(world, fault.kind, fault.options)
    response = await _answer(request, handler)
    for fault in after:
        await _spoil(request, response, fault)
    return response


async def _spoil(request: web.Request, response: web.StreamResponse, fault: Fault) -> None:
    """Let a fault happen to an answer that is ready."""
    if fault.kind == "drop_after":
        raise Dropped
    if fault.kind == "cut":
        await _cut(request, response, float(fault.options.get("share", 0.5)))
    if fault.kind == "headers":
        response.headers.update({n: str(v) for n, v in fault.options["headers"].items()})
    if fault.kind == "delay":
        await _delay(fault)


async def _delay(fault: Fault) -> None:
    await asyncio.sleep(float(fault.options.get("seconds", 1)))


async def _cut(request: web.Request, response: web.StreamResponse, share: float) -> None:
    """Send the head of an answer and a part of its body, and no more."""
    body = bytes(response.body or b"") if isinstance(response, web.Response) else b""  # type: ignore[arg-type]
    part = web.StreamResponse(status=response.status, headers=response.headers)
    part.content_length = len(body)
    await part.prepare(request)
    await part.write(body[: int(len(body) * share)])
    raise Dropped


def planned_status(request: web.Request, usual: Callable[[int], Status]) -> Status | None:
    """The status that a planned fault gives to what this request makes."""
    fault = request.get(PROCESS_STATUS)
    if fault is None:
        return None
    options = fault.options
    status = usual(int(options.get("code", 550)))
    return Status(
        status.code,
        str(options.get("description", status.description)),
        tuple(options.get("details", status.details)),
        tuple(dict(options.get("extensions", {})).items()),
    )


async def apply_at_once(world: World, kind: str, options: dict[str, Any]) -> None:
    """Make the faults happen that change the world, not one answer."""
    if kind == "rotate_keys":
        # Making RSA keys takes a while: not in the thread that serves everybody.
        world.keys = await asyncio.to_thread(world.new_keys)
    if kind == "expire_tokens":
        for token_kind in TOKEN_KINDS[options.get("which", "access")]:
            world.tokens.expire(token_kind)


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    now = request.app[WORLD].clock.now()
    try:
        response = await handler(request)
    except Refusal as refusal:
        response = refusal.response(request, now)
    except web.HTTPException as error:
        if not request.path.startswith("/v2/"):
            raise
        response = _http_problem(request, error)
    except Exception:  # noqa: BLE001 - a failure of the simulator itself belongs on the record
        _log.exception("The simulator failed at %s %s", request.method, request.path)
        response = web.json_response({"title": "Simulator failure", "status": 500}, status=500)
    if warning := request.headers.get("X-Test-System-Warning"):
        response.headers["X-System-Warning"] = warning
    return response


def _http_problem(request: web.Request, error: web.HTTPException) -> web.Response:
    problem = {
        "title": error.reason,
        "status": error.status,
        "instance": request.path,
        "detail": f"The simulator has nothing at {request.method} {request.path}.",
        "traceId": uuid.uuid4().hex,
    }
    return web.json_response(problem, status=error.status, content_type=PROBLEM)


def _planned_status(fault: Fault) -> web.Response:
    body = fault.options.get("body", "")
    headers = {str(name): str(value) for name, value in fault.options.get("headers", {}).items()}
    given = {name.lower() for name in headers}
    if not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False)
        if "content-type" not in given:
            headers["Content-Type"] = "application/json"
    elif "content-type" not in given:
        headers["Content-Type"] = "text/plain; charset=utf-8"
    return web.Response(status=int(fault.options.get("code", 500)), headers=headers, text=body)


def _garbage(fault: Fault) -> web.Response:
    return web.Response(
        status=int(fault.options.get("code", 200)),
        text=str(fault.options.get("body", GARBAGE)),
        content_type=str(fault.options.get("content_type", "text/html")),
    )


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
