"""What became of a login: written down for the others, and for whoever looks at the settings."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ..ksef.errors import (
    BadRequest,
    CertificateProblem,
    Forbidden,
    KsefError,
    LoginExpired,
    LoginPending,
    LoginRefused,
    TooManyRequests,
)
from .credential import REFUSAL
from .enrolment import CRON
from .explanations import LoginOnHold, explain
from .login_tokens import NO_PENDING_LOGIN
from .transactions import commit_point, isolated

_logger = logging.getLogger(__name__)

# After a refusal nobody gains from trying again soon; a permission may be granted meanwhile.
REFUSAL_PAUSES = [timedelta(minutes=minutes) for minutes in (15, 60, 180, 360)]
TEMPORARY_PAUSE = timedelta(minutes=5)
PENDING_PAUSE = timedelta(seconds=30)

NO_OBSTACLE = {**NO_PENDING_LOGIN, "refusals": 0, "hold_until": False, "hold_reason": False}
CLEARED = {
    **NO_OBSTACLE,
    "access_token_sealed": False,
    "access_valid_until": False,
    "refresh_token_sealed": False,
    "refresh_valid_until": False,
    "state": False,
    "message": False,
    "permissions": False,
    "attachments_allowed": False,
    "attachments_asked_at": False,
}


class KsefLogin(models.Model):
    _inherit = "l10n_pl_ksef.login"

    def _start_over(self, connection):
        """Forget all earlier logins and obstacles; one that KSeF still checks goes on."""
        values = dict(CLEARED)
        if self.credential_id == connection.credential_id and self.pending_reference:
            values = {name: value for name, value in values.items() if name not in NO_PENDING_LOGIN}
        self.write({"credential_id": connection.credential_id, **values})

    def _note_success(self, values):
        self.write(
            {
                "state": "connected",
                "message": False,
                "checked_at": fields.Datetime.now(),
                **NO_OBSTACLE,
                **values,
            }
        )
        self.company_id._l10n_pl_ksef_credential()._is_settled(REFUSAL)

    def _tell_of_refusal(self):
        """What worked so far does not any more: one activity for an administrator."""
        company = self.company_id
        credential = company._l10n_pl_ksef_credential()
        if not credential:
            return
        env = self.with_context(lang=credential._responsible().lang).env
        text = env._(
            "KSeF does not accept how %(company)s logs in, so nothing is sent until an "
            "administrator puts it right in the KSeF settings. Invoices wait meanwhile. %(why)s",
            company=company.name,
            why=self.message or "",
        )
        # Inside a login nobody waits for a mail to be written.
        credential = credential.with_context(mail_activity_quick_update=True)
        credential._warn(REFUSAL, env._("KSeF refuses the login"), text)

    def _note_permissions(self, client):
        try:
            self.permissions = sorted(client.own_permissions().scopes)
        except KsefError as error:
            _logger.warning("KSeF did not tell the permissions of the login: %s", error)
            self.message = explain(self._in_readers_language().env, error)

    def _note_failure(self, error):
        """Remember what went wrong, and until when it makes no sense to try again."""
        now = fields.Datetime.now()
        values = {
            **NO_PENDING_LOGIN,
            "checked_at": now,
            "message": explain(self._in_readers_language().env, error),
            **self._hold_after(error, now),
        }
        refused = self._is_refusal(error)
        news = refused and self.state == "connected"
        if refused:
            values["state"] = "error"
        self.write(values)
        if isinstance(error, LoginPending):
            self.env.ref(CRON).sudo()._trigger(at=self.hold_until)
        if news:
            self._tell_of_refusal()
        _logger.warning(
            "KSeF login of company %s (%s): %s", self.company_id.id, self.environment, error
        )

    @api.model
    def _resume_what_is_pending(self):
        """For the schedule: ask what became of logins that KSeF was still checking."""
        due = [("pending_reference", "!=", False), ("hold_until", "<=", fields.Datetime.now())]
        for login in self.sudo().search(due):
            company = login.company_id
            if company._l10n_pl_ksef_login() != login:
                continue  # made with settings that were changed since
            with isolated(self.env, f"resuming the KSeF login of {company.name}"):
                company._l10n_pl_ksef_show_how_it_stands()
                commit_point(self.env)

    @api.model
    def _is_refusal(self, error):
        """True where the same attempt would fail again until a person changes something."""
        if isinstance(error, LoginRefused):
            return not error.is_temporary
        return isinstance(error, (BadRequest, Forbidden, LoginExpired, CertificateProblem))

    def _hold_after(self, error, now):
        if isinstance(error, TooManyRequests):
            pause = timedelta(seconds=error.retry_after)
            return {"hold_until": now + pause, "hold_reason": "limit"}
        if isinstance(error, LoginPending):
            return {
                "hold_until": now + PENDING_PAUSE,
                "hold_reason": "pending",
                **self._pending_values(error.reference, error.authentication_token),
            }
        if self._is_refusal(error):
            pause = REFUSAL_PAUSES[min(self.refusals, len(REFUSAL_PAUSES) - 1)]
            return {
                "hold_until": now + pause,
                "hold_reason": "refused",
                "refusals": self.refusals + 1,
            }
        if isinstance(error, LoginRefused):
            return {"hold_until": now + TEMPORARY_PAUSE, "hold_reason": "refused"}
        return {"hold_until": False, "hold_reason": False}

    def _held_back(self):
        """Why no login is tried now, as an error; None where nothing speaks against it."""
        now = fields.Datetime.now()
        if not self.hold_until or self.hold_until <= now:
            return None
        if self.hold_reason == "limit":
            seconds = int((self.hold_until - now).total_seconds())
            return TooManyRequests("challenge", 429, retry_after=max(seconds, 1))
        return LoginOnHold(self.message or "", self.hold_until)

    def _in_readers_language(self):
        """The same login, for sentences that are stored for the people of the company."""
        lang = self.env.context.get("lang") or self.company_id.partner_id.lang
        return self.with_context(lang=lang)
