"""Whether KSeF takes invoices with an attachment from this company.

It takes them from those only that announced them to the tax office, and in packages.
"""

import logging
from datetime import timedelta

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import fields, models
from odoo.exceptions import UserError

from ..ksef import fa3
from ..ksef.errors import KsefError
from ..ksef.texts import _

_logger = logging.getLogger(__name__)

# It is given once and for long; whoever has just given it wants to send soon.
ASK_AGAIN_AFTER = {"yes": timedelta(days=1), "no": timedelta(minutes=5)}


class KsefLogin(models.Model):
    _inherit = "l10n_pl_ksef.login"

    attachments_allowed = fields.Selection(
        [("yes", "Announced"), ("no", "Not announced")],
        string="Invoices with Attachments",
        readonly=True,
    )
    attachments_asked_at = fields.Datetime(readonly=True)

    def _known_consent(self):
        """'yes' or 'no' as KSeF said lately, or False."""
        known = self.attachments_allowed
        if not known or not self.attachments_asked_at:
            return False
        still = self.attachments_asked_at > fields.Datetime.now() - ASK_AGAIN_AFTER[known]
        return still and known

    def _note_consent(self, connection, answer):
        """Keep it for the others; where somebody else holds the row, they ask for themselves."""
        try:
            with self._own_transaction() as logins:
                logins._hold(connection).write(
                    {"attachments_allowed": answer, "attachments_asked_at": fields.Datetime.now()}
                )
        except (LockNotAvailable, SerializationFailure) as error:
            _logger.info("The consent to attachments is not kept: %s", error)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_pl_ksef_known_consent(self):
        """The same without asking: 'yes' or 'no' where KSeF said so lately, else ''."""
        root = self._l10n_pl_ksef_root()
        return root and root._l10n_pl_ksef_login()._known_consent() or ""

    def _l10n_pl_ksef_attachments_allowed(self):
        """'yes' or 'no' in KSeF's words, or '' where it does not say.

        A login without CredentialsRead may not ask; then KSeF says so when it gets the invoice.
        """
        known = self._l10n_pl_ksef_known_consent()
        root = self._l10n_pl_ksef_root()
        if known or not root:
            return known
        try:
            connection = root._l10n_pl_ksef_connection()
            given = root._l10n_pl_ksef_client().attachment_consent().given
        except (KsefError, UserError) as error:
            _logger.info("KSeF does not say whether attachments are allowed: %s", error)
            return ""
        answer = "yes" if given else "no"
        self.env["l10n_pl_ksef.login"].sudo()._note_consent(connection, answer)
        return answer


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_pl_ksef_attachment_findings(self):
        """What keeps an invoice with an attachment from KSeF: the announcement that lacks."""
        self.ensure_one()
        if not self.sudo().l10n_pl_ksef_fa3_block_ids:
            return []
        if self.company_id._l10n_pl_ksef_attachments_allowed() != "no":
            return []
        return [
            fa3.Finding(
                code="sending.attachment",
                severity=fa3.Severity.ERROR,
                element="Zalacznik",
                template=_(
                    "KSeF takes invoices with an attachment only from companies that announced "
                    "them to the tax office, and this company has not. Whoever may act for it "
                    "announces them in the e-Urząd Skarbowy; then send the invoice again. Or take "
                    "the attachment off the page KSeF Details."
                ),
            )
        ]
