"""What FA(3) tells of goods and services."""

from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    l10n_pl_ksef_annex_15 = fields.Boolean(
        string="Annex 15",
        help="Goods or services of annex 15 to the Polish VAT Act, for which split payment is "
        "mandatory above 15,000 PLN.",
    )
    l10n_pl_ksef_cn = fields.Char(string="CN Code", help="Combined Nomenclature.")
    l10n_pl_ksef_pkwiu = fields.Char(
        string="PKWiU", help="Polish Classification of Goods and Services."
    )
    l10n_pl_ksef_pkob = fields.Char(
        string="PKOB", help="Polish Classification of Types of Construction."
    )
