"""Issuing invoices offline: while KSeF or the network fails, or by the seller's choice."""

import logging
from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..ksef.calendar import warsaw_day
from ..ksef.errors import KsefError
from .explanations import explain
from .submission import OFFLINE_MODES, UNDER_WAY_STATES
from .transactions import commit_point

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_deadline = fields.Date(
        string="KSeF Deadline",
        compute="_compute_l10n_pl_ksef_submission",
        store=True,
        index="btree_not_null",
        copy=False,
        help="The last day, in Warsaw, on which this invoice, issued offline, may be sent.",
    )
    l10n_pl_ksef_deadline_missed = fields.Boolean(
        string="KSeF Deadline Missed", compute="_compute_l10n_pl_ksef_deadline_missed"
    )
    l10n_pl_ksef_can_issue_offline = fields.Boolean(
        string="Can Be Issued Offline", compute="_compute_l10n_pl_ksef_can_issue_offline"
    )

    def _auto_init(self):
        self._l10n_pl_ksef_empty_column("l10n_pl_ksef_deadline", "date")
        return super()._auto_init()

    @api.depends("l10n_pl_ksef_submission_ids.deadline")
    def _compute_l10n_pl_ksef_submission(self):
        result = super()._compute_l10n_pl_ksef_submission()
        for move in self:
            binding = move._l10n_pl_ksef_binding_submission()
            move.l10n_pl_ksef_deadline = binding.state != "accepted" and binding.deadline
        return result

    @api.depends("l10n_pl_ksef_deadline")
    def _compute_l10n_pl_ksef_deadline_missed(self):
        today = _today()
        for move in self:
            due = move.l10n_pl_ksef_deadline
            move.l10n_pl_ksef_deadline_missed = bool(due and due < today)

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
        reason = self._l10n_pl_ksef_why_not_now() or root._l10n_pl_ksef_why_not_offline()
        if reason:
            return reason
        mode = root._l10n_pl_ksef_offline_mode()
        if not mode:
            return self.env._(
                "A total failure of KSeF is announced. Issue %s as an ordinary invoice: mark it "
                "as issued outside KSeF, because of the total failure. It needs no codes and is "
                "never sent.",
                self.display_name,
            )
        reason = self._l10n_pl_ksef_freeze()
        if reason:
            return reason
        return self._l10n_pl_ksef_hand_over(mode)

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
        return ""

    # -- by itself, when KSeF cannot be reached ------------------------------------------------

    def _l10n_pl_ksef_fall_back(self):
        """Issue offline what could not be sent, where the company wants that."""
        self.ensure_one()
        root = self.company_id._l10n_pl_ksef_root()
        if not root.l10n_pl_ksef_offline_fallback or root._l10n_pl_ksef_why_not_offline():
            return
        mode = root._l10n_pl_ksef_offline_mode()
        if mode:
            reason = self._l10n_pl_ksef_hand_over(mode)
            if reason:
                _logger.warning("KSeF: %s was not issued offline: %s", self.name, reason)

    # -- sentences -------------------------------------------------------------------------------

    def _l10n_pl_ksef_note_offline(self, submission):
        move = self._l10n_pl_ksef_for_notes()
        document = move._l10n_pl_ksef_attach(submission.document_filename, submission._xml())
        move.message_post(
            body=move._l10n_pl_ksef_sentence_offline(),
            attachment_ids=document.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _l10n_pl_ksef_sentence_offline(self):
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

    def _l10n_pl_ksef_sentence_deadline(self):
        day = format_date(self.env, self.l10n_pl_ksef_deadline)
        if self.l10n_pl_ksef_deadline_missed:
            return self.env._(
                "%(name)s was issued offline and had to be in KSeF by %(day)s. It is not there "
                "yet: send it now, and see what keeps it.",
                name=self.display_name,
                day=day,
            )
        return self.env._(
            "%(name)s was issued offline and must be in KSeF by %(day)s. It is sent by itself; "
            "see whether the connection works.",
            name=self.display_name,
            day=day,
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

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.l10n_pl_ksef_deadline_missed:
            alerts["l10n_pl_ksef_deadline"] = {
                "level": "danger",
                "message": self._l10n_pl_ksef_sentence_deadline(),
            }
        elif self.l10n_pl_ksef_state == "offline":
            alerts["l10n_pl_ksef_offline"] = {
                "level": "info",
                "message": self._l10n_pl_ksef_sentence_offline(),
            }
        elif self.l10n_pl_ksef_state == "to_send" and (outage := self._l10n_pl_ksef_outage()):
            alerts["l10n_pl_ksef_outage"] = {
                "level": "warning",
                "message": self.env._(
                    "KSeF announces: %(title)s. What is sent now may have to wait; with an "
                    "offline certificate the invoice can be issued offline at once.",
                    title=outage.title,
                ),
            }
        elif self.l10n_pl_ksef_state == "to_send" and self._l10n_pl_ksef_is_late():
            alerts["l10n_pl_ksef_late"] = {
                "level": "info",
                "message": self.env._(
                    "This invoice is dated before today, so KSeF will mark it as issued offline. "
                    "That is allowed until the next working day after its date."
                ),
            }
        return alerts

    def _l10n_pl_ksef_outage(self):
        environment = self.company_id._l10n_pl_ksef_root().l10n_pl_ksef_environment
        return self.env["l10n_pl_ksef.outage"]._going_on(environment)

    def _l10n_pl_ksef_is_late(self):
        return bool(self.invoice_date and self.invoice_date < _today())


def _today():
    return warsaw_day(fields.Datetime.now().replace(tzinfo=timezone.utc))
