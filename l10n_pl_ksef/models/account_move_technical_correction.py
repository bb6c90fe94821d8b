"""Technical correction: a document issued offline that KSeF refused gets a successor.

The content stays, the file is made anew and sent with the hash of the refused one, whose printed
codes then lead to the new document. Source: ksef-docs ``offline/korekta-techniczna.md``.
"""

import difflib

from lxml import etree

from odoo import fields, models
from odoo.exceptions import UserError

from ..ksef.errors import KsefError
from .explanations import explain
from .submission import OFFLINE_MODES

NO_PERMISSION = 410
DUPLICATE = 440


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_pl_ksef_refused_offline(self):
        """The document the buyer holds and KSeF refused, or none."""
        return self._l10n_pl_ksef_last_submission().filtered(
            lambda submission: submission.state == "rejected" and submission.mode in OFFLINE_MODES
        )

    def _l10n_pl_ksef_why_no_technical_correction(self):
        """Why KSeF would not take a technical correction, as a sentence; '' where it may."""
        self.ensure_one()
        _ = self.env._
        refused = self._l10n_pl_ksef_refused_offline()
        if not refused:
            return _(
                "A technical correction is for an invoice that was issued offline and refused by "
                "KSeF. %s is not one.",
                self.display_name,
            )
        if refused.refusal_code == NO_PERMISSION:
            return _(
                "KSeF refused %s because a permission is lacking, and takes no technical "
                "correction for that. Have the permission granted, then rebuild and send it.",
                self.display_name,
            )
        if refused.refusal_code == DUPLICATE:
            return self._l10n_pl_ksef_sentence_rejected(refused)
        return ""

    def action_l10n_pl_ksef_technical_correction(self):
        """Show what the new file would change, before it is sent."""
        self.ensure_one()
        reason = self._l10n_pl_ksef_why_no_technical_correction()
        if reason:
            raise UserError(reason)
        wizard = self.env["l10n_pl_ksef.technical.correction"].create({"move_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Technical Correction"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _l10n_pl_ksef_correct_technically(self, submission):
        """Let a document take the place of the refused one that the buyer holds, if any.

        :return: why that failed, as a sentence, or ''
        """
        refused = self.sudo().l10n_pl_ksef_submission_ids.filtered(
            lambda other: (
                other != submission and other.state == "rejected" and other.mode in OFFLINE_MODES
            )
        )[:1]
        if not refused or refused.refusal_code in (NO_PERMISSION, DUPLICATE):
            return ""
        submission.corrects_id = refused
        try:
            submission._issue_offline(refused.mode)
        except (KsefError, UserError) as error:
            return explain(self.env, error)
        return ""

    def _l10n_pl_ksef_difference(self):
        """What a file made now would change in the refused one, line by line."""
        self.ensure_one()
        refused = self._l10n_pl_ksef_refused_offline()
        xml, findings = self.sudo()._l10n_pl_ksef_build_document(fields.Datetime.now())
        if not xml:
            return "\n".join(self._l10n_pl_ksef_findings_text(findings))
        before, after = (_lines(document) for document in (refused._xml(), xml))
        changes = difflib.unified_diff(before, after, lineterm="", n=1)
        return "\n".join(line for line in changes if not line.startswith(("---", "+++", "@@")))


def _lines(xml):
    """A document as lines that can be compared, its own time of making left out."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    root = etree.fromstring(xml, parser)
    for element in root.iter("{*}DataWytworzeniaFa"):
        element.text = ""
    return etree.tostring(root, pretty_print=True, encoding="unicode").splitlines()
