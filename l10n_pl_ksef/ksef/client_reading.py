"""Operations that only read: states, confirmations, invoices, limits, permissions."""

from __future__ import annotations

from .answers import ContextLimits, InvoicePage, InvoiceStatus, Permissions, SessionStatus
from .client_base import Operations
from .limits import RateLimits


class ReadingOperations(Operations):
    """Everything that may be asked as often as the limits allow."""

    def session_status(self, reference: str) -> SessionStatus:
        raise NotImplementedError

    def session_invoices(
        self, reference: str, continuation_token: str | None = None, *, page_size: int = 1000
    ) -> InvoicePage:
        raise NotImplementedError

    def failed_session_invoices(
        self, reference: str, continuation_token: str | None = None, *, page_size: int = 1000
    ) -> InvoicePage:
        raise NotImplementedError

    def invoice_status(self, session_reference: str, invoice_reference: str) -> InvoiceStatus:
        raise NotImplementedError

    def upo_by_reference(self, session_reference: str, invoice_reference: str) -> bytes:
        raise NotImplementedError

    def upo_by_ksef_number(self, session_reference: str, ksef_number: str) -> bytes:
        raise NotImplementedError

    def session_upo(self, session_reference: str, upo_reference: str) -> bytes:
        raise NotImplementedError

    def download_upo(self, url: str) -> bytes:
        raise NotImplementedError

    def invoice_by_number(self, ksef_number: str) -> bytes:
        raise NotImplementedError

    def rate_limits(self) -> RateLimits:
        raise NotImplementedError

    def context_limits(self) -> ContextLimits:
        raise NotImplementedError

    def own_permissions(self) -> Permissions:
        raise NotImplementedError
