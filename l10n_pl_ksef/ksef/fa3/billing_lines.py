"""From the lines of a document to drafts of the bill's lines: what each adds, and its price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .billing_amounts import HUNDRED, ONE, ZERO, price_for, rounded
from .billing_model import BillGroup, BillLine, Source, Wording
from .billing_rates import MARGIN, OSS, groups_of, net_of, percent_of, said_group
from .model import Invoice, Line


@dataclass(slots=True)
class Draft:
    """A line on its way to the bill. Amounts are signed as they count."""

    line: Line
    group: str
    position: int = 0
    """Its place in the document."""
    net: Decimal | None = None
    """What it adds to P_13_x; None where the document does not tell."""
    told: bool = False
    """Whether P_11 says so; what was counted here may give way by grosze to the totals."""
    gross: Decimal | None = None
    """P_11A, where there is no P_11."""
    quantity: Decimal | None = None
    price: Decimal | None = None
    """P_9A or P_9B, whichever goes with the value."""
    discount: Decimal | None = None
    """P_10."""
    source: Source = Source.LINE
    notes: list[Wording] = field(default_factory=list)

    @property
    def percent(self) -> Decimal:
        """The VAT on it."""
        return percent_of(self.line, self.group)


def drafts_of(invoice: Invoice, lines: Sequence[Line]) -> list[Draft]:
    """A draft of each line, with the sign it has in the document."""
    groups = groups_of(invoice, lines)
    return [
        _draft(line, group, position)
        for position, (line, group) in enumerate(zip(lines, groups, strict=True))
    ]


def _draft(line: Line, group: str, position: int) -> Draft:
    draft = Draft(line, group, position, quantity=line.quantity, discount=line.discount)
    value = value_of(line)
    draft.told = line.net_amount is not None
    if draft.told or (line.gross_amount is None and line.net_price is not None):
        draft.net, draft.price = value, line.net_price
    else:
        draft.gross, draft.price = value, line.gross_price
    if draft.gross is not None:
        if line.vat_amount is not None:
            draft.net = draft.gross - line.vat_amount
        else:
            draft.net = rounded(net_of(draft.gross, draft.percent))
    return draft


def value_of(line: Line) -> Decimal | None:
    """What a line is worth, net or gross as it says itself; None where it does not tell.

    Where there is no value but a price, P_10 is a discount on one unit.
    """
    for value in (line.net_amount, line.gross_amount):
        if value is not None:
            return value
    price = line.gross_price if line.net_price is None else line.net_price
    if price is None:
        return None
    quantity = ONE if line.quantity is None else line.quantity
    return rounded(quantity * (price - (line.discount or ZERO)))


def bill_line(draft: Draft, group: BillGroup) -> BillLine:
    """The finished line; the draft must know its net value by now."""
    line, net = draft.line, draft.net or ZERO
    quantity, price, percent = _priced(draft, net if draft.gross is None else draft.gross)
    return BillLine(
        number=line.number,
        name=line.name or line.index or line.gtin or "",
        source=draft.source,
        group=group.name,
        rate=line.rate if said_group(line) == group.name and line.rate else group.rate,
        oss_rate=(line.oss_rate or group.oss_rate) if group.name == OSS else None,
        margin=group.name == MARGIN,
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
        for discount in _discounts(draft, quantity):
            if rounded(quantity * (price - discount)) == amount:
                return _discounted(quantity, price, discount, amount)
        if rounded(quantity * -price) == amount:
            return quantity, -price, ZERO
    return quantity, price_for(amount, quantity), ZERO


def _discounts(draft: Draft, quantity: Decimal) -> Iterable[Decimal]:
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


def as_text(line: Line) -> str:
    """A line of the document in short: ``Drill, 2 szt. × 150.00 = 300.00``."""
    return "".join(_in_short(line))


def _in_short(line: Line) -> Iterator[str]:
    yield line.name or line.index or line.gtin or str(line.number)
    price = line.gross_price if line.net_price is None else line.net_price
    value = value_of(line)
    if line.quantity is not None:
        yield f", {line.quantity} {line.unit or ''}".rstrip()
    if price is not None:
        yield f" × {price}"
    if value is not None:
        yield f" = {value}"
