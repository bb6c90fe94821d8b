from odoo import api, fields, models


class KsefTechnicalCorrection(models.TransientModel):
    _name = "l10n_pl_ksef.technical.correction"
    _description = "KSeF technical correction"

    move_id = fields.Many2one("account.move", required=True, readonly=True)
    refusal = fields.Char(compute="_compute_difference")
    difference = fields.Text(compute="_compute_difference")

    @api.depends("move_id")
    def _compute_difference(self):
        for wizard in self:
            move = wizard.move_id
            refused = move._l10n_pl_ksef_refused_offline()
            wizard.refusal = move._l10n_pl_ksef_sentence_rejected(refused)
            wizard.difference = move._l10n_pl_ksef_difference() or self.env._(
                "Nothing: the new file says the same."
            )

    def action_send(self):
        return self.move_id.action_l10n_pl_ksef_send()
