"""What people and schedules do with invoices and KSeF: prepare, send, ask, look."""

from odoo import models
from odoo.exceptions import UserError

from .submission import TO_OFFER_STATES, UNDER_WAY_STATES

# A person waits for a handful of invoices; more of them go to the background at once.
SENT_WHILE_WAITING = 5
PREPARED_WHILE_WAITING = 50


class AccountMove(models.Model):
    _inherit = "account.move"

    # -- actions of people ------------------------------------------------------------

    def action_l10n_pl_ksef_send(self):
        """Send to KSeF, or send again what was refused, rebuilt from the posted invoice.

        With one invoice a problem is said at once; with many each keeps its own, shown on the
        invoice, and the others go.
        """
        self._l10n_pl_ksef_check_may_send()
        if len(self) > PREPARED_WHILE_WAITING:
            return self._l10n_pl_ksef_leave_to_schedule()
        skipped = self._l10n_pl_ksef_prepare()
        ready = self.l10n_pl_ksef_submission_ids.filtered(lambda s: s.state in TO_OFFER_STATES)
        if len(ready) <= SENT_WHILE_WAITING:
            ready.sudo()._send_and_wait()
        self._l10n_pl_ksef_wake_crons()
        return self._l10n_pl_ksef_report(skipped)

    def action_l10n_pl_ksef_check_status(self):
        """Ask KSeF now about what is under way, and collect what is missing."""
        self._l10n_pl_ksef_check_may_send()
        submissions = self.sudo().l10n_pl_ksef_submission_ids.filtered(
            lambda s: s.state in UNDER_WAY_STATES or (s.state == "accepted" and not s.has_upo)
        )
        submissions[:SENT_WHILE_WAITING]._follow()
        self._l10n_pl_ksef_wake_crons()
        return self._l10n_pl_ksef_report({})

    def action_l10n_pl_ksef_open_link(self):
        """Open the page behind the QR code, as the buyer would."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": self.l10n_pl_ksef_invoice_url,
            "target": "new",
        }

    def action_l10n_pl_ksef_download_upo(self):
        self.ensure_one()
        submission = self.l10n_pl_ksef_submission_id
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/l10n_pl_ksef.submission/{submission.id}/upo"
            f"?filename_field=upo_filename&download=true",
            "target": "download",
        }

    def _l10n_pl_ksef_check_may_send(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(
                self.env._("Only people who issue invoices may send them to KSeF. Ask a colleague.")
            )

    # -- sending while somebody waits -----------------------------------------------------

    def _l10n_pl_ksef_wake_crons(self):
        self.env.ref("l10n_pl_ksef.cron_send").sudo()._trigger()
        self.env.ref("l10n_pl_ksef.cron_follow").sudo()._trigger()

    def _l10n_pl_ksef_leave_to_schedule(self):
        """Very many: the schedule prepares and sends them, each with its own problems."""
        reasons = {move: move._l10n_pl_ksef_why_not_now() for move in self}
        wanted = self.filtered(lambda move: not reasons[move])
        wanted.sudo().with_context(skip_invoice_sync=True).write(
            {
                "l10n_pl_ksef_wanted": True,
                "l10n_pl_ksef_required": True,
                "l10n_pl_ksef_problems": False,
            }
        )
        self._l10n_pl_ksef_wake_crons()
        message = self.env._(
            "%s invoices are being prepared and sent in the background. Each gets its number, "
            "or says what keeps it, by itself.",
            len(wanted),
        )
        if len(wanted) < len(self):
            message += " " + self.env._(
                "%(count)s not sent, for example: %(reason)s",
                count=len(self) - len(wanted),
                reason=next(reason for reason in reasons.values() if reason),
            )
        return self._l10n_pl_ksef_notification("info", message)

    def _l10n_pl_ksef_report(self, skipped):
        """Tell what became of each invoice of ``self``, in one notification."""
        self.invalidate_recordset(["l10n_pl_ksef_state", "l10n_pl_ksef_number"])
        if len(self) == 1:
            kind, message = self._l10n_pl_ksef_report_one()
        else:
            kind, message = self._l10n_pl_ksef_report_many(skipped)
        return self._l10n_pl_ksef_notification(kind, message)

    def _l10n_pl_ksef_notification(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": self.env._("KSeF"),
                "message": message,
                "sticky": kind in ("danger", "warning"),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _l10n_pl_ksef_report_one(self):
        _ = self.env._
        submission = self.sudo().l10n_pl_ksef_submission_id
        state = self.l10n_pl_ksef_state
        if state == "accepted":
            return "success", _(
                "%(name)s is in KSeF under the number %(number)s.",
                name=self.display_name,
                number=self.l10n_pl_ksef_number,
            )
        if state == "rejected":
            return "danger", self._l10n_pl_ksef_sentence_rejected(submission)
        if state == "in_doubt":
            return "warning", self._l10n_pl_ksef_sentence_in_doubt()
        if state == "to_send" and submission._needs_package() and not submission.trouble:
            return "info", self._l10n_pl_ksef_sentence_needs_package()
        if state == "offline":
            trouble = submission.trouble or ""
            issued = self._l10n_pl_ksef_sentence_offline()
            return ("warning" if trouble else "info"), f"{trouble} {issued}".strip()
        if state == "to_send":
            trouble = submission.trouble or ""
            waits = _("It stays in the queue and is sent by itself.")
            return ("warning" if trouble else "info"), f"{trouble} {waits}".strip()
        if state == "sending":
            return "info", _("%s is being sent to KSeF.", self.display_name)
        return "info", _(
            "KSeF has %(name)s and is checking it. The number appears here by itself.",
            name=self.display_name,
        )

    def _l10n_pl_ksef_report_many(self, skipped):
        _ = self.env._
        accepted = len(
            self.filtered(lambda m: m.l10n_pl_ksef_state == "accepted") - _moves(skipped, self)
        )
        rejected = len(
            self.filtered(lambda m: m.l10n_pl_ksef_state == "rejected") - _moves(skipped, self)
        )
        offline = len(
            self.filtered(lambda m: m.l10n_pl_ksef_state == "offline") - _moves(skipped, self)
        )
        under_way = len(self) - accepted - rejected - offline - len(skipped)
        parts = []
        if accepted:
            parts.append(_("Accepted by KSeF: %s.", accepted))
        if under_way:
            parts.append(_("On their way: %s; their numbers appear automatically.", under_way))
        if offline:
            parts.append(_("Issued offline: %s. They are sent to KSeF automatically.", offline))
        if rejected:
            parts.append(_("Refused: %s; each invoice says why.", rejected))
        if skipped:
            first = next(iter(skipped.values()))
            parts.append(
                _("%(count)s not sent, for example: %(reason)s", count=len(skipped), reason=first)
            )
        kind = (
            "warning" if skipped or rejected or offline else "success" if not under_way else "info"
        )
        return kind, " ".join(parts)


def _moves(skipped, like):
    return like.browse(move.id for move in skipped)
