"""Documents issued offline: their second code, their deadline, and what happens at its end."""

import base64
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ..ksef.calendar import next_working_day, warsaw_day
from ..ksef.deadlines import OfflineMode, deadline
from ..ksef.links import certificate_link
from .submission import OFFLINE_MODES, UNDER_WAY_STATES

# Buyers scan a code when they get the invoice or pay it.
RECENTLY = timedelta(days=90)


class KsefSubmission(models.Model):
    _inherit = "l10n_pl_ksef.submission"

    deadline = fields.Date(
        readonly=True,
        index=True,
        help="The last day, in Warsaw, on which this document may be sent. Empty while an outage "
        "lasts whose end decides it.",
    )
    released = fields.Boolean(
        string="Released from the Duty",
        readonly=True,
        help="A total failure of KSeF ended the duty to send it.",
    )
    deadline_missed = fields.Boolean(readonly=True)
    deadline_told = fields.Boolean(string="Deadline Reminder Sent", readonly=True)

    # -- issuing ------------------------------------------------------------------------

    def _issue_offline(self, mode):
        """Turn a frozen, unsent document into one that is issued: the buyer may get it now.

        :raises VaultError, CertificateProblem: when the offline certificate cannot sign
        """
        self.ensure_one()
        connection = self.connection_company_id.sudo()
        link = certificate_link(
            self._environment(),
            connection._l10n_pl_ksef_context(),
            self.seller_nip,
            connection.l10n_pl_ksef_offline_certificate_id._pair(),
            base64.b64decode(self.sha256),
        )
        self.write(
            {
                "mode": mode,
                "state": "offline",
                "certificate_url": link,
                "next_step_at": fields.Datetime.now(),
            }
        )
        self._renew_deadline()

    @api.model
    def _carrying_codes_of(self, certificate):
        """Documents whose second code was signed with ``certificate`` and may yet be scanned:
        those that wait, and those of the last days.

        KSeF checks the certificate when the code is scanned, so revoking it breaks them.
        """
        recent = fields.Datetime.now() - RECENTLY
        return self.search(
            Domain("company_id", "child_of", certificate.company_id.id)
            & Domain("certificate_url", "like", f"/{certificate.serial}/")
            & (Domain("state", "!=", "accepted") | Domain("acquired_at", ">", recent))
        )

    # -- deadlines ------------------------------------------------------------------------

    @api.model
    def _waiting_offline_domain(self):
        """Documents issued offline that are not in KSeF yet."""
        return Domain("mode", "in", OFFLINE_MODES) & Domain(
            "state", "in", ["offline", *UNDER_WAY_STATES]
        )

    @api.model
    def _renew_deadlines(self):
        """Count again from what the beacon announced meanwhile, and warn in time."""
        today = self._warsaw_today()
        for submission in self.search(self._waiting_offline_domain()):
            submission._renew_deadline()
            submission._watch_deadline(today)

    def _renew_deadline(self):
        outages = self.env["l10n_pl_ksef.outage"]._calendar(self.environment)
        due = deadline(OfflineMode(self.mode), self.issue_date, outages)
        if (self.deadline or None, self.released) != (due.day, due.released):
            self.write({"deadline": due.day, "released": due.released, "deadline_told": False})

    def _watch_deadline(self, today):
        """One activity a working day before the end, and a mark when it is missed."""
        if not self.deadline or self.released:
            return
        missed = self.deadline < today
        if missed != self.deadline_missed:
            self.deadline_missed = missed
        if not self.deadline_told and next_working_day(today) >= self.deadline:
            self.deadline_told = True
            move = self.move_id._l10n_pl_ksef_for_notes()
            move._l10n_pl_ksef_ask_somebody(move._l10n_pl_ksef_sentence_deadline())

    @api.model
    def _warsaw_today(self):
        return warsaw_day(fields.Datetime.now().replace(tzinfo=timezone.utc))
