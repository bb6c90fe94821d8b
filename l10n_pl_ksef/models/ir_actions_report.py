from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """An invoice that KSeF holds is no pro forma, whether its PDF was stored yet or not."""
        context = super()._get_rendering_context(report, docids, data)
        if context.get("proforma") and report.model == "account.move":
            moves = self.env["account.move"].browse(docids)
            if moves and all(move._l10n_pl_ksef_in_buyers_hands() for move in moves):
                context["proforma"] = False
        return context
