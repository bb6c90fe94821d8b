"""What bills from KSeF start with, by supplier or by what the company is on them."""

from odoo import fields, models

ROLES = [
    ("subject2", "Buyer"),
    ("subject1", "Seller"),
    ("subject3", "Third party"),
    ("authorised", "Authorised party"),
]


class KsefBillDefault(models.Model):
    _name = "l10n_pl_ksef.bill_default"
    _inherit = ["analytic.mixin"]
    _description = "Defaults of bills from KSeF"
    _rec_name = "partner_id"
    _order = "company_id, partner_id, role, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Empty: for all suppliers.",
    )
    role = fields.Selection(
        ROLES,
        string="The Company Is",
        help="What the company is on the document. Empty: any of them.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        ondelete="cascade",
        check_company=True,
        domain="[('type', '=', role == 'subject1' and 'sale' or 'purchase')]",
    )
    account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        check_company=True,
        help="For lines whose product Odoo does not know.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        ondelete="set null",
        help="Gets an activity for each bill that comes in.",
    )

    _one_each = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0), COALESCE(role, ''))",
        "There is a line for this supplier and role already.",
    )


class Defaults:
    """Finds the defaults of one company's bills; the settings are read once."""

    def __init__(self, env, company):
        self._env = env
        self._company = company
        self._by_key = None
        self._found = {}

    def of(self, partner, role):
        """Give {field: value} of the most telling settings for a supplier's bill.

        What is said for supplier and role counts before what is said for the supplier, that before
        what is said for the role, and that before what is said for all. Each field on its own.
        """
        key = partner.commercial_partner_id.id, role
        if key not in self._found:
            self._found[key] = self._merged(*key)
        return self._found[key]

    def _merged(self, partner_id, role):
        rows = self._rows()
        candidates = [
            rows.get(key)
            for key in ((partner_id, role), (partner_id, False), (False, role), (False, False))
        ]
        return {
            name: next((row[name] for row in candidates if row and _is_in_use(row[name])), False)
            for name in ("journal_id", "account_id", "analytic_distribution", "user_id")
        }

    def _rows(self):
        if self._by_key is None:
            lineage = self._company.parent_ids.ids
            found = self._env["l10n_pl_ksef.bill_default"].search([("company_id", "in", lineage)])
            self._by_key = {
                (row.partner_id.commercial_partner_id.id, row.role): row
                for row in found.sorted(lambda one: lineage.index(one.company_id.id))
            }
        return self._by_key


def _is_in_use(value):
    """Whether a setting says something: what was archived since then says nothing."""
    return bool(value) and getattr(value, "active", True)
