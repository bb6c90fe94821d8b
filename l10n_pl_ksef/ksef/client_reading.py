"""Operations that only read: states, confirmations, invoices, limits, permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .answers import (
    ContextLimits,
    InvoicePage,
    InvoiceStatus,
    Permission,
    Permissions,
    SessionStatus,
    context_limits_from,
    invoice_page_from,
    invoice_status_from,
    permission_page_from,
    session_status_from,
)
from .client_base import Operations, path, read
from .limits import RateLimits, rate_limits_from
from .transport import MEGABYTE

_T = TypeVar("_T")

_LARGEST_PAGE = 1000  # of a session's invoices
_PERMISSIONS_PAGE = 100
_MOST_PERMISSION_PAGES = 20
_LARGEST_INVOICE = 10 * MEGABYTE  # 3 MB are allowed today
_LARGEST_UPO = 64 * MEGABYTE  # a session's UPO page may list 10 000 documents


class ReadingOperations(Operations):
    """Everything that may be asked as often as the limits allow."""

    def session_status(self, reference: str) -> SessionStatus:
        """``GET /sessions/{reference}``: state, counts, and the UPO's links once closed."""
        return self._read("session_status", path("sessions", reference), session_status_from)

    def session_invoices(
        self,
        reference: str,
        continuation_token: str | None = None,
        *,
        page_size: int = _LARGEST_PAGE,
    ) -> InvoicePage:
        """``GET /sessions/{reference}/invoices``: one page (10 to 1000) of the documents.

        Pass on ``continuation_token`` of the page before until it is None.
        """
        return self._invoice_page(
            "session_invoices",
            path("sessions", reference, "invoices"),
            continuation_token,
            page_size,
        )

    def failed_session_invoices(
        self,
        reference: str,
        continuation_token: str | None = None,
        *,
        page_size: int = _LARGEST_PAGE,
    ) -> InvoicePage:
        """``GET /sessions/{reference}/invoices/failed``: like ``session_invoices``."""
        return self._invoice_page(
            "failed_session_invoices",
            path("sessions", reference, "invoices", "failed"),
            continuation_token,
            page_size,
        )

    def invoice_status(self, session_reference: str, invoice_reference: str) -> InvoiceStatus:
        """``GET /sessions/{reference}/invoices/{reference}``: state of one document."""
        return self._read(
            "invoice_status",
            path("sessions", session_reference, "invoices", invoice_reference),
            invoice_status_from,
        )

    def upo_by_reference(self, session_reference: str, invoice_reference: str) -> bytes:
        """``GET /sessions/{ref}/invoices/{ref}/upo``: the UPO's bytes, to be kept as they are."""
        return self._upo(
            "upo_by_reference",
            path("sessions", session_reference, "invoices", invoice_reference, "upo"),
        )

    def upo_by_ksef_number(self, session_reference: str, ksef_number: str) -> bytes:
        """``GET /sessions/{ref}/invoices/ksef/{number}/upo``: like ``upo_by_reference``."""
        return self._upo(
            "upo_by_ksef_number",
            path("sessions", session_reference, "invoices", "ksef", ksef_number, "upo"),
        )

    def session_upo(self, session_reference: str, upo_reference: str) -> bytes:
        """``GET /sessions/{ref}/upo/{ref}``: one page of the UPO of a whole session."""
        return self._upo("session_upo", path("sessions", session_reference, "upo", upo_reference))

    def download_upo(self, url: str) -> bytes:
        """Fetch a UPO by the link KSeF gave: no login, no limit; the link expires.

        Raises Unreachable (NOT_SENT) for a link to a host that is not the environment's.
        """
        answer = self._transport.request(
            "download_upo", "GET", url, retries=self._read_retries, max_bytes=_LARGEST_UPO
        )
        return answer.xml()

    def invoice_by_number(self, ksef_number: str) -> bytes:
        """``GET /invoices/ksef/{number}``: an invoice's XML. Needs InvoiceRead.

        BadRequest 21165: not there yet, ask later; 21164: there is none.
        """
        answer = self._transport.request(
            "invoice_by_number",
            "GET",
            path("invoices", "ksef", ksef_number),
            bearer=self._access_token,
            retries=self._read_retries,
            max_bytes=_LARGEST_INVOICE,
        )
        return answer.xml()

    def rate_limits(self) -> RateLimits:
        """``GET /rate-limits``: the budgets in force for this context."""
        return self._read("rate_limits", "/rate-limits", rate_limits_from)

    def context_limits(self) -> ContextLimits:
        """``GET /limits/context``: sizes and numbers that sessions may have."""
        return self._read("context_limits", "/limits/context", context_limits_from)

    def own_permissions(self) -> Permissions:
        """``POST /permissions/query/personal/grants``, all pages: what this login may do."""
        granted: list[Permission] = []
        owner: frozenset[str] = frozenset()
        for number in range(_MOST_PERMISSION_PAGES):
            answer = self._transport.request(
                "own_permissions",
                "POST",
                "/permissions/query/personal/grants",
                bearer=self._access_token,
                query={"pageOffset": str(number), "pageSize": str(_PERMISSIONS_PAGE)},
                json={},
                retries=self._read_retries,  # a query in spite of its method
            )
            page = read(answer, permission_page_from)
            granted += page.granted
            owner |= page.owner
            if not page.has_more:
                break
        return Permissions(tuple(granted), owner)

    def _read(self, operation: str, where: str, decode: Callable[[object], _T]) -> _T:
        answer = self._transport.request(
            operation, "GET", where, bearer=self._access_token, retries=self._read_retries
        )
        return read(answer, decode)

    def _invoice_page(
        self, operation: str, where: str, continuation_token: str | None, page_size: int
    ) -> InvoicePage:
        token = continuation_token
        answer = self._transport.request(
            operation,
            "GET",
            where,
            bearer=self._access_token,
            query={"pageSize": str(page_size)},
            headers=None if token is None else {"x-continuation-token": token},
            retries=self._read_retries,
        )
        return read(answer, invoice_page_from)

    def _upo(self, operation: str, where: str) -> bytes:
        answer = self._transport.request(
            operation,
            "GET",
            where,
            bearer=self._access_token,
            retries=self._read_retries,
            max_bytes=_LARGEST_UPO,
        )
        return answer.xml()
