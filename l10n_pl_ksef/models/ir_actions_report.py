from odoo import models

IN_BUYERS_HANDS = ("accepted", "offline")


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """An invoice that KSeF holds is no pro forma, whether its PDF was stored yet or not."""
        context = super()._get_rendering_context(report, docids, data)
        if context.get("proforma") and report.model == "account.move":
            moves = self.env["account.move"].browse(docids)
            if moves and all(move.l10n_pl_ksef_state in IN_BUYERS_HANDS for move in moves):
                context["proforma"] = False
        return context
