"""What a line of an invoice can say in FA(3) beyond Odoo's own fields."""

from odoo import fields, models

from ..ksef.fa3 import GoodsCode, Procedure
from .reading import SELDOM_READ


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    l10n_pl_ksef_fa3_supplied_on = fields.Date(
        string="Supplied On",
        copy=False,
        help="The day of supply of this line, where lines differ.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_gtu = fields.Selection(
        [(code.value, code.value) for code in GoodsCode],
        string="GTU",
        help="Empty: the GTU code of the product.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_procedure = fields.Selection(
        [(code.value, code.value) for code in Procedure],
        string="Procedure",
        help="Empty: what the tax grids and the page PL Extra say.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_annex_15 = fields.Selection(
        [("yes", "Annex 15"), ("no", "Not of annex 15")],
        string="Annex 15",
        help="Whether the line is of annex 15 to the VAT Act. Empty: as the product says.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_exchange_rate = fields.Float(
        string="Rate in PLN",
        digits=(12, 6),
        copy=False,
        help="PLN for one unit of the invoice's currency, where the VAT of this line was counted "
        "at another rate than the invoice's.",
        prefetch=SELDOM_READ,
    )

    def _l10n_pl_ksef_annex_15(self):
        """Whether the line is of annex 15 to the VAT Act."""
        self.ensure_one()
        chosen = self.l10n_pl_ksef_fa3_annex_15
        return chosen == "yes" if chosen else bool(self.product_id.l10n_pl_ksef_annex_15)
