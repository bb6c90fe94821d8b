"""Issuing invoices offline: while KSeF or the network fails, or by the seller's choice."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..ksef.errors import KsefError
from .explanations import explain
from .submission import OFFLINE_MODES, UNDER_WAY_STATES
from .transactions import commit_point


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_can_issue_offline = fields.Boolean(
        string="Can Be Issued Offline", compute="_compute_l10n_pl_ksef_can_issue_offline"
    )

    @api.depends("l10n_pl_ksef_state", "l10n_pl_ksef_mode")
    def _compute_l10n_pl_ksef_can_issue_offline(self):
        for move in self:
            root = move.company_id._l10n_pl_ksef_root()
            move.l10n_pl_ksef_can_issue_offline = (
                move.l10n_pl_ksef_state == "to_send"
                and bool(root)
                and not root._l10n_pl_ksef_why_not_offline()
            )

    def _l10n_pl_ksef_in_buyers_hands(self):
        """Whether the document may be handed over: KSeF holds it, or it was issued offline."""
        self.ensure_one()
        return (
            self.l10n_pl_ksef_state == "accepted"
            or self.l10n_pl_ksef_state in ("offline", *UNDER_WAY_STATES)
            and self.l10n_pl_ksef_mode in OFFLINE_MODES
        )

    # -- the action -----------------------------------------------------------------------

    def action_l10n_pl_ksef_issue_offline(self):
        """Issue offline: the document is frozen, carries both codes, and goes to KSeF later.

        With one invoice a problem is said at once; with many each keeps its own.
        """
        self._l10n_pl_ksef_check_may_send()
        skipped = {}
        for move in self:
            reason = move._l10n_pl_ksef_issue_offline()
            if reason and len(self) == 1:
                raise UserError(reason)
            if reason:
                skipped[move] = reason
            commit_point(self.env)
        self.env.ref("l10n_pl_ksef.cron_send").sudo()._trigger()
        return self._l10n_pl_ksef_report_offline(skipped)

    def _l10n_pl_ksef_issue_offline(self):
        """Issue one invoice offline.

        :return: why it cannot be, as a sentence, or '' when it is done
        """
        self.ensure_one()
        root = self.company_id._l10n_pl_ksef_root()
        reason = (
            self._l10n_pl_ksef_why_not_now()
            or self._l10n_pl_ksef_why_not_again()
            or root._l10n_pl_ksef_why_not_offline()
        )
        if reason:
            return reason
        mode = root._l10n_pl_ksef_offline_mode()
        if not mode:
            return self._l10n_pl_ksef_sentence_total_failure()
        prepared_before = bool(self._l10n_pl_ksef_binding_submission())
        reason = self._l10n_pl_ksef_freeze()
        if reason:
            return reason
        reason = self._l10n_pl_ksef_hand_over(mode)
        if reason and not prepared_before:
            # nobody asked for sending it online
            self._l10n_pl_ksef_binding_submission()._withdraw()
        return reason

    def _l10n_pl_ksef_why_not_again(self):
        """Why an invoice that was issued offline before is not issued once more; '' otherwise."""
        if self.l10n_pl_ksef_state == "offline":
            return self.env._(
                "%s was issued offline already and is sent to KSeF by itself.", self.display_name
            )
        if self._l10n_pl_ksef_refused_offline():
            return self.env._(
                "%s was issued offline already, and KSeF refused it. Its buyer holds it: open it "
                "and see what to do.",
                self.display_name,
            )
        return ""

    def _l10n_pl_ksef_hand_over(self, mode):
        """Turn the frozen, unsent document into one issued offline; '' when that is done."""
        submission = self._l10n_pl_ksef_binding_submission()._lock_in(["ready"])
        if not submission:
            return self.env._("%s is on its way to KSeF already.", self.display_name)
        try:
            submission._issue_offline(mode)
        except (KsefError, UserError) as error:
            return explain(self.env, error)
        self._l10n_pl_ksef_note_offline(submission)
        if submission.delivery:
            self.env.ref("l10n_pl_ksef.cron_deliver").sudo()._trigger()
        return ""

    # -- by itself, when KSeF cannot be reached ------------------------------------------------

    def _l10n_pl_ksef_fall_back(self):
        """Issue offline what could not be sent, where the company wants that.

        :return: why it was not issued offline although the company wants it, or ''
        """
        self.ensure_one()
        root = self.company_id._l10n_pl_ksef_root()
        if not root.l10n_pl_ksef_offline_fallback:
            return ""
        reason = root._l10n_pl_ksef_why_not_offline()
        if reason:
            return reason
        mode = root._l10n_pl_ksef_offline_mode()
        if not mode:
            return self._l10n_pl_ksef_sentence_total_failure()
        return self._l10n_pl_ksef_hand_over(mode)

    # -- sentences -------------------------------------------------------------------------------

    def _l10n_pl_ksef_note_offline(self, submission):
        move = self._l10n_pl_ksef_for_notes()
        document = move._l10n_pl_ksef_attach(submission.document_filename, submission._xml())
        move.message_post(
            body=move._l10n_pl_ksef_sentence_offline(),
            attachment_ids=document.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _l10n_pl_ksef_sentence_total_failure(self):
        return self.env._(
            "A total failure of KSeF is announced. Issue %s as an ordinary invoice: mark it "
            "as issued outside KSeF, because of the total failure. It needs no codes and is "
            "never sent.",
            self.display_name,
        )

    def _l10n_pl_ksef_sentence_offline(self):
        if self._l10n_pl_ksef_binding_submission().released:
            return self.env._(
                "%s was issued offline, and a total failure of KSeF was announced while it "
                "waited: it need not be sent any more and stays valid as it was handed over.",
                self.display_name,
            )
        if not self.l10n_pl_ksef_deadline:
            return self.env._(
                "%s was issued offline and can be handed over, with both codes. It is sent to "
                "KSeF by itself; the last day for that is counted from the end of the announced "
                "outage.",
                self.display_name,
            )
        return self.env._(
            "%(name)s was issued offline and can be handed over, with both codes. It is sent to "
            "KSeF by itself, by %(day)s at the latest.",
            name=self.display_name,
            day=format_date(self.env, self.l10n_pl_ksef_deadline),
        )

    def _l10n_pl_ksef_report_offline(self, skipped):
        _ = self.env._
        done = self.filtered(lambda move: move not in skipped)
        if len(self) == 1:
            message = self._l10n_pl_ksef_sentence_offline()
        else:
            message = _("Issued offline: %s. They are sent to KSeF automatically.", len(done))
            if skipped:
                message += " " + _(
                    "%(count)s not issued, for example: %(reason)s",
                    count=len(skipped),
                    reason=next(iter(skipped.values())),
                )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if skipped else "success",
                "title": _("KSeF"),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
