"""The invoice's totals by VAT rate: P_13_x, P_14_x and P_14_xW."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..texts import _
from . import fields as xml
from .codes import RateCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Net value and VAT of the sales at one rate (or of one kind), in the invoice's currency."""

    net: Decimal = xml.amount("P_13", _("Net total"))
    """For the margin scheme the gross value."""
    vat: Decimal | None = xml.amount("P_14", _("VAT"), default=None)
    """Only where VAT is charged: standard, reduced, super_reduced, taxi, oss."""
    vat_pln: Decimal | None = xml.amount("P_14W", _("VAT in PLN"), default=None)
    """On invoices in a foreign currency; not for oss."""

    def __add__(self, other: Total) -> Total:
        return Total(
            net=self.net + other.net,
            vat=_sum(self.vat, other.vat),
            vat_pln=_sum(self.vat_pln, other.vat_pln),
        )


def _sum(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    if first is None or second is None:
        return first if second is None else second
    return first + second


ELEMENTS: Mapping[str, Mapping[str, str]] = {
    **{
        name: {"net": f"P_13_{number}", "vat": f"P_14_{number}", "vat_pln": f"P_14_{number}W"}
        for name, number in (("standard", 1), ("reduced", 2), ("super_reduced", 3), ("taxi", 4))
    },
    "oss": {"net": "P_13_5", "vat": "P_14_5"},
    "zero_domestic": {"net": "P_13_6_1"},
    "zero_eu_supply": {"net": "P_13_6_2"},
    "zero_export": {"net": "P_13_6_3"},
    "exempt": {"net": "P_13_7"},
    "outside_poland": {"net": "P_13_8"},
    "eu_services": {"net": "P_13_9"},
    "reverse_charge": {"net": "P_13_10"},
    "margin": {"net": "P_13_11"},
}
"""The official elements of each total, by its field in `VatTotals` and the field in `Total`."""

TAXED_IN_POLAND = tuple(name for name, elements in ELEMENTS.items() if "vat_pln" in elements)
"""The totals with Polish VAT, which is due in PLN."""


def _total(name: str) -> Any:
    return xml.inline("", Total, default=None, renamed=ELEMENTS[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class VatTotals:
    """Totals by rate. What an invoice does not sell has no total (None), not zero.

    On corrections these are differences, on settlements (ROZ) what remains, on advances (ZAL) what
    was paid.
    """

    standard: Total | None = _total("standard")
    """23 and 22 %."""
    reduced: Total | None = _total("reduced")
    """8 and 7 %."""
    super_reduced: Total | None = _total("super_reduced")
    """5 %."""
    taxi: Total | None = _total("taxi")
    """4 and 3 %, the lump sum for taxis."""
    oss: Total | None = _total("oss")
    """Another EU country's VAT (chapter 6a of title XII)."""
    zero_domestic: Total | None = _total("zero_domestic")
    zero_eu_supply: Total | None = _total("zero_eu_supply")
    zero_export: Total | None = _total("zero_export")
    exempt: Total | None = _total("exempt")
    outside_poland: Total | None = _total("outside_poland")
    """np I."""
    eu_services: Total | None = _total("eu_services")
    """np II."""
    reverse_charge: Total | None = _total("reverse_charge")
    margin: Total | None = _total("margin")

    @classmethod
    def by_rate(
        cls,
        by_rate: Mapping[RateCode, Total],
        *,
        oss: Total | None = None,
        margin: Total | None = None,
    ) -> VatTotals:
        """Totals from the totals of each rate code; rates that share an element are added up.

        A VAT of zero is left out where FA(3) has no element for it.
        """
        totals: dict[str, Total] = {}
        for rate, total in by_rate.items():
            name = FIELD_OF_RATE[rate]
            if "vat" not in ELEMENTS[name] and not (total.vat or total.vat_pln):
                total = Total(net=total.net)
            totals[name] = totals[name] + total if name in totals else total
        return cls(oss=oss, margin=margin, **totals)

    def of(self, rate: RateCode) -> Total | None:
        """The total that sales at ``rate`` belong to."""
        total: Total | None = getattr(self, FIELD_OF_RATE[rate])
        return total

    def items(self) -> Iterator[tuple[str, Total]]:
        """Name and total of each kind of sale that the invoice has, in the order of FA(3)."""
        for name in ELEMENTS:
            total = getattr(self, name)
            if total is not None:
                yield name, total

    @property
    def net(self) -> Decimal:
        """The sum of all P_13_x."""
        return sum((total.net for _name, total in self.items()), Decimal(0))

    @property
    def vat(self) -> Decimal:
        """The sum of all P_14_x, in the invoice's currency."""
        return sum((total.vat or Decimal(0) for _name, total in self.items()), Decimal(0))


FIELD_OF_RATE: Mapping[RateCode, str] = {
    RateCode.VAT_23: "standard",
    RateCode.VAT_22: "standard",
    RateCode.VAT_8: "reduced",
    RateCode.VAT_7: "reduced",
    RateCode.VAT_5: "super_reduced",
    RateCode.VAT_4: "taxi",
    RateCode.VAT_3: "taxi",
    RateCode.ZERO_DOMESTIC: "zero_domestic",
    RateCode.ZERO_EU_SUPPLY: "zero_eu_supply",
    RateCode.ZERO_EXPORT: "zero_export",
    RateCode.EXEMPT: "exempt",
    RateCode.OUTSIDE_POLAND: "outside_poland",
    RateCode.EU_SERVICES: "eu_services",
    RateCode.REVERSE_CHARGE: "reverse_charge",
}
"""Which field of `VatTotals` the sales at a rate belong to."""
