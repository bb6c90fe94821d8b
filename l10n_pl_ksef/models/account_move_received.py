"""What a bill knows of the KSeF document that it was made of, or that belongs to it."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from . import bill_totals
from .bill_doubles import comparable
from .bill_notes import INFO, TAX, WARNING, sentences

# What only the code writes: who could tie a bill to a document, could read that document by it.
ORIGIN_FIELDS = frozenset(
    {
        "l10n_pl_ksef_expected", "l10n_pl_ksef_missing", "l10n_pl_ksef_notes",
        "l10n_pl_ksef_original_ids", "l10n_pl_ksef_received_id", "l10n_pl_ksef_received_on",
        "l10n_pl_ksef_sha256",
    }
)  # fmt: skip


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_received_id = fields.Many2one(
        "l10n_pl_ksef.received",
        string="Document from KSeF",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    l10n_pl_ksef_received_on = fields.Date(
        string="Received in KSeF",
        readonly=True,
        copy=False,
        help="The day of the KSeF number: the day on which the law takes the invoice as received. "
        "It decides in which period the VAT can be deducted.",
    )
    l10n_pl_ksef_sha256 = fields.Char(
        string="Hash of the KSeF Document", readonly=True, copy=False, index="btree_not_null"
    )
    l10n_pl_ksef_expected = fields.Json(
        string="Totals of the KSeF Document", readonly=True, copy=False
    )
    l10n_pl_ksef_notes = fields.Json(string="Notes of the KSeF Document", readonly=True, copy=False)
    l10n_pl_ksef_remarks = fields.Text(
        string="Further Remarks", compute="_compute_l10n_pl_ksef_remarks"
    )
    l10n_pl_ksef_original_ids = fields.Many2many(
        "account.move",
        "l10n_pl_ksef_original_rel",
        "move_id",
        "original_id",
        string="Corrects or Settles",
        readonly=True,
        copy=False,
        help="The bills that this one corrects by its document, or the advances that it settles.",
    )
    l10n_pl_ksef_missing = fields.Text(
        string="Not Yet in Odoo",
        readonly=True,
        copy=False,
        help="The numbers of invoices that this one corrects or settles and that did not come yet.",
    )
    l10n_pl_ksef_received_url = fields.Char(related="l10n_pl_ksef_received_id.url")
    l10n_pl_ksef_received_genuine = fields.Boolean(related="l10n_pl_ksef_received_id.genuine")
    l10n_pl_ksef_received_mode = fields.Char(
        related="l10n_pl_ksef_received_id.mode", string="Issued in KSeF"
    )

    _l10n_pl_ksef_waits = models.Index(
        "(commercial_partner_id) WHERE l10n_pl_ksef_missing IS NOT NULL"
    )
    _l10n_pl_ksef_one_bill = models.UniqueIndex(
        "(l10n_pl_ksef_received_id) "
        "WHERE l10n_pl_ksef_received_id IS NOT NULL AND state <> 'cancel'",
        "This document from KSeF has its bill already.",
    )

    @api.model
    def _has_field_access(self, field, operation):
        """Where a bill came from can be seen by all who see it, and is changed by nobody."""
        if operation == "write" and field.name in ORIGIN_FIELDS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    # -- what KSeF's own fields say on bills --------------------------------------------------

    @api.depends("l10n_pl_ksef_received_id")
    def _compute_l10n_pl_ksef_submission(self):
        result = super()._compute_l10n_pl_ksef_submission()
        for move in self:
            received = move.sudo().l10n_pl_ksef_received_id
            if received and not move.l10n_pl_ksef_number:
                move.l10n_pl_ksef_number = received.ksef_number
        return result

    @api.depends("l10n_pl_ksef_received_id")
    def _compute_l10n_pl_ksef_links(self):
        result = super()._compute_l10n_pl_ksef_links()
        for move in self:
            received = move.sudo().l10n_pl_ksef_received_id
            if received and not move.l10n_pl_ksef_invoice_url:
                move.l10n_pl_ksef_invoice_url = received.url
        return result

    def _l10n_pl_ksef_why_not(self):
        if self.sudo().l10n_pl_ksef_received_id and not self.sudo().l10n_pl_ksef_submission_ids:
            return self.env._("This invoice came from KSeF, so KSeF has it already.")
        return super()._l10n_pl_ksef_why_not()

    # -- the VAT period -----------------------------------------------------------------------

    @api.depends("l10n_pl_ksef_received_on")
    def _compute_date(self):
        return super()._compute_date()

    def _get_accounting_date_source(self):
        """A purchase counts as received on the day of its KSeF number (art. 106na(3))."""
        day = super()._get_accounting_date_source()
        received_on = self.l10n_pl_ksef_received_on
        if not received_on or not self.is_purchase_document():
            return day
        if not (self.invoice_date or self.taxable_supply_date):
            return received_on  # what there is then is only the day on which it was typed in
        return max(day, received_on)

    def _get_accounting_date(self, invoice_date, has_tax, lock_dates=None):
        """Keep the very day: the day on which somebody fetched the document means nothing."""
        if (
            self.l10n_pl_ksef_received_on
            and self.is_purchase_document()
            and not (lock_dates or self._get_violated_lock_dates(invoice_date, has_tax))
        ):
            return invoice_date
        return super()._get_accounting_date(invoice_date, has_tax, lock_dates=lock_dates)

    # -- what looks alike ---------------------------------------------------------------------

    def _fetch_duplicate_reference(self, matching_states=("draft", "posted")):
        """Two documents in KSeF with two numbers of the supplier are two purchases, however alike.

        Odoo takes the same supplier, day and total for a duplicate, and offers to delete it.
        """
        found = super()._fetch_duplicate_reference(matching_states)
        for move, others in found.items():
            if move.l10n_pl_ksef_received_id:
                found[move] = others.filtered(
                    lambda other: (
                        not other.l10n_pl_ksef_received_id
                        or comparable(other.ref) == comparable(move.ref)  # noqa: B023
                    )
                )
        return found

    # -- the exchange rate --------------------------------------------------------------------

    def _get_expected_currency_rate_at(self, date):
        """The document's own rate, whatever the day: its VAT in PLN is counted with it."""
        told = self.l10n_pl_ksef_expected or {}
        if told.get("rate") and told["currency"] == self.currency_id.name:
            return told["rate"]
        return super()._get_expected_currency_rate_at(date)

    # -- banners ------------------------------------------------------------------------------

    @api.depends(
        "amount_untaxed", "amount_tax", "l10n_pl_ksef_expected", "l10n_pl_ksef_notes", "state"
    )
    def _compute_alerts(self):
        return super()._compute_alerts()

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.l10n_pl_ksef_expected and self.state != "cancel":
            difference = bill_totals.sentence(self)
            if difference:
                alerts["l10n_pl_ksef_totals"] = {"level": "danger", "message": difference}
        if self.l10n_pl_ksef_notes and self.state == "draft":
            alerts.update(self._l10n_pl_ksef_alerts_of_notes())
        return alerts

    def _l10n_pl_ksef_alerts_of_notes(self):
        alerts = {}
        for place, sentence in enumerate(sentences(self.env, self.l10n_pl_ksef_notes, TAX)):
            alerts[f"l10n_pl_ksef_tax_{place}"] = {
                "level": "warning",
                "message": sentence,
                **self._l10n_pl_ksef_way_to_taxes(),
            }
        warnings = sentences(self.env, self.l10n_pl_ksef_notes, WARNING)
        for place, sentence in enumerate(warnings):
            alerts[f"l10n_pl_ksef_note_{place}"] = {"level": "warning", "message": sentence}
        return alerts

    def _l10n_pl_ksef_way_to_taxes(self):
        """The link of a banner to the settings, for those who may change them."""
        if not self.env["l10n_pl_ksef.purchase_tax"].has_access("write"):
            return {}
        return {
            "action_text": self.env._("Choose the tax"),
            "action": "l10n_pl_ksef.action_purchase_tax",
        }

    @api.depends("l10n_pl_ksef_notes")
    @api.depends_context("lang")
    def _compute_l10n_pl_ksef_remarks(self):
        for move in self:
            told = sentences(self.env, move.l10n_pl_ksef_notes, INFO)
            move.l10n_pl_ksef_remarks = "\n".join(told)

    # -- a bill that is no more ---------------------------------------------------------------

    def unlink(self):
        documents = self._l10n_pl_ksef_documents()
        result = super().unlink()
        documents.filtered(lambda one: not one.move_id)._bill_was_deleted()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        cancelled = self.filtered(lambda move: move.state == "cancel")
        cancelled._l10n_pl_ksef_documents()._bill_was_cancelled()
        return result

    def button_draft(self):
        cancelled = self.filtered(lambda move: move.state == "cancel")
        result = super().button_draft()
        for move in cancelled.filtered(lambda move: move.state == "draft"):
            document = move.sudo().l10n_pl_ksef_received_id
            if document and not document.move_id:
                document._became(move, linked=True)
        return result

    def _l10n_pl_ksef_documents(self):
        """The documents whose bills or invoices these are."""
        return self.env["l10n_pl_ksef.received"].sudo().search([("move_id", "in", self.ids)])

    # -- what people do -----------------------------------------------------------------------

    def action_l10n_pl_ksef_make_lines_again(self):
        """Make the lines of draft bills again from their documents, after the settings changed.

        :raises UserError: where there is no document, or the bill is no draft any more
        """
        self.check_access("write")
        for move in self:
            received = move.sudo().l10n_pl_ksef_received_id
            if move.state != "draft" or not received.genuine:
                raise UserError(
                    self.env._(
                        "The lines of %(name)s cannot be made again: only drafts that came from "
                        "KSeF have a document to make them from.",
                        name=move.display_name,
                    )
                )
            self.env["l10n_pl_ksef.bill"]._make_lines_again(move, received)

    def action_l10n_pl_ksef_open_received(self):
        """Open the document that the bill was made of."""
        self.ensure_one()
        return self.l10n_pl_ksef_received_id._get_records_action(
            name=self.env._("Document from KSeF")
        )

    # -- the chatter --------------------------------------------------------------------------

    def _creation_message(self):
        received = self.l10n_pl_ksef_received_id
        if received:
            return self.env._(
                "Made from the document %(number)s in KSeF, received there on %(day)s.",
                number=received.ksef_number,
                day=format_date(self.env, received.received_on),
            )
        return super()._creation_message()

    def _l10n_pl_ksef_ask_to_look(self, person):
        """One activity for whoever looks after the bills of this supplier."""
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Check this bill from KSeF"),
            user_id=person.id,
        )
