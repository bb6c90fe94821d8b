"""What stands between invoices and KSeF, as a list to read: made on demand, soon forgotten."""

from odoo import api, fields, models

SEVERITIES = [
    ("error", "Keeps it from KSeF"),
    ("warning", "Worth a look"),
    ("ok", "Ready"),
]


class KsefInvoiceCheck(models.TransientModel):
    _name = "l10n_pl_ksef.invoice.check"
    _description = "Finding about an invoice for KSeF"
    _order = "severity, id"
    _rec_name = "sentence"

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="move_id.partner_id")
    severity = fields.Selection(SEVERITIES, readonly=True)
    sentence = fields.Char(string="What to Know", readonly=True)

    @api.model
    def _make(self, moves):
        """Check ``moves`` and give a row for each finding, one that says so where there is none."""
        rows = []
        for move in moves:
            findings = move._l10n_pl_ksef_findings()
            sentences = move._l10n_pl_ksef_findings_text(findings)
            rows.extend(
                {"move_id": move.id, "severity": finding.severity, "sentence": sentence}
                for finding, sentence in zip(findings, sentences, strict=True)
            )
            if not findings:
                ready = self.env._("Nothing stands between this invoice and KSeF.")
                rows.append({"move_id": move.id, "severity": "ok", "sentence": ready})
        return self.create(rows)

    def action_l10n_pl_ksef_open_invoice(self):
        """Open the invoice of this row."""
        self.ensure_one()
        return self.move_id._get_records_action()
