from odoo import fields, models

from .account_tax import EXEMPTION_KINDS


class AccountFiscalPosition(models.Model):
    _inherit = "account.fiscal.position"

    l10n_pl_ksef_exemption_kind = fields.Selection(
        EXEMPTION_KINDS,
        string="KSeF Kind of Exemption Basis",
        help="Which kind of provision exempts what is sold under this fiscal position. It goes "
        "before that of the tax.",
    )
    l10n_pl_ksef_exemption_basis = fields.Char(
        string="KSeF Exemption Basis",
        help="The provision itself as it shall stand on the invoice. It goes before that of the "
        "tax.",
    )
