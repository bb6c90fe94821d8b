"""The printed invoice and KSeF: which code it shows, and when a print is renewed."""

import base64
from datetime import timezone

from odoo import models

from ..ksef import fa3
from ..ksef.links import qr_png
from .fa3_problems import NotExpressible


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
        if self._l10n_pl_ksef_in_buyers_hands():
            return ""
        if self.l10n_pl_ksef_state in ("to_send", "sending", "sent", "in_doubt"):
            return self.env._("This invoice has no KSeF number yet.")
        if self.l10n_pl_ksef_state == "rejected":
            return self.env._("This document was refused by KSeF and is not an invoice.")
        return ""

    def _l10n_pl_ksef_renew_pdf(self):
        """Let the next print carry the KSeF number; an earlier one stays among the attachments."""
        printed = (
            self.sudo()
            .env["ir.attachment"]
            .search(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", self.ids),
                    ("res_field", "=", "invoice_pdf_report_file"),
                ]
            )
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

    def _get_invoice_proforma_pdf_report_filename(self):
        """See ``ir_actions_report.py``: what KSeF holds is no pro forma, nor is it called so."""
        if self._l10n_pl_ksef_in_buyers_hands():
            return self._get_invoice_report_filename()
        return super()._get_invoice_proforma_pdf_report_filename()

    def _l10n_pl_ksef_differs_from_document(self):
        """Whether a print made now would name other parties than the document KSeF holds.

        The invoice and its lines are guarded; the records of the company and the customer are
        not, and may have changed since.
        """
        self.ensure_one()
        submission = self._l10n_pl_ksef_binding_submission()
        if not self._l10n_pl_ksef_in_buyers_hands():
            return False
        held = fa3.read(submission._xml())
        try:
            now = self.sudo()._l10n_pl_ksef_fa3_invoice(
                submission.generated_at.replace(tzinfo=timezone.utc)
            )
        except NotExpressible:
            return True
        return (held.seller, held.buyer, held.third_parties) != (
            now.seller,
            now.buyer,
            now.third_parties,
        )

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
