"""A certificate that was fetched: an authentication certificate is tried first, then put in use."""

import logging

from odoo import models

from ..ksef import login as ksef_login
from ..ksef.errors import KsefError, LoginPending, Unreachable
from .certificate import FIELD_OF_PURPOSE
from .explanations import explain
from .login_tokens import LOGIN_IS_OVER, NO_PENDING_LOGIN
from .moments import utc_now
from .transactions import commit_point

_logger = logging.getLogger(__name__)


class KsefEnrolment(models.Model):
    _inherit = "l10n_pl_ksef.enrolment"

    def _take(self, pair):
        """Keep the pair that was fetched, then put it in use, or try it first."""
        certificate = self.env["l10n_pl_ksef.certificate"]._keep(
            self.company_id, self.purpose, pair
        )
        self.write({"certificate_id": certificate.id, "key_sealed": False, "looks": 0})
        if self.purpose == "authentication":
            self.state = "trying"
            self._try()
        else:
            self._switch()
            self._finish()

    # -- trying ---------------------------------------------------------------------------

    def _try(self):
        """Log in with it; where that works, the company is switched to it and to this login.

        Outside the test environment KSeF may check the certificate for minutes: the next run of
        the schedule goes on with the same login.

        :raises KsefError: where it cannot be told now whether it logs in
        """
        client = self._trial_client()
        try:
            tokens = self._trial_tokens(client)
        except LoginPending:
            raise
        except KsefError as error:
            self._give_trial_up(error)
            if not self.env["l10n_pl_ksef.login"]._is_refusal(error):
                raise
            self._end_request(self._sentence_refused(error))
            return
        self._switch()
        commit_point(self.env)
        self._finish(self._hand_login_over(tokens, client))

    def _trial_client(self):
        environment = self.company_id._l10n_pl_ksef_environment_object()
        return self.env["l10n_pl_ksef.signed_login"]._bare_client(environment)

    def _trial_tokens(self, client):
        """The tokens of the login under way, or of a new one where there is none any more."""
        if self.pending_reference:
            try:
                return self._resume_pending(client)
            except LOGIN_IS_OVER as error:
                _logger.info("KSeF knows nothing of the trial login any more: %s", error)
        started = ksef_login.start(
            client,
            ksef_login.CertificateCredential(self.certificate_id._pair()),
            self.company_id._l10n_pl_ksef_context(),
            clock=utc_now,
        )
        self.write(self._pending_values(started.reference, started.token.value))
        return self._resume_pending(client)

    def _give_trial_up(self, error):
        """KSeF has decided, so the next attempt begins anew; a lost answer decides nothing."""
        if not isinstance(error, Unreachable):
            self.write(NO_PENDING_LOGIN)

    def _sentence_refused(self, error):
        env = self._in_readers_language().env
        return env._(
            "The new certificate was fetched but is not in use, because KSeF does not accept it "
            "for this company. %s",
            explain(env, error),
        )

    # -- putting in use -------------------------------------------------------------------

    def _switch(self):
        """The company uses it from now on; the certificate before stays, for its codes."""
        certificate = self.certificate_id
        self.company_id.write(self._values_of_use(certificate))
        _logger.info("KSeF %s certificate %s is in use", self.purpose, certificate.serial)

    def _values_of_use(self, certificate):
        values = {FIELD_OF_PURPOSE[self.purpose]: certificate.id}
        if self.purpose == "authentication":
            values["l10n_pl_ksef_auth_method"] = "certificate"
        else:
            values["l10n_pl_ksef_skip_offline"] = False
        return values

    def _hand_login_over(self, tokens, client):
        """The trial login becomes the company's own, so that the mark tells the truth at once.

        The company was switched and that is committed: whatever goes wrong here, the next login
        puts it right.

        :return: what there is to tell about it, or None
        """
        company = self.company_id
        adopted = (
            self.env["l10n_pl_ksef.login"].sudo()._adopt(company._l10n_pl_ksef_connection(), tokens)
        )
        if not adopted:
            self._end_trial(tokens, client)
        elif company._l10n_pl_ksef_note_connected():
            env = self._in_readers_language().env
            return company.with_env(env)._l10n_pl_ksef_sentence_closed()
        return None

    def _end_trial(self, tokens, client):
        try:
            client.end_current_login(tokens.refresh.value)
        except KsefError as error:
            _logger.info("The trial login could not be ended at KSeF: %s", error)

    def _finish(self, remark=None):
        """It is in use; the login that served to request it is needed no more."""
        self._end_request(remark)
        if not self._under_way(self.company_id):
            self.env["l10n_pl_ksef.signed_login"]._of(self.company_id)._end()

    def _end_request(self, message):
        self.write(
            {"state": "issued", "next_step_at": False, "message": message, **NO_PENDING_LOGIN}
        )
