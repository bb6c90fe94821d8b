"""What the buyer has to book of an invoice of any kind.

The document's lines and its totals are two stories of one sale, and the totals are the one that
counts: they are the VAT to deduct and the money to pay. So the lines are taken where they come to
the totals, completed by a line of ours where the kind of the document explains the difference
(advances paid before, rounding), and replaced by one line for each total where nothing does.
"""

from __future__ import annotations

import decimal
from decimal import Decimal

from ..texts import _
from .billing_lines import Draft, drafts_of
from .billing_model import (
    ZERO,
    Bill,
    BillGroup,
    BillLine,
    BillTotals,
    Source,
    Wording,
)
from .billing_totals import doubt, reconcile, stated_groups
from .findings import Finding
from .model import Invoice

EXACT = decimal.Context(prec=200)
"""Enough for all digits that a document may have, so that nothing is ever rounded unasked."""
LARGEST_ROUNDING = Decimal(1)
"""P_15 may be rounded by less than this, in the invoice's currency."""


def bill_of(invoice: Invoice) -> Bill:
    """The lines to book, and what they must come to; see `Bill` for what is guaranteed.

    Takes any invoice that `fa3.read` gives, also one that contradicts itself, and raises nothing.
    Amounts are in the invoice's currency, signed as in the document: a correction or refund has
    negative ones.
    """
    with decimal.localcontext(EXACT):
        return _bill_of(invoice)


def _bill_of(invoice: Invoice) -> Bill:
    doubts: list[Finding] = []
    groups = stated_groups(invoice)
    drafts = drafts_of(invoice, invoice.lines)
    lines: list[BillLine] = []
    for group in groups:
        found, doubtful = reconcile(invoice, group, _in(group, drafts))
        lines += found
        doubts += doubtful
    lines.sort(key=lambda line: line.number or len(drafts) + 1)
    rounding, doubtful = _to_the_total(invoice, groups)
    return Bill(
        refund=invoice.total < 0,
        lines=(*lines, *rounding),
        groups=tuple(groups),
        totals=BillTotals(
            net=sum((group.net for group in groups), ZERO),
            vat=sum((group.vat for group in groups), ZERO),
            gross=invoice.total,
        ),
        to_pay=invoice.total,
        doubts=(*doubts, *doubtful),
    )


def _in(group: BillGroup, drafts: list[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.group == group.name]


def _to_the_total(
    invoice: Invoice, groups: list[BillGroup]
) -> tuple[list[BillLine], list[Finding]]:
    """What the totals lack to P_15: a line for the rounding, or a doubt."""
    found = sum((group.net + group.vat for group in groups), ZERO)
    missing = invoice.total - found
    if not missing:
        return [], []
    if abs(missing) < LARGEST_ROUNDING:
        wording = Wording(_("Rounding of the total"))
        return [
            BillLine(
                name=wording.text,
                wording=wording,
                source=Source.ROUNDING,
                unit_price=missing,
                net=missing,
            )
        ], []
    return [], [
        doubt(
            "bill.total",
            "Fa/P_15",
            _(
                "The total (P_15) is %(total)s, but the net totals and the VAT come to %(found)s:"
                " a difference of %(difference)s that the invoice does not explain."
            ),
            total=invoice.total,
            found=found,
            difference=missing,
        )
    ]
