"""The login that all workers of one connection share."""

import logging
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo import api, fields, models, modules
from odoo.exceptions import UserError

from ..ksef import login as ksef_login
from ..ksef.client import Client
from ..ksef.environments import Environment
from ..ksef.errors import KsefError, LoginPending, token_id
from ..ksef.transport import Transport
from .explanations import LoginOnHold
from .login_tokens import LOGIN_IS_OVER, MARGIN
from .moments import utc_now
from .vault import VaultError

_logger = logging.getLogger(__name__)

# Logging in takes a second or two; another worker's is waited for so long and not longer.
BUSY_PAUSES = (0.3,) * 20
BUSY_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True)
class Connection:
    """Where and as whom one company logs in.

    ``credential_id`` tells credentials apart without telling them; ``open_credential`` opens
    the secret and is called only when a login is really made.
    """

    company_id: int
    environment: Environment
    context: ksef_login.Context
    credential_id: str
    open_credential: Callable[[], Any] = field(repr=False)
    timeout: float = 30.0

    def client(self, access_token=None):
        """A ``ksef.client.Client`` for this environment; ``timeout`` in seconds."""
        transport = Transport(self.environment, timeout=self.timeout)
        return Client(transport, clock=utc_now, access_token=access_token)


class KsefLogin(models.Model):
    """One login for each connection and environment; its tokens are sealed.

    Everything that changes with the work stands here and not on the company, whose row other
    transactions must be free to use.
    """

    _name = "l10n_pl_ksef.login"
    _description = "KSeF login"
    _inherit = ["l10n_pl_ksef.login_tokens"]
    _rec_name = "environment"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    environment = fields.Char(required=True, readonly=True)
    credential_id = fields.Char(readonly=True, groups="base.group_system")
    state = fields.Selection([("connected", "Connected"), ("error", "Error")], readonly=True)
    message = fields.Text(readonly=True, help="What is wrong, in words.")
    permissions = fields.Json(readonly=True, help="Names of KSeF; empty where not asked yet.")
    checked_at = fields.Datetime(string="Last Attempt", readonly=True)
    refusals = fields.Integer(readonly=True, help="How often KSeF refused in a row.")
    hold_until = fields.Datetime(readonly=True, help="No login is tried before.")
    hold_reason = fields.Selection(
        [("refused", "Refused"), ("limit", "Too many requests"), ("pending", "Being checked")],
        readonly=True,
    )

    _one_per_connection = models.Constraint(
        "UNIQUE(company_id, environment)",
        "There is already a login for this company and environment.",
    )

    # -- a token for a call -----------------------------------------------------------

    @api.model
    def _client(self, connection):
        """A client logged in for ``connection``, by the shared login wherever it still holds.

        Takes a transaction of its own where a login must be made, so that it is known to the
        others whatever becomes of the caller's.

        :param Connection connection: where and as whom
        :raises KsefError: when there is no login to be had now
        :raises VaultError: when the stored credential cannot be opened
        """
        return connection.client(self.sudo()._access_token(connection))

    def _access_token(self, connection):
        stored = self._of(connection)
        if stored and stored._access_is_usable(connection):
            return stored._access()
        for pause in BUSY_PAUSES:
            token = self._renewed_token(connection)
            if token:
                return token
            time.sleep(pause)
        until = fields.Datetime.now() + BUSY_PAUSE
        raise LoginOnHold(_busy(self.env), until, _busy)

    def _renewed_token(self, connection):
        """A token, or None while another worker is at it."""
        try:
            with self._own_transaction() as logins:
                held = logins._hold(connection)
                if not held:
                    return None
                token, error = held._token_or_error(connection)
        except SerializationFailure:
            return None  # another worker was faster: look again with fresh eyes
        except LockNotAvailable:
            # Something that this very transaction has not committed stands in the way.
            return self._renewed_here(connection)
        if error:
            raise error
        return token

    def _renewed_here(self, connection):
        held = self._hold(connection)
        if not held:
            return None
        token, error = held._token_or_error(connection)
        if error:
            raise error
        return token

    def _token_or_error(self, connection):
        """An access token, or the reason why there is none, which is written down."""
        self.ensure_one()
        if self.credential_id != connection.credential_id:
            self._start_over(connection)
        if self._access_is_usable(connection):
            return self._access(), None
        held_back = self._held_back()
        if held_back:
            return None, held_back
        try:
            return self._renew(connection), None
        except KsefError as error:
            self._note_failure(error)
            return None, error

    def _access_is_usable(self, connection):
        return bool(
            self.credential_id == connection.credential_id
            and self.access_token_sealed
            and self.access_valid_until
            and self.access_valid_until > fields.Datetime.now() + MARGIN
        )

    @api.model
    def _forget_access(self, connection, refused=""):
        """KSeF did not accept the access token: the next call gets another one.

        Nothing needs to be done while another worker gets one already, or has got it.

        :param str refused: the ``token_id`` of what KSeF refused; any where it is not known
        """
        try:
            with self._own_transaction() as logins:
                held = logins._hold(connection)
                if held._keeps_another(refused):
                    return
                held.write({"access_token_sealed": False, "access_valid_until": False})
        except (LockNotAvailable, SerializationFailure) as error:
            _logger.info("The KSeF access token is being renewed by another worker: %s", error)

    def _keeps_another(self, refused):
        """True where the access token that is kept now is not the one that was refused."""
        if not refused or not self.access_token_sealed:
            return False
        try:
            return token_id(self._access()) != refused
        except VaultError as error:
            _logger.info("The KSeF access token cannot be compared: %s", error.reason)
            return False

    # -- logging in -------------------------------------------------------------------

    def _renew(self, connection):
        """Refresh while that lasts, else log in again with the stored credential."""
        return self._refresh(connection) or self._log_in(connection)

    def _refresh(self, connection):
        """A new access token, or None where the refresh token is over."""
        if not (
            self.refresh_token_sealed
            and self.refresh_valid_until
            and self.refresh_valid_until > fields.Datetime.now() + MARGIN
        ):
            return None
        refresh_token = self._refresh_token()
        try:
            access = ksef_login.refresh(connection.client(), refresh_token)
        except LOGIN_IS_OVER as error:
            _logger.info("KSeF login of company %s is over: %s", self.company_id.id, error)
            return None
        self._note_success(self._access_values(access))
        return access.value

    def _log_in(self, connection):
        """The whole way from the challenge, or on from a login KSeF is still checking."""
        self.env["l10n_pl_ksef.vault"]._make_ready()
        client = connection.client()
        tokens = self._resumed(client) or ksef_login.log_in(
            client,
            connection.open_credential(),
            connection.context,
            clock=utc_now,
            wait=time.sleep,
        )
        self._note_success(self._token_values(tokens))
        _logger.info("Company %s is logged in to KSeF (%s)", self.company_id.id, self.environment)
        return tokens.access.value

    def _resumed(self, client):
        """The tokens of a login that was under way, or None where there is none any more."""
        if not self.pending_reference:
            return None
        try:
            return self._resume_pending(client)
        except LOGIN_IS_OVER as error:
            _logger.info("KSeF knows nothing of the login under way any more: %s", error)
            return None

    @api.model
    def _connect(self, connection):
        """Log in anew because a person asked for it, and see what the login may do.

        Runs in the caller's transaction and never raises what KSeF said: it is written down.

        :return: the login
        :raises UserError: when another process is logging in at this moment
        """
        held = self.sudo()._hold(connection)
        if not held:
            raise UserError(
                self.env._("Another process is logging in to KSeF now. Try again in a moment.")
            )
        former = held._live_refresh_token()
        held._start_over(connection)
        try:
            client = connection.client(held._log_in(connection))
        except LoginPending as error:
            held._note_failure(error)
            return held
        except KsefError as error:
            held._note_failure(error)
            held.state = "error"
            return held
        held._note_permissions(client)
        _end(connection.client(), former)
        return held

    @api.model
    def _adopt(self, connection, tokens):
        """Take over a login that was made apart from this with the credential of ``connection``.

        :param ksef.login.Tokens tokens: of that login
        :return: False where that is not possible now, since another worker is logging in
        """
        try:
            with self._own_transaction() as logins:
                held = logins._hold(connection)
                if held:
                    held._replace(connection, tokens)
                return bool(held)
        except (LockNotAvailable, SerializationFailure) as error:
            _logger.info("Another worker is logging in to KSeF: %s", error)
            return False

    def _replace(self, connection, tokens):
        former = self._live_refresh_token()
        self._start_over(connection)
        self._note_success(self._token_values(tokens))
        self._note_permissions(connection.client(tokens.access.value))
        _end(connection.client(), former)

    def _end_at_ksef(self):
        """End the login at KSeF, as far as KSeF can be reached."""
        self.ensure_one()
        environment = self.company_id._l10n_pl_ksef_environment_of(self.environment)
        if environment:
            client = Client(Transport(environment), clock=utc_now)
            _end(client, self._live_refresh_token())

    def _live_refresh_token(self):
        """The refresh token; None where there is none any more or it cannot be opened."""
        if not self.refresh_valid_until or self.refresh_valid_until < fields.Datetime.now():
            return None
        try:
            return self._refresh_token()
        except VaultError as error:
            _logger.warning("A KSeF login cannot be opened any more: %s", error.reason)
            return None

    # -- one worker at a time -----------------------------------------------------------

    @api.model
    def _of(self, connection):
        return self.search(
            [
                ("company_id", "=", connection.company_id),
                ("environment", "=", connection.environment.code),
            ]
        )

    @contextmanager
    def _own_transaction(self):
        """The model in a transaction that is committed at the end; a test's own one in tests."""
        if modules.module.current_test:
            yield self
            return
        with self.env.registry.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
            yield self.with_env(self.env(cr=cursor, su=True))

    def _hold(self, connection):
        """The row of this connection, locked and fresh; empty while another worker holds it.

        Never waits for a worker that logs in, and makes the row where there is none.
        """
        key = [connection.company_id, connection.environment.code]
        self.flush_model()
        row = self._lock_row(key)
        if not row and not self._row_exists(key):
            row = self._insert_row(key)
        login = self.browse(row)
        login.invalidate_recordset()
        return login

    def _lock_row(self, key):
        self.env.cr.execute(
            """
            SELECT id FROM l10n_pl_ksef_login
             WHERE company_id = %s AND environment = %s
               FOR UPDATE SKIP LOCKED
            """,
            key,
            log_exceptions=False,
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _row_exists(self, key):
        self.env.cr.execute(
            "SELECT 1 FROM l10n_pl_ksef_login WHERE company_id = %s AND environment = %s", key
        )
        return bool(self.env.cr.fetchone())

    def _insert_row(self, key):
        self.env.cr.execute(
            """
            INSERT INTO l10n_pl_ksef_login (company_id, environment, refusals)
                 VALUES (%s, %s, 0)
            ON CONFLICT (company_id, environment) DO NOTHING
              RETURNING id
            """,
            key,
            log_exceptions=False,
        )
        inserted = [row[0] for row in self.env.cr.fetchall()]
        self.env["res.company"].invalidate_model(["l10n_pl_ksef_login_ids"])
        return inserted


def _end(client, refresh_token):
    """End a login at KSeF, as far as KSeF can be reached."""
    try:
        if refresh_token:
            client.end_current_login(refresh_token)
    except KsefError as error:
        _logger.warning("The login could not be ended at KSeF: %s", error)


def _busy(env):
    return env._("Another process is logging in to KSeF and has not finished yet.")
