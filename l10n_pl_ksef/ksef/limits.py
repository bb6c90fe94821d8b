"""How often KSeF may be called: published budgets and sliding-window arithmetic.

KSeF counts calls per context and IP address in sliding windows of a second, a minute and
an hour, and answers 429 beyond them. The live values are at ``GET /rate-limits``; the table
here (ksef-docs ``limity/limity-api.md``, OpenAPI 2.9.0) serves until they were asked for.
Nothing here sleeps, stores or knows the present: callers bring the moments of past calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from .decoding import Fields

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
_UNLIMITED = -1


class Group(Enum):
    """Groups of operations that share a budget, by their OpenAPI names."""

    ONLINE_SESSION = "onlineSession"
    ONLINE_SESSION_CLOSE = "onlineSessionClose"
    BATCH_SESSION = "batchSession"
    BATCH_SESSION_CLOSE = "batchSessionClose"
    INVOICE_SEND = "invoiceSend"
    INVOICE_STATUS = "invoiceStatus"
    SESSION_LIST = "sessionList"
    SESSION_INVOICE_LIST = "sessionInvoiceList"
    SESSION_MISC = "sessionMisc"
    INVOICE_METADATA = "invoiceMetadata"
    INVOICE_EXPORT = "invoiceExport"
    INVOICE_EXPORT_STATUS = "invoiceExportStatus"
    INVOICE_DOWNLOAD = "invoiceDownload"
    COLLECTIVE_IDENTIFIER = "collectiveIdentifier"
    OTHER = "other"
    ANONYMOUS = "anonymous"
    GLOBAL = "global"  # all calls from one IP address together


@dataclass(frozen=True)
class Budget:
    """Calls allowed in any second, minute and hour; None means without limit."""

    per_second: int | None
    per_minute: int | None
    per_hour: int | None

    def next_allowed(self, calls: Iterable[datetime], now: datetime) -> datetime:
        """Return the earliest moment, not before ``now``, at which one more call is allowed.

        ``calls``: moments of the calls already made, in any order, aware like ``now``.
        """
        made = sorted(calls)
        earliest = now
        for window, limit in self._windows():
            if limit <= 0:
                earliest = max(earliest, now + window)
            elif len(made) >= limit:
                earliest = max(earliest, made[-limit] + window)
        return earliest

    def room(self, calls: Iterable[datetime], now: datetime) -> int | None:
        """Return how many calls may be made at ``now`` at once; None for any number."""
        made = list(calls)
        rooms = [
            max(0, limit - sum(1 for call in made if call > now - window))
            for window, limit in self._windows()
        ]
        return min(rooms, default=None)

    def _windows(self) -> list[tuple[timedelta, int]]:
        limits = ((SECOND, self.per_second), (MINUTE, self.per_minute), (HOUR, self.per_hour))
        return [(window, limit) for window, limit in limits if limit is not None]


PUBLISHED: Mapping[Group, Budget] = {
    Group.ONLINE_SESSION: Budget(10, 30, 120),
    Group.ONLINE_SESSION_CLOSE: Budget(20, 60, 240),
    Group.BATCH_SESSION: Budget(10, 20, 60),
    Group.BATCH_SESSION_CLOSE: Budget(20, 40, 120),
    Group.INVOICE_SEND: Budget(10, 30, 180),
    Group.INVOICE_STATUS: Budget(30, 120, 1200),
    Group.SESSION_LIST: Budget(5, 10, 60),
    Group.SESSION_INVOICE_LIST: Budget(10, 20, 200),
    Group.SESSION_MISC: Budget(10, 120, 1200),
    Group.INVOICE_METADATA: Budget(8, 16, 20),
    Group.INVOICE_EXPORT: Budget(8, 16, 20),
    Group.INVOICE_EXPORT_STATUS: Budget(10, 60, 600),
    Group.INVOICE_DOWNLOAD: Budget(8, 16, 64),
    Group.COLLECTIVE_IDENTIFIER: Budget(20, 120, 240),
    Group.OTHER: Budget(10, 30, 120),
    Group.ANONYMOUS: Budget(60, None, None),
    Group.GLOBAL: Budget(75, None, None),
}

# Which budget a method of ``Client`` uses; what goes by a link (``download_upo``,
# ``download_part``, ``upload_part``) is free.
OPERATIONS: Mapping[str, Group] = {
    "challenge": Group.ANONYMOUS,
    "authenticate_by_signature": Group.ANONYMOUS,
    "authenticate_by_token": Group.ANONYMOUS,
    "authentication_status": Group.ANONYMOUS,
    "redeem_tokens": Group.ANONYMOUS,
    "refresh_token": Group.ANONYMOUS,
    "public_keys": Group.ANONYMOUS,
    "end_current_login": Group.OTHER,
    "open_interactive_session": Group.ONLINE_SESSION,
    "send_invoice": Group.INVOICE_SEND,
    "close_interactive_session": Group.ONLINE_SESSION_CLOSE,
    "open_batch_session": Group.BATCH_SESSION,
    "close_batch_session": Group.BATCH_SESSION_CLOSE,
    "session_status": Group.SESSION_MISC,
    "session_invoices": Group.SESSION_INVOICE_LIST,
    "failed_session_invoices": Group.SESSION_INVOICE_LIST,
    "invoice_status": Group.INVOICE_STATUS,
    "upo_by_reference": Group.SESSION_MISC,
    "upo_by_ksef_number": Group.SESSION_MISC,
    "session_upo": Group.SESSION_MISC,
    "invoice_by_number": Group.INVOICE_DOWNLOAD,
    "document_by_number": Group.INVOICE_DOWNLOAD,
    "query_metadata": Group.INVOICE_METADATA,
    "start_export": Group.INVOICE_EXPORT,
    "export_status": Group.INVOICE_EXPORT_STATUS,
    "rate_limits": Group.OTHER,
    "context_limits": Group.OTHER,
    "own_permissions": Group.OTHER,
    "attachment_consent": Group.OTHER,
    "certificate_quota": Group.OTHER,
    "certificates": Group.OTHER,
    "enrolment_data": Group.OTHER,
    "enrolment_status": Group.OTHER,
    "make_token": Group.OTHER,
    "request_certificate": Group.OTHER,
    "retrieve_certificates": Group.OTHER,
    "revoke_certificate": Group.OTHER,
    "revoke_token": Group.OTHER,
    "token_info": Group.OTHER,
    "tokens": Group.OTHER,
}


@dataclass(frozen=True)
class RateLimits:
    """The budgets in force for a context ("EffectiveApiRateLimits")."""

    budgets: Mapping[Group, Budget]

    def of(self, operation: str) -> Budget | None:
        """Return the budget of a ``Client`` method; None where it is not limited."""
        group = OPERATIONS.get(operation)
        return None if group is None else self.budgets[group]


PUBLISHED_LIMITS = RateLimits(PUBLISHED)


def next_allowed(
    operation: str,
    calls: Iterable[datetime],
    now: datetime,
    limits: RateLimits = PUBLISHED_LIMITS,
) -> datetime:
    """Return when ``operation`` may be called next, given its group's past ``calls``."""
    budget = limits.of(operation)
    return now if budget is None else budget.next_allowed(calls, now)


def rate_limits_from(document: object) -> RateLimits:
    """Read the answer of ``GET /rate-limits``; -1 means without limit."""
    fields = Fields.of(document)
    return RateLimits({group: _budget_from(fields.fields(group.value)) for group in Group})


def _budget_from(fields: Fields) -> Budget:
    return Budget(
        *(
            None if (limit := fields.integer(name)) == _UNLIMITED else limit
            for name in ("perSecond", "perMinute", "perHour")
        )
    )
