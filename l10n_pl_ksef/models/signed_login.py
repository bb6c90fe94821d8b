"""A login with a file that somebody signed outside Odoo, such as with the Trusted Profile."""

import logging
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..ksef import login as ksef_login
from ..ksef.client import Client
from ..ksef.errors import KsefError, LoginPending
from ..ksef.signed_request import SignedFileProblem, check_signed_request
from ..ksef.transport import Transport
from ..ksef.xades import CERTIFICATE_FINGERPRINT, CERTIFICATE_SUBJECT, auth_token_request
from .connection import NotConnected
from .explanations import _explain, translated
from .login_tokens import LOGIN_IS_OVER, MARGIN, NO_PENDING_LOGIN
from .moments import utc_now
from .vault import VaultError

_logger = logging.getLogger(__name__)

# As long as KSeF keeps it.
CHALLENGE_LASTS = timedelta(minutes=10)


@_explain.register
def _explain_signed_file_problem(error: SignedFileProblem, env):
    return translated(env, error.template, {})


class KsefSignedLogin(models.Model):
    """At most one for each company and environment; it serves to get the first certificates.

    Apart from the shared login, because it cannot be made again without a person, and because
    the company may work with a token meanwhile.
    """

    _name = "l10n_pl_ksef.signed_login"
    _description = "KSeF login with a signed file"
    _inherit = ["l10n_pl_ksef.login_tokens"]
    _rec_name = "environment"
    _token_kind = "signed-"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    environment = fields.Char(required=True, readonly=True)
    challenge = fields.Char(readonly=True)
    challenge_until = fields.Datetime(readonly=True)

    _one_per_connection = models.Constraint(
        "UNIQUE(company_id, environment)",
        "There is already a login with a signed file for this company and environment.",
    )

    def _of(self, company):
        """The login of this company in its present environment, or none."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", company.l10n_pl_ksef_environment),
            ],
            limit=1,
        )

    def _is_open(self):
        """True while it can be used, or while KSeF still decides."""
        now = fields.Datetime.now()
        return bool(
            self.pending_reference
            or (self.refresh_valid_until and self.refresh_valid_until > now + MARGIN)
            or (self.access_valid_until and self.access_valid_until > now + MARGIN)
        )

    # -- logging in ---------------------------------------------------------------------

    def _start(self, company, by_fingerprint):
        """Get a challenge and return the request that is to be signed."""
        self.env["l10n_pl_ksef.vault"]._make_ready()
        context = company._l10n_pl_ksef_context()
        environment = company._l10n_pl_ksef_environment_object()
        challenge = self._bare_client(environment).challenge()
        kind = CERTIFICATE_FINGERPRINT if by_fingerprint else CERTIFICATE_SUBJECT
        values = {
            "challenge": challenge.value,
            "challenge_until": fields.Datetime.now() + CHALLENGE_LASTS,
        }
        known = self._of(company)
        if known:
            known.write(values)
        else:
            self.create(
                {"company_id": company.id, "environment": environment.code, **values},
            )
        return auth_token_request(challenge.value, context, kind)

    def _finish(self, xml_bytes):
        """Hand the signed file over; True when logged in, False while KSeF still checks it."""
        self._check_challenge()
        check_signed_request(xml_bytes, self.challenge)
        client = self._anonymous_client()
        started = client.authenticate_by_signature(xml_bytes)
        self.write(
            {
                "challenge": False,
                "challenge_until": False,
                **self._pending_values(started.reference, started.token.value),
            }
        )
        try:
            self._resume(client)
        except LoginPending:
            return False
        return True

    def _check_challenge(self):
        if not self.challenge:
            raise UserError(
                self.env._("There is no login request to sign yet. Download one, then sign it.")
            )
        if self.challenge_until < fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The ten minutes that KSeF allows for signing are over. Download a new login "
                    "request, sign it, and upload it at once."
                )
            )

    def _resume(self, client):
        """Fetch the tokens of the login under way. A refusal ends it."""
        try:
            tokens = self._resume_pending(client)
        except LoginPending:
            raise
        except KsefError as error:
            if not error.may_have_acted:
                self.write(NO_PENDING_LOGIN)
            raise
        self.write({**NO_PENDING_LOGIN, **self._token_values(tokens)})
        _logger.info("Company %s is logged in to KSeF with a signed file", self.company_id.id)

    # -- using it ------------------------------------------------------------------------

    def _client(self):
        """A client logged in by it.

        :raises LoginPending: while KSeF still checks the signature
        :raises KsefError: what KSeF, or the way to it, said
        :raises NotConnected: when it is over and somebody must sign anew
        """
        self.ensure_one()
        self.env["l10n_pl_ksef.vault"]._refuse_neutralized()
        client = self._anonymous_client()
        if self.pending_reference:
            self._resume(client)
        now = fields.Datetime.now()
        if not self.access_valid_until or self.access_valid_until <= now + MARGIN:
            self._refresh(client)
        return client.with_access_token(self._access())

    def _refresh(self, client):
        try:
            access = ksef_login.refresh(client, self._refresh_token())
        except LOGIN_IS_OVER as error:
            _logger.info("The KSeF login with a signed file is over: %s", error)
            raise NotConnected(
                self.env,
                lambda env: env._(
                    "The login with the signed file is over. Download a new login request and "
                    "sign it once more."
                ),
            ) from None
        self.write(self._access_values(access))

    def _end(self):
        """End the login at KSeF, as far as it can be reached, and forget it."""
        for login in self:
            try:
                if login.refresh_token_sealed:
                    login._anonymous_client().end_current_login(login._refresh_token())
            except (KsefError, VaultError, NotConnected) as error:
                _logger.warning("The signed login could not be ended at KSeF: %s", error)
        self.unlink()

    def _anonymous_client(self):
        """A client of the environment of this very login, whatever the company uses by now."""
        environment = self.company_id._l10n_pl_ksef_environment_of(self.environment)
        if not environment:
            raise self.company_id._l10n_pl_ksef_not_connected()
        return self._bare_client(environment)

    def _bare_client(self, environment):
        return Client(Transport(environment), clock=utc_now)
