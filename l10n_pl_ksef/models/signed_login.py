"""A login with a file that somebody signed outside Odoo, such as with the Trusted Profile."""

import logging
import time
from datetime import timedelta, timezone

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ..ksef import login as ksef_login
from ..ksef.client import Client
from ..ksef.errors import KsefError, LoginPending
from ..ksef.signed_request import SignedFileProblem, check_signed_request
from ..ksef.transport import Transport
from ..ksef.xades import CERTIFICATE_FINGERPRINT, CERTIFICATE_SUBJECT, auth_token_request
from .connection import NotConnected
from .explanations import _explain, translated
from .login import LOGIN_IS_OVER, MARGIN, utc_now
from .vault import VaultError

_logger = logging.getLogger(__name__)

# As long as KSeF keeps it.
CHALLENGE_LASTS = timedelta(minutes=10)
ACCESS_PURPOSE = "signed-access-token"
REFRESH_PURPOSE = "signed-refresh-token"
PENDING_PURPOSE = "signed-pending-login"


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
    _rec_name = "environment"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    environment = fields.Char(required=True, readonly=True)
    challenge = fields.Char(readonly=True)
    challenge_until = fields.Datetime(readonly=True)
    access_token_sealed = fields.Char(groups=NO_ACCESS, prefetch=False, copy=False)
    access_valid_until = fields.Datetime(readonly=True)
    refresh_token_sealed = fields.Char(groups=NO_ACCESS, prefetch=False, copy=False)
    refresh_valid_until = fields.Datetime(readonly=True)
    pending_reference = fields.Char(readonly=True)
    pending_token_sealed = fields.Char(groups=NO_ACCESS, prefetch=False, copy=False)

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
                "pending_reference": started.reference,
                "pending_token_sealed": self._sealed(started.token.value, PENDING_PURPOSE),
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
        token = self._opened(self.pending_token_sealed, PENDING_PURPOSE)
        try:
            tokens = ksef_login.resume(client, self.pending_reference, token, wait=time.sleep)
        except LoginPending:
            raise
        except KsefError as error:
            if not error.may_have_acted:
                self.write({"pending_reference": False, "pending_token_sealed": False})
            raise
        self.write(
            {
                "pending_reference": False,
                "pending_token_sealed": False,
                "refresh_token_sealed": self._sealed(tokens.refresh.value, REFRESH_PURPOSE),
                "refresh_valid_until": _naive_utc(tokens.refresh.valid_until),
                **self._access_values(tokens.access),
            }
        )
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
        return client.with_access_token(self._opened(self.access_token_sealed, ACCESS_PURPOSE))

    def _refresh(self, client):
        try:
            refresh_token = self._opened(self.refresh_token_sealed, REFRESH_PURPOSE)
            access = ksef_login.refresh(client, refresh_token)
        except LOGIN_IS_OVER as error:
            _logger.info("The KSeF login with a signed file is over: %s", error)
            raise NotConnected(
                self.env._(
                    "The login with the signed file is over. Download a new login request and "
                    "sign it once more."
                )
            ) from None
        self.write(self._access_values(access))

    def _end(self):
        """End the login at KSeF, as far as it can be reached, and forget it."""
        for login in self:
            try:
                if login.refresh_token_sealed:
                    token = login._opened(login.refresh_token_sealed, REFRESH_PURPOSE)
                    login._anonymous_client().end_current_login(token)
            except (KsefError, VaultError, NotConnected) as error:
                _logger.warning("The signed login could not be ended at KSeF: %s", error)
        self.unlink()

    def _anonymous_client(self):
        return self._bare_client(self.company_id._l10n_pl_ksef_environment_object())

    def _bare_client(self, environment):
        return Client(Transport(environment), clock=utc_now)

    def _access_values(self, token):
        return {
            "access_token_sealed": self._sealed(token.value, ACCESS_PURPOSE),
            "access_valid_until": _naive_utc(token.valid_until),
        }

    def _sealed(self, secret, purpose):
        return self.env["l10n_pl_ksef.vault"]._seal(secret.encode(), purpose)

    def _opened(self, sealed, purpose):
        return self.env["l10n_pl_ksef.vault"]._open(sealed, purpose).decode()


def _naive_utc(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
