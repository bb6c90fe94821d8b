import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools import config

from ..ksef import environments

SIMULATOR_OPTION = "l10n_pl_ksef_simulator_url"
INTERNAL_ID = re.compile(r"[0-9]{10}-[0-9]{5}")


class ResCompany(models.Model):
    """What an administrator sets for one company; what it does with it is in connection.py.

    None of these fields may be a dependency of a stored field of ``account.move``: one change of
    the settings would have every invoice computed again.
    """

    _inherit = "res.company"

    l10n_pl_ksef_environment = fields.Selection(
        selection="_l10n_pl_ksef_selection_environment",
        string="KSeF Environment",
        help="Invoices sent to the production environment are legally issued. The test and demo "
        "environments are for trying things out.",
    )
    l10n_pl_ksef_auth_method = fields.Selection(
        [("certificate", "Certificate"), ("token", "KSeF token")],
        string="KSeF Login",
        default="certificate",
    )
    l10n_pl_ksef_auth_certificate_id = fields.Many2one(
        "l10n_pl_ksef.certificate",
        string="KSeF Authentication Certificate",
        domain="[('purpose', '=', 'authentication'), ('company_id', '=', id)]",
        groups="base.group_system",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
    )
    l10n_pl_ksef_offline_certificate_id = fields.Many2one(
        "l10n_pl_ksef.certificate",
        string="KSeF Offline Certificate",
        domain="[('purpose', '=', 'offline'), ('company_id', '=', id)]",
        groups="base.group_system",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
    )
    l10n_pl_ksef_skip_offline = fields.Boolean(
        string="Skip KSeF Offline Certificates",
        help="Without an offline certificate no invoice can be issued while KSeF is unavailable.",
    )
    l10n_pl_ksef_token_sealed = fields.Char(
        string="KSeF Token (encrypted)", groups=NO_ACCESS, prefetch=False, copy=False
    )
    l10n_pl_ksef_context_type = fields.Selection(
        [("Nip", "The company's NIP"), ("InternalId", "Internal identifier")],
        string="KSeF Context",
        default="Nip",
        required=True,
        help="In whose name the company works in KSeF: its own NIP, or an internal identifier "
        "given to one of its units.",
    )
    l10n_pl_ksef_context_value = fields.Char(
        string="KSeF Internal Identifier",
        help="Ten digits of the NIP, a hyphen and five digits, such as 1111111111-12345.",
    )
    l10n_pl_ksef_go_live_date = fields.Date(
        string="KSeF Go-live Date",
        help="Invoices issued before this day are not sent to KSeF.",
    )
    l10n_pl_ksef_send_mode = fields.Selection(
        [
            ("manual", "By hand"),
            ("on_post", "When an invoice is confirmed"),
            ("hybrid", "When an invoice is confirmed, except those kept for sending by hand"),
        ],
        string="Sending to KSeF",
        default="manual",
        required=True,
    )
    l10n_pl_ksef_fetch_mode = fields.Selection(
        [
            ("off", "Not at all"),
            ("manual", "When somebody asks for them"),
            ("automatic", "Automatically"),
        ],
        string="Fetching from KSeF",
        help="Whether the invoices of suppliers come in from KSeF. Empty: not decided yet, which "
        "is the same as not at all.",
    )
    l10n_pl_ksef_journal_ids = fields.Many2many(
        "account.journal",
        "l10n_pl_ksef_company_journal_rel",
        "company_id",
        "journal_id",
        string="KSeF Journals",
        domain="[('type', '=', 'sale')]",
        help="Only invoices of these journals go to KSeF. Empty: all sales journals.",
    )
    l10n_pl_ksef_send_without_nip = fields.Boolean(
        string="Customers without NIP",
        help="Also send invoices for Polish customers without a NIP, such as consumers. The law "
        "does not demand it.",
    )
    l10n_pl_ksef_send_foreign = fields.Boolean(
        string="Foreign Customers",
        default=True,
        help="Also send invoices for customers outside Poland.",
    )
    l10n_pl_ksef_correction_style = fields.Selection(
        [
            ("difference", "The differences"),
            ("before_after", "How it was and how it is"),
        ],
        string="KSeF Corrections",
        default="difference",
        required=True,
        help="How the lines of credit notes and debit notes stand in KSeF: only what changes, or "
        "each changed line before and after the correction (StanPrzed). The totals are "
        "differences in both.",
    )
    l10n_pl_ksef_login_ids = fields.One2many(
        "l10n_pl_ksef.login", "company_id", string="KSeF Logins", groups="base.group_system"
    )

    # -- environments -------------------------------------------------------------

    @api.model
    def _l10n_pl_ksef_simulator_url(self):
        """The address of the local simulator, or None where the server has none configured.

        It comes from the server's configuration file alone, so that nobody can point a company
        at an arbitrary address from the screen.
        """
        return config.get(SIMULATOR_OPTION) or None

    @api.model
    def _l10n_pl_ksef_selection_environment(self):
        choices = [
            (environments.TEST, self.env._("Test")),
            (environments.DEMO, self.env._("Demo")),
            (environments.PRODUCTION, self.env._("Production")),
        ]
        if self._l10n_pl_ksef_simulator_url():
            choices.insert(0, (environments.SIMULATOR, self.env._("Simulator on this machine")))
        return choices

    @api.constrains("l10n_pl_ksef_environment")
    def _check_l10n_pl_ksef_environment(self):
        known = {code for code, _label in self._l10n_pl_ksef_selection_environment()}
        for company in self:
            code = company.l10n_pl_ksef_environment
            if code and code not in known:
                raise ValidationError(
                    self.env._(
                        "The KSeF environment “%(code)s” does not exist on this server. Choose "
                        "test, demo or production.",
                        code=code,
                    )
                )

    @api.constrains("l10n_pl_ksef_context_type", "l10n_pl_ksef_context_value")
    def _check_l10n_pl_ksef_context(self):
        for company in self:
            if company.l10n_pl_ksef_context_type != "InternalId":
                continue
            if not INTERNAL_ID.fullmatch(company.l10n_pl_ksef_context_value or ""):
                raise ValidationError(
                    self.env._(
                        "An internal identifier of KSeF is made of the ten digits of the NIP, a "
                        "hyphen and five more digits, such as 1111111111-12345. Correct it, or "
                        "choose the company's NIP as the context."
                    )
                )

    @api.constrains("l10n_pl_ksef_auth_certificate_id", "l10n_pl_ksef_offline_certificate_id")
    def _check_l10n_pl_ksef_certificates(self):
        for company in self:
            pairs = (
                (company.l10n_pl_ksef_auth_certificate_id, "authentication"),
                (company.l10n_pl_ksef_offline_certificate_id, "offline"),
            )
            for certificate, purpose in pairs:
                if certificate and (
                    certificate.purpose != purpose or certificate.company_id != company
                ):
                    raise ValidationError(
                        self.env._(
                            "The certificate “%(name)s” cannot be used here: it was uploaded for "
                            "another purpose or another company. Upload it once more for this one.",
                            name=certificate.display_name,
                        )
                    )

    # -- who may change them --------------------------------------------------------

    def _has_field_access(self, field, operation):
        """Anybody inside may see that a company uses KSeF; only administrators change it."""
        allowed = super()._has_field_access(field, operation)
        if operation == "write" and field.name.startswith("l10n_pl_ksef_") and not self.env.su:
            return allowed and self.env.user.has_group("base.group_system")
        return allowed

    def write(self, vals):
        if any(name.startswith("l10n_pl_ksef_") for name in vals):
            self._l10n_pl_ksef_check_own()
        return super().write(vals)

    def _l10n_pl_ksef_check_own(self):
        """Refuse an administrator of other companies: Odoo itself lets them write on all.

        :raises AccessError: with the name of the company
        """
        if self.env.su:
            return
        for company in self - self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "You may not change the KSeF settings of %(company)s, because it is not one "
                    "of your companies. Ask an administrator of that company.",
                    company=company.sudo().name,
                )
            )
