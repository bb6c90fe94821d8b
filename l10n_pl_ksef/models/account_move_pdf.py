"""The printed invoice and KSeF: which code it shows, and when a print is renewed."""

import base64

from odoo import models

from ..ksef.links import qr_png


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_pl_ksef_codes(self):
        """The QR codes of this invoice as the report shows them.

        :return: a list of dicts: ``link``, ``label`` (what stands under the code) and
            ``picture`` (a data URI); empty where there is nothing to show yet
        """
        self.ensure_one()
        codes = []
        if self.l10n_pl_ksef_invoice_url:
            label = self.l10n_pl_ksef_number or "OFFLINE"
            codes.append(self._l10n_pl_ksef_code(self.l10n_pl_ksef_invoice_url, label))
        if self.l10n_pl_ksef_certificate_url:
            codes.append(self._l10n_pl_ksef_code(self.l10n_pl_ksef_certificate_url, "CERTYFIKAT"))
        return codes

    def _l10n_pl_ksef_code(self, link, label):
        picture = base64.b64encode(qr_png(link)).decode()
        return {"link": link, "label": label, "picture": f"data:image/png;base64,{picture}"}

    def _l10n_pl_ksef_print_notice(self):
        """What a print must say of an invoice that should be in KSeF and is not; '' otherwise."""
        self.ensure_one()
        if self.l10n_pl_ksef_state in ("to_send", "sending", "sent", "in_doubt"):
            return self.env._("This invoice has no KSeF number yet.")
        if self.l10n_pl_ksef_state == "rejected":
            return self.env._("This document was refused by KSeF and is not an invoice.")
        return ""

    def _l10n_pl_ksef_renew_pdf(self):
        """Let the next print carry the KSeF number; an earlier one stays among the attachments."""
        printed = self.sudo().env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "in", self.ids),
                ("res_field", "=", "invoice_pdf_report_file"),
            ]
        )
        for attachment in printed:
            stem, dot, ending = attachment.name.rpartition(".")
            attachment.write(
                {
                    "res_field": False,
                    "name": self.env._("%(name)s (before the KSeF number)", name=stem or ending)
                    + (dot + ending if stem else ""),
                }
            )
        self.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])

    def _get_move_zip_export_docs(self):
        """The accountant's export holds the document and its receipt beside the PDF."""
        documents = super()._get_move_zip_export_docs()
        submission = self._l10n_pl_ksef_binding_submission()
        if submission.state == "accepted":
            documents.append(
                {
                    "filename": submission.document_filename,
                    "filetype": "application/xml",
                    "content": submission._xml(),
                }
            )
            if submission.has_upo:
                documents.append(
                    {
                        "filename": submission.upo_filename,
                        "filetype": "application/xml",
                        "content": base64.b64decode(submission.upo),
                    }
                )
        return documents
