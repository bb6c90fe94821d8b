"""What an invoice shows of KSeF: computed from its submissions, never written by hand."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from ..ksef.numbers import normalise_nip
from .submission import AT_KSEF_STATES, BINDING_STATES, MODES, OFFLINE_MODES

MOVE_STATES = [
    ("to_send", "To send"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("in_doubt", "In doubt"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("offline", "Issued offline"),
]


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_submission_ids = fields.One2many(
        "l10n_pl_ksef.submission", "move_id", string="KSeF submissions", readonly=True
    )
    l10n_pl_ksef_state = fields.Selection(
        MOVE_STATES,
        string="KSeF",
        compute="_compute_l10n_pl_ksef_state",
        store=True,
        index="btree_not_null",
        copy=False,
        help="Where this invoice stands on its way to KSeF. Empty where KSeF does not apply.",
    )
    l10n_pl_ksef_required = fields.Boolean(
        string="Goes to KSeF",
        compute="_compute_l10n_pl_ksef_required",
        store=True,
        copy=False,
        help="Decided when the invoice was posted, from the company's KSeF settings of that day.",
    )
    l10n_pl_ksef_number = fields.Char(
        string="Number in KSeF",
        compute="_compute_l10n_pl_ksef_submission",
        store=True,
        index="trigram",
        copy=False,
    )
    l10n_pl_ksef_mode = fields.Selection(
        MODES,
        string="KSeF mode",
        compute="_compute_l10n_pl_ksef_submission",
        store=True,
        copy=False,
    )
    l10n_pl_ksef_submission_id = fields.Many2one(
        "l10n_pl_ksef.submission",
        string="KSeF submission",
        compute="_compute_l10n_pl_ksef_current",
        help="The document that counts: the one KSeF holds or will be given.",
    )
    l10n_pl_ksef_invoice_url = fields.Char(
        string="KSeF verification link", compute="_compute_l10n_pl_ksef_links"
    )
    l10n_pl_ksef_certificate_url = fields.Char(
        string="KSeF certificate link", compute="_compute_l10n_pl_ksef_links"
    )
    l10n_pl_ksef_has_upo = fields.Boolean(
        string="KSeF Receipt Is There", compute="_compute_l10n_pl_ksef_links"
    )
    l10n_pl_ksef_locked = fields.Boolean(
        string="Locked for KSeF", compute="_compute_l10n_pl_ksef_links"
    )

    def _auto_init(self):
        """Make the stored columns empty: nothing posted before this addon is computed, let
        alone queued, when it is installed."""
        for column, kind in (
            ("l10n_pl_ksef_state", "varchar"),
            ("l10n_pl_ksef_number", "varchar"),
            ("l10n_pl_ksef_mode", "varchar"),
            ("l10n_pl_ksef_required", "bool"),
        ):
            self._l10n_pl_ksef_empty_column(column, kind)
        return super()._auto_init()

    def _l10n_pl_ksef_empty_column(self, column, kind):
        if not column_exists(self.env.cr, self._table, column):
            create_column(self.env.cr, self._table, column, kind)

    # -- computes -------------------------------------------------------------------

    @api.depends("state")
    def _compute_l10n_pl_ksef_required(self):
        """Decide when an invoice is posted, and depend on nothing of the company: a change of
        the settings must not touch invoices that are posted already."""
        for move in self:
            move.l10n_pl_ksef_required = move.state == "posted" and not move._l10n_pl_ksef_why_not()

    @api.depends(
        "state",
        "l10n_pl_ksef_required",
        "l10n_pl_ksef_submission_ids.state",
    )
    def _compute_l10n_pl_ksef_state(self):
        for move in self:
            last = move._l10n_pl_ksef_last_submission()
            if last.state in AT_KSEF_STATES:
                move.l10n_pl_ksef_state = last.state
            elif move.l10n_pl_ksef_required and move.state == "posted":
                move.l10n_pl_ksef_state = "rejected" if last.state == "rejected" else "to_send"
            else:
                move.l10n_pl_ksef_state = False

    @api.depends(
        "l10n_pl_ksef_submission_ids.state",
        "l10n_pl_ksef_submission_ids.ksef_number",
        "l10n_pl_ksef_submission_ids.mode",
    )
    def _compute_l10n_pl_ksef_submission(self):
        for move in self:
            binding = move._l10n_pl_ksef_binding_submission()
            move.l10n_pl_ksef_number = binding.ksef_number
            # what was issued offline stays so when KSeF refuses it: the buyer holds it
            move.l10n_pl_ksef_mode = (binding or move._l10n_pl_ksef_last_submission()).mode

    @api.depends("l10n_pl_ksef_submission_ids.state")
    def _compute_l10n_pl_ksef_current(self):
        for move in self:
            move.l10n_pl_ksef_submission_id = (
                move._l10n_pl_ksef_binding_submission() or move._l10n_pl_ksef_last_submission()
            )

    @api.depends("l10n_pl_ksef_submission_ids.state", "l10n_pl_ksef_submission_ids.has_upo")
    def _compute_l10n_pl_ksef_links(self):
        for move in self:
            binding = move._l10n_pl_ksef_binding_submission()
            # Until it is accepted or handed over offline the document may still change.
            valid = binding.filtered(lambda s: s.state == "accepted" or s.mode in OFFLINE_MODES)
            move.l10n_pl_ksef_invoice_url = valid.invoice_url
            move.l10n_pl_ksef_certificate_url = valid.certificate_url
            move.l10n_pl_ksef_has_upo = binding.has_upo
            move.l10n_pl_ksef_locked = bool(binding)

    def _l10n_pl_ksef_last_submission(self):
        submissions = self.sudo().l10n_pl_ksef_submission_ids
        return submissions and submissions.sorted("id", reverse=True)[:1]

    def _l10n_pl_ksef_binding_submission(self):
        """The one document whose content binds this invoice, or none."""
        return self.sudo().l10n_pl_ksef_submission_ids.filtered(
            lambda submission: submission.state in BINDING_STATES
        )[:1]

    # -- facts about the invoice ------------------------------------------------------

    def _l10n_pl_ksef_seller_nip(self):
        """Podmiot1's NIP, ten digits: the company's own, or for a branch its ancestor's."""
        self.ensure_one()
        if self._l10n_pl_ksef_is_self_billed():
            return normalise_nip(self.commercial_partner_id.vat or "")
        company = self.company_id
        while company and not company.vat:
            company = company.parent_id
        return normalise_nip(company.vat or "")

    def _l10n_pl_ksef_known_number(self):
        """The KSeF number of this invoice, whoever brought it there, or False."""
        self.ensure_one()
        if self.l10n_pl_ksef_number:
            return self.l10n_pl_ksef_number
        if "l10n_pl_edi_number" in self._fields:
            return self.l10n_pl_edi_number
        return False

    def _l10n_pl_ksef_readers_language(self):
        """The language of whoever looks after this invoice, for sentences that are stored."""
        self.ensure_one()
        return (
            self.invoice_user_id.lang
            or self.create_uid.lang
            or self.company_id.partner_id.lang
            or self.env.lang
        )

    @api.model
    def _l10n_pl_ksef_waiting_domain(self, company):
        """Posted invoices of the connection ``company`` that nobody has prepared yet."""
        return (
            Domain("company_id", "child_of", company.id)
            & Domain("state", "=", "posted")
            & Domain("l10n_pl_ksef_state", "=", "to_send")
        )
