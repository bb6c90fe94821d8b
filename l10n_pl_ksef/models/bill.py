"""Makes bills of documents that came from KSeF, many at once.

What is looked up, is looked up once for a batch: contacts, products, units, taxes, accounts, bills
that are there already. Then one ``create`` makes the drafts. How a document becomes the values of
one is in the files beside this one, each with one concern: ``bill_partners.py``, ``bill_lines.py``,
``bill_taxes.py`` and so on.
"""

import logging

from psycopg2.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..ksef import fa3
from .bill_batch import Batch
from .bill_document import Document
from .explanations import translated

_logger = logging.getLogger(__name__)

BATCH = 100
LOST_RACES = (SerializationFailure, DeadlockDetected)


class KsefBill(models.AbstractModel):
    _name = "l10n_pl_ksef.bill"
    _description = "Makes bills of KSeF documents"

    def _make(self, received):
        """Make a draft, or find the bill that is there already, for each document.

        What cannot be understood is written on the document and stops no other. Nothing is
        committed here.

        :param received: ``l10n_pl_ksef.received`` records that are kept, of any companies
        """
        for company, records in received.sudo().grouped("company_id").items():
            for ids in split_every(BATCH, records.ids):
                batch = records.browse(ids).try_lock_for_update()
                batch = batch.filtered(lambda one: one.state in ("kept", "attention", "by_hand"))
                self._make_those(company, batch.filtered(lambda one: not one.move_id))

    def _make_those(self, company, received):
        """Make one batch; where it fails, its halves, until the one that is to blame is alone."""
        if not received:
            return
        try:
            with self.env.cr.savepoint():
                self._make_batch(company, received)
        except LOST_RACES:
            raise
        except UniqueViolation as error:
            if len(received) > 1:
                self._make_halves(company, received)
            else:
                _logger.warning("KSeF: no bill of %s: %s", received.ksef_number, error)
                received._needs_attention(received._sentence_unexpected())
        except UserError as error:
            if len(received) > 1:
                self._make_halves(company, received)
            else:
                received._needs_attention(self._sentence_refused(error))
        except Exception:  # pylint: disable=broad-except
            if len(received) > 1:
                self._make_halves(company, received)
            else:
                _logger.exception("KSeF: no bill could be made of %s", received.ksef_number)
                received._needs_attention(received._sentence_unexpected())

    def _make_halves(self, company, received):
        self.env.invalidate_all(flush=False)
        middle = len(received) // 2
        self._make_those(company, received[:middle])
        self._make_those(company, received[middle:])

    def _sentence_refused(self, error):
        return self.env._(
            "No bill could be made of this document: %(error)s Correct what this names and press "
            "“Try again”, or make the bill by hand.",
            error=str(error).strip().rstrip(".") + ".",
        )

    def _sentence_unreadable(self, finding):
        return self.env._(
            "%(problem)s So no bill could be made of this document. Make the bill by hand, and ask "
            "the supplier whether a correction follows.",
            problem=translated(self.env, finding.template, finding.values).strip(),
        )

    def _make_batch(self, company, received):
        batch = Batch(self._environment(company), company)
        documents = [one for one in map(self._read, received) if one]
        there, fresh = batch.sorted_out(documents)
        for document, move in there:
            self._link(document, move)
        # corrections last: what they correct may have come with them
        corrections = [one for one in fresh if one.invoice.kind.is_correction]
        self._create(batch, [one for one in fresh if not one.invoice.kind.is_correction])
        self._create(batch, corrections)

    def _create(self, batch, documents):
        if not documents:
            return
        moves = batch.env["account.move"].create(batch.values(documents))
        self._attach(moves, documents)
        batch.corrections.tie_earlier(documents, moves)
        for move, document in zip(moves, documents, strict=True):
            document.received._became(move)
            if document.responsible:
                move._l10n_pl_ksef_ask_to_look(document.responsible)

    def _attach(self, moves, documents):
        """Keep the XML with the bill too, so that it outlives this addon."""
        moves.env["ir.attachment"].create(
            [
                {
                    "name": f"{document.ksef_number or document.invoice.number}.xml",
                    "raw": document.xml,
                    "mimetype": "application/xml",
                    "res_model": moves._name,
                    "res_id": move.id,
                }
                for move, document in zip(moves, documents, strict=True)
            ]
        )

    def _environment(self, company):
        """An environment that is the same whoever asks: no defaults from a screen, no rules."""
        context = {
            "allowed_company_ids": company.ids,
            "lang": company.partner_id.lang or self.env.lang,
            "mail_create_nosubscribe": True,
            "mail_notify_force_send": False,
            "tz": self.env.context.get("tz"),
        }
        return self.env(context=context, su=True)

    def _read(self, received):
        """Give the `Document` of a record, or None where it says itself why there is none."""
        try:
            xml = received._xml()
            invoice = fa3.read_any(xml)
        except fa3.Unreadable as error:
            received._needs_attention(self._sentence_unreadable(error.finding))
            return None
        return Document(xml=xml, invoice=invoice, received=received, role=received.role)

    def _make_lines_again(self, move, received):
        """Put lines on a draft that its document gives by the settings of today."""
        company = move.company_id
        batch = Batch(self._environment(company), company)
        document = self._read(received)
        if document is None:
            return
        lines = batch.env["account.move"].browse(move.id)
        # first, so that the lines of orders do not count as billed by this very bill
        lines.write({"invoice_line_ids": [Command.clear()]})
        batch.partners.take(document.party, batch.env["res.partner"].browse(move.partner_id.id))
        values = batch.values([document])[0]
        lines.write(
            {
                "invoice_line_ids": values["invoice_line_ids"],
                "l10n_pl_ksef_notes": values["l10n_pl_ksef_notes"],
                "l10n_pl_ksef_expected": values["l10n_pl_ksef_expected"],
            }
        )
        lines.is_manually_modified = False
