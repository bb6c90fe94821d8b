"""Which rate of FA(3) the taxes of a line are."""

from dataclasses import dataclass
from decimal import Decimal

from odoo import models

from ..ksef import fa3
from ..ksef.texts import _

ZERO = Decimal(0)
OSS = "oss"
MARGIN = "margin"
SETTLEMENT = "settlement"
TRIANGULAR = "triangular"
MARGIN_SCHEMES = {
    "margin_travel": fa3.MarginScheme.TRAVEL,
    "margin_used": fa3.MarginScheme.USED_GOODS,
    "margin_art": fa3.MarginScheme.WORKS_OF_ART,
    "margin_collectors": fa3.MarginScheme.COLLECTORS_ITEMS,
}


def total_key(code):
    """Give what the sales of a tax are totalled under: a `RateCode`, `OSS`, `MARGIN` or None.

    ``code``: the KSeF Rate of a tax. The second taxpayer of a triangular transaction sells outside
    Poland.
    """
    if not code:
        return None
    if code in MARGIN_SCHEMES:
        return MARGIN
    if code in (OSS, SETTLEMENT):
        return code
    if code == TRIANGULAR:
        return fa3.RateCode.OUTSIDE_POLAND
    return fa3.RateCode(code)


@dataclass
class Rate:
    """What the tax of a line says.

    ``code``: P_12, None where another element tells it; ``key``: see `total_key`; ``gross``: the
    prices contain the tax.
    """

    tax: models.Model
    code: fa3.RateCode | None
    key: fa3.RateCode | str
    gross: bool
    percent: Decimal

    @property
    def taxed(self):
        """Whether VAT above zero is charged, Polish or another country's."""
        return self.percent > ZERO

    @property
    def taxed_in_poland(self):
        """Whether Polish VAT above zero is charged, which is due in PLN."""
        return self.percent > ZERO and self.key != OSS

    @property
    def oss_percent(self):
        """P_12_XII, or None."""
        return self.percent if self.key == OSS else None

    @property
    def margin_scheme(self):
        """The margin scheme, or None."""
        return MARGIN_SCHEMES.get(self.tax.l10n_pl_ksef_rate_code)

    @property
    def triangular(self):
        """Whether the second taxpayer of a triangular transaction sells."""
        return self.tax.l10n_pl_ksef_rate_code == TRIANGULAR


class Rates:
    """Finds the rate of each line; a tax that has none is reported once, however many lines."""

    def __init__(self, source):
        self._source = source
        self._by_ids = {}
        self._untaxed = []

    def of(self, line):
        """Give the `Rate` of a line, or None where its taxes say none (reported)."""
        taxes = line.tax_ids
        key = taxes._ids
        if not key:
            self._untaxed.append(line.name or line.product_id.display_name or "")
            return None
        if key not in self._by_ids:
            self._by_ids[key] = self._read(line, taxes)
        return self._by_ids[key]

    @property
    def codes(self):
        """The rate codes met so far."""
        return {rate.code for rate in self.all()}

    def all(self):
        """The rates met so far, without those that could not be told."""
        return [rate for rate in self._by_ids.values() if rate]

    def report_untaxed(self):
        """Report the lines that had no tax, in one sentence."""
        if not self._untaxed:
            return
        self._source.problems.error(
            "line.no_tax",
            "Fa/FaWiersz/P_12",
            _(
                "These lines of %(invoice)s have no tax: %(lines)s. Choose one in the column "
                "Taxes; for sales without VAT choose an exempt tax or one of 0%%."
            ),
            invoice=self._source.move,
            lines=_listed(self._untaxed),
        )

    def _read(self, line, taxes):
        if len(taxes) > 1 or taxes.amount_type == "group":
            taxes = taxes.flatten_taxes_hierarchy()
        if len(taxes) != 1:
            self._source.problems.error(
                "line.several_taxes",
                "Fa/FaWiersz/P_12",
                _(
                    "The line “%(line)s” has several taxes (%(taxes)s), but a line of a KSeF "
                    "invoice has one VAT rate. Leave one tax in the column Taxes, or divide the "
                    "line."
                ),
                line=line.name or "",
                taxes=taxes,
            )
            return None
        return self._of_tax(taxes)

    def _of_tax(self, tax):
        code = tax.l10n_pl_ksef_rate_code
        if not code or (tax.country_id.code != "PL" and code != OSS):
            self._report_unknown(tax)
            return None
        key = total_key(code)
        rate = key if isinstance(key, fa3.RateCode) else None
        percent = (rate.percent or ZERO) if rate else ZERO
        if key == OSS:
            percent = Decimal(repr(tax.amount)).normalize()
        if tax.amount_type != "percent" or percent != Decimal(repr(tax.amount)):
            self._source.problems.error(
                "tax.rate_against_amount",
                "Fa/FaWiersz/P_12",
                _(
                    "The tax “%(tax)s” charges %(amount)s%%, but its KSeF Rate is %(rate)s. "
                    "Correct the KSeF Rate in Invoicing, Configuration, Taxes."
                ),
                tax=tax,
                amount=f"{tax.amount:g}",
                rate=code,
            )
            return None
        gross = tax.price_include or key == MARGIN
        return Rate(tax=tax, code=rate, key=key, gross=gross, percent=percent)

    def _report_unknown(self, tax):
        self._source.problems.error(
            "tax.unknown_rate",
            "Fa/FaWiersz/P_12",
            _(
                "Odoo cannot tell which KSeF rate the tax “%(tax)s” has. Open it in "
                "Invoicing, Configuration, Taxes and choose its KSeF Rate on the page Advanced "
                "Options. Taxes of other countries go to KSeF as OSS only."
            ),
            tax=tax,
        )


def _listed(names, limit=5):
    shown = ", ".join(f"“{name.splitlines()[0] if name else '?'}”" for name in names[:limit])
    return shown if len(names) <= limit else f"{shown}, … ({len(names)})"
