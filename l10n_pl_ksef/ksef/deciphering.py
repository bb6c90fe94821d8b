"""From an HTTP answer to data or an exception; pure, no network.

KSeF words its refusals in two ways (ksef-docs ``przeglad-kluczowych-zmian-ksef-api-2-0.md``,
OpenAPI 2.9.0): as problem+json (401, 403, 410 always; 400 and 429 when asked by the header
``X-Error-Format: problem-details``) and in an older form of its own. Both are understood,
whatever was asked, because gateways in between answer as they like.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from .decoding import Fields, Unpromised, excerpt, parse_json
from .errors import (
    ApiError,
    BadRequest,
    ErrorDetail,
    Forbidden,
    Gone,
    KsefError,
    LoginExpired,
    ServerError,
    TooManyRequests,
    UnreadableAnswer,
)

_DEFAULT_RETRY_AFTER = 60
_LONGEST_RETRY_AFTER = 24 * 3600
# Whoever answers these, a gateway in between or KSeF, has not let the request through.
_REFUSALS_BY_ANYBODY = frozenset({401, 403, 404, 405, 410, 411, 413, 414, 415, 429, 431})


@dataclass(frozen=True)
class Answer:
    """An HTTP answer as it came; header names are looked up without regard to case."""

    operation: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def document(self) -> object:
        """The decoded JSON body; raises UnreadableAnswer where it is none."""
        try:
            return parse_json(self.body)
        except Unpromised as error:
            raise self.unreadable(str(error)) from None

    def content(self) -> bytes:
        """The body, byte for byte, once ``x-ms-meta-hash`` is checked where KSeF sent it."""
        self._check_hash()
        return self.body

    def xml(self) -> bytes:
        """The body, byte for byte, once it is known to be whole and to be XML.

        ``x-ms-meta-hash`` (SHA-256, base64) is checked where KSeF sent it.
        """
        self._check_hash()
        if not _is_xml(self.body):
            raise self.unreadable(f"XML was expected, not: {excerpt(self.body)}")
        return self.body

    def unreadable(self, why: str) -> UnreadableAnswer:
        return UnreadableAnswer(self.operation, self.status, why)

    def _check_hash(self) -> None:
        promised = self.headers.get("x-ms-meta-hash")
        if promised is None:
            return
        try:
            expected = base64.b64decode(promised, validate=True)
        except binascii.Error:
            raise self.unreadable("x-ms-meta-hash: base64 was expected") from None
        if not hmac.compare_digest(expected, hashlib.sha256(self.body).digest()):
            raise self.unreadable("the content does not fit its SHA-256 (x-ms-meta-hash)")


def refusal(answer: Answer) -> KsefError:
    """Return the exception for an answer that is not the promised success.

    A 400 (or another 4xx that KSeF does not document) in nobody's known form says nothing
    about what happened and becomes UnreadableAnswer; so does every other status.
    """
    status = answer.status
    if not 400 <= status < 600:
        return answer.unreadable(f"an unexpected status, with: {excerpt(answer.body)}")
    words = _Words.of(answer.body)
    if words is None and not (status in _REFUSALS_BY_ANYBODY or status >= 500):
        return answer.unreadable(f"an error in an unknown form: {excerpt(answer.body)}")
    return _api_error(answer, words or _Words())


def _api_error(answer: Answer, words: _Words) -> ApiError:
    operation, status = answer.operation, answer.status
    details, trace_id, detail = words.details, words.trace_id, words.detail
    if status == 403:
        return Forbidden(
            operation,
            status,
            details,
            trace_id,
            detail=detail,
            reason_code=words.reason_code,
            required_permissions=words.required_permissions,
            security=words.security,
        )
    if status == 429:
        return TooManyRequests(
            operation,
            status,
            details,
            trace_id,
            detail=detail,
            retry_after=_retry_after(answer.headers),
        )
    kind = ServerError if status >= 500 else _KINDS.get(status, ApiError)
    return kind(operation, status, details, trace_id, detail=detail)


_KINDS: Mapping[int, type[ApiError]] = {400: BadRequest, 401: LoginExpired, 410: Gone}


def _retry_after(headers: Mapping[str, str]) -> int:
    text = headers.get("Retry-After", "").strip()
    if not (text.isascii() and text.isdigit()):
        return _DEFAULT_RETRY_AFTER
    return min(max(1, int(text[:9])), _LONGEST_RETRY_AFTER)


@dataclass(frozen=True)
class _Words:
    """What a refusal says, whichever form it came in."""

    details: tuple[ErrorDetail, ...] = ()
    detail: str = ""
    trace_id: str = ""
    reason_code: str = ""
    required_permissions: tuple[str, ...] = ()
    security: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, body: bytes) -> _Words | None:
        """Read one of KSeF's forms; None where the body is in none of them."""
        try:
            document = parse_json(body)
            if not isinstance(document, dict):
                return None
            if "exception" in document:
                return cls._from_exception(Fields.of(document["exception"]))
            if isinstance(document.get("status"), dict):
                return cls._from_status(Fields.of(document["status"]))
            if "title" in document or "detail" in document or "errors" in document:
                return cls._from_problem(document)
        except Unpromised:
            return None
        return None

    @classmethod
    def _from_exception(cls, fields: Fields) -> _Words:
        listed = fields.list("exceptionDetailList")
        return cls(
            details=tuple(
                ErrorDetail(
                    one.integer("exceptionCode"),
                    one.optional_text("exceptionDescription") or "",
                    one.texts("details"),
                )
                for one in listed
            ),
        )

    @classmethod
    def _from_status(cls, fields: Fields) -> _Words:
        # Its "code" is the HTTP status once more, not a code of KSeF's own.
        words = (fields.optional_text("description") or "", *fields.texts("details"))
        return cls(detail=" ".join(word for word in words if word))

    @classmethod
    def _from_problem(cls, document: Mapping[str, object]) -> _Words:
        fields = Fields(document)
        listed = fields.list("errors") if document.get("errors") is not None else ()
        security = document.get("security")
        security = security if isinstance(security, dict) else {}
        required = security.get("requiredAnyOfPermissions")
        return cls(
            details=tuple(
                ErrorDetail(
                    one.integer("code"),
                    one.optional_text("description") or "",
                    one.texts("details"),
                )
                for one in listed
            ),
            detail=fields.optional_text("detail") or fields.optional_text("title") or "",
            trace_id=fields.optional_text("traceId") or "",
            reason_code=fields.optional_text("reasonCode") or "",
            required_permissions=_texts_of(required),
            security=security,
        )


def _texts_of(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def _is_xml(body: bytes) -> bool:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(body, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError):
        return False
    return tree.docinfo.internalDTD is None
