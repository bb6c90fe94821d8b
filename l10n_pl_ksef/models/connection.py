"""A company's connection to KSeF: whether there is one, how it stands, how to use and end it."""

import hashlib
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..ksef import environments
from ..ksef.calendar import warsaw_day
from ..ksef.context import INTERNAL_ID, NIP, Context
from ..ksef.errors import CertificateProblem, Problem
from ..ksef.login import CertificateCredential, TokenCredential
from ..ksef.numbers import normalise_nip
from .explanations import SpokenError, permission_names
from .login import Connection
from .moments import utc_now

_logger = logging.getLogger(__name__)

# How long the person waits who asked for it: seconds for each wait for KSeF.
TIMEOUT_KEY = "l10n_pl_ksef_timeout"

TOKEN_PURPOSE = "ksef-token"
SENDING_PERMISSION = "InvoiceWrite"
USEFUL_PERMISSIONS = (SENDING_PERMISSION, "InvoiceRead")


class NotConnected(SpokenError):
    """Something of the connection is not set up; the text says what."""


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_pl_ksef_connection_state = fields.Selection(
        [("disconnected", "Not connected"), ("connected", "Connected"), ("error", "Error")],
        string="KSeF Connection",
        compute="_compute_l10n_pl_ksef_connection",
        compute_sudo=True,
    )
    l10n_pl_ksef_connection_message = fields.Text(
        string="KSeF Connection Message",
        compute="_compute_l10n_pl_ksef_connection",
        compute_sudo=True,
        groups="base.group_user",
    )
    l10n_pl_ksef_last_check = fields.Datetime(
        string="KSeF Last Checked",
        compute="_compute_l10n_pl_ksef_connection",
        compute_sudo=True,
    )

    @api.depends_context("lang")
    @api.depends(
        "vat",
        "l10n_pl_ksef_environment",
        "l10n_pl_ksef_auth_method",
        "l10n_pl_ksef_auth_certificate_id.fingerprint",
        "l10n_pl_ksef_token_sealed",
        "l10n_pl_ksef_context_type",
        "l10n_pl_ksef_context_value",
        "l10n_pl_ksef_login_ids.environment",
        "l10n_pl_ksef_login_ids.credential_id",
        "l10n_pl_ksef_login_ids.state",
        "l10n_pl_ksef_login_ids.message",
        "l10n_pl_ksef_login_ids.permissions",
        "l10n_pl_ksef_login_ids.checked_at",
    )
    def _compute_l10n_pl_ksef_connection(self):
        for company in self:
            login = company._l10n_pl_ksef_login()
            company.l10n_pl_ksef_last_check = login.checked_at
            company.l10n_pl_ksef_connection_state = login.state or "disconnected"
            company.l10n_pl_ksef_connection_message = company._l10n_pl_ksef_describe(login)

    def _l10n_pl_ksef_describe(self, login):
        """How the connection stands, in words for its administrator."""
        _ = self.env._
        if not self._l10n_pl_ksef_has_connection():
            return False
        if login.message:
            return login.message
        if login.state != "connected":
            return _("Not checked yet. Press Connect to try it.")
        if not login.permissions:
            return False
        lacking = [name for name in USEFUL_PERMISSIONS if name not in login.permissions]
        having = [name for name in USEFUL_PERMISSIONS if name in login.permissions]
        if lacking and having:
            return _(
                "Permissions: %(having)s. Lacking: %(lacking)s; whoever manages permissions for "
                "the company in KSeF can grant it.",
                having=permission_names(self.env, having),
                lacking=permission_names(self.env, lacking),
            )
        if lacking:
            return _(
                "Permissions are lacking: %(lacking)s. Whoever manages permissions for the "
                "company in KSeF can grant them.",
                lacking=permission_names(self.env, lacking),
            )
        return _("Permissions: %s.", permission_names(self.env, having))

    # -- for the other models -------------------------------------------------------

    def _l10n_pl_ksef_root(self):
        """The nearest company, from this one up, that carries a connection.

        :return: one company in sudo mode, since a branch's users may not see it; or none
        """
        self.ensure_one()
        company = self.sudo()
        while company and not company._l10n_pl_ksef_has_connection():
            company = company.parent_id
        return company

    @api.model
    def _l10n_pl_ksef_connected_companies(self):
        """All companies that carry a connection of their own, in sudo mode."""
        candidates = self.sudo().search([("l10n_pl_ksef_environment", "!=", False)])
        return candidates.filtered(lambda company: company._l10n_pl_ksef_has_connection())

    def _l10n_pl_ksef_client(self):
        """A client logged in to KSeF for this company or the one whose connection it uses.

        The login is shared by all workers and renewed as needed, also by way of the network.

        :rtype: ksef.client.Client
        :raises KsefError: what KSeF, or the way to it, said
        :raises VaultError: when the stored secrets cannot be opened here
        :raises UserError: when something is not set up
        """
        return self.env["l10n_pl_ksef.login"]._client(self._l10n_pl_ksef_connection())

    def _l10n_pl_ksef_forget_access(self, error=None):
        """KSeF answered 401: give the access token up, so that the next client gets another.

        :param LoginExpired error: what KSeF said, so that only the token it refused is given up
        """
        connection = self._l10n_pl_ksef_connection()
        refused = error.token_id if error else ""
        self.env["l10n_pl_ksef.login"].sudo()._forget_access(connection, refused)

    def _l10n_pl_ksef_environment_object(self, required=True):
        """The ``ksef.environments.Environment`` of this company's own settings.

        :param bool required: raise, instead of returning None, where there is none
        :raises NotConnected:
        """
        self.ensure_one()
        code = self.l10n_pl_ksef_environment
        simulator_url = self._l10n_pl_ksef_simulator_url()
        if code and (code != environments.SIMULATOR or simulator_url):
            return environments.environment(code, simulator_url)
        if not required:
            return None
        if code:
            raise NotConnected(
                self.env,
                lambda env: env._(
                    "%(company)s is connected to the KSeF simulator, but this server knows of "
                    "none. Choose another environment in the KSeF settings.",
                    company=self.name,
                ),
            )
        raise self._l10n_pl_ksef_not_connected()

    # -- what it is made of -----------------------------------------------------------

    def _l10n_pl_ksef_has_connection(self):
        """True where this very company has chosen an environment and a way to log in."""
        self.ensure_one()
        company = self.sudo()
        if not company.l10n_pl_ksef_environment:
            return False
        if company.l10n_pl_ksef_auth_method == "token":
            return bool(company.l10n_pl_ksef_token_sealed)
        return bool(company.l10n_pl_ksef_auth_certificate_id)

    def _l10n_pl_ksef_connection(self):
        """Where and as whom to log in, nothing opened yet.

        :rtype: Connection
        :raises VaultError: in a neutralized copy
        :raises NotConnected: when something is not set up
        """
        self.env["l10n_pl_ksef.vault"]._refuse_neutralized()
        root = self._l10n_pl_ksef_root()
        if not root:
            raise self._l10n_pl_ksef_not_connected()
        context = root._l10n_pl_ksef_context()
        return Connection(
            company_id=root.id,
            environment=root._l10n_pl_ksef_environment_object(),
            context=context,
            credential_id=root._l10n_pl_ksef_credential_id(context),
            open_credential=root._l10n_pl_ksef_open_credential,
            timeout=self.env.context.get(TIMEOUT_KEY, 30.0),
        )

    def _l10n_pl_ksef_not_connected(self):
        name = self.sudo().name
        return NotConnected(
            self.env,
            lambda env: env._(
                "%(company)s is not connected to KSeF. An administrator can choose the "
                "environment, upload a certificate or enter a token, and press Connect in the "
                "KSeF settings.",
                company=name,
            ),
        )

    def _l10n_pl_ksef_nip(self):
        """The company's own NIP as ten digits, or None."""
        self.ensure_one()
        return normalise_nip(self.vat or "")

    def _l10n_pl_ksef_context(self):
        self.ensure_one()
        try:
            if self.l10n_pl_ksef_context_type == INTERNAL_ID:
                return Context(INTERNAL_ID, self.l10n_pl_ksef_context_value or "")
            return Context(NIP, self._l10n_pl_ksef_nip() or "")
        except ValueError:
            raise NotConnected(
                self.env,
                lambda env: env._(
                    "%(company)s has no valid NIP, so KSeF cannot know in whose name Odoo logs "
                    "in. Enter the NIP as the Tax ID of the company.",
                    company=self.name,
                ),
            ) from None

    def _l10n_pl_ksef_credential_id(self, context):
        """Tells this credential in this context from any other, without telling it."""
        if self.l10n_pl_ksef_auth_method == "token":
            which = hashlib.sha256((self.l10n_pl_ksef_token_sealed or "").encode()).hexdigest()
        else:
            which = self.l10n_pl_ksef_auth_certificate_id.fingerprint
        return _identify(context, self.l10n_pl_ksef_auth_method, which)

    def _l10n_pl_ksef_logins_with(self, method, which):
        """The logins of this company, in whatever environment, that were made with a credential."""
        try:
            wanted = _identify(self._l10n_pl_ksef_context(), method, which)
        except NotConnected:
            return self.l10n_pl_ksef_login_ids.browse()
        return self.l10n_pl_ksef_login_ids.filtered(lambda login: login.credential_id == wanted)

    def _l10n_pl_ksef_open_credential(self):
        """The secret to log in with, straight from the encrypted store."""
        if self.l10n_pl_ksef_auth_method == "token":
            token = self.env["l10n_pl_ksef.vault"]._open(
                self.l10n_pl_ksef_token_sealed, TOKEN_PURPOSE
            )
            return TokenCredential(token.decode())
        pair = self.l10n_pl_ksef_auth_certificate_id._pair()
        if pair.info.not_after < utc_now():  # KSeF need not be asked
            raise CertificateProblem(
                Problem.EXPIRED, {"not_after": warsaw_day(pair.info.not_after)}
            )
        return CertificateCredential(pair)

    def _l10n_pl_ksef_login(self):
        """The login made with the present settings, or none."""
        self.ensure_one()
        company = self.sudo()
        try:
            credential_id = company._l10n_pl_ksef_credential_id(company._l10n_pl_ksef_context())
        except NotConnected:
            return company.l10n_pl_ksef_login_ids.browse()
        return company.l10n_pl_ksef_login_ids.filtered(
            lambda login: (
                login.environment == company.l10n_pl_ksef_environment
                and login.credential_id == credential_id
            )
        )

    @api.model
    def _l10n_pl_ksef_sealed_token(self, token):
        return self.env["l10n_pl_ksef.vault"]._seal(token.encode(), TOKEN_PURPOSE)

    def _l10n_pl_ksef_import_token(self, token):
        """Keep a KSeF token, encrypted, and log in with it from now on.

        :param str token: as KSeF showed it once
        """
        self.ensure_one()
        self._l10n_pl_ksef_check_own()
        sealed = self._l10n_pl_ksef_sealed_token(token.strip())
        tokens = self.env["l10n_pl_ksef.token"].sudo()
        tokens._note(self.sudo(), token.strip(), sealed)._put_in_use()

    # -- for buttons ---------------------------------------------------------------------

    def _l10n_pl_ksef_check_administrator(self):
        """:raises AccessError: for anybody but an administrator of this company"""
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Only administrators may connect a company to KSeF or disconnect it. Ask "
                    "your administrator."
                )
            )
        self._l10n_pl_ksef_check_own()

    @api.model
    def _l10n_pl_ksef_notify(self, kind, title, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title,
                "message": message,
                "type": kind,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


def _identify(context, method, which):
    parts = (context.type, context.value, method, which)
    return hashlib.sha256("|".join(part or "" for part in parts).encode()).hexdigest()
