"""Totals that a document does not state, counted from its lines and from P_15.

A simplified invoice (UPR) may state P_15 alone, with the rate or with nothing; and some programs
leave out the totals of what is not taxed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..texts import _
from .billing_amounts import GROSZ, HUNDRED, ZERO, rounded
from .billing_lines import Draft
from .billing_model import BillGroup
from .billing_rates import OSS, net_of, rate_of
from .billing_totals import doubt
from .findings import Finding
from .model import Invoice, InvoiceKind


def untold_groups(
    invoice: Invoice, drafts: list[Draft], stated: list[BillGroup]
) -> tuple[list[BillGroup], list[Finding]]:
    """The groups that the lines tell of and the totals do not, if they explain P_15."""
    missing = invoice.total - sum((group.net + group.vat for group in stated), ZERO)
    names = {group.name for group in stated}
    lines = [draft for draft in drafts if draft.group not in names and draft.net != 0]
    if not missing or (stated and not lines):
        return [], []
    groups = _from_the_lines(lines, missing)
    if not groups and not stated:
        groups = _from_the_total(lines, missing)
    if not groups or (invoice.kind is InvoiceKind.SIMPLIFIED and groups[0].name):
        return groups, []
    return groups, [_not_stated(missing) if groups[0].name else _no_rate(missing)]


def _from_the_lines(lines: list[Draft], missing: Decimal) -> list[BillGroup]:
    """The sums of the lines by group, if with their VAT they come to what is missing."""
    if not lines or any(draft.net is None or not draft.group for draft in lines):
        return []
    groups = [_summed(name, members) for name, members in _by_group(lines)]
    rest = missing - sum((group.net + group.vat for group in groups), ZERO)
    return groups if abs(rest) <= GROSZ * len(lines) else []


def _by_group(lines: list[Draft]) -> Iterator[tuple[str, list[Draft]]]:
    for name in dict.fromkeys(draft.group for draft in lines):
        yield name, [draft for draft in lines if draft.group == name]


def _summed(name: str, lines: list[Draft]) -> BillGroup:
    net = sum((draft.net or ZERO for draft in lines), ZERO)
    if all(draft.gross is not None for draft in lines):
        vat = sum((draft.gross or ZERO for draft in lines), ZERO) - net
    else:
        vat = rounded(sum(((draft.net or ZERO) * draft.percent for draft in lines), ZERO) / HUNDRED)
    return _group(name, lines, net, vat)


def _from_the_total(lines: list[Draft], total: Decimal) -> list[BillGroup]:
    """P_15 as one group: at the rate of the lines, where it is the same for all."""
    names = {(draft.group, draft.percent) for draft in lines}
    if len(names) != 1 or not lines[0].group:
        return [BillGroup(name="", rate=None, net=total, vat=ZERO, stated=False)]
    net = rounded(net_of(total, lines[0].percent))
    return [_group(lines[0].group, lines, net, total - net)]


def _group(name: str, lines: list[Draft], net: Decimal, vat: Decimal) -> BillGroup:
    line = lines[0].line
    return BillGroup(
        name=name,
        rate=line.rate or rate_of(name),
        oss_rate=line.oss_rate if name == OSS else None,
        net=net,
        vat=vat,
        stated=False,
    )


def _not_stated(missing: Decimal) -> Finding:
    return doubt(
        "bill.totals_missing",
        "Fa/P_15",
        _(
            "The invoice does not state the net totals and the VAT behind %(missing)s of its total"
            " (P_15). They were counted from its lines and their VAT rates; please check them."
        ),
        missing=missing,
    )


def _no_rate(missing: Decimal) -> Finding:
    return doubt(
        "bill.rate_missing",
        "Fa/P_15",
        _(
            "The invoice is for %(missing)s, but does not tell at which VAT rates. The bill has the"
            " whole total as one line without VAT: please choose its tax."
        ),
        missing=missing,
    )
