"""Amounts to the grosz."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from decimal import Decimal

EXACT = decimal.Context(prec=200)
"""Enough for all digits that a document may have, so that nothing is ever rounded unasked."""

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
GROSZ = Decimal("0.01")
PRICE_PLACES = 8
"""Decimals of a unit price, as in FA(3); more where a large quantity needs them."""


def rounded(amount: Decimal) -> Decimal:
    """To the grosz, halves away from zero, as Odoo and the tax law do."""
    return amount.quantize(GROSZ, rounding="ROUND_HALF_UP")


def price_for(amount: Decimal, quantity: Decimal) -> Decimal:
    """A unit price with which the quantity (not zero) gives the amount to the grosz."""
    if abs(quantity) == ONE:
        return amount * quantity
    places = max(PRICE_PLACES, quantity.adjusted() + 5)
    with decimal.localcontext(EXACT):
        price = (amount / quantity).quantize(ONE.scaleb(-places)).normalize()
        return price.quantize(ONE) if price == price.to_integral_value() else price


def shared(whole: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """``whole`` in parts like the weights, to the grosz; the largest takes what rounding leaves.

    The weights must not come to zero.
    """
    of_all = sum(weights, ZERO)
    return completed(whole, [rounded(whole * weight / of_all) for weight in weights])


def completed(whole: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """The parts, of which the largest gives way so that they come to ``whole``."""
    complete = list(parts)
    largest = max(range(len(complete)), key=lambda at: abs(complete[at]))
    complete[largest] += whole - sum(complete, ZERO)
    return complete
