"""By when an invoice must be in KSeF, and what is said while it is not."""

from datetime import timezone
from functools import cache

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..ksef.calendar import next_working_day, warsaw_day
from ..ksef.deadlines import OfflineMode
from .reading import SELDOM_READ
from .submission import OFFLINE_MODES, UNDER_WAY_STATES
from .submission_offline import LEARNT_LATE
from .transactions import commit_point, isolated

# What KSeF should hold and does not hold yet.
NOT_THERE_STATES = ("to_send", "rejected", "offline", *UNDER_WAY_STATES)


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_deadline = fields.Date(
        string="KSeF Deadline",
        compute="_compute_l10n_pl_ksef_deadline",
        store=True,
        index="btree_not_null",
        copy=False,
        help="The last day, in Warsaw, on which this invoice may be sent to KSeF: there is one "
        "once it was issued offline, or was not sent on the day it is dated.",
    )
    l10n_pl_ksef_deadline_missed = fields.Boolean(
        string="KSeF Deadline Missed", compute="_compute_l10n_pl_ksef_deadline_missed"
    )
    l10n_pl_ksef_deadline_near = fields.Boolean(
        string="KSeF Deadline Is Near", compute="_compute_l10n_pl_ksef_deadline_missed"
    )
    l10n_pl_ksef_deadline_told = fields.Date(
        string="Reminded of the KSeF Deadline",
        readonly=True,
        copy=False,
        help="The deadline that somebody was reminded of.",
        prefetch=SELDOM_READ,
    )

    def _auto_init(self):
        self._l10n_pl_ksef_empty_column("l10n_pl_ksef_deadline", "date")
        return super()._auto_init()

    # -- computes -------------------------------------------------------------------------

    @api.depends("invoice_date", "l10n_pl_ksef_state", "l10n_pl_ksef_submission_ids.deadline")
    def _compute_l10n_pl_ksef_deadline(self):
        """The passing of midnight, which makes an invoice late, comes from the schedule."""
        today = _today()
        announced = cache(self.env["l10n_pl_ksef.outage"]._known)
        for move in self:
            move.l10n_pl_ksef_deadline = (
                move.l10n_pl_ksef_state in NOT_THERE_STATES
                and move._l10n_pl_ksef_last_day(today, announced)
            )

    def _l10n_pl_ksef_last_day(self, today, announced):
        """The last day for sending; False where there is none, or none yet.

        :param announced: gives the outages of an environment
        """
        submission = self.sudo().l10n_pl_ksef_submission_ids and (
            self._l10n_pl_ksef_binding_submission() or self._l10n_pl_ksef_refused_offline()
        )
        if submission.mode in OFFLINE_MODES:
            return submission.deadline
        if not self.invoice_date or self.invoice_date >= today:
            return False
        if submission:
            return submission.deadline
        environment = self.company_id._l10n_pl_ksef_root().l10n_pl_ksef_environment
        return announced(environment)._deadline(OfflineMode.OFFLINE24, self.invoice_date).day

    @api.depends("l10n_pl_ksef_deadline")
    def _compute_l10n_pl_ksef_deadline_missed(self):
        today = _today()
        for move in self:
            due = move.l10n_pl_ksef_deadline
            missed = bool(due and due < today)
            move.l10n_pl_ksef_deadline_missed = missed
            move.l10n_pl_ksef_deadline_near = (
                bool(due) and not missed and due <= next_working_day(today)
            )

    def _l10n_pl_ksef_is_released(self):
        """Whether a total failure ended the duty to send what was issued offline: it stays
        outside KSeF."""
        return bool(self and self._l10n_pl_ksef_binding_submission().released)

    def _l10n_pl_ksef_is_late(self):
        """Whether KSeF will mark it as issued offline: its own day is over in Warsaw."""
        return bool(self.invoice_date and self.invoice_date < _today())

    # -- the schedule -----------------------------------------------------------------------

    @api.model
    def _l10n_pl_ksef_watch_deadlines(self):
        """Count again from what the beacon announced and the day it is; remind in time."""
        self.env["l10n_pl_ksef.submission"].sudo()._renew_deadlines()
        today = _today()
        waiting = self.sudo().search(
            Domain("l10n_pl_ksef_state", "in", NOT_THERE_STATES)
            & (
                Domain("l10n_pl_ksef_mode", "in", OFFLINE_MODES)
                | Domain("invoice_date", "<", today)
            )
            & (
                Domain("l10n_pl_ksef_deadline", "=", False)
                | Domain("l10n_pl_ksef_deadline", ">=", today - LEARNT_LATE)
            )
        )
        missed_before = waiting.filtered("l10n_pl_ksef_deadline_missed")
        self.env.add_to_compute(self._fields["l10n_pl_ksef_deadline"], waiting)
        for move in waiting:
            with isolated(self.env, f"watching the deadline of {move.name}"):
                if move not in missed_before or not move.l10n_pl_ksef_deadline_missed:
                    move._l10n_pl_ksef_remind(today)
                commit_point(self.env)

    def _l10n_pl_ksef_remind(self, today):
        """One activity a working day before the end, for what was issued or prepared."""
        due = self.l10n_pl_ksef_deadline
        if not due or due == self.l10n_pl_ksef_deadline_told or next_working_day(today) < due:
            return
        if not (self._l10n_pl_ksef_binding_submission() or self._l10n_pl_ksef_refused_offline()):
            return
        move = self._l10n_pl_ksef_for_notes()
        move.with_context(skip_invoice_sync=True).l10n_pl_ksef_deadline_told = due
        move._l10n_pl_ksef_ask_somebody(move._l10n_pl_ksef_sentence_deadline())

    # -- sentences --------------------------------------------------------------------------

    @api.depends("l10n_pl_ksef_deadline", "invoice_date")
    def _compute_alerts(self):
        return super()._compute_alerts()

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.l10n_pl_ksef_state == "offline" and not self.l10n_pl_ksef_deadline_missed:
            alerts["l10n_pl_ksef_offline"] = {
                "level": "info",
                "message": self._l10n_pl_ksef_sentence_offline(),
            }
        elif self.l10n_pl_ksef_deadline_missed:
            alerts["l10n_pl_ksef_deadline"] = {
                "level": "danger",
                "message": self._l10n_pl_ksef_sentence_deadline(),
            }
        if self.l10n_pl_ksef_state == "to_send":
            if outage := self._l10n_pl_ksef_outage():
                alerts["l10n_pl_ksef_outage"] = {
                    "level": "warning",
                    "message": self._l10n_pl_ksef_sentence_outage(outage),
                }
            if self._l10n_pl_ksef_is_late():
                alerts["l10n_pl_ksef_late"] = {
                    "level": "info",
                    "message": self._l10n_pl_ksef_sentence_late(),
                }
        return alerts

    def _l10n_pl_ksef_outage(self):
        environment = self.company_id._l10n_pl_ksef_root().l10n_pl_ksef_environment
        return self.env["l10n_pl_ksef.outage"]._going_on(environment)

    def _l10n_pl_ksef_sentence_outage(self, outage):
        if outage.kind == "total_failure":
            return self.env._(
                "KSeF announces a total failure: %(title)s. Issue this invoice as an ordinary "
                "one: mark it as issued outside KSeF, because of the total failure. It needs no "
                "codes and is never sent.",
                title=outage.title,
            )
        return self.env._(
            "KSeF announces: %(title)s. What is sent now may have to wait; with an offline "
            "certificate the invoice can be issued offline at once.",
            title=outage.title,
        )

    def _l10n_pl_ksef_sentence_late(self):
        """What it means that an invoice is dated before the day on which it is sent."""
        _ = self.env._
        why_not = self.company_id._l10n_pl_ksef_root()._l10n_pl_ksef_why_not_offline()
        sentences = [
            _(
                "This invoice is dated %(day)s, so KSeF will mark it as issued offline.",
                day=format_date(self.env, self.invoice_date),
            )
        ]
        if self.l10n_pl_ksef_deadline and not self.l10n_pl_ksef_deadline_missed:
            sentences.append(
                _(
                    "It must be in KSeF by %(day)s.",
                    day=format_date(self.env, self.l10n_pl_ksef_deadline),
                )
            )
        if why_not:
            sentences.append(
                _(
                    "KSeF takes it all the same, but its print lacks the second code, which "
                    "whoever gets it outside KSeF (a consumer, a foreign customer) should have. "
                    "%(why)s",
                    why=why_not,
                )
            )
        else:
            sentences.append(_("Its print will carry both codes."))
        return " ".join(sentences)

    def _l10n_pl_ksef_sentence_deadline(self):
        values = {
            "name": self.display_name,
            "day": format_date(self.env, self.l10n_pl_ksef_deadline),
        }
        if self.l10n_pl_ksef_mode in OFFLINE_MODES:
            return self._l10n_pl_ksef_sentence_deadline_offline(values)
        if self.l10n_pl_ksef_deadline_missed:
            return self.env._(
                "%(name)s was not sent on the day it is dated and had to be in KSeF by %(day)s. "
                "It is not there yet: send it now, and see what keeps it.",
                **values,
            )
        return self.env._(
            "%(name)s was not sent on the day it is dated and must be in KSeF by %(day)s. See what "
            "keeps it.",
            **values,
        )

    def _l10n_pl_ksef_sentence_deadline_offline(self, values):
        if self.l10n_pl_ksef_deadline_missed:
            return self.env._(
                "%(name)s was issued offline and had to be in KSeF by %(day)s. It is not there "
                "yet: send it now, and see what keeps it.",
                **values,
            )
        if self.l10n_pl_ksef_state == "rejected":
            return self.env._(
                "%(name)s was issued offline and must be in KSeF by %(day)s, but KSeF refused "
                "it. Its buyer holds it: see on the invoice what to do.",
                **values,
            )
        return self.env._(
            "%(name)s was issued offline and must be in KSeF by %(day)s. It is sent by itself; "
            "see whether the connection works.",
            **values,
        )


def _today():
    return warsaw_day(fields.Datetime.now().replace(tzinfo=timezone.utc))
