"""Which tax of Odoo a purchase at a rate of KSeF gets: a setting, never a guess."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .account_tax import RATE_CODES

MARGIN = "margin"
NOT_ON_BILLS = frozenset(
    {
        "triangular",
        "settlement",
        "margin_travel",
        "margin_used",
        "margin_art",
        "margin_collectors",
    }
)
CODES = [
    *((code, label) for code, label in RATE_CODES if code not in NOT_ON_BILLS),
    (MARGIN, "Margin scheme - no VAT is shown"),
]
TEMPLATES = {
    "23": "vz_kraj_23",
    "8": "vz_kraj_8",
    "5": "vz_kraj_5",
    "0 KR": "vz_kraj_0",
    "zw": "vz_kraj_zw",
    "oo": "vz_stal",
}
"""l10n_pl's own tax for each code, where it has one that can mean nothing else."""


class KsefPurchaseTax(models.Model):
    _name = "l10n_pl_ksef.purchase_tax"
    _description = "Tax of purchases by KSeF rate"
    _rec_name = "code"
    _order = "company_id, partner_id, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    code = fields.Selection(CODES, string="KSeF rate", required=True, help="P_12 of the line.")
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Only for bills of this supplier, such as a leasing company. Empty: for all others.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'purchase'), ('amount_type', '=', 'percent')]",
        help="The tax that lines at this rate get on bills. Empty: nothing is chosen, and such "
        "lines come in with the right amount, without a tax, and with a note on the bill.",
    )
    without_tax = fields.Boolean(
        string="No Tax",
        help="Lines at this rate need no tax in Odoo: they come in without one and without a note.",
    )

    _one_each = models.UniqueIndex(
        "(company_id, code, COALESCE(partner_id, 0))",
        "There is a line for this KSeF rate and supplier already.",
    )

    @api.constrains("tax_id", "without_tax", "code")
    def _check_tax(self):
        for setting in self:
            tax = setting.tax_id
            if tax and setting.without_tax:
                raise ValidationError(
                    self.env._(
                        "Choose either a tax or “No Tax” for the KSeF rate %s.", setting.code
                    )
                )
            if tax and (tax.type_tax_use != "purchase" or tax.amount_type != "percent"):
                raise ValidationError(
                    self.env._(
                        "The tax “%(tax)s” does not fit the KSeF rate %(code)s: choose a tax on "
                        "purchases that is a percentage of the price.",
                        tax=tax.name,
                        code=setting.code,
                    )
                )

    # -- what Odoo proposes ---------------------------------------------------------------

    @api.model
    def _proposed(self, company, code):
        """The tax that the chart of accounts has for a code, an empty one where it has none.

        Only active taxes: an inactive one says that nobody uses it yet.
        """
        taxes = self.env["account.tax"]
        template = TEMPLATES.get(code)
        if template:
            owner = company.parent_ids[:1] or company
            found = self.env.ref(f"account.{owner.id}_{template}", raise_if_not_found=False)
            if found and found.active and found._name == taxes._name:
                return found
        candidates = taxes.search(
            [
                *taxes._check_company_domain(company),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
                ("amount", ">", 0),
                ("l10n_pl_ksef_rate_code", "=", code),
            ]
        ).filtered(lambda tax: not tax.price_include and tax._l10n_pl_ksef_fully_deductible())
        return candidates[:1]

    @api.model
    def _complete(self, company):
        """Give ``company`` a line for each code that has none, with what Odoo proposes."""
        domain = Domain("company_id", "=", company.id) & Domain("partner_id", "=", False)
        known = set(self.search(domain).mapped("code"))
        self.create(
            [
                {
                    "company_id": company.id,
                    "code": code,
                    "tax_id": self._proposed(company, code).id,
                    "without_tax": code == MARGIN,
                }
                for code, _label in CODES
                if code not in known
            ]
        )

    @api.model
    def action_open(self):
        """Show the settings of the current company, complete."""
        company = self.env.company
        if self.has_access("create"):
            self._complete(company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Taxes of Bills from KSeF"),
            "res_model": self._name,
            "view_mode": "list",
            "domain": [("company_id", "=", company.id)],
            "context": {"default_company_id": company.id},
        }
