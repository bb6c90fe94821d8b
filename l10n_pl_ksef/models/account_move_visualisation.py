"""Looking at what KSeF holds of an invoice or bill."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_has_visualisation = fields.Boolean(
        string="Has KSeF Document", compute="_compute_l10n_pl_ksef_visualisation"
    )

    @api.depends("l10n_pl_ksef_submission_ids")
    def _compute_l10n_pl_ksef_visualisation(self):
        received = self.env["l10n_pl_ksef.received"].sudo()
        held = received._read_group([("move_id", "in", self.ids)], ["move_id"])
        with_received = {move.id for (move,) in held}
        for move in self:
            move.l10n_pl_ksef_has_visualisation = bool(
                move.id in with_received or move.sudo().l10n_pl_ksef_submission_ids
            )

    def action_l10n_pl_ksef_look(self):
        """Open the document behind this invoice or bill, as KSeF holds it."""
        self.ensure_one()
        received = self.env["l10n_pl_ksef.received"].search([("move_id", "=", self.id)], limit=1)
        document = received or self.l10n_pl_ksef_submission_id
        if not document:
            raise UserError(self.env._("There is no document of KSeF for %s.", self.display_name))
        return document.action_look()
