from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    l10n_pl_ksef_sending = fields.Selection(
        [
            ("always", "Always through KSeF"),
            ("by_hand", "Through KSeF, sent by hand"),
            ("never", "Never through KSeF"),
        ],
        string="KSeF",
        company_dependent=True,
        help="How invoices for this customer go to KSeF. Leave it empty to follow the company's "
        "settings.",
    )

    def _commercial_fields(self):
        return [*super()._commercial_fields(), "l10n_pl_ksef_sending"]
