"""What KSeF's processing codes mean.

The same number means different things for an invoice, a session, a login and a request for a
certificate, hence one table each. A code that is not in its table is ``Verdict.UNKNOWN``: never
a rejection.

Source: OpenAPI 2.9.0, descriptions of ``SessionInvoiceStatusResponse.status``,
``SessionStatusResponse.status``, ``AuthenticationOperationStatusResponse.status`` and
``CertificateEnrollmentStatusResponse.status``.
"""

from __future__ import annotations

from enum import Enum


class Verdict(Enum):
    """What to make of a status code."""

    PENDING = "pending"  # ask again later
    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good: something must change before the next attempt
    DUPLICATE = "duplicate"  # KSeF has an invoice of this seller, kind and number already
    RETRY = "retry"  # not taken, through no fault of the document: send the same again
    UNKNOWN = "unknown"  # not in the table: keep asking, tell somebody


_INVOICE = {
    100: Verdict.PENDING,
    150: Verdict.PENDING,
    200: Verdict.ACCEPTED,
    405: Verdict.RETRY,  # cancelled because its session failed; the invoice was not judged
    410: Verdict.REFUSED,
    415: Verdict.REFUSED,
    430: Verdict.REFUSED,
    435: Verdict.RETRY,  # not decrypted, so not judged: a new session has a new key
    440: Verdict.DUPLICATE,
    450: Verdict.REFUSED,
    500: Verdict.RETRY,  # KSeF's own failure; were the invoice taken after all, 440 will say so
    550: Verdict.RETRY,
}

_SESSION = {
    100: Verdict.PENDING,  # open
    150: Verdict.PENDING,  # batch being processed
    170: Verdict.PENDING,  # closed, being processed
    200: Verdict.ACCEPTED,
    405: Verdict.REFUSED,
    415: Verdict.REFUSED,
    420: Verdict.REFUSED,
    430: Verdict.REFUSED,
    435: Verdict.REFUSED,
    440: Verdict.REFUSED,  # cancelled: nothing was sent in time
    445: Verdict.REFUSED,  # not one valid invoice; each invoice has a status of its own
    500: Verdict.UNKNOWN,
}

_LOGIN = {
    100: Verdict.PENDING,
    200: Verdict.ACCEPTED,
    415: Verdict.REFUSED,
    425: Verdict.REFUSED,
    450: Verdict.REFUSED,
    460: Verdict.REFUSED,
    470: Verdict.REFUSED,
    480: Verdict.REFUSED,
    500: Verdict.RETRY,
    550: Verdict.RETRY,
}

_ENROLMENT = {
    100: Verdict.PENDING,
    200: Verdict.ACCEPTED,
    400: Verdict.REFUSED,
    500: Verdict.RETRY,  # this request is lost; another one may be made
    550: Verdict.RETRY,
}

SESSION_OPEN = 100
SESSION_CLOSED = 170
SESSION_EMPTY = 440
SESSION_NOTHING_VALID = 445


def invoice_verdict(code: int) -> Verdict:
    """Return what the processing code of one invoice means."""
    return _INVOICE.get(code, Verdict.UNKNOWN)


def session_verdict(code: int) -> Verdict:
    """Return what the code of an interactive or batch session means for the session."""
    return _SESSION.get(code, Verdict.UNKNOWN)


def login_verdict(code: int) -> Verdict:
    """Return what the code of a login operation means; any unlisted code is UNKNOWN."""
    return _LOGIN.get(code, Verdict.UNKNOWN)


def enrolment_verdict(code: int) -> Verdict:
    """Return what the code of a request for a certificate means."""
    return _ENROLMENT.get(code, Verdict.UNKNOWN)
