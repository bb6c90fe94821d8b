"""What every login has in common: its tokens are kept sealed, and KSeF may still be checking it."""

import time
from datetime import timedelta

from odoo import fields, models
from odoo.fields import NO_ACCESS

from ..ksef import login as ksef_login
from ..ksef.errors import BadRequest, Forbidden, Gone, LoginExpired
from .moments import naive_utc

ACCESS_PURPOSE = "access-token"
REFRESH_PURPOSE = "refresh-token"
PENDING_PURPOSE = "pending-login"

# What KSeF answers about a login or a refresh token that it does not know any more.
LOGIN_IS_OVER = (BadRequest, LoginExpired, Forbidden, Gone)

# A token that ends sooner is renewed first, so that the call it is for is not cut off.
MARGIN = timedelta(seconds=60)

NO_PENDING_LOGIN = {"pending_reference": False, "pending_token_sealed": False}


class KsefPendingLogin(models.AbstractModel):
    """A login that was begun: outside the test environment KSeF may check it for minutes."""

    _name = "l10n_pl_ksef.pending_login"
    _description = "KSeF login under way"
    # Tells the tokens of one kind of login from those of another in the encrypted store.
    _token_kind = ""

    pending_reference = fields.Char(readonly=True, copy=False)
    pending_token_sealed = fields.Char(groups=NO_ACCESS, prefetch=False, copy=False)

    def _pending_values(self, reference, authentication_token):
        """Values by which ``_resume_pending`` finds a login that was begun."""
        return {
            "pending_reference": reference,
            "pending_token_sealed": self._sealed(authentication_token, PENDING_PURPOSE),
        }

    def _resume_pending(self, client):
        """Go on with the login under way.

        :param client: a ``ksef.client.Client`` of the same environment
        :rtype: ksef.login.Tokens
        :raises LoginPending: while KSeF has not decided
        :raises KsefError: what KSeF, or the way to it, said
        """
        token = self._opened(self.pending_token_sealed, PENDING_PURPOSE)
        return ksef_login.resume(client, self.pending_reference, token, wait=time.sleep)

    def _sealed(self, secret, purpose):
        return self.env["l10n_pl_ksef.vault"]._seal(secret.encode(), self._token_kind + purpose)

    def _opened(self, sealed, purpose):
        return self.env["l10n_pl_ksef.vault"]._open(sealed, self._token_kind + purpose).decode()


class KsefLoginTokens(models.AbstractModel):
    """A login that KSeF granted, or is about to grant."""

    _name = "l10n_pl_ksef.login_tokens"
    _description = "KSeF login and its tokens"
    _inherit = ["l10n_pl_ksef.pending_login"]

    access_token_sealed = fields.Char(groups=NO_ACCESS, prefetch=False, copy=False)
    access_valid_until = fields.Datetime(readonly=True)
    refresh_token_sealed = fields.Char(groups=NO_ACCESS, prefetch=False, copy=False)
    refresh_valid_until = fields.Datetime(readonly=True)

    def _access_values(self, access):
        return {
            "access_token_sealed": self._sealed(access.value, ACCESS_PURPOSE),
            "access_valid_until": naive_utc(access.valid_until),
        }

    def _token_values(self, tokens):
        """:param ksef.login.Tokens tokens: of a login that KSeF granted"""
        return {
            **self._access_values(tokens.access),
            "refresh_token_sealed": self._sealed(tokens.refresh.value, REFRESH_PURPOSE),
            "refresh_valid_until": naive_utc(tokens.refresh.valid_until),
        }

    def _access(self):
        """The access token; a secret."""
        return self._opened(self.access_token_sealed, ACCESS_PURPOSE)

    def _refresh_token(self):
        """The refresh token; a secret."""
        return self._opened(self.refresh_token_sealed, REFRESH_PURPOSE)
