"""Preparing: from a posted invoice to a frozen document, or to what keeps it from that."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..ksef.calendar import warsaw_day
from .fa3_kept_findings import to_data
from .fa3_problems import NotExpressible
from .reading import SELDOM_READ
from .submission import UNDER_WAY_STATES
from .transactions import commit_point

NO_PROBLEMS = {
    "l10n_pl_ksef_problems": False,
    "l10n_pl_ksef_try_again_at": False,
    "l10n_pl_ksef_wanted": False,
}


class Busy(str):
    """A reason that is no problem of the invoice: another worker holds it at this moment."""


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_problems = fields.Json(
        string="KSeF Problems",
        copy=False,
        readonly=True,
        help="What keeps this invoice from KSeF, found when it was last prepared.",
    )
    l10n_pl_ksef_try_again_at = fields.Datetime(
        string="Next Try for KSeF",
        copy=False,
        readonly=True,
        help="When an invoice with problems is looked at again by itself: the day may have come, "
        "or somebody may have completed the customer.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_wanted = fields.Boolean(
        string="Chosen for KSeF",
        copy=False,
        readonly=True,
        help="Somebody chose to send it, together with many others.",
        prefetch=SELDOM_READ,
    )

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
        if self.l10n_pl_ksef_state == "offline":
            return ""
        return self._l10n_pl_ksef_why_not()

    def _l10n_pl_ksef_freeze(self):
        """Build, check and freeze the document of one invoice.

        :return: the problems as one text, or '' when it is frozen (or was already)
        """
        self.ensure_one()
        refusals = self._l10n_pl_ksef_attachment_findings()  # KSeF may be asked: not under a lock
        move = self.sudo().try_lock_for_update()
        if not move:
            return Busy(self.env._("Somebody else is working on %s just now.", self.display_name))
        move.invalidate_recordset(["l10n_pl_ksef_submission_ids", "l10n_pl_ksef_state"])
        binding = move._l10n_pl_ksef_binding_submission()
        binding._withdraw_if_of_another_connection()
        if move._l10n_pl_ksef_binding_submission():
            return ""
        generated_at = move._l10n_pl_ksef_moment_of_making()
        xml, findings = move._l10n_pl_ksef_build_document(generated_at)
        findings = [*findings, *refusals]
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors or not xml:
            return move._l10n_pl_ksef_keep_problems(errors or findings)
        refused = move._l10n_pl_ksef_corrected_by(xml)
        reason = refused and move.company_id._l10n_pl_ksef_root()._l10n_pl_ksef_why_not_offline()
        if reason:
            return reason
        move.with_context(skip_invoice_sync=True).write(
            {**NO_PROBLEMS, "l10n_pl_ksef_required": True}
        )
        if move._l10n_pl_ksef_freeze_again(xml):
            return ""
        if refused:
            return move._l10n_pl_ksef_correct_technically(refused, xml, generated_at)
        self.env["l10n_pl_ksef.submission"].sudo()._freeze(move, xml, generated_at=generated_at)
        return ""

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
        self.with_context(skip_invoice_sync=True).write(
            {
                "l10n_pl_ksef_problems": to_data(findings),
                "l10n_pl_ksef_try_again_at": _start_of_tomorrow(),
                "l10n_pl_ksef_wanted": False,
            }
        )
        return "\n".join(self._l10n_pl_ksef_findings_text(findings))

    def _l10n_pl_ksef_prepare_by_itself(self):
        """Freeze one invoice from a schedule; new problems are told, known ones are not."""
        self.ensure_one()
        known = self.l10n_pl_ksef_problems
        reason = self._l10n_pl_ksef_why_not() or self._l10n_pl_ksef_freeze()
        if self.l10n_pl_ksef_wanted:
            self.with_context(skip_invoice_sync=True).l10n_pl_ksef_wanted = False
        if reason and not isinstance(reason, Busy) and self.l10n_pl_ksef_problems != known:
            self._l10n_pl_ksef_note_problems(reason)

    @api.model
    def _l10n_pl_ksef_to_prepare_domain(self, company):
        """What a schedule prepares now for the connection ``company``."""
        wanted = Domain("l10n_pl_ksef_wanted", "=", True)
        if company.l10n_pl_ksef_send_mode == "manual":
            return wanted
        by_itself = Domain("l10n_pl_ksef_problems", "=", False) | Domain(
            "l10n_pl_ksef_try_again_at", "<=", fields.Datetime.now()
        )
        if company.l10n_pl_ksef_send_mode == "hybrid":
            by_itself &= Domain("commercial_partner_id.l10n_pl_ksef_sending", "!=", "by_hand")
        return wanted | by_itself

    def _post(self, soft=True):
        """What was wrong before it was reset, corrected and posted again counts no more."""
        posted = super()._post(soft=soft)
        posted.filtered("l10n_pl_ksef_problems").write(NO_PROBLEMS)
        return posted


def _start_of_tomorrow():
    """The next midnight in Warsaw, as Odoo stores it."""
    today = warsaw_day(fields.Datetime.now().replace(tzinfo=timezone.utc))
    midnight = datetime.combine(today + timedelta(days=1), time(0, 1), ZoneInfo("Europe/Warsaw"))
    return midnight.astimezone(timezone.utc).replace(tzinfo=None)
