"""What becomes of a request for a certificate: asked about until it is issued, then fetched."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.certificates import Certificate, Pair, PrivateKey, Purpose, check_certificate
from ..ksef.csr import private_key_from
from ..ksef.errors import (
    BadRequest,
    CertificateProblem,
    Gone,
    KsefError,
    LoginExpired,
    TooManyRequests,
)
from ..ksef.statuses import Verdict
from .enrolment import CRON, ENROLMENT_KEY_PURPOSE, UNDER_WAY
from .explanations import explain
from .moments import utc_now
from .transactions import commit_point, isolated

_logger = logging.getLogger(__name__)

STEPS = [timedelta(seconds=seconds) for seconds in (3, 5, 10, 30, 60, 300, 900, 3600)]
# KSeF issues within minutes. What its list does not name by then never arrived there.
DOUBT_LASTS = timedelta(hours=1)


class KsefEnrolment(models.Model):
    _inherit = "l10n_pl_ksef.enrolment"

    @api.model
    def _cron_l10n_pl_ksef_enrolments(self):
        """Ask about every request under way, fetch what was issued, put it in use.

        The same for tokens that KSeF is putting in force, and logins that it is checking.
        """
        for enrolment in self.search(self._due_domain(), order="id"):
            with isolated(self.env, f"following the certificate request {enrolment.name}"):
                enrolment._advance()
        self.env["l10n_pl_ksef.token"]._use_what_is_in_force()
        self.env["l10n_pl_ksef.login"]._resume_what_is_pending()
        self._come_back()

    @api.model
    def _due_domain(self):
        now = fields.Datetime.now()
        return [
            ("state", "in", UNDER_WAY),
            "|",
            ("next_step_at", "=", False),
            ("next_step_at", "<=", now),
            "|",
            ("lease_until", "=", False),
            ("lease_until", "<=", now),
        ]

    @api.model
    def _come_back(self):
        nearest = self.search(
            [("state", "in", UNDER_WAY), ("next_step_at", "!=", False)],
            order="next_step_at",
            limit=1,
        )
        if nearest:
            soon = fields.Datetime.now() + timedelta(seconds=1)
            self.env.ref(CRON).sudo()._trigger(at=max(nearest.next_step_at, soon))

    def _advance(self):
        """One step for one request; never raises what KSeF said: it is written down."""
        self.ensure_one()
        mine = self.sudo().try_lock_for_update()
        mine = mine.filtered(lambda one: one.state in UNDER_WAY and one._is_of_this_environment())
        if not mine:
            return
        company = mine.company_id
        try:
            mine._take_step(company)
        except (KsefError, UserError) as error:
            if isinstance(error, LoginExpired) and company._l10n_pl_ksef_signs():
                company._l10n_pl_ksef_forget_access(error)
            mine._postpone(error)
            _logger.warning("KSeF certificate request %s: %s", mine.name, error)
        commit_point(self.env)

    def _take_step(self, company):
        if self.state == "trying":
            self._try()
        elif self.state == "requested":
            self._ask(company._l10n_pl_ksef_signing_client())
        else:
            self._look_for(company._l10n_pl_ksef_signing_client())

    def _is_of_this_environment(self):
        return self.environment == self.company_id.l10n_pl_ksef_environment

    def _postpone(self, error=None):
        step = STEPS[min(self.looks, len(STEPS) - 1)]
        if isinstance(error, TooManyRequests):
            step = max(step, timedelta(seconds=error.retry_after))
        values = {"looks": self.looks + 1, "next_step_at": fields.Datetime.now() + step}
        if error:
            values["message"] = explain(self._in_readers_language().env, error)
        self.write(values)

    # -- asking KSeF --------------------------------------------------------------------

    def _ask(self, client):
        try:
            status = client.enrolment_status(self.reference)
        except (BadRequest, Gone) as error:  # KSeF knows nothing of it any more
            self._fail(explain(self._in_readers_language().env, error))
            return
        if status.verdict is Verdict.ACCEPTED and status.serial:
            self._fetch(client, status.serial)
        elif status.verdict is Verdict.REFUSED:
            self._fail(self._refused(status.explanation))
        elif status.verdict is Verdict.RETRY:
            self._fail(self._given_up(status.explanation))
        else:
            self._postpone()

    def _refused(self, words):
        return self._in_readers_language().env._(
            "KSeF refused the request for a certificate. KSeF says: “%s”", words
        )

    def _given_up(self, words):
        return self._in_readers_language().env._(
            "KSeF could not process the request for a certificate because of its own failure. "
            "Request it once more. KSeF says: “%s”",
            words,
        )

    def _look_for(self, client):
        """The answer was lost: whatever KSeF issued under this name for our key is ours."""
        for listed in client.certificates(name=self.name):
            if listed.name == self.name and self._fetch(client, listed.serial):
                return
        if self.state not in UNDER_WAY:
            return
        if fields.Datetime.now() > self.requested_at + DOUBT_LASTS:
            self._fail(
                self._in_readers_language().env._(
                    "KSeF did not answer when the certificate was requested, and its list does "
                    "not name it, so the request never arrived. Request it once more."
                )
            )
            return
        if self.state == "sending":
            self.state = "in_doubt"
        self._postpone()

    def _fetch(self, client, serial):
        """Fetch the certificate, and put it in use; False where it is not there or not ours."""
        found = client.retrieve_certificates([serial])
        if not found:
            self._postpone()
            return False
        try:
            pair = self._checked_pair(found[0].der)
        except CertificateProblem as problem:
            self._fail(explain(self._in_readers_language().env, problem))
            return False
        if pair is None:
            return False
        self._take(pair)
        return True

    def _checked_pair(self, der):
        key = private_key_from(
            self.env["l10n_pl_ksef.vault"]._open(self.key_sealed, ENROLMENT_KEY_PURPOSE)
        )
        certificate = Certificate.load(der)
        if not _belongs_to(certificate, key):
            if self.state == "requested":
                self._fail(
                    self._in_readers_language().env._(
                        "KSeF issued a certificate for another key than the one that was made "
                        "here, so it cannot be used. Request it once more."
                    )
                )
            return None
        # The clocks of two machines differ; KSeF's certificates begin the moment they are made.
        at = max(utc_now(), certificate.info.not_before)
        check_certificate(
            certificate.info, purpose=Purpose(self.purpose), at=at, allow_self_signed=False
        )
        return Pair(certificate, key)


def _belongs_to(certificate: Certificate, key: PrivateKey) -> bool:
    ours, theirs = key.public_key(), certificate.public_key()
    return type(ours) is type(theirs) and ours.public_numbers() == theirs.public_numbers()
