"""From the lines of a document to drafts of the bill's lines: what each adds, and its price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .billing_model import ZERO, BillLine, Source, Wording, price_for, rounded
from .billing_rates import HUNDRED, MARGIN, OSS, groups_of, net_of, percent_of, rate_of
from .model import Invoice, Line

ONE = Decimal(1)


@dataclass(slots=True)
class Draft:
    """A line on its way to the bill. Amounts are signed as they count."""

    line: Line
    group: str
    net: Decimal | None
    """What it adds to P_13_x; None where the document does not tell."""
    told: bool
    """Whether P_11 says so; what was counted here may give way by grosze to the totals."""
    gross: Decimal | None = None
    """P_11A, where there is no P_11."""
    quantity: Decimal | None = None
    price: Decimal | None = None
    """P_9A or P_9B, whichever goes with the value."""
    discount: Decimal | None = None
    source: Source = Source.LINE
    notes: list[Wording] = field(default_factory=list)


def drafts_of(invoice: Invoice, lines: Sequence[Line]) -> list[Draft]:
    """A draft of each line, with the sign it has in the document."""
    groups = groups_of(invoice, lines)
    return [_draft(line, group) for line, group in zip(lines, groups, strict=True)]


def _draft(line: Line, group: str) -> Draft:
    percent = percent_of(line, group)
    if line.net_amount is not None:
        draft = Draft(line, group, line.net_amount, told=True, price=line.net_price)
    elif line.gross_amount is not None:
        draft = Draft(line, group, None, told=False, gross=line.gross_amount)
        draft.price = line.gross_price
    elif line.net_price is not None:
        draft = Draft(line, group, None, told=False, price=line.net_price)
        draft.net = _value(line, line.net_price)
    elif line.gross_price is not None:
        draft = Draft(line, group, None, told=False, price=line.gross_price)
        draft.gross = _value(line, line.gross_price)
    else:
        draft = Draft(line, group, None, told=False)
    if draft.gross is not None:
        draft.net = _net(draft.gross, line.vat_amount, percent)
    draft.quantity, draft.discount = line.quantity, line.discount
    return draft


def _value(line: Line, price: Decimal) -> Decimal:
    """What a line without a value is worth. P_10 is a discount on one unit."""
    quantity = ONE if line.quantity is None else line.quantity
    return rounded(quantity * (price - (line.discount or ZERO)))


def _net(gross: Decimal, vat: Decimal | None, percent: Decimal) -> Decimal:
    return gross - vat if vat is not None else rounded(net_of(gross, percent))


def bill_line(draft: Draft) -> BillLine:
    """The finished line; the draft must know its net value by now."""
    line, net = draft.line, draft.net or ZERO
    amount = net if draft.gross is None else draft.gross
    quantity, price, percent = _priced(draft, amount)
    return BillLine(
        number=line.number or None,
        name=line.name or line.index or line.gtin or "",
        source=draft.source,
        group=draft.group,
        rate=line.rate or rate_of(draft.group),
        oss_rate=line.oss_rate if draft.group == OSS else None,
        margin=draft.group == MARGIN,
        quantity=quantity,
        unit=line.unit,
        unit_price=price,
        price_includes_tax=draft.gross is not None,
        discount_percent=percent,
        net=net,
        gross=draft.gross,
        gtin=line.gtin,
        index=line.index,
        pkwiu=line.pkwiu,
        cn=line.cn,
        pkob=line.pkob,
        gtu=line.gtu,
        procedure=line.procedure,
        annex_15=line.annex_15,
        excise=line.excise,
        supplied_on=line.supplied_on,
        uuid=line.uuid,
        notes=tuple(draft.notes),
    )


def _priced(draft: Draft, amount: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Quantity, unit price and discount in percent that give the amount to the grosz.

    The document's own, where they do; else its quantity with a price that does.
    """
    quantity = draft.quantity or ONE
    price = draft.price
    if price is not None:
        for discount in _discounts(draft, quantity, price):
            if rounded(quantity * (price - discount)) == amount:
                return _discounted(quantity, price, discount, amount)
        if rounded(quantity * -price) == amount:
            return quantity, -price, ZERO
    return quantity, price_for(amount, quantity), ZERO


def _discounts(draft: Draft, quantity: Decimal, price: Decimal) -> Iterable[Decimal]:
    """What P_10 may take off a unit price: FA(3) does not say whether it is of a unit or all."""
    if draft.discount:
        yield draft.discount
        yield draft.discount / quantity
    yield ZERO


def _discounted(
    quantity: Decimal, price: Decimal, discount: Decimal, amount: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    if not discount:
        return quantity, price, ZERO
    if price:
        percent = rounded(discount * HUNDRED / price)
        if rounded(quantity * price * (HUNDRED - percent) / HUNDRED) == amount:
            return quantity, price, percent
    return quantity, price_for(amount, quantity), ZERO
