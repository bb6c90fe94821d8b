"""Ties a document to the invoice or bill that is there already."""

from odoo import models
from odoo.exceptions import UserError

from ..ksef import fa3
from .bill_batch import Batch
from .bill_document import Document

NOTE = "mail.mt_note"


class KsefBill(models.AbstractModel):
    _inherit = "l10n_pl_ksef.bill"

    def _link_known(self, received):
        """Tie documents to what is there already, and make nothing of the others.

        :param received: ``l10n_pl_ksef.received`` records of any companies
        """
        for company, records in received.sudo().grouped("company_id").items():
            batch = Batch(self._environment(company), company)
            documents = []
            for one in records:
                document = self._readable(one)
                # nobody wants a bill of the others, so nobody needs to be told
                if document:
                    documents.append(document)
            there, _others = batch.sorted_out(documents)
            for document, move in there:
                self._link(document, move)

    def _link_by_hand(self, received, move):
        """Somebody says that ``move`` is the bill of this document, readable or not."""
        document = self._readable(received)
        if document:
            self._link(document, move.sudo())
        elif move.sudo().l10n_pl_ksef_received_id._is_same_document(received):
            received._became(move, linked=True)
        else:
            self._link_unread(received, move.sudo())

    def _readable(self, received):
        """Give the `Document`, or None where the bytes say nothing, or are not what KSeF has."""
        if not received.genuine:
            return None
        xml = received._xml()
        try:
            return Document(xml, fa3.read_any(xml), received, received.role)
        except fa3.Unreadable:
            return None

    def _link_unread(self, received, move):
        if move.is_sale_document() and not self._settle_sending(received, move):
            return
        values = {"l10n_pl_ksef_received_id": received.id}
        if move.is_purchase_document():
            values["l10n_pl_ksef_received_on"] = received.received_on
        with self.env.protecting([move._fields["date"]], move):
            move.with_context(skip_is_manually_modified=True).write(values)
            move.flush_recordset()
        received._became(move, linked=True)

    def _link(self, document, move):
        """Let ``move`` be the bill of ``document``; nothing on its lines changes.

        A draft gets its accounting date by the KSeF number; what is posted keeps everything.
        """
        received = document.received
        other = move.l10n_pl_ksef_received_id - received
        if other and other._is_same_document(received):
            received._became(move, linked=True)
            return
        if other:
            received._needs_attention(self._sentence_other_document(move))
            return
        if move.is_sale_document() and not self._settle_sending(received, move, document.sha256):
            return
        is_ours = move.is_sale_document() or move._l10n_pl_ksef_is_self_billed()
        same_file = move.l10n_pl_ksef_sha256 == document.sha256
        self._write_link(document, move, is_ours)
        received._became(move, linked=True)
        if is_ours:
            return
        if not same_file:
            self._attach(move, [document])
        move.message_post(
            body=move.env._(
                "This is the document %s in KSeF, so no other bill was made of it.",
                document.ksef_number,
            ),
            subtype_xmlid=NOTE,
        )

    def _write_link(self, document, move, is_ours):
        values = {
            "l10n_pl_ksef_received_id": document.received.id,
            "l10n_pl_ksef_sha256": document.sha256,
        }
        if not is_ours:
            values["l10n_pl_ksef_received_on"] = document.received.received_on
            values["l10n_pl_ksef_expected"] = document.expected or move.l10n_pl_ksef_expected
        quiet = move.with_context(skip_is_manually_modified=True)
        if move.state == "draft":
            if not is_ours and not move.invoice_date:
                values["invoice_date"] = document.invoice.issue_date
            quiet.write(values)
            return
        with move.env.protecting([move._fields["date"]], move):
            quiet.write(values)
            move.flush_recordset()

    def _settle_sending(self, received, move, sha256=None):
        """An own sale that KSeF holds is never sent again; whether that could be settled."""
        submissions = move.l10n_pl_ksef_submission_ids
        if sha256 and any(one.sha256 == sha256 for one in submissions):
            return True
        known = move._l10n_pl_ksef_known_number()
        if known:
            return known == received.ksef_number or self._refuse_other_number(received, move)
        try:
            with move.env.cr.savepoint():
                move.write(
                    {
                        "l10n_pl_ksef_outside_reason": "other_program",
                        "l10n_pl_ksef_number_elsewhere": received.ksef_number,
                    }
                )
        except UserError as error:
            received._needs_attention(str(error))
            return False
        return True

    def _refuse_other_number(self, received, move):
        received._needs_attention(
            move.env._(
                "%(name)s in Odoo has this invoice number, but another number in KSeF: %(number)s. "
                "Please look which of the two is the invoice.",
                name=move.display_name,
                number=move._l10n_pl_ksef_known_number(),
            )
        )
        return False

    def _sentence_other_document(self, move):
        return move.env._(
            "%(name)s agrees with this document in supplier, number, day and total, but belongs to "
            "another document in KSeF already: %(number)s. Please look whether the supplier "
            "issued it twice.",
            name=move.display_name,
            number=move.l10n_pl_ksef_received_id.ksef_number,
        )
