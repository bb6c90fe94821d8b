"""Third parties of an invoice: recipients, payers, factors, units of local governments …"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

ROLES = [
    ("1", "Factor"),
    ("2", "Recipient"),
    ("3", "Original entity, taken over or transformed"),
    ("4", "Additional buyer"),
    ("5", "Issuer of the invoice"),
    ("6", "Payer"),
    ("7", "Local government unit, issuer"),
    ("8", "Local government unit, recipient"),
    ("9", "VAT group member, issuer"),
    ("10", "VAT group member, recipient"),
    ("11", "Employee"),
    ("other", "Another role"),
    ("authorised_1", "Enforcement authority"),
    ("authorised_2", "Bailiff"),
    ("authorised_3", "Tax representative"),
]
"""Rola and, behind ``authorised_``, RolaPU."""


class KsefInvoiceParty(models.Model):
    _name = "l10n_pl_ksef.invoice.party"
    _inherit = ["l10n_pl_ksef.invoice.part"]
    _description = "Third party of a KSeF invoice"
    _rec_name = "partner_id"

    owner_id = fields.Many2one(
        "res.partner",
        string="On Invoices For",
        ondelete="cascade",
        index=True,
        help="The customer on whose invoices this party stands by default, or the contact of "
        "your own company, for all invoices.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Party", required=True, ondelete="restrict", index=True
    )
    role = fields.Selection(ROLES, required=True, default="2")
    other_role = fields.Char(help="What the party is, where no role of the list fits.")
    share = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        help="The share of an additional buyer in percent.",
    )

    @api.constrains("move_id", "owner_id", "partner_id")
    def _check_l10n_pl_ksef_owner(self):
        for party in self:
            if bool(party.move_id) == bool(party.owner_id):
                raise ValidationError(
                    self.env._("A third party belongs either to one invoice or to one contact.")
                )

    def _l10n_pl_ksef_field_of_move(self):
        return "l10n_pl_ksef_fa3_party_ids"
