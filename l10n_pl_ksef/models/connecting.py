"""Trying a company's connection for real, and telling how it stands."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import models
from odoo.exceptions import UserError

from ..ksef import environments
from .connection import SENDING_PERMISSION
from .vault import VaultError

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    def action_l10n_pl_ksef_connect(self):
        """Log in for real and tell what the login may do."""
        self.ensure_one()
        self._l10n_pl_ksef_check_administrator()
        company = self.sudo()
        if not company._l10n_pl_ksef_has_connection():
            raise company._l10n_pl_ksef_not_connected()
        try:
            connection = company._l10n_pl_ksef_connection()
            login = self.env["l10n_pl_ksef.login"]._connect(connection)
        except VaultError as error:
            title = self.env._("Not connected to KSeF")
            return self._l10n_pl_ksef_notify("danger", title, str(error.args[0]))
        closed = False
        if login.state == "connected":
            company._l10n_pl_ksef_propose_first_day()
            closed = company._l10n_pl_ksef_note_connected()
        return self._l10n_pl_ksef_tell(login, closed)

    def _l10n_pl_ksef_propose_first_day(self):
        """Today, in Warsaw, where no first day of sending was chosen."""
        if not self.l10n_pl_ksef_go_live_date:
            self.l10n_pl_ksef_go_live_date = datetime.now(ZoneInfo("Europe/Warsaw")).date()

    def _l10n_pl_ksef_note_connected(self):
        """The login with the present settings works.

        :return: True where other environments were closed for it
        """
        self.ensure_one()
        code = self.l10n_pl_ksef_environment
        self._l10n_pl_ksef_credential()._note_environment(code)
        return code == environments.PRODUCTION and self._l10n_pl_ksef_close_other_environments()

    def _l10n_pl_ksef_keep_production_alone(self):
        """Close what nobody closed, since a schedule made the first login to production."""
        in_production = self.l10n_pl_ksef_environment == environments.PRODUCTION
        if in_production and self.l10n_pl_ksef_connection_state == "connected":
            self._l10n_pl_ksef_note_connected()

    def _l10n_pl_ksef_tell(self, login, closed=False):
        message = self.sudo().l10n_pl_ksef_connection_message or ""
        if closed:
            message = f"{message} {self._l10n_pl_ksef_sentence_closed()}"
        if login.state != "connected":
            kind = "warning" if login.hold_reason == "pending" else "danger"
            return self._l10n_pl_ksef_notify(kind, self.env._("Not connected to KSeF"), message)
        lacking = SENDING_PERMISSION not in (login.permissions or [])
        return self._l10n_pl_ksef_notify(
            "warning" if lacking else "success", self.env._("Connected to KSeF"), message
        )

    def _l10n_pl_ksef_sentence_closed(self):
        return self.env._(
            "The connection to the demo or test environment is closed: its logins and keys are "
            "deleted here. Documents prepared for it stay as they are."
        )

    def _l10n_pl_ksef_show_how_it_stands(self):
        """Log in once after a schedule changed the credentials, so that the mark tells the truth.

        Nothing depends on it: trouble is written down with the login, or logged.
        """
        try:
            login = self.env["l10n_pl_ksef.login"]._connect(self._l10n_pl_ksef_connection())
        except UserError as error:
            _logger.warning("%s did not log in to KSeF: %s", self.name, error)
            return
        if login.state == "connected":
            self._l10n_pl_ksef_note_connected()
