"""Technical correction: a document issued offline that KSeF refused gets a successor.

The content stays, the file is made anew and sent with the hash of the refused one, whose printed
codes then lead to the new document. Source: ksef-docs ``offline/korekta-techniczna.md``.
"""

import difflib

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef import fa3
from ..ksef.errors import KsefError
from .explanations import explain
from .submission import OFFLINE_MODES

NO_PERMISSION = 410
DUPLICATE = 440


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_lacks_permission = fields.Boolean(
        string="Refused for Want of a Permission",
        compute="_compute_l10n_pl_ksef_lacks_permission",
    )

    def _l10n_pl_ksef_refused_offline(self):
        """The document the buyer holds and KSeF refused last, or none.

        What another environment refused is no matter of this one.
        """
        kept = self.sudo().l10n_pl_ksef_submission_ids.filtered(lambda s: s.state != "withdrawn")
        refused = kept.sorted("id")[-1:].filtered(
            lambda s: s.state == "rejected" and s.mode in OFFLINE_MODES
        )
        present = refused and self.company_id.sudo()._l10n_pl_ksef_root().l10n_pl_ksef_environment
        return refused.filtered(lambda s: not present or s.environment == present)

    @api.depends("l10n_pl_ksef_submission_ids.state")
    def _compute_l10n_pl_ksef_lacks_permission(self):
        for move in self:
            refused = move._l10n_pl_ksef_refused_offline()
            move.l10n_pl_ksef_lacks_permission = refused.refusal_code == NO_PERMISSION

    def _l10n_pl_ksef_why_no_technical_correction(self):
        """Why KSeF would not take a technical correction, as a sentence; '' where it may."""
        self.ensure_one()
        refused = self._l10n_pl_ksef_refused_offline()
        if not refused:
            return self.env._(
                "A technical correction is for an invoice that was issued offline and refused by "
                "KSeF. %s is not one.",
                self.display_name,
            )
        reason = self._l10n_pl_ksef_why_not_correctable(refused)
        if reason:
            return reason
        xml, findings = self.sudo()._l10n_pl_ksef_build_document(fields.Datetime.now())
        if not xml:
            return "\n".join(self._l10n_pl_ksef_findings_text(findings))
        changed = self._l10n_pl_ksef_changed_content(refused, xml)
        if not changed:
            return self.company_id._l10n_pl_ksef_root()._l10n_pl_ksef_why_not_offline()
        return self.env._(
            "%(name)s no longer says what its buyer holds (%(changed)s), and a technical "
            "correction may repair the file only. Undo that change; or choose Send to KSeF in the "
            "menu Actions to send it as a new document, and hand over its new print: the codes "
            "the buyer has will not lead to it.",
            name=self.display_name,
            changed=", ".join(self.env._(name) for name in changed),
        )

    def _l10n_pl_ksef_why_not_correctable(self, refused):
        """Why the refusal is not one that a technical correction is for; '' where it is."""
        if refused.refusal_code == NO_PERMISSION:
            return self.env._(
                "KSeF refused %s because a permission is lacking, and takes no technical "
                "correction for that. Have the permission granted and press Send Again: the same "
                "file goes once more, so that the codes its buyer has lead to it.",
                self.display_name,
            )
        if refused.refusal_code == DUPLICATE and refused.invoice_number == self.name:
            return self._l10n_pl_ksef_sentence_rejected(refused)
        return ""

    def _l10n_pl_ksef_changed_content(self, refused, xml):
        """What ``xml`` says otherwise than the refused document, by name."""
        changed = fa3.content_changes(fa3.read(refused._xml()), fa3.read(xml))
        if refused.refusal_code == DUPLICATE:
            return [name for name in changed if name != fa3.NUMBER]
        return list(changed)

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

    def _l10n_pl_ksef_corrected_by(self, xml):
        """What KSeF refused and a document ``xml`` would correct technically, or none."""
        refused = self._l10n_pl_ksef_refused_offline()
        return refused.filtered(
            lambda one: (
                not self._l10n_pl_ksef_why_not_correctable(one)
                and not self._l10n_pl_ksef_changed_content(one, xml)
            )
        )

    def _l10n_pl_ksef_correct_technically(self, refused, xml, generated_at):
        """Let a document take the place of ``refused``, which the buyer holds.

        Where it cannot be signed, nothing is left that could be sent: as an online one it would
        be none.

        :return: why that failed, as a sentence, or ''
        """
        try:
            with self.env.cr.savepoint():
                submission = refused._freeze(self, xml, generated_at=generated_at)
                submission.corrects_id = refused.corrects_id or refused  # the one the buyer got
                submission._issue_offline(refused.mode)
        except (KsefError, UserError) as error:
            return explain(self.env, error)
        return ""

    def _l10n_pl_ksef_freeze_again(self, xml):
        """What was refused for want of a permission goes again byte for byte, where the invoice
        still says the same: the codes its buyer has then lead to it.

        :return: the new submission, or none
        """
        refused = self._l10n_pl_ksef_refused_offline()
        if refused.refusal_code != NO_PERMISSION or _lines(refused._xml()) != _lines(xml):
            return refused.browse()
        again = refused._freeze(self, refused._xml(), generated_at=refused.generated_at)
        again.write(
            {
                "mode": refused.mode,
                "state": "offline",
                "issued_at": refused.issued_at,
                "certificate_url": refused.certificate_url,
                "corrects_id": refused.corrects_id,
            }
        )
        again._renew_deadline()
        return again

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
