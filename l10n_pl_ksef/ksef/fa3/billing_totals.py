"""Lines and totals brought together: the bill's lines come to P_13_x, or a doubt says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..texts import Term, _
from . import paths
from .billing_amounts import GROSZ, HUNDRED, ONE, ZERO
from .billing_lines import Draft, as_text, bill_line
from .billing_model import BillGroup, BillLine, Source, Wording, own_line
from .billing_rates import MARGIN, OSS, told_rate
from .findings import Finding, Severity
from .model import Invoice
from .totals import ELEMENTS, Total

MOST_LISTED = 50
"""So many lines are told of on the line that stands for them."""

Explain = Callable[[BillGroup, Decimal, Decimal], BillLine | None]
"""From a group, what its lines come to and what its total has beyond that: the line that the kind
of the document explains this with, if it does."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The lines of one group, which come to its total exactly, and what is doubtful about them."""

    lines: tuple[tuple[int, BillLine], ...] = ()
    """Those of the document, with their places in it."""
    own: tuple[BillLine, ...] = ()
    doubts: tuple[Finding, ...] = ()
    notes: tuple[Wording, ...] = ()


def doubt(code: str, element: str, template: Term, /, **values: Any) -> Finding:
    """Something that a person should look at; ``element`` is a path below Faktura."""
    named = {"label": paths.label(element), "element": element, **values}
    return Finding(code, Severity.WARNING, element, template, named)


def stated_groups(invoice: Invoice) -> list[BillGroup]:
    """The totals that the document states, in its order."""
    return [
        BillGroup(
            name=name,
            rate=told_rate(invoice, name, total),
            oss_rate=_oss_rate(total.net, total.vat) if name == OSS else None,
            net=total.net,
            vat=total.vat or ZERO,
            vat_pln=_vat_pln(invoice, total),
        )
        for name, total in invoice.totals.items()
    ]


def _vat_pln(invoice: Invoice, total: Total) -> Decimal | None:
    """P_14_xW, where it can be true: in another currency, and not with the opposite sign."""
    if invoice.currency == "PLN" or total.vat_pln is None:
        return None
    return total.vat_pln if total.vat_pln * (total.vat or ZERO) >= 0 else None


def _oss_rate(net: Decimal, vat: Decimal | None) -> Decimal | None:
    """The rate behind a total, as far as grosze tell; the rates in use have at most one decimal."""
    if not net or not vat:
        return None
    return (vat * HUNDRED / net).quantize(Decimal("0.1")).normalize()


def fit(group: BillGroup, drafts: list[Draft], explain: Explain, name: str | None) -> Fit:
    """The lines of one group; ``name`` is what to call one that stands for all of them."""
    known = [draft for draft in drafts if draft.net is not None]
    unknown = [draft for draft in drafts if draft.net is None]
    sold = sum((draft.net or ZERO for draft in known), ZERO)
    missing = group.net - sold
    rounding = abs(missing) <= tolerance(known)
    if unknown and (rounding or not missing):
        for draft in unknown:
            draft.net = ZERO
    elif len(unknown) == 1:
        unknown[0].net, missing = missing, ZERO
    elif unknown:
        return Fit(own=_instead(group, drafts, name))
    if drafts and not missing:
        return Fit(_lines(drafts, group))
    if drafts and rounding:
        return _with_rounding(group, drafts, missing)
    if explained := explain(group, sold, missing):
        return Fit(_lines(drafts, group), (explained,))
    if not drafts:
        return Fit(own=_instead(group, drafts, name))
    if not (group.stated or group.net or group.vat):
        return Fit(doubts=(_beyond(group, drafts, sold),), notes=tuple(_told(drafts)))
    return Fit(own=_instead(group, drafts, name), doubts=(_contradiction(group, sold),))


def tolerance(lines: list[Draft]) -> Decimal:
    """What rounding explains: a grosz a line; of stated net values not more than 1.00 in all."""
    grosze = GROSZ * len(lines)
    return min(grosze, ONE) if all(line.told for line in lines) else grosze


def _lines(drafts: list[Draft], group: BillGroup) -> tuple[tuple[int, BillLine], ...]:
    return tuple((draft.position, bill_line(draft, group)) for draft in drafts)


def _with_rounding(group: BillGroup, drafts: list[Draft], missing: Decimal) -> Fit:
    """Grosze go to a line whose net value was counted here, or else to a line of their own."""
    counted = [draft for draft in drafts if not draft.told]
    if not counted:
        own = own_line(group, missing, Wording(_("Rounding")), Source.ROUNDING)
        return Fit(_lines(drafts, group), (own,))
    largest = max(counted, key=lambda draft: abs(draft.net or ZERO))
    largest.net = (largest.net or ZERO) + missing
    return Fit(_lines(drafts, group))


def _instead(group: BillGroup, drafts: list[Draft], name: str | None) -> tuple[BillLine, ...]:
    """The group's total as one line, which tells of the lines that it stands for."""
    if not group.net and not group.vat:
        return ()
    line = own_line(group, group.net, _all_of(group), Source.TOTALS)
    if len(drafts) == 1:
        name = drafts[0].line.name or name
    changes: dict[str, Any] = {"notes": tuple(_told(drafts))}
    if name:
        changes.update(name=name, wording=None)
    return (replace(line, **changes),)


def _all_of(group: BillGroup) -> Wording:
    if group.name == MARGIN:
        return Wording(_("Sales under the margin scheme"))
    if group.rate is None:
        return Wording(
            _("Everything on the invoice") if not group.name else _("Sales taxed abroad")
        )
    code = group.rate.value
    return Wording(
        _("Sales at the VAT rate %(rate)s"), {"rate": f"{code} %" if code.isdigit() else code}
    )


def _told(drafts: list[Draft]) -> list[Wording]:
    return [
        Wording(
            _("Line %(number)s of the invoice: %(line)s"),
            {"number": draft.line.number, "line": as_text(draft.line)},
        )
        for draft in drafts[:MOST_LISTED]
    ]


def _contradiction(group: BillGroup, lines: Decimal) -> Finding:
    return doubt(
        "bill.lines",
        f"Fa/{ELEMENTS[group.name]['net']}" if group.stated else "Fa/P_15",
        _(
            "At one VAT rate the invoice totals %(stated)s net (%(element)s), but its lines come to"
            " %(lines)s: a difference of %(difference)s. The bill has one line with the total"
            " instead of them; please compare it with the document."
        ),
        stated=group.net,
        lines=lines,
        difference=lines - group.net,
    )


def _beyond(group: BillGroup, drafts: list[Draft], lines: Decimal) -> Finding:
    return doubt(
        "bill.lines_beyond",
        f"Fa/FaWiersz[{drafts[0].position + 1}]/P_12",
        _(
            "Some lines (the first is number %(number)s) come to %(lines)s at a VAT rate that the"
            " totals of the invoice do not have. They are not on the bill; please compare it with"
            " the document."
        ),
        number=drafts[0].line.number,
        lines=lines,
    )
