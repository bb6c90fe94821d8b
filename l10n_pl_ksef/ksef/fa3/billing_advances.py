"""Advance invoices (ZAL, KOR_ZAL) and the invoices that settle them (ROZ, KOR_ROZ).

An advance describes the whole order and is for what was paid: each of its lines counts with the
share that was paid of the order. A settlement describes the whole sale and is for what remains:
what the advances paid comes off it, by rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ..texts import _
from .billing_amounts import GROSZ, HUNDRED, ONE, ZERO, completed, rounded, shared
from .billing_corrections import fits
from .billing_lines import Draft, as_text, drafts_of, value_of
from .billing_model import BillGroup, BillLine, Source, Wording, own_line
from .model import Invoice, InvoiceKind, Line, OrderLine

ADVANCES = frozenset({InvoiceKind.ADVANCE, InvoiceKind.ADVANCE_CORRECTION})


# --- advances ---------------------------------------------------------------------------------


def paid_drafts(invoice: Invoice, totals: Mapping[str, Decimal]) -> list[Draft]:
    """The order's lines, each with what was paid for it; ``totals`` are the net totals by group.

    Some programs put the order, or the payment itself, where ordinary lines stand: these are taken
    where there is no order.
    """
    if invoice.order is None:
        drafts = drafts_of(invoice, invoice.lines)
        if fits(drafts, totals):
            return drafts
    else:
        drafts = drafts_of(invoice, [as_line(line) for line in invoice.order.lines])
    drafts = [draft for draft in drafts if draft.net is not None]
    for draft in drafts:
        draft.notes.append(Wording(_("Order: %(line)s"), {"line": as_text(draft.line)}))
        draft.source = Source.LINE if invoice.order is None else Source.ORDER
        draft.quantity = draft.price = draft.discount = draft.gross = None
        draft.told = False
    by_group: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft in _one_for_each(_with_their_share(invoice, drafts)):
        by_group[draft.group].append(draft)
    for name, members in by_group.items():
        wanted = sum((draft.net or ZERO for draft in members), ZERO)
        _fit(members, totals.get(name, ZERO) if totals else rounded(wanted))
    return [draft for members in by_group.values() for draft in members if draft.net]


def as_line(order_line: OrderLine) -> Line:
    """An order's line with the names that an invoice's line has for the same things."""
    return Line(
        number=order_line.number,
        uuid=order_line.uuid,
        name=order_line.name,
        index=order_line.index,
        gtin=order_line.gtin,
        pkwiu=order_line.pkwiu,
        cn=order_line.cn,
        pkob=order_line.pkob,
        unit=order_line.unit,
        quantity=order_line.quantity,
        net_price=order_line.net_price,
        net_amount=order_line.net_amount,
        vat_amount=order_line.vat_amount,
        rate=order_line.rate,
        oss_rate=order_line.oss_rate,
        annex_15=order_line.annex_15,
        gtu=order_line.gtu,
        procedure=order_line.procedure,
        excise=order_line.excise,
        before=order_line.before,
    )


def _with_their_share(invoice: Invoice, drafts: list[Draft]) -> list[Draft]:
    """Each line times what was paid for the whole order, now less before the correction."""
    paid_before = invoice.correction.total_before if invoice.correction else None
    before = [draft for draft in drafts if draft.line.before]
    now = [draft for draft in drafts if not draft.line.before]
    paid = invoice.total
    if before and paid_before is not None:
        paid += paid_before
        _scale(before, -paid_before)
        drafts = drafts if now else before
    else:
        drafts = now
    _scale(now, paid)
    return drafts


def _scale(drafts: list[Draft], paid: Decimal) -> None:
    value = sum(((draft.net or ZERO) * (HUNDRED + draft.percent) for draft in drafts), ZERO)
    if not value:
        return
    for draft in drafts:
        draft.net = (draft.net or ZERO) * paid * HUNDRED / value


def _one_for_each(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """One draft for a line as it was and as it is, unless its rate changed."""
    seen: dict[tuple[int, str], Draft] = {}
    for draft in sorted(drafts, key=lambda draft: draft.line.before):
        first = seen.setdefault((draft.line.number, draft.group), draft)
        if first is draft:
            continue
        if not draft.line.before:
            yield draft
            continue
        first.net = (first.net or ZERO) + (draft.net or ZERO)
    yield from seen.values()


def _fit(drafts: list[Draft], wanted: Decimal) -> None:
    """Bring the shares to the total of their rate, which may tell another story than the order."""
    nets = [draft.net or ZERO for draft in drafts]
    if abs(sum(nets, ZERO) - wanted) <= GROSZ * (len(drafts) + 1):
        parts = completed(wanted, [rounded(net) for net in nets])
    else:
        parts = shared(wanted, _weights(drafts))
    for draft, part in zip(drafts, parts, strict=True):
        draft.net = part


def _weights(drafts: list[Draft]) -> list[Decimal]:
    """What the lines are worth in the order as it is now, or just as much each."""
    weights = [ZERO if draft.line.before else value_of(draft.line) or ZERO for draft in drafts]
    return weights if sum(weights, ZERO) else [ONE] * len(drafts)


# --- settlements ------------------------------------------------------------------------------


def settled_line(
    invoice: Invoice, group: BillGroup, sold: Decimal, missing: Decimal
) -> BillLine | None:
    """What advances paid at one rate: the net value that the lines have beyond the total.

    None where the invoice settles nothing, or where an advance cannot be the reason.
    """
    if invoice.kind is InvoiceKind.SETTLEMENT_CORRECTION:
        template = _("Change in what remains after the advance invoices: %(numbers)s")
    elif invoice.kind is InvoiceKind.SETTLEMENT and sold >= 0 > missing:
        template = _("Paid with the advance invoices: %(numbers)s")
    else:
        return None
    numbers = [one.number or one.ksef_number or "" for one in invoice.advance_invoices]
    wording = Wording(template, {"numbers": ", ".join(filter(None, numbers)) or "?"})
    return own_line(group, missing, wording, Source.ADVANCE)
