"""What stands about the seller on each of its invoices."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_pl_ksef_krs = fields.Char(string="KRS", help="Ten digits.")
    l10n_pl_ksef_regon = fields.Char(string="REGON", help="Nine or fourteen digits.")
    l10n_pl_ksef_bdo = fields.Char(string="BDO", help="The number in the register of waste.")
    l10n_pl_ksef_issue_place = fields.Char(
        string="Place of Issue", help="Proposed on new invoices; may stay empty."
    )
    l10n_pl_ksef_taxpayer_status = fields.Selection(
        [
            ("1", "In liquidation"),
            ("2", "In restructuring"),
            ("3", "In bankruptcy"),
            ("4", "Inherited enterprise"),
        ],
        string="Taxpayer Status",
        help="Leave empty if none of these applies.",
    )
