"""How far a company has come in setting up KSeF: read off its settings, remembered nowhere."""

from odoo import fields, models

SETUP_STEPS = ("environment", "login", "credential", "offline", "test", "invoices")


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_pl_ksef_setup_hint_dismissed = fields.Boolean(
        string="Hide the Hint to Set Up KSeF",
        help="Set with the cross of the hint on the journals of the dashboard.",
    )

    l10n_pl_ksef_setup_way_chosen = fields.Boolean(
        string="Way to Log in to KSeF Chosen",
        help="The wizard was past that step; a certificate is what stands there at first.",
    )

    # -- progress -----------------------------------------------------------------------

    def _l10n_pl_ksef_setup_done(self):
        """The names of the steps of the wizard that this company has behind it.

        :rtype: set[str]
        """
        self.ensure_one()
        company = self.sudo()
        code = company.l10n_pl_ksef_environment
        offline = company.l10n_pl_ksef_offline_certificate_id
        done = {
            "environment": company.l10n_pl_ksef_environment
            and company._l10n_pl_ksef_knows_itself(),
            "login": company.l10n_pl_ksef_setup_way_chosen
            or company._l10n_pl_ksef_login_way() != "certificate"
            or company._l10n_pl_ksef_has_connection(),
            "credential": company._l10n_pl_ksef_has_connection()
            and not company._l10n_pl_ksef_credential()._is_of_another(code),
            "offline": company.l10n_pl_ksef_skip_offline
            or (offline and not offline._is_of_another(code)),
            # Another login than that of the test does not ask for the permissions.
            "test": company.l10n_pl_ksef_connection_state == "connected"
            and company._l10n_pl_ksef_login().permissions,
            "invoices": company.l10n_pl_ksef_fetch_mode,
        }
        return {step for step in SETUP_STEPS if done[step]}

    def _l10n_pl_ksef_setup_next(self):
        """The step of the wizard to go on with; the last one where nothing is left to do."""
        done = self._l10n_pl_ksef_setup_done()
        return next((step for step in SETUP_STEPS if step not in done), SETUP_STEPS[-1])

    def _l10n_pl_ksef_knows_itself(self):
        """True where the context is complete: a NIP, or an internal identifier."""
        if self.l10n_pl_ksef_context_type == "InternalId":
            return bool(self.l10n_pl_ksef_context_value)
        return bool(self._l10n_pl_ksef_nip())

    def _l10n_pl_ksef_login_way(self):
        """``certificate``, ``token`` or ``automatic``: how the wizard calls the way to log in."""
        company = self.sudo()
        if company.l10n_pl_ksef_auth_method == "token":
            return "token"
        return "automatic" if company.l10n_pl_ksef_automatic_certificates else "certificate"

    # -- where it is offered ------------------------------------------------------------

    def _l10n_pl_ksef_wants_setup_hint(self):
        """True where the dashboard should offer the wizard: until the first login worked."""
        self.ensure_one()
        company = self.sudo()
        root = company._l10n_pl_ksef_root()
        return bool(
            company.account_fiscal_country_id.code == "PL"
            and not company.l10n_pl_ksef_setup_hint_dismissed
            and not (root and root.l10n_pl_ksef_go_live_date)
            and root.l10n_pl_ksef_connection_state != "connected"
        )

    def action_l10n_pl_ksef_setup(self):
        """Open the wizard at the first step that is not done."""
        self.ensure_one()
        self._l10n_pl_ksef_check_administrator()
        return self.env["l10n_pl_ksef.setup"]._open(self)
