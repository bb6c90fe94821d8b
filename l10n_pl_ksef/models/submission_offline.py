"""Documents issued offline: their second code, their deadline, and what happens at its end."""

import base64
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..ksef.calendar import warsaw_day
from ..ksef.deadlines import OfflineMode
from ..ksef.errors import KsefError
from ..ksef.links import certificate_link
from ..ksef.numbers import KsefNumber
from .submission import OFFLINE_MODES, TO_OFFER_STATES, UNDER_WAY_STATES

OFFLINE_AT_KSEF = "Offline"
# Buyers scan a code when they get the invoice or pay it.
RECENTLY = timedelta(days=90)
NAMED = 5
# An outage may be learnt of after the deadline that it moves: while the seller was cut off, the
# beacon was out of reach too. So long a deadline that is over is still counted again.
LEARNT_LATE = timedelta(days=30)


class KsefSubmission(models.Model):
    _inherit = "l10n_pl_ksef.submission"

    issued_at = fields.Datetime(
        string="Issued Offline At",
        readonly=True,
        help="From then on the buyer could get it; the same for what corrects it technically.",
    )
    deadline = fields.Date(
        readonly=True,
        index=True,
        help="The last day, in Warsaw, on which this document may be sent, be it as one issued "
        "offline. Empty while an outage lasts whose end decides it.",
    )
    released = fields.Boolean(
        string="Released from the Duty",
        readonly=True,
        help="A total failure of KSeF ended the duty to send it.",
    )

    # -- issuing ------------------------------------------------------------------------

    def _issue_offline(self, mode):
        """Turn a frozen, unsent document into one that is issued: the buyer may get it now.

        :raises VaultError, CertificateProblem: when the offline certificate cannot sign
        """
        self.ensure_one()
        self.write(
            {
                "mode": mode,
                "state": "offline",
                "issued_at": self.corrects_id.issued_at or fields.Datetime.now(),
                "certificate_url": self._second_code(),
                "next_step_at": fields.Datetime.now(),
            }
        )
        self._renew_deadline()

    def _second_code(self):
        """KOD II of this document, signed with the offline certificate in use.

        :raises VaultError, CertificateProblem: when it cannot sign
        """
        connection = self.connection_company_id.sudo()
        return certificate_link(
            self._environment(),
            connection._l10n_pl_ksef_context(),
            self.seller_nip,
            connection.l10n_pl_ksef_offline_certificate_id._pair(),
            base64.b64decode(self.sha256),
        )

    def _take_mode_of_ksef(self):
        """KSeF marks as offline what it got on a later day than P_1: so does Odoo, and the print
        carries the second code, where there is a certificate to sign it.

        Source: ksef-docs ``offline/automatyczne-okreslanie-trybu-offline.md``.

        :return: why there is no second code, as a sentence, or ''
        """
        if self.mode != "online" or not self._is_offline_for_ksef():
            return ""
        self.mode = OfflineMode.OFFLINE24.value
        connection = self._in_readers_language().connection_company_id
        reason = connection._l10n_pl_ksef_why_not_offline()
        if reason:
            return reason
        try:
            self.certificate_url = self._second_code()
        except (KsefError, UserError) as error:
            return self._explained(error)
        return ""

    def _came_late(self):
        """Whether it was sent as online and became offline by the day on which it came."""
        return self.mode in OFFLINE_MODES and not self.issued_at

    def _is_offline_for_ksef(self):
        """In KSeF's words, or by the day in the number where its words were not heard."""
        if self.invoicing_mode:
            return self.invoicing_mode == OFFLINE_AT_KSEF
        if not KsefNumber.is_valid(self.ksef_number):
            return False
        return KsefNumber.parse(self.ksef_number).day > self.issue_date

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
            & (Domain("state", "!=", "accepted") | Domain("generated_at", ">", recent))
        )

    @api.model
    def _sentence_codes_of(self, certificate):
        """Which waiting or recent invoices carry codes of ``certificate``, in words; '' for
        none."""
        names = self._carrying_codes_of(certificate).mapped("invoice_number")
        if not names:
            return ""
        return self.env._(
            "Its codes stand on %(count)s invoices that wait or are recent, for example %(names)s.",
            count=len(names),
            names=", ".join(names[:NAMED]),
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
        """Count again from what the beacon announced meanwhile."""
        waiting = Domain("state", "in", [*TO_OFFER_STATES, *UNDER_WAY_STATES])
        refused = Domain("state", "=", "rejected") & Domain("mode", "in", OFFLINE_MODES)
        since = self._warsaw_today() - LEARNT_LATE
        recent = Domain("deadline", "=", False) | Domain("deadline", ">=", since)
        for submission in self.search((waiting | refused) & recent):
            submission._renew_deadline()

    def _renew_deadline(self):
        """The day by which it must be sent, also for a document that is to go on its own day.

        A total failure ends the duty only for what was issued: the rest was never an invoice.
        """
        issued = self.mode in OFFLINE_MODES
        due = (
            self.env["l10n_pl_ksef.outage"]
            ._known(self.environment)
            ._deadline(
                OfflineMode(self.mode) if issued else OfflineMode.OFFLINE24,
                self.issue_date,
                self.issued_at if issued else None,
            )
        )
        released = due.released and issued
        if (self.deadline or None, self.released) != (due.day, released):
            self.write({"deadline": due.day, "released": released})

    @api.model
    def _warsaw_today(self):
        return warsaw_day(fields.Datetime.now().replace(tzinfo=timezone.utc))
