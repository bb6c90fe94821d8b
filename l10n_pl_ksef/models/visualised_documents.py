"""The records whose document can be looked at: what KSeF brought, what we sent, dropped files."""

import base64
import hashlib
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..ksef.fa3 import view
from .submission import BINDING_STATES, OFFLINE_MODES
from .visualisation import Source, url_of

READERS = "account.group_account_invoice,account.group_account_readonly"
XML_TYPES = ("application/xml", "text/xml", "text/plain")


class KsefVisualised(models.AbstractModel):
    """What submissions and received documents have in common."""

    _name = "l10n_pl_ksef.visualised"
    _description = "KSeF document that can be looked at"

    def _visualisation_source(self):
        """What is shown of this record.

        :rtype: Source
        """
        raise NotImplementedError

    def _visualisation_move(self):
        """The bill that a copy is attached to; none for our own invoices."""
        return self.env["account.move"]

    def _visualise(self, language=None):
        """The document as a whole HTML page; ``language`` is ``pl``, ``en`` or the reader's."""
        return self.env["l10n_pl_ksef.visualisation"]._page(self._visualisation_source(), language)

    def _visualisation_pdf(self, language=None):
        """The same as a PDF, in bytes."""
        return self.env["l10n_pl_ksef.visualisation"]._pdf(self._visualisation_source(), language)

    def _visualisation_filename(self):
        return self._visualisation_source().filename

    def action_look(self):
        """Open the page; the first look also leaves a PDF at the bill."""
        self.ensure_one()
        self.check_access("read")
        self._attach_visualisation()
        return self.env["l10n_pl_ksef.visualisation"]._open(self._visualisation_source())

    def _attach_visualisation(self):
        move = self._visualisation_move()
        if move:
            self.env["l10n_pl_ksef.visualisation"]._attach(self._visualisation_source(), move)


class KsefSubmission(models.Model):
    _name = "l10n_pl_ksef.submission"
    _inherit = ["l10n_pl_ksef.submission", "l10n_pl_ksef.visualised"]

    def _visualisation_source(self):
        self.ensure_one()
        # Until it is accepted or handed over offline another document may take its place.
        issued = self.state == "accepted" or (
            self.mode in OFFLINE_MODES and self.state in BINDING_STATES
        )
        return Source(
            xml=self._xml(),
            url=url_of("submission", self),
            number=self.invoice_number,
            ksef_number=self.ksef_number or "",
            link=issued and self.invoice_url or "",
            certificate_link=issued and self.certificate_url or "",
            known=view.known_facts(issue_date=self.issue_date, seller_nip=self.seller_nip),
        )


class KsefReceived(models.Model):
    _name = "l10n_pl_ksef.received"
    _inherit = ["l10n_pl_ksef.received", "l10n_pl_ksef.visualised"]

    def _visualisation_source(self):
        self.ensure_one()
        return Source(
            xml=self._xml(),
            url=url_of("received", self),
            number=self.invoice_number or "",
            ksef_number=self.ksef_number,
            link=self.genuine and self.url or "",
            known=view.known_facts(
                form=self.form or "",
                kind=self.kind or "",
                issue_date=self.issue_date or None,
                received_on=self.received_on or None,
                seller_name=self.seller_name or "",
                seller_nip=self.seller_nip or "",
                buyer_name=self.buyer_name or "",
                gross=Decimal(str(self.gross)) if self.gross else None,
                currency=self.currency_code or "",
            ),
            warning="" if self.genuine else self.problem or "",
        )

    def _visualisation_move(self):
        return self.move_id

    def action_make_by_hand(self):
        """Whoever types the bill has the document beside it."""
        action = super().action_make_by_hand()
        self._attach_visualisation()
        return action


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_has_visualisation = fields.Boolean(
        string="Has KSeF Document", compute="_compute_l10n_pl_ksef_visualisation"
    )

    @api.depends("l10n_pl_ksef_submission_ids", "l10n_pl_ksef_sha256")
    def _compute_l10n_pl_ksef_visualisation(self):
        received = self.env["l10n_pl_ksef.received"].sudo()
        held = received._read_group([("move_id", "in", self.ids)], ["move_id"])
        with_received = {move.id for (move,) in held}
        for move in self:
            move.l10n_pl_ksef_has_visualisation = bool(
                move.id in with_received
                or move.l10n_pl_ksef_sha256
                or move.sudo().l10n_pl_ksef_submission_ids
            )

    def action_l10n_pl_ksef_look(self):
        """Open the document behind this invoice or bill, as KSeF holds it or as it was dropped."""
        self.ensure_one()
        received = self.env["l10n_pl_ksef.received"].search([("move_id", "=", self.id)], limit=1)
        document = received or self.l10n_pl_ksef_submission_id
        if document:
            return document.action_look()
        source = self._l10n_pl_ksef_visualisation_source()
        self.env["l10n_pl_ksef.visualisation"]._attach(source, self)
        return self.env["l10n_pl_ksef.visualisation"]._open(source)

    def _l10n_pl_ksef_visualisation_source(self):
        """The file that somebody made this bill of; its number in KSeF is not known yet.

        :rtype: Source
        :raises UserError: where there is none
        """
        self.check_access("read")
        if not self.env.user.has_groups(READERS):
            raise AccessError(self.env._("Only people who handle invoices may look at this."))
        for attachment in self._l10n_pl_ksef_files():
            if _sha256(attachment.raw) == self.l10n_pl_ksef_sha256:
                return Source(
                    xml=attachment.raw,
                    url=url_of("bill", self),
                    number=self.ref or self.name or str(self.id),
                )
        raise UserError(self.env._("There is no document of KSeF for %s.", self.display_name))

    def _l10n_pl_ksef_files(self):
        """The attachments that may be the document; none where it has none."""
        attachments = self.env["ir.attachment"].sudo()
        if not self.l10n_pl_ksef_sha256:
            return attachments
        return attachments.search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", self.id),
                ("mimetype", "in", XML_TYPES),
            ]
        )


def _sha256(content):
    return base64.b64encode(hashlib.sha256(content or b"").digest()).decode()
