"""The schedules: prepare and send, follow, deliver. Each can be stopped anywhere."""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .submission import TO_OFFER_STATES, UNDER_WAY_STATES
from .throttle import FOLLOWING, PACKAGES, SENDING
from .transactions import commit_point, isolated

CRON_SEND = "l10n_pl_ksef.cron_send"
CRON_FOLLOW = "l10n_pl_ksef.cron_follow"

SLICE = 100
# Enough for a good package; the time of a run ends it sooner on a slow machine.
PREPARED_IN_ONE_RUN = 500
# KSeF needs a few seconds for an invoice; a schedule that is running may wait for that.
PATIENCE = timedelta(seconds=20)
# Workers are ended after two minutes: stop well before, and come back.
RUN_SECONDS = 40


class KsefSubmission(models.Model):
    _inherit = "l10n_pl_ksef.submission"

    # -- sending ------------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Prepare what is to be sent by itself, then send what is ready."""
        for company in self._connections():
            with isolated(self.env, f"preparing invoices of {company.name}"):
                self._prepare_waiting(company)
            with isolated(self.env, f"sending packages of {company.name}"):
                self._send_packages(company)
            with isolated(self.env, f"sending invoices of {company.name}"):
                self._send_due(company)
        self._come_back(CRON_SEND, SENDING, TO_OFFER_STATES)
        self.env.ref(CRON_FOLLOW).sudo()._trigger()

    @api.model
    def _prepare_waiting(self, company):
        """Freeze what is to be sent without a click, or what somebody chose among very many.

        An invoice with problems is looked at again once a day; they are told when they change.
        """
        moves = self.env["account.move"].with_company(company)
        waiting = moves.search(
            moves._l10n_pl_ksef_waiting_domain(company)
            & moves._l10n_pl_ksef_to_prepare_domain(company)
            & Domain("l10n_pl_ksef_submission_ids", "not any", [("state", "=", "ready")]),
            order="invoice_date, id",
            limit=PREPARED_IN_ONE_RUN,
        )
        more = len(waiting) == PREPARED_IN_ONE_RUN
        until = time.monotonic() + RUN_SECONDS
        for move in waiting:
            if time.monotonic() > until:
                more = True
                break
            with isolated(self.env, f"preparing {move.name}"):
                move.with_company(move.company_id)._l10n_pl_ksef_prepare_by_itself()
                commit_point(self.env)
        if more:
            self.env.ref(CRON_SEND).sudo()._trigger()

    @api.model
    def _send_due(self, company):
        due = self.search(
            self._due_domain(company, TO_OFFER_STATES) & Domain("released", "=", False),
            order="deadline, id",
            limit=SLICE,
        )
        until = time.monotonic() + RUN_SECONDS
        for submission in due:
            with isolated(self.env, f"sending {submission.invoice_number}"):
                if not submission._transmit():
                    ready = self._due_domain(company, ["ready"])
                    self.search(ready, order="id", limit=SLICE)._fall_back_out_of_reach()
                    return
                if time.monotonic() > until:
                    return

    # -- following ----------------------------------------------------------------------

    @api.model
    def _cron_follow(self):
        """Ask about what is under way, collect receipts, close idle sessions."""
        until = time.monotonic() + PATIENCE.total_seconds()
        for company in self._connections():
            with isolated(self.env, f"following packages of {company.name}"):
                self.env["l10n_pl_ksef.session"]._advance_due(company, until)
            with isolated(self.env, f"following invoices of {company.name}"):
                self._follow_due(company, until)
            with isolated(self.env, f"closing sessions of {company.name}"):
                self.env["l10n_pl_ksef.session"]._close_idle(company)
        self._come_back(CRON_FOLLOW, FOLLOWING, [*UNDER_WAY_STATES, "accepted"])
        self._come_back_for_packages()
        self._come_back(CRON_SEND, SENDING, TO_OFFER_STATES)

    @api.model
    def _follow_due(self, company, until):
        """Follow until nothing is due soon: a number should not take a minute to appear."""
        pauses = self.env["l10n_pl_ksef.throttle"]
        while not pauses._resting_until(company, FOLLOWING):
            for submission in self._to_follow(company):
                with isolated(self.env, f"following {submission.invoice_number}"):
                    if not submission._follow() or time.monotonic() > until:
                        return
            pause = self._seconds_to_next(company)
            if pause is None or time.monotonic() + pause > until:
                return
            time.sleep(max(pause, 0.5))

    @api.model
    def _to_follow(self, company):
        """What is due: first what has no number yet, then what has no receipt yet."""
        lease_is_over = Domain("lease_until", "=", False) | Domain(
            "lease_until", "<", fields.Datetime.now()
        )
        under_way = self.search(
            self._due_domain(company, UNDER_WAY_STATES)
            & lease_is_over
            & self._followed_singly_domain(),
            order="next_step_at, id",
            limit=SLICE,
        )
        without_upo = (
            self._due_domain(company, ["accepted"])
            & Domain("has_upo", "=", False)
            & self._followed_singly_domain()
        )
        return under_way + self.search(without_upo, order="next_step_at, id", limit=SLICE)

    @api.model
    def _seconds_to_next(self, company):
        """Seconds until KSeF should be asked again about something sent; None for nothing."""
        first = self.search(
            Domain("connection_company_id", "=", company.id)
            & Domain("environment", "=", company.l10n_pl_ksef_environment)
            & Domain("state", "in", ("sent", "in_doubt"))
            & Domain("next_step_at", "!=", False)
            & self._followed_singly_domain(),
            order="next_step_at",
            limit=1,
        )
        if not first:
            return None
        return max((first.next_step_at - fields.Datetime.now()).total_seconds(), 0)

    # -- delivering -----------------------------------------------------------------------

    @api.model
    def _cron_deliver(self):
        """Print and mail what waited for its KSeF number, or was issued offline meanwhile."""
        handed_over = Domain("state", "=", "accepted") | self._waiting_offline_domain()
        waiting = self.search(handed_over & Domain("delivery", "!=", False), limit=SLICE)
        for submission in waiting:
            with isolated(self.env, f"delivering {submission.invoice_number}"):
                mine = submission._lock_in(["accepted", "offline", *UNDER_WAY_STATES])
                mine = mine.filtered("delivery")
                if mine:
                    self.env["account.move.send"]._l10n_pl_ksef_deliver(mine)
                commit_point(self.env)
        if len(waiting) == SLICE:
            self.env.ref("l10n_pl_ksef.cron_deliver").sudo()._trigger()

    # -- helpers ----------------------------------------------------------------------------

    @api.model
    def _connections(self):
        """The companies that carry a working connection to KSeF."""
        return self.env["res.company"].sudo()._l10n_pl_ksef_connected_companies()

    @api.model
    def _come_back(self, cron, operation, states):
        """Wake ``cron`` when the next document in one of ``states`` is due and may be tried."""
        pauses = self.env["l10n_pl_ksef.throttle"]
        for company in self._connections():
            nearest = self.search(
                Domain("connection_company_id", "=", company.id)
                & Domain("environment", "=", company.l10n_pl_ksef_environment)
                & Domain("state", "in", states)
                & (Domain("state", "!=", "accepted") | Domain("has_upo", "=", False))
                & (Domain("state", "!=", "offline") | Domain("released", "=", False))
                & (Domain("state", "in", TO_OFFER_STATES) | self._followed_singly_domain()),
                order="next_step_at",
                limit=1,
            )
            if nearest:
                soon = fields.Datetime.now() + timedelta(seconds=1)
                moments = (
                    nearest.next_step_at,
                    nearest.lease_until,
                    pauses._resting_until(company, operation),
                    nearest._needs_package() and pauses._resting_until(company, PACKAGES),
                )
                self.env.ref(cron).sudo()._trigger(at=max([soon, *filter(None, moments)]))
