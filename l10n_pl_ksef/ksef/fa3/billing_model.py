"""What the buyer books of an invoice: the lines of a bill, and what they must come to."""

from __future__ import annotations

import decimal
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from ..texts import Term
from .billing_amounts import EXACT, ONE, ZERO, price_for
from .billing_rates import MARGIN, rate_of
from .codes import GoodsCode, Procedure, RateCode
from .findings import Finding


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence of ours, not of the document: translate ``template``, then fill in ``values``."""

    template: Term
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.template % self.values


class Source(str, enum.Enum):
    """Where a line of the bill comes from."""

    LINE = "line"
    """FaWiersz; on corrections the difference that it makes."""
    ORDER = "order"
    """ZamowienieWiersz, brought down to what was paid."""
    ADVANCE = "advance"
    """What earlier advance invoices paid already, at one rate."""
    ROUNDING = "rounding"
    """A few grosze between the lines and the totals, or between the totals and P_15."""
    TOTALS = "totals"
    """P_13_x as a whole, where the lines do not say how it comes about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line to book. Amounts are in the invoice's currency.

    ``quantity`` times ``unit_price`` less ``discount_percent``, rounded to the grosz, is always
    exactly ``net``, or ``gross`` where ``price_includes_tax``.
    """

    number: int | None = None
    """NrWierszaFa or NrWierszaZam; None for lines that the document does not have."""
    name: str
    """P_7, or an English text of ours that ``wording`` has for translation."""
    wording: Wording | None = None
    source: Source = Source.LINE
    group: str = ""
    """Which `BillGroup` the line counts in; empty for the rounding of P_15."""
    rate: RateCode | None = None
    """P_12; None with ``oss_rate``, ``margin``, and where the document does not tell."""
    oss_rate: Decimal | None = None
    """P_12_XII, in percent."""
    margin: bool = False
    """Under a margin scheme: ``net`` is the whole price, and there is no VAT to deduct."""
    quantity: Decimal = ONE
    """Negative for what is taken back; never zero."""
    unit: str | None = None
    unit_price: Decimal = ZERO
    """Net, unless ``price_includes_tax``."""
    price_includes_tax: bool = False
    discount_percent: Decimal = ZERO
    """With at most 2 decimals; other discounts are in ``unit_price``."""
    net: Decimal = ZERO
    """Signed: the lines of a group come to its P_13_x."""
    gross: Decimal | None = None
    """P_11A, where the document counts from gross values."""
    gtin: str | None = None
    index: str | None = None
    """The supplier's own code."""
    pkwiu: str | None = None
    cn: str | None = None
    pkob: str | None = None
    gtu: GoodsCode | None = None
    procedure: Procedure | None = None
    annex_15: bool = False
    excise: Decimal | None = None
    supplied_on: date | None = None
    uuid: str | None = None
    notes: tuple[Wording, ...] = ()

    def with_quantity_places(self, places: int) -> BillLine:
        """The same amount with at most so many decimals in the quantity; the price makes up."""
        with decimal.localcontext(EXACT):
            quantity = self.quantity.quantize(ONE.scaleb(-places)) or ONE
            if quantity == self.quantity:
                return self
            amount = self.net if self.gross is None else self.gross
            price = price_for(amount, quantity)
        return replace(self, quantity=quantity, unit_price=price, discount_percent=ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillGroup:
    """The sales of one kind: P_13_x with P_14_x and P_14_xW."""

    name: str
    """As in `VatTotals`: ``standard``, ``reduced``, ...; empty where no rate is told."""
    rate: RateCode | None
    """The rate that P_14_x was counted at; None for OSS and margin."""
    oss_rate: Decimal | None = None
    """In percent, where the whole group is taxed at one rate of another country."""
    net: Decimal
    vat: Decimal
    vat_pln: Decimal | None = None
    """P_14_xW; None on invoices in PLN, and where it contradicts the sign of P_14_x."""
    stated: bool = True
    """Whether the document says so; otherwise it was counted from lines or from P_15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillTotals:
    """What the bill must come to, in the invoice's currency."""

    net: Decimal
    """All P_13_x."""
    vat: Decimal
    """All P_14_x."""
    gross: Decimal
    """P_15."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What the buyer has to book.

    The ``net`` of the lines of each group comes to the group's, and all nets and VAT come to P_15,
    unless a doubt says by how much they miss it.
    """

    refund: bool
    """Whether the total is below zero."""
    lines: tuple[BillLine, ...]
    groups: tuple[BillGroup, ...]
    totals: BillTotals
    to_pay: Decimal
    """P_15 with the charges and deductions of Rozliczenie. Payments made are not subtracted;
    below zero where the buyer gets something back."""
    exchange_rate: Decimal | None = None
    """PLN for one unit of the currency, as far as the document tells: of all lines together."""
    notes: tuple[Wording, ...] = ()
    """What a person should know that is no line: charges, deductions, roundings."""
    doubts: tuple[Finding, ...] = ()
    """What does not add up and needs a person; all warnings."""


def empty_group(name: str) -> BillGroup:
    """A group that the document has no total for."""
    return BillGroup(name=name, rate=rate_of(name), net=ZERO, vat=ZERO, stated=False)


def own_line(group: BillGroup, net: Decimal, wording: Wording, source: Source) -> BillLine:
    """A line that the document does not have."""
    return BillLine(
        name=wording.text,
        wording=wording,
        source=source,
        group=group.name,
        rate=group.rate,
        oss_rate=group.oss_rate,
        margin=group.name == MARGIN,
        unit_price=net,
        net=net,
    )
