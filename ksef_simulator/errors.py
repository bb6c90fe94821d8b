"""How KSeF says no: every refusal is an exception that knows its HTTP form.

401, 403 and 410 are always ``application/problem+json``. 400 and 429 take that form only for a
client that sends ``X-Error-Format: problem-details``; others get the older forms.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from .clock import stamp

PROBLEM = "application/problem+json"


class Refusal(Exception):
    """A request that KSeF turns down."""

    status = 500
    title = "Internal Server Error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def extra(self) -> dict[str, Any]:
        """Members of the problem document beyond the common ones."""
        return {}

    def headers(self) -> dict[str, str]:
        """Headers that go with the answer."""
        return {}

    def old_form(self, now: datetime) -> dict[str, Any] | None:
        """The answer for a client that did not ask for problem details; None if there is none."""
        return None

    def response(self, request: web.Request, now: datetime) -> web.Response:
        """The HTTP answer, in the form that this client understands."""
        old = self.old_form(now)
        if old is not None and request.headers.get("X-Error-Format") != "problem-details":
            return web.json_response(old, status=self.status, headers=self.headers())
        problem = {
            "title": self.title,
            "status": self.status,
            "instance": request.path,
            "detail": self.detail,
            "timestamp": stamp(now),
            "traceId": uuid.uuid4().hex,
            **self.extra(),
        }
        return web.json_response(
            problem, status=self.status, headers=self.headers(), content_type=PROBLEM
        )


class BadRequest(Refusal):
    """400 with one of KSeF's own codes, such as 21405 for input that fails validation."""

    status = 400
    title = "Bad Request"

    def __init__(self, code: int, description: str, details: Sequence[str] = ()) -> None:
        super().__init__("Żądanie jest nieprawidłowe.")
        self.code = code
        self.description = description
        self.details = list(details)

    def extra(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "description": self.description}
        if self.details:
            error["details"] = self.details
        return {"errors": [error]}

    def old_form(self, now: datetime) -> dict[str, Any]:
        return {
            "exception": {
                "exceptionDetailList": [
                    {
                        "exceptionCode": self.code,
                        "exceptionDescription": self.description,
                        "details": self.details,
                    }
                ],
                "referenceNumber": str(uuid.uuid4()),
                "serviceCode": f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-00",
                "serviceCtx": "simulator",
                "serviceName": "Undefined",
                "timestamp": stamp(now),
            }
        }


class Unauthorized(Refusal):
    """401: no token, or one that is not valid (any more)."""

    status = 401
    title = "Unauthorized"

    def __init__(self, detail: str = "Wymagane jest uwierzytelnienie.") -> None:
        super().__init__(detail)


class Forbidden(Refusal):
    """403: logged in, but not allowed to do this."""

    status = 403
    title = "Forbidden"

    def __init__(self, detail: str, reason: str, security: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.security = dict(security or {})

    def extra(self) -> dict[str, Any]:
        return {"reasonCode": self.reason, "security": self.security}


class Gone(Refusal):
    """410: it was there once."""

    status = 410
    title = "Gone"


class TooManyRequests(Refusal):
    """429: over a limit; ``retry_after`` is in seconds."""

    status = 429
    title = "Too Many Requests"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)}

    def old_form(self, now: datetime) -> dict[str, Any]:
        return {"status": {"code": 429, "description": self.title, "details": [self.detail]}}


class NotSupported(Refusal):
    """501: KSeF has this operation, the simulator does not (yet)."""

    status = 501
    title = "Not Implemented"


def invalid_input(*details: str) -> BadRequest:
    """21405: the request does not fit the API's description."""
    return BadRequest(21405, "Błąd walidacji danych wejściowych.", details)


def unreadable(detail: str) -> BadRequest:
    """21001: the body cannot be read at all."""
    return BadRequest(21001, "Nieczytelna treść.", [detail] if detail else [])


def missing_permissions(required: Sequence[str], present: Sequence[str]) -> Forbidden:
    """403 for a login that lacks every one of the permissions that would do."""
    return Forbidden(
        "Brak wymaganych uprawnień do wykonania operacji w bieżącym kontekście.",
        "missing-permissions",
        {"requiredAnyOfPermissions": list(required), "presentPermissions": sorted(present)},
    )


def method_not_allowed(category: str) -> Forbidden:
    """403 for an operation that is not open to this way of logging in."""
    return Forbidden(
        "Ta operacja nie jest dostępna dla użytej metody uwierzytelnienia.",
        "auth-method-not-allowed",
        {"authenticationMethodCategory": category},
    )


def withdrawn_key(key_id: str | None) -> BadRequest:
    """21470: the client encrypted for a key that is not in use (any more)."""
    return BadRequest(
        21470,
        "Przesłany identyfikator klucza jest nieznany lub wskazuje na wycofany klucz.",
        [f"Klucz o identyfikatorze {key_id} nie jest wspierany."],
    )
