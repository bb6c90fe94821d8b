from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_pl_ksef_offline_fallback = fields.Boolean(
        related="company_id.l10n_pl_ksef_offline_fallback", readonly=False
    )
    l10n_pl_ksef_light = fields.Selection(related="company_id.l10n_pl_ksef_light")
    l10n_pl_ksef_light_text = fields.Char(related="company_id.l10n_pl_ksef_light_text")
