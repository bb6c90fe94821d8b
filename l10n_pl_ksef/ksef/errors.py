"""Everything that can go wrong with KSeF, as one tree of exceptions that carry data.

The one question that sending depends on is answered by ``KsefError.may_have_acted``:
False means that KSeF certainly did nothing, so the same call may be made again; True
means that nobody knows, so KSeF must be asked before anything is repeated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from .problems import TEMPLATES, Problem
from .texts import Term

__all__ = [
    "ApiError",
    "BadRequest",
    "CertificateProblem",
    "ErrorDetail",
    "Forbidden",
    "Gone",
    "KsefError",
    "LoginExpired",
    "LoginPending",
    "LoginRefused",
    "NoUsableKey",
    "Outcome",
    "Problem",
    "ServerError",
    "TooManyRequests",
    "Unreachable",
    "UnreadableAnswer",
    "token_id",
]


class Outcome(Enum):
    """What is known of a call that brought no answer."""

    NOT_SENT = "not_sent"  # no byte of the request left this machine
    UNKNOWN = "unknown"  # KSeF may have taken and carried out the request


class KsefError(Exception):
    """Root of the tree. ``operation`` names the client's method, '' where there is none."""

    operation: str = ""

    @property
    def may_have_acted(self) -> bool:
        """True unless it is certain that KSeF did not carry out the call."""
        return False


class Unreachable(KsefError):
    """No answer came: refused, unknown host, time-out, broken connection.

    ``reason`` is a short English technical remark for logs; it holds no secret.
    """

    def __init__(self, operation: str, outcome: Outcome, reason: str) -> None:
        super().__init__(f"{operation}: no answer from KSeF ({outcome.value}): {reason}")
        self.operation = operation
        self.outcome = outcome
        self.reason = reason

    @property
    def may_have_acted(self) -> bool:
        return self.outcome is Outcome.UNKNOWN


class UnreadableAnswer(KsefError):
    """An answer that is not what the OpenAPI document promises; the outcome is unknown.

    ``status`` is the HTTP status; ``excerpt`` says what was wrong or shows the beginning
    of the answer with anything resembling a secret taken out.
    """

    def __init__(self, operation: str, status: int, excerpt: str) -> None:
        super().__init__(f"{operation}: unreadable answer (HTTP {status}): {excerpt}")
        self.operation = operation
        self.status = status
        self.excerpt = excerpt

    @property
    def may_have_acted(self) -> bool:
        return True


@dataclass(frozen=True)
class ErrorDetail:
    """One error of an answer: OpenAPI ``ApiError`` or ``ExceptionDetails``."""

    code: int
    description: str
    details: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """KSeF's words for this error, in one line."""
        particulars = " ".join(self.details)
        if self.description and particulars:
            return f"{self.description} {particulars}"
        return self.description or particulars


class ApiError(KsefError):
    """KSeF answered, and the answer is no.

    ``details`` keep KSeF's codes and words, ``detail`` its general remark (problem+json),
    ``trace_id`` is what KSeF's support asks for. All are empty where KSeF sent none.
    """

    def __init__(
        self,
        operation: str,
        status: int,
        details: Sequence[ErrorDetail] = (),
        trace_id: str = "",
        *,
        detail: str = "",
    ) -> None:
        self.operation = operation
        self.status = status
        self.details = tuple(details)
        self.trace_id = trace_id
        self.detail = detail
        super().__init__(
            f"{operation}: HTTP {status} {self._codes_in_brackets()}{self.explanation}"
        )

    @property
    def codes(self) -> tuple[int, ...]:
        """KSeF's own error codes (such as 21155), in the order given."""
        return tuple(detail.code for detail in self.details)

    @property
    def explanation(self) -> str:
        """KSeF's own words as one string, or '' where it gave none."""
        words = [detail.text for detail in self.details if detail.text]
        if not words and self.detail:
            words = [self.detail]
        return " ".join(words)

    def _codes_in_brackets(self) -> str:
        return f"[{', '.join(str(code) for code in self.codes)}] " if self.details else ""


class BadRequest(ApiError):
    """HTTP 400: KSeF understood the call and refuses it; ``codes`` say why."""


class LoginExpired(ApiError):
    """HTTP 401: the token is missing, wrong or over; refresh it or log in again.

    ``token_id`` tells which token that was (see ``token_id``), or is '' where none was sent.
    """

    token_id: str = ""


def token_id(token: str) -> str:
    """Tell a token apart from others without telling it: 16 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


class Forbidden(ApiError):
    """HTTP 403. ``reason_code`` is one of KSeF's (``missing-permissions``, ...) or ''.

    ``required_permissions``: any one of them would do.
    """

    def __init__(
        self,
        operation: str,
        status: int,
        details: Sequence[ErrorDetail] = (),
        trace_id: str = "",
        *,
        detail: str = "",
        reason_code: str = "",
        required_permissions: Sequence[str] = (),
        security: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(operation, status, details, trace_id, detail=detail)
        self.reason_code = reason_code
        self.required_permissions = tuple(required_permissions)
        self.security = dict(security or {})


class Gone(ApiError):
    """HTTP 410: what was asked for is kept no longer."""


class TooManyRequests(ApiError):
    """HTTP 429. ``retry_after``: seconds to wait, at least 1."""

    def __init__(
        self,
        operation: str,
        status: int,
        details: Sequence[ErrorDetail] = (),
        trace_id: str = "",
        *,
        detail: str = "",
        retry_after: int = 60,
    ) -> None:
        super().__init__(operation, status, details, trace_id, detail=detail)
        self.retry_after = retry_after


class ServerError(ApiError):
    """HTTP 5xx: KSeF, or something before it, failed; the outcome is unknown."""

    @property
    def may_have_acted(self) -> bool:
        return True


class LoginRefused(KsefError):
    """The login was processed and refused: status of ``GET /auth/{reference}`` above 200.

    ``code`` 550 and 500 are KSeF's own failures and may be tried again (``is_temporary``).
    """

    TEMPORARY = frozenset({500, 550})

    def __init__(self, code: int, description: str, details: Sequence[str] = ()) -> None:
        self.operation = "authentication_status"
        self.code = code
        self.description = description
        self.details = tuple(details)
        super().__init__(f"KSeF refused the login [{code}] {self.explanation}")

    @property
    def explanation(self) -> str:
        """KSeF's own words as one string."""
        return " ".join(part for part in (self.description, *self.details) if part)

    @property
    def is_temporary(self) -> bool:
        """True where the same login may succeed later without anybody changing anything."""
        return self.code in self.TEMPORARY


class LoginPending(KsefError):
    """KSeF still checks the certificate (status 100) after the time given to polling.

    Ask again later with ``login.resume``: ``reference`` and ``authentication_token``
    continue this very login. The token is a secret and is not shown.
    """

    def __init__(self, reference: str, authentication_token: str = "") -> None:
        super().__init__(f"KSeF has not finished checking the login {reference}")
        self.operation = "authentication_status"
        self.reference = reference
        self.authentication_token = authentication_token


class NoUsableKey(KsefError):
    """Among the keys that KSeF publishes none can be used for encrypting towards it.

    ``wanted``: the usage asked for, or the ``publicKeyId`` of a key that cannot be read.
    """

    def __init__(self, wanted: str) -> None:
        super().__init__(f"KSeF publishes no key that could be used now ({wanted})")
        self.operation = "public_keys"
        self.wanted = wanted


class CertificateProblem(KsefError):
    """A certificate or key file that cannot be used, and exactly why.

    ``template`` is the English sentence to translate, ``values`` what to put into it.
    """

    def __init__(self, problem: Problem, values: Mapping[str, object] | None = None) -> None:
        self.problem = problem
        self.values = dict(values or {})
        super().__init__(self.message)

    @property
    def template(self) -> Term:
        return TEMPLATES[self.problem]

    @property
    def message(self) -> str:
        """The whole sentence in English."""
        return self.template % self.values
