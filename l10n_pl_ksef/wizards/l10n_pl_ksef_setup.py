"""The guided set-up of KSeF for one company."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.connection import USEFUL_PERMISSIONS
from ..models.res_company_setup import SETUP_STEPS


class KsefSetup(models.TransientModel):
    """One step after the other; each writes to the company, so that it can be left at any time.

    Only where the person stands is kept here. What is done is read off the company.
    """

    _name = "l10n_pl_ksef.setup"
    _inherit = "l10n_pl_ksef.credential.form"
    _description = "Set up KSeF"

    step = fields.Selection(
        [
            ("environment", "Environment"),
            ("login", "Way to log in"),
            ("credential", "Credentials"),
            ("offline", "Offline"),
            ("test", "Connection"),
            ("invoices", "Invoices"),
        ],
        required=True,
        default="environment",
    )
    way = fields.Selection("_selection_way", string="Log in with", required=True)
    company_vat = fields.Char(related="company_id.vat", readonly=False, string="NIP of the Company")
    has_nip = fields.Boolean(compute="_compute_has_nip")
    leaves_environment = fields.Char(compute="_compute_leaves_environment")
    may_send = fields.Selection("_selection_permission", compute="_compute_permissions")
    may_fetch = fields.Selection("_selection_permission", compute="_compute_permissions")

    @api.model
    def _selection_way(self):
        return [
            ("certificate", self.env._("A certificate (files .crt and .key)")),
            ("token", self.env._("A KSeF token")),
            ("automatic", self.env._("Certificates that Odoo fetches and renews")),
        ]

    @api.model
    def _selection_permission(self):
        return [
            ("granted", self.env._("Granted")),
            ("lacking", self.env._("Lacking")),
            ("unknown", self.env._("Not known yet")),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._refuse_others()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._refuse_others()
        return result

    def _refuse_others(self):
        """:raises AccessError: a constraint would not do, since Odoo checks those as superuser"""
        for company in self.company_id:
            company._l10n_pl_ksef_check_administrator()

    @api.depends("company_vat")
    def _compute_has_nip(self):
        for wizard in self:
            wizard.has_nip = bool(wizard.company_id._l10n_pl_ksef_nip())

    @api.depends("l10n_pl_ksef_environment")
    def _compute_leaves_environment(self):
        """The environment that the company is connected to, where another one is chosen."""
        names = dict(self.env["res.company"]._l10n_pl_ksef_selection_environment())
        for wizard in self:
            company = wizard.company_id._origin
            used = company._l10n_pl_ksef_has_connection() and company.l10n_pl_ksef_environment
            other = used and used != wizard.l10n_pl_ksef_environment
            wizard.leaves_environment = names.get(used, used) if other else False

    @api.depends(
        "company_id.l10n_pl_ksef_connection_state",
        "company_id.l10n_pl_ksef_login_ids.permissions",
    )
    def _compute_permissions(self):
        for wizard in self:
            login = wizard.company_id._l10n_pl_ksef_login()
            known = login.state == "connected" and login.permissions
            states = [
                ("granted" if name in known else "lacking") if known else "unknown"
                for name in USEFUL_PERMISSIONS
            ]
            wizard.may_send, wizard.may_fetch = states

    # -- opening ------------------------------------------------------------------------

    @api.model
    def _open(self, company):
        """The action that shows the wizard at the step that ``company`` has come to."""
        wizard = self.create(
            {
                "company_id": company.id,
                "step": company._l10n_pl_ksef_setup_next(),
                "way": company._l10n_pl_ksef_login_way(),
            }
        )
        return wizard._show()

    def _show(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set up KSeF for %s", self.company_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {**self.env.context, "dialog_size": "extra-large"},
        }

    # -- buttons; the web client has saved what was entered --------------------------------

    def action_back(self):
        position = SETUP_STEPS.index(self.step)
        self.step = SETUP_STEPS[max(position - 1, 0)]
        return self._show()

    def action_next(self):
        finish = {
            "environment": self._finish_environment,
            "login": self._finish_login,
            "credential": self._finish_credential,
            "offline": self._finish_offline,
            "test": self._finish_test,
        }.get(self.step)
        if finish:
            finish()
        self.step = SETUP_STEPS[min(SETUP_STEPS.index(self.step) + 1, len(SETUP_STEPS) - 1)]
        return self._show()

    def action_test(self):
        """Log in for real and show what the login may do."""
        told = self.company_id.action_l10n_pl_ksef_connect()
        told["params"]["next"] = self._show()
        return told

    def action_later(self):
        """Close; what was entered is kept, and the wizard opens here again."""
        return {"type": "ir.actions.act_window_close"}

    def action_finish(self):
        if not self.l10n_pl_ksef_fetch_mode:
            raise UserError(
                self.env._(
                    "Choose how the invoices of suppliers shall be fetched: not at all, when "
                    "somebody asks for them, or automatically. You can change it later in the "
                    "KSeF settings."
                )
            )
        company = self.company_id
        closing = {"type": "ir.actions.act_window_close"}
        if company.l10n_pl_ksef_connection_state == "connected":
            told = company._l10n_pl_ksef_notify(
                "success",
                self.env._("KSeF is set up"),
                self.env._("%s is connected to KSeF.", company.name),
            )
        else:
            told = company._l10n_pl_ksef_notify(
                "warning",
                self.env._("KSeF is not connected yet"),
                self.env._(
                    "The settings of %s are kept, but the connection does not work yet. Open the "
                    "wizard again and test it.",
                    company.name,
                ),
            )
        told["params"]["next"] = closing
        return told

    # -- what each step asks for -----------------------------------------------------------

    def _finish_environment(self):
        if not self.l10n_pl_ksef_environment:
            raise UserError(
                self.env._("Choose an environment first. To try things out, choose Test.")
            )
        self.company_id._l10n_pl_ksef_context()

    def _finish_login(self):
        """Take the way down, unless that would cut a connection that works today."""
        self.company_id.l10n_pl_ksef_setup_way_chosen = True
        if not self.company_id._l10n_pl_ksef_has_connection():
            self._take_way()

    def _take_way(self):
        company = self.company_id
        company.l10n_pl_ksef_auth_method = "token" if self.way == "token" else "certificate"
        company.l10n_pl_ksef_automatic_certificates = self.way == "automatic"

    def _finish_credential(self):
        company = self.company_id.sudo()
        if self.way == "token":
            if not company.l10n_pl_ksef_token_sealed:
                raise UserError(
                    self.env._(
                        "Enter the KSeF token first, as KSeF showed it when it was made. Or close "
                        "the wizard and come back once you have it."
                    )
                )
        elif not company.l10n_pl_ksef_auth_certificate_id:
            raise UserError(
                self.env._(
                    "Choose the certificate and its key first. Or close the wizard and come back "
                    "once you have them."
                )
            )
        self._take_way()

    def _finish_offline(self):
        company = self.company_id
        pair = company.l10n_pl_ksef_offline_certificate_id
        fits = pair and not pair._is_of_another(company.l10n_pl_ksef_environment)
        if company.l10n_pl_ksef_skip_offline or fits:
            return
        if pair:
            raise UserError(company._l10n_pl_ksef_why_not_offline())
        raise UserError(
            self.env._(
                "Choose the offline certificate and its key, or tick “Skip offline certificates” "
                "if the company does without them."
            )
        )

    def _finish_test(self):
        """Certificates that Odoo fetches may have connected the company without the button."""
        if self.l10n_pl_ksef_connection_state == "connected":
            self.company_id._l10n_pl_ksef_propose_first_day()
