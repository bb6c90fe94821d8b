"""Lines and totals brought together: the bill's lines come to P_13_x, or a doubt says why not."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ..texts import Term, _
from . import paths
from .billing_lines import Draft, bill_line
from .billing_model import (
    GROSZ,
    ZERO,
    BillGroup,
    BillLine,
    Source,
    Wording,
    rounded,
)
from .billing_rates import MARGIN, rate_of
from .findings import Finding, Severity
from .model import Invoice
from .totals import ELEMENTS

MOST_LISTED = 50
"""So many lines are named on a line that stands for them."""


def doubt(code: str, element: str, template: Term, /, **values: Any) -> Finding:
    """Something that a person should look at; ``element`` is a path below Faktura."""
    named = {"label": paths.label(element), "element": element, **values}
    return Finding(code, Severity.WARNING, element, template, named)


def stated_groups(invoice: Invoice) -> list[BillGroup]:
    """The totals that the document states, in its order."""
    return [
        BillGroup(
            name=name,
            rate=rate_of(name, total),
            net=total.net,
            vat=total.vat or ZERO,
            vat_pln=total.vat_pln,
        )
        for name, total in invoice.totals.items()
    ]


def total_line(group: BillGroup, net: Decimal, wording: Wording, source: Source) -> BillLine:
    """A line of ours in a group."""
    return BillLine(
        name=wording.text,
        wording=wording,
        source=source,
        group=group.name,
        rate=group.rate,
        margin=group.name == MARGIN,
        unit_price=net,
        net=net,
    )


def shared(whole: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``whole`` in parts like the weights, to the grosz; the largest takes what rounding leaves.

    The weights must not come to zero.
    """
    of_all = sum(weights, ZERO)
    parts = [rounded(whole * weight / of_all) for weight in weights]
    largest = max(range(len(parts)), key=lambda at: abs(parts[at]))
    parts[largest] += whole - sum(parts, ZERO)
    return parts


def reconcile(
    invoice: Invoice, group: BillGroup, drafts: list[Draft]
) -> tuple[list[BillLine], list[Finding]]:
    """The lines of one group, which come to its total exactly; and what is doubtful about that."""
    unknown = [draft for draft in drafts if draft.net is None]
    missing = group.net - sum((draft.net for draft in drafts if draft.net is not None), ZERO)
    if len(unknown) == 1 or unknown and not missing:
        unknown[0].net = missing
        for draft in unknown[1:]:
            draft.net = ZERO
    elif unknown:
        return _instead(invoice, group, drafts), []
    elif not drafts:
        return (_instead(invoice, group, drafts) if missing else []), []
    elif abs(missing) > GROSZ * len(drafts):
        return _instead(invoice, group, drafts), [_contradiction(group, group.net - missing)]
    elif missing:
        return _rounded(group, drafts, missing), []
    return [bill_line(draft) for draft in drafts], []


def _rounded(group: BillGroup, drafts: list[Draft], missing: Decimal) -> list[BillLine]:
    """Grosze go to a line whose net value was counted here, or else to a line of their own."""
    counted = [draft for draft in drafts if not draft.told]
    if counted:
        largest = max(counted, key=lambda draft: abs(draft.net or ZERO))
        largest.net = (largest.net or ZERO) + missing
        return [bill_line(draft) for draft in drafts]
    rounding = total_line(group, missing, Wording(_("Rounding")), Source.ROUNDING)
    return [*(bill_line(draft) for draft in drafts), rounding]


def _instead(invoice: Invoice, group: BillGroup, drafts: list[Draft]) -> list[BillLine]:
    """The group's total as one line, which names the lines that it stands for."""
    if not group.net and not group.vat:
        return []
    line = total_line(group, group.net, _name(invoice, group, drafts), Source.TOTALS)
    return [line]


def _name(invoice: Invoice, group: BillGroup, drafts: list[Draft]) -> Wording:
    return Wording(_("Sales at the rate %(rate)s"), {"rate": group.rate or group.name})


def _contradiction(group: BillGroup, lines: Decimal) -> Finding:
    element = f"Fa/{ELEMENTS[group.name]['net']}"
    return doubt(
        "bill.lines",
        element,
        _(
            "%(label)s (%(element)s) is %(stated)s, but the lines come to %(lines)s. The bill has"
            " one line with the total instead of them."
        ),
        stated=group.net,
        lines=lines,
        difference=lines - group.net,
    )
