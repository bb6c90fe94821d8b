from io import BytesIO

from odoo import models

VISUALISATION = "l10n_pl_ksef.visualisation_"  # how the names of these reports begin


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

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """A visualisation is a whole page of its own, with neither Odoo's style nor its layout."""
        report = self._get_report(report_ref)
        if not report.report_name.startswith(VISUALISATION):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        documents = self.env[report.model].browse(res_ids)
        documents.check_access("read")
        return {
            document.id: {"stream": BytesIO(document._visualisation_pdf()), "attachment": None}
            for document in documents
        }
