"""Which total (P_13_x) a line counts in, and at which rate."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .billing_amounts import GROSZ, HUNDRED, ZERO
from .codes import RateCode
from .model import Invoice, Line
from .totals import FIELD_OF_RATE, Total

MARGIN = "margin"
OSS = "oss"

RATES_OF: dict[str, tuple[RateCode, ...]] = {
    name: tuple(rate for rate in RateCode if FIELD_OF_RATE[rate] == name)
    for name in dict.fromkeys(FIELD_OF_RATE.values())
}
"""The rate codes that share a total, the present one first."""


def said_group(line: Line) -> str:
    """The total that a line names by its rate (P_12, P_12_XII); empty where it names none."""
    if line.rate is not None:
        return FIELD_OF_RATE[line.rate]
    return OSS if line.oss_rate is not None else ""


def groups_of(invoice: Invoice, lines: Iterable[Line]) -> list[str]:
    """The total of each line; empty where neither the line nor the totals tell.

    Without P_12 come lines under the margin schemes, some sales outside Poland, and lines of
    simplified invoices: these belong to the only total that there is, or the only one that no
    other line belongs to.
    """
    said = [said_group(line) for line in lines]
    if "" not in said:
        return said
    fallback = _without_rate(invoice, set(said))
    return [group or fallback for group in said]


def _without_rate(invoice: Invoice, said: set[str]) -> str:
    stated = [name for name, total in invoice.totals.items() if total.net or total.vat]
    if invoice.annotations.margin is not None and (MARGIN in stated or not stated):
        return MARGIN
    if len(stated) == 1:
        return stated[0]
    free = [name for name in stated if name not in said]
    return free[0] if len(free) == 1 else ""


def rate_of(group: str) -> RateCode | None:
    """The rate code of a total; of several the present one, None for OSS and margin."""
    rates = RATES_OF.get(group, ())
    return rates[0] if rates else None


def told_rate(invoice: Invoice, group: str, total: Total) -> RateCode | None:
    """The rate code of a total: the one that its lines have, or that its VAT was counted at.

    A former rate is believed only where rounding does not explain the VAT at the present one.
    """
    rates = RATES_OF.get(group, ())
    said = [line.rate for line in invoice.lines]
    said += [line.rate for line in invoice.order.lines] if invoice.order else []
    named = set(said) & set(rates)
    if len(named) == 1:
        return named.pop()
    vat = total.vat
    if not vat:
        return rate_of(group)

    def missed(rate: RateCode) -> Decimal:
        return abs(total.net * (rate.percent or ZERO) / HUNDRED - vat)

    if not rates or missed(rates[0]) <= GROSZ * (len(said) + 1):
        return rate_of(group)
    return min(rates, key=missed)


def percent_of(line: Line, group: str) -> Decimal:
    """The VAT in a line's gross value, in percent of its net value."""
    if line.oss_rate is not None:
        return line.oss_rate
    rate = line.rate or rate_of(group)
    return (rate.percent if rate else None) or ZERO


def net_of(gross: Decimal, percent: Decimal) -> Decimal:
    """The net value in a gross value; not rounded."""
    return gross * HUNDRED / (HUNDRED + percent)
