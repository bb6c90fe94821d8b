"""Rules on the invoice's dates; all of them are days in Warsaw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ...texts import _
from ..findings import Finding
from ..model import Invoice, InvoiceKind
from .base import Circumstances, error, warning

_EARLIEST = timedelta(days=60)
"""How long before the supply an invoice may be issued (art. 106i(7))."""


def issue_date_is_not_in_the_future(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """KSeF refuses an issue date after the day of receipt."""
    if circumstances.today is not None and invoice.issue_date > circumstances.today:
        yield error(
            "date.future",
            "Fa/P_1",
            _(
                "The issue date %(issue_date)s is in the future: in Warsaw it is %(today)s. KSeF"
                " refuses such an invoice. Send it on that day, or change the date."
            ),
            issue_date=invoice.issue_date,
            today=circumstances.today,
        )


def period_ends_after_its_start(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    period = invoice.period
    if period is not None and period.end < period.start:
        yield error(
            "date.period",
            "Fa/OkresFa/P_6_Do",
            _("The period ends on %(end)s, before it starts on %(start)s."),
            start=period.start,
            end=period.end,
        )


def issued_not_long_before_the_sale(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    sale_date = invoice.sale_date
    if sale_date is not None and sale_date - invoice.issue_date > _EARLIEST:
        yield warning(
            "date.too_early",
            "Fa/P_6",
            _(
                "The date of sale %(sale_date)s is more than 60 days after the issue date"
                " %(issue_date)s, which is earlier than the law lets invoices be issued."
            ),
            sale_date=sale_date,
            issue_date=invoice.issue_date,
        )


def advance_was_received(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """An advance invoice documents a payment that was received."""
    if invoice.kind is not InvoiceKind.ADVANCE or circumstances.today is None:
        return
    if invoice.sale_date is not None and invoice.sale_date > circumstances.today:
        yield warning(
            "date.advance_in_the_future",
            "Fa/P_6",
            _("The advance was received on %(sale_date)s, which is in the future."),
            sale_date=invoice.sale_date,
        )


def corrected_invoices_are_older(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    if invoice.correction is None:
        return
    for position, corrected in enumerate(invoice.correction.corrected, start=1):
        if corrected.issue_date > invoice.issue_date:
            yield error(
                "date.corrected_later",
                f"Fa/DaneFaKorygowanej[{position}]/DataWystFaKorygowanej",
                _(
                    "The corrected invoice %(number)s is dated %(corrected)s, after the correction"
                    " of %(issue_date)s."
                ),
                number=corrected.number,
                corrected=corrected.issue_date,
                issue_date=invoice.issue_date,
            )


RULES = (
    issue_date_is_not_in_the_future,
    period_ends_after_its_start,
    issued_not_long_before_the_sale,
    advance_was_received,
    corrected_invoices_are_older,
)
