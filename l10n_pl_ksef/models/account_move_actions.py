"""What people and schedules do with invoices and KSeF: prepare, send, ask, look."""

from datetime import timedelta, timezone

from odoo import fields, models
from odoo.exceptions import UserError

from .fa3_kept_findings import to_data
from .fa3_problems import NotExpressible
from .submission import UNDER_WAY_STATES
from .transactions import commit_point

# A person waits for a handful of invoices; more of them go to the background at once.
SENT_WHILE_WAITING = 5


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_problems = fields.Json(
        copy=False,
        readonly=True,
        help="What keeps this invoice from KSeF, found when it was last prepared.",
    )

    # -- actions of people ------------------------------------------------------------

    def action_l10n_pl_ksef_send(self):
        """Send to KSeF, or send again what was refused, rebuilt from the posted invoice.

        With one invoice a problem is said at once; with many each keeps its own, shown on the
        invoice, and the others go.
        """
        self._l10n_pl_ksef_check_may_send()
        skipped = self._l10n_pl_ksef_prepare()
        ready = self.l10n_pl_ksef_submission_ids.filtered(lambda s: s.state == "ready")
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

    # -- preparing ----------------------------------------------------------------------

    def _l10n_pl_ksef_prepare(self):
        """Freeze a document for each invoice that may go now.

        :return: {move: sentence} for those that cannot; the problems are kept on the invoice
        :raises UserError: when there is one invoice only
        """
        skipped = {}
        for move in self:
            reason = move._l10n_pl_ksef_why_not_now() or move._l10n_pl_ksef_freeze()
            if reason and len(self) == 1:
                raise UserError(reason)
            if reason:
                skipped[move] = reason
            commit_point(self.env)
        return skipped

    def _l10n_pl_ksef_why_not_now(self):
        """Why this invoice cannot be given to KSeF at this moment; '' where it can."""
        self.ensure_one()
        _ = self.env._
        if self.state != "posted":
            return _("%s is not posted yet. Confirm it first.", self.display_name)
        if self.l10n_pl_ksef_state == "accepted":
            return _(
                "%(name)s is in KSeF already, under the number %(number)s.",
                name=self.display_name,
                number=self.l10n_pl_ksef_number,
            )
        if self.l10n_pl_ksef_state in UNDER_WAY_STATES:
            return _("%s is on its way to KSeF already.", self.display_name)
        return self._l10n_pl_ksef_why_not()

    def _l10n_pl_ksef_freeze(self):
        """Build, check and freeze the document of one invoice.

        :return: the problems as one text, or '' when it is frozen (or was already)
        """
        self.ensure_one()
        move = self.sudo().try_lock_for_update()
        if not move:
            return self.env._("Somebody else is working on %s just now.", self.display_name)
        move.invalidate_recordset(["l10n_pl_ksef_submission_ids", "l10n_pl_ksef_state"])
        if move._l10n_pl_ksef_binding_submission():
            return ""
        generated_at = move._l10n_pl_ksef_moment_of_making()
        xml, findings = move._l10n_pl_ksef_build_document(generated_at)
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors or not xml:
            return move._l10n_pl_ksef_keep_problems(errors or findings)
        move.l10n_pl_ksef_problems = False
        move.l10n_pl_ksef_required = True
        submission = self.env["l10n_pl_ksef.submission"].sudo()
        submission = submission._freeze(move, xml, generated_at=generated_at)
        return move._l10n_pl_ksef_correct_technically(submission)

    def _l10n_pl_ksef_moment_of_making(self):
        """Now, but never the second of an earlier document: a new one is another file."""
        earlier = self._l10n_pl_ksef_last_submission().generated_at
        now = fields.Datetime.now()
        return max(now, earlier + timedelta(seconds=1)) if earlier else now

    def _l10n_pl_ksef_build_document(self, generated_at):
        """(bytes or None, findings) for the FA(3) of this invoice."""
        aware = generated_at.replace(microsecond=0, tzinfo=timezone.utc)
        try:
            return self._l10n_pl_ksef_xml(aware)
        except NotExpressible as error:
            return None, error.findings

    def _l10n_pl_ksef_findings(self):
        """What would stop this invoice at KSeF or deserves a look, without preparing it."""
        return self.sudo()._l10n_pl_ksef_build_document(fields.Datetime.now())[1]

    def _l10n_pl_ksef_keep_problems(self, findings):
        self.l10n_pl_ksef_problems = to_data(findings)
        return "\n".join(self._l10n_pl_ksef_findings_text(findings))

    # -- sending while somebody waits -----------------------------------------------------

    def _l10n_pl_ksef_wake_crons(self):
        self.env.ref("l10n_pl_ksef.cron_send").sudo()._trigger()
        self.env.ref("l10n_pl_ksef.cron_follow").sudo()._trigger()

    def _l10n_pl_ksef_report(self, skipped):
        """Tell what became of each invoice of ``self``, in one notification."""
        _ = self.env._
        self.invalidate_recordset(["l10n_pl_ksef_state", "l10n_pl_ksef_number"])
        if len(self) == 1:
            kind, message = self._l10n_pl_ksef_report_one()
        else:
            kind, message = self._l10n_pl_ksef_report_many(skipped)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": _("KSeF"),
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
        if state == "to_send":
            trouble = submission.trouble or ""
            waits = _("It stays in the queue and is sent by itself.")
            return ("warning" if trouble else "info"), f"{trouble} {waits}".strip()
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
        under_way = len(self) - accepted - rejected - len(skipped)
        parts = []
        if accepted:
            parts.append(_("%s accepted by KSeF.", accepted))
        if under_way:
            parts.append(_("%s on their way; their numbers appear by themselves.", under_way))
        if rejected:
            parts.append(_("%s refused; each says why.", rejected))
        if skipped:
            first = next(iter(skipped.values()))
            parts.append(
                _("%(count)s not sent, for example: %(reason)s", count=len(skipped), reason=first)
            )
        kind = "warning" if skipped or rejected else "success" if not under_way else "info"
        return kind, " ".join(parts)


def _moves(skipped, like):
    return like.browse(move.id for move in skipped)
