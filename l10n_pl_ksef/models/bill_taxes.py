"""The tax of each line of a bill, from its rate in KSeF."""

from dataclasses import dataclass
from decimal import Decimal

from odoo import models

from ..ksef.fa3.billing_model import Source
from .purchase_tax import MARGIN

OSS = "oss"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Choice:
    """What a line is booked with.

    ``tax``: one ``account.tax`` or none; ``open``: nobody has said yet what this rate gets.
    """

    tax: models.Model
    open: bool = False

    def own_vat(self, net, vat):
        """The VAT that the tax line gets, as `Decimal`.

        A tax that the buyer accounts for himself is counted from the net value, since the document
        shows none; Odoo books it twice, with opposite signs.
        """
        if self.tax.has_negative_factor:
            return net * Decimal(repr(self.tax.amount)) / HUNDRED
        return vat


def code_of(line):
    """The code of the setting for a `BillLine`; None where the document tells no rate."""
    if line.margin:
        return MARGIN
    if line.oss_rate is not None:
        return OSS
    return line.rate.value if line.rate else None


class Taxes:
    """Finds taxes for one company; each kind of question is answered once."""

    def __init__(self, env, company, sale=False):
        self._env = env
        self._company = company
        self._sale = sale
        self._settings = None
        self._proposed = {}
        self._none = env["account.tax"]

    def of(self, line, partner, product, account):
        """Give the `Choice` for a line.

        A setting for the supplier counts first, then the own tax of the product and that of the
        account, where it is one of the same rate, then the setting for all, then l10n_pl's tax.
        """
        code = code_of(line)
        if code is None:
            return Choice(self._none, open=line.source is not Source.ROUNDING)
        own = self._setting(code, partner.id)
        if own:
            return own
        special = self._special(code, product, account)
        if special:
            return Choice(special)
        return self._setting(code, False) or self._default(code, line.oss_rate)

    def _special(self, code, product, account):
        if product:
            taxes = product.taxes_id if self._sale else product.supplier_taxes_id
            found = self._fitting(taxes, code)
            if found:
                return found
        return self._fitting(account.tax_ids, code) if account else None

    def _fitting(self, taxes, code):
        use = "sale" if self._sale else "purchase"
        fitting = taxes.filtered(
            lambda tax: (
                tax.l10n_pl_ksef_rate_code == code
                and tax.type_tax_use == use
                and tax.company_id in self._company.parent_ids
            )
        )
        return fitting if len(fitting) == 1 else None

    def _setting(self, code, partner_id):
        if self._sale:
            return None
        if self._settings is None:
            self._settings = self._read_settings()
        return self._settings.get((code, partner_id))

    def _read_settings(self):
        settings = {}
        lineage = self._company.parent_ids.ids
        found = self._env["l10n_pl_ksef.purchase_tax"].search([("company_id", "in", lineage)])
        # ancestors first, so that what the company itself says stays
        for setting in found.sorted(lambda one: lineage.index(one.company_id.id)):
            if setting.tax_id.active or setting.without_tax:
                key = setting.code, setting.partner_id.commercial_partner_id.id
                settings[key] = Choice(setting.tax_id)
            elif not setting.partner_id:
                settings[setting.code, False] = Choice(self._none, open=True)
        return settings

    def _default(self, code, percent):
        key = code, percent
        if key not in self._proposed:
            tax = self._of_sales(code, percent) if self._sale else self._of_purchases(code)
            self._proposed[key] = Choice(tax, open=not tax and code != MARGIN)
        return self._proposed[key]

    def _of_purchases(self, code):
        return self._env["l10n_pl_ksef.purchase_tax"]._proposed(self._company, code)

    def _of_sales(self, code, percent):
        taxes = self._env["account.tax"]
        return taxes.search(
            [
                *taxes._check_company_domain(self._company),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("l10n_pl_ksef_rate_code", "=", code),
                *([("amount", "=", float(percent))] if code == OSS else ()),
            ]
        ).filtered(lambda tax: not tax.price_include)[:1]
