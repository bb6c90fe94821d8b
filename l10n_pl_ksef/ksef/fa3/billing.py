"""What the buyer has to book of an invoice of any kind.

The document's lines and its totals are two stories of one sale, and the totals are the one that
counts: they are the VAT to deduct and the money to pay. So the lines are taken where they come to
the totals, completed by a line of ours where the kind of the document explains the difference
(advances paid before, rounding), and replaced by one line for each total where nothing does.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from functools import partial

from ..texts import _
from .billing_advances import ADVANCES, paid_drafts, settled_line
from .billing_amounts import EXACT, GROSZ, ZERO
from .billing_corrections import differences
from .billing_lines import Draft, drafts_of
from .billing_misnamed import put_right
from .billing_model import Bill, BillGroup, BillTotals, Source, Wording, empty_group, own_line
from .billing_payment import exchange_rate, settlement_notes, to_pay
from .billing_totals import Fit, doubt, fit, stated_groups
from .billing_untold import untold_groups
from .model import Invoice

LARGEST_ROUNDING = Decimal(1)
"""P_15 may be rounded by less than this, in the invoice's currency."""


def bill_of(invoice: Invoice) -> Bill:
    """The lines to book, and what they must come to; see `Bill` for what is guaranteed.

    Takes any invoice that `fa3.read` gives, also one that contradicts itself, and raises nothing.
    Amounts are in the invoice's currency, signed as in the document: what a correction takes back
    is negative.
    """
    with decimal.localcontext(EXACT):
        return _bill_of(invoice)


def _bill_of(invoice: Invoice) -> Bill:
    stated = stated_groups(invoice)
    drafts = _drafts(invoice, stated)
    misnamed = put_right(drafts, stated)
    untold, counted = untold_groups(invoice, drafts, stated)
    groups = [*stated, *untold]
    explain, name = partial(settled_line, invoice), _common_name(invoice)
    fits = {
        group: fit(group, members, explain, name) for group, members in _members(groups, drafts)
    }
    everything = [*fits.values(), _to_the_total(invoice, groups)]
    lines = sorted((line for one in everything for line in one.lines), key=lambda line: line[0])
    return Bill(
        refund=invoice.total < 0,
        lines=(
            *(line for _position, line in lines),
            *(line for one in everything for line in one.own),
        ),
        groups=tuple(group for group, one in fits.items() if group in groups or one.lines),
        totals=BillTotals(
            net=sum((group.net for group in groups), ZERO),
            vat=sum((group.vat for group in groups), ZERO),
            gross=invoice.total,
        ),
        to_pay=to_pay(invoice),
        exchange_rate=exchange_rate(invoice, groups),
        notes=(*settlement_notes(invoice), *(note for one in everything for note in one.notes)),
        doubts=(
            *misnamed,
            *counted,
            *(finding for one in everything for finding in one.doubts),
        ),
    )


def _drafts(invoice: Invoice, stated: list[BillGroup]) -> list[Draft]:
    totals = {group.name: group.net for group in stated}
    if invoice.kind in ADVANCES:
        return paid_drafts(invoice, totals)
    return differences(drafts_of(invoice, invoice.lines), totals)


def _members(groups: list[BillGroup], drafts: list[Draft]) -> list[tuple[BillGroup, list[Draft]]]:
    """The lines of each group, also of those that the invoice has no total for."""
    members: dict[str, list[Draft]] = {group.name: [] for group in groups}
    for draft in drafts:
        members.setdefault(draft.group, []).append(draft)
    by_name = {group.name: group for group in groups}
    return [(by_name.get(name) or empty_group(name), lines) for name, lines in members.items()]


def _common_name(invoice: Invoice) -> str | None:
    """What to call a line that stands for all: the reason of the correction, or the only name."""
    if invoice.correction is not None and invoice.correction.reason:
        return invoice.correction.reason
    lines = invoice.lines or (invoice.order.lines if invoice.order else ())
    names = {line.name for line in lines}
    return names.pop() if len(names) == 1 else None


def _to_the_total(invoice: Invoice, groups: list[BillGroup]) -> Fit:
    """What the totals lack to P_15: a line for the rounding, or a doubt."""
    found = sum((group.net + group.vat for group in groups), ZERO)
    missing = invoice.total - found
    if not missing:
        return Fit()
    if abs(missing) < LARGEST_ROUNDING:
        wording = Wording(_("Rounding of the total"))
        line = own_line(empty_group(""), missing, wording, Source.ROUNDING)
        if abs(missing) <= GROSZ * len(groups):
            return Fit(own=(line,))
        note = Wording(
            _(
                "The total (P_15) differs from the net totals and the VAT by %(difference)s, which"
                " the bill has as rounding."
            ),
            {"difference": missing},
        )
        return Fit(own=(line,), notes=(note,))
    return Fit(
        doubts=(
            doubt(
                "bill.total",
                "Fa/P_15",
                _(
                    "The total (P_15) is %(total)s, but the net totals and the VAT come to"
                    " %(found)s: a difference of %(difference)s that the invoice does not explain."
                    " Please ask the supplier what is to be paid."
                ),
                total=invoice.total,
                found=found,
                difference=missing,
            ),
        )
    )
