"""The frame of the API: handlers by operation, reading of input, the caller's login."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from aiohttp import web

from . import clock, tokens
from .errors import (
    BadRequest,
    NotSupported,
    Unauthorized,
    invalid_input,
    missing_permissions,
    unreadable,
)
from .logins import Login
from .operations import OPERATIONS
from .world import WORLD

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HANDLERS: dict[tuple[str, str], Handler] = {}


def operation(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a handler for an operation of the API."""
    if (method, path) not in OPERATIONS:
        raise ValueError(f"The API has no {method} {path}.")

    def register(handler: Handler) -> Handler:
        HANDLERS[method, path] = handler
        return handler

    return register


def add_routes(app: web.Application) -> None:
    """Serve every operation below ``/v2``: by its handler, or with 501."""
    for (method, path), group in OPERATIONS.items():
        handler = HANDLERS.get((method, path), _unsupported)
        app.router.add_route(method, f"/v2{path}", _limited(handler, group))


def _limited(handler: Handler, group: str) -> Handler:
    async def limited(request: web.Request) -> web.StreamResponse:
        world = request.app[WORLD]
        login = _login_of(request)
        context = f"{login.context.type} {login.context.value}" if login else ""
        world.limits.count(group, context, request.remote or "", world.clock.now())
        return await handler(request)

    return limited


def _login_of(request: web.Request) -> Login | None:
    """The login that a request's token belongs to, if any: for counting, not for permission."""
    try:
        return caller(request, tokens.OPERATION, tokens.ACCESS, tokens.REFRESH)
    except Unauthorized:
        return None


async def _unsupported(request: web.Request) -> web.StreamResponse:
    raise NotSupported(
        f"KSeF has {request.method} {request.path}, but the simulator does not support it. "
        "This is a gap in the simulator, not an answer that KSeF would give."
    )


def caller(request: web.Request, *kinds: str) -> Login:
    """The login whose token came with the request; an access token unless ``kinds`` say else.

    :raises Unauthorized: without a valid token.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized
    world = request.app[WORLD]
    login = world.logins.get(world.tokens.read(token.strip(), *(kinds or (tokens.ACCESS,))))
    if login is None:
        raise Unauthorized("Token jest nieprawidłowy.")
    return login


def permitted(request: web.Request, *permissions: str) -> Login:
    """The caller, when it holds at least one of the permissions.

    :raises Forbidden: when it holds none of them.
    """
    login = caller(request)
    if not login.permissions.intersection(permissions):
        raise missing_permissions(permissions, list(login.permissions))
    return login


class Body:
    """A JSON object of a request, read strictly: what is missing or of a wrong type is 21405."""

    def __init__(self, content: dict[str, Any], place: str = "") -> None:
        self._content = content
        self._place = place

    @classmethod
    async def of(cls, request: web.Request) -> Body:
        """Read the request's body."""
        if request.content_type != "application/json":
            raise unreadable("Content-Type musi być application/json.")
        try:
            content = json.loads(await request.read())
        except (ValueError, UnicodeDecodeError) as error:
            raise unreadable(str(error)) from error
        if not isinstance(content, dict):
            raise unreadable("Oczekiwano obiektu JSON.")
        return cls(content)

    def has(self, name: str) -> bool:
        """Whether there is a value that is not null."""
        return self._content.get(name) is not None

    def part(self, name: str) -> Body:
        """A required object within the object."""
        return Body(self._get(name, dict), f"{self._place}{name}.")

    def objects(self, name: str) -> list[Body]:
        """A required list of objects."""
        found = self._get(name, list)
        if not all(isinstance(item, dict) for item in found):
            raise invalid_input(f"Pole {self._place}{name} ma niewłaściwy typ.")
        return [Body(item, f"{self._place}{name}[{n}].") for n, item in enumerate(found)]

    def text(self, name: str, length: int | None = None) -> str:
        """A required text, of exactly so many characters where ``length`` is given."""
        value = str(self._get(name, str))
        if length is not None and len(value) != length:
            raise invalid_input(f"Pole {self._place}{name} musi mieć {length} znaków.")
        return value

    def optional_text(self, name: str, length: int | None = None) -> str | None:
        """A text that may be absent."""
        return self.text(name, length) if self.has(name) else None

    def texts(self, name: str) -> list[str]:
        """A list of texts that may be absent, and is empty then."""
        return [str(text) for text in self._get(name, list)] if self.has(name) else []

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """A required text, one of those allowed."""
        value = self.text(name)
        if value not in allowed:
            raise invalid_input(
                f"Pole {self._place}{name} musi mieć jedną z wartości: {', '.join(allowed)}."
            )
        return value

    def moment(self, name: str) -> datetime:
        """A required date and time with an offset."""
        return moment(self.text(name))

    def number(self, name: str) -> int:
        """A required whole number from 1."""
        value = self._get(name, int)
        if isinstance(value, bool) or value < 1:
            raise invalid_input(f"Pole {self._place}{name} musi być liczbą od 1.")
        return int(value)

    def decimal(self, name: str) -> Decimal:
        """A required number, whole or not."""
        value = self._content.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise invalid_input(f"Pole {self._place}{name} musi być liczbą.")
        return Decimal(str(value))

    def flag(self, name: str) -> bool:
        """A truth value that may be absent, and is false then."""
        return bool(self._get(name, bool)) if self.has(name) else False

    def octets(self, name: str, length: int | None = None) -> bytes:
        """Required bytes in padded base64; ``length`` counts the bytes."""
        try:
            value = base64.b64decode(self.text(name), validate=True)
        except (ValueError, binascii.Error) as error:
            raise invalid_input(f"Pole {self._place}{name} nie jest zapisane w Base64.") from error
        if length is not None and len(value) != length:
            raise invalid_input(f"Pole {self._place}{name} musi mieć {length} bajtów.")
        return value

    def _get(self, name: str, kind: type) -> Any:
        if not self.has(name):
            raise invalid_input(f"Pole {self._place}{name} jest wymagane.")
        value = self._content[name]
        if not isinstance(value, kind):
            raise invalid_input(f"Pole {self._place}{name} ma niewłaściwy typ.")
        return value


def moment(text: str) -> datetime:
    """A date and time with an offset, as the API takes it."""
    try:
        return clock.read(text)
    except ValueError as error:
        raise invalid_input(f"{text} nie jest datą ze strefą czasową.") from error


def query_number(request: web.Request, name: str, default: int, least: int, most: int) -> int:
    """A whole number in the query, within its bounds."""
    text = request.query.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise invalid_input(f"{name} musi być liczbą od {least} do {most}.")
    return int(text)


def page_size(request: web.Request, most: int) -> int:
    """The query parameter ``pageSize``: 10 to ``most``, 10 if nothing is said."""
    return query_number(request, "pageSize", 10, 10, most)


def page_start(request: web.Request) -> int:
    """Where the page begins that ``x-continuation-token`` asks for."""
    token = request.headers.get("x-continuation-token")
    if not token:
        return 0
    try:
        return int(json.loads(base64.b64decode(token, validate=True))["start"])
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise BadRequest(21418, "Przekazany token kontynuacji ma nieprawidłowy format.") from error


def continuation(start: int, size: int, total: int) -> str | None:
    """The token for the page after this one; None when this is the last."""
    if start + size >= total:
        return None
    return base64.b64encode(json.dumps({"start": start + size}).encode()).decode("ascii")
