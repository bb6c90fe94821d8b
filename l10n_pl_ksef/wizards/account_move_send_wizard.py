from odoo import models


class AccountMoveSendWizard(models.TransientModel):
    _inherit = "account.move.send.wizard"

    def action_send_and_print(self, allow_fallback_pdf=False):
        """Tell whoever sends that the rest follows by itself, where it does."""
        action = super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)
        if not self.move_id.sudo().l10n_pl_ksef_submission_id.delivery:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("Waiting for KSeF"),
                "message": self.env._(
                    "%s was given to KSeF. The PDF and the e-mail leave by themselves as soon as "
                    "it has its KSeF number.",
                    self.move_id.display_name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
