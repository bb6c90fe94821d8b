import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.certificates import LARGEST_FILE
from ..ksef.errors import CertificateProblem, Problem
from .explanations import explain

LARGEST_BASE64 = LARGEST_FILE * 4 // 3 + 4


class ResConfigSettings(models.TransientModel):
    """The KSeF settings of the current company.

    Files, passwords and tokens are never columns here: they pass through ``compute`` and
    ``inverse`` into the encrypted store, and nothing of them remains in this table or the
    filestore. Saving does not use the network; the buttons do.
    """

    _inherit = "res.config.settings"

    l10n_pl_ksef_environment = fields.Selection(
        related="company_id.l10n_pl_ksef_environment", readonly=False
    )
    l10n_pl_ksef_auth_method = fields.Selection(
        related="company_id.l10n_pl_ksef_auth_method", readonly=False
    )
    l10n_pl_ksef_context_type = fields.Selection(
        related="company_id.l10n_pl_ksef_context_type", readonly=False
    )
    l10n_pl_ksef_context_value = fields.Char(
        related="company_id.l10n_pl_ksef_context_value", readonly=False
    )
    l10n_pl_ksef_go_live_date = fields.Date(
        related="company_id.l10n_pl_ksef_go_live_date", readonly=False
    )
    l10n_pl_ksef_send_mode = fields.Selection(
        related="company_id.l10n_pl_ksef_send_mode", readonly=False
    )
    l10n_pl_ksef_journal_ids = fields.Many2many(
        related="company_id.l10n_pl_ksef_journal_ids", readonly=False
    )
    l10n_pl_ksef_send_without_nip = fields.Boolean(
        related="company_id.l10n_pl_ksef_send_without_nip", readonly=False
    )
    l10n_pl_ksef_send_foreign = fields.Boolean(
        related="company_id.l10n_pl_ksef_send_foreign", readonly=False
    )
    l10n_pl_ksef_correction_style = fields.Selection(
        related="company_id.l10n_pl_ksef_correction_style", readonly=False
    )
    l10n_pl_ksef_auth_certificate_id = fields.Many2one(
        related="company_id.l10n_pl_ksef_auth_certificate_id"
    )
    l10n_pl_ksef_certificate_state = fields.Selection(
        related="company_id.l10n_pl_ksef_auth_certificate_id.state", string="Certificate State"
    )
    l10n_pl_ksef_certificate_valid_to = fields.Datetime(
        related="company_id.l10n_pl_ksef_auth_certificate_id.valid_to",
        string="Certificate Valid Until",
    )
    l10n_pl_ksef_certificate_hint = fields.Char(
        related="company_id.l10n_pl_ksef_auth_certificate_id.hint", string="Certificate Hint"
    )
    l10n_pl_ksef_connection_state = fields.Selection(
        related="company_id.l10n_pl_ksef_connection_state"
    )
    l10n_pl_ksef_connection_message = fields.Text(
        related="company_id.l10n_pl_ksef_connection_message"
    )
    l10n_pl_ksef_last_check = fields.Datetime(related="company_id.l10n_pl_ksef_last_check")

    l10n_pl_ksef_has_connection = fields.Boolean(compute="_compute_l10n_pl_ksef_situation")
    l10n_pl_ksef_has_token = fields.Boolean(compute="_compute_l10n_pl_ksef_situation")
    l10n_pl_ksef_in_use = fields.Boolean(compute="_compute_l10n_pl_ksef_situation")
    l10n_pl_ksef_inherited_from = fields.Char(compute="_compute_l10n_pl_ksef_situation")
    l10n_pl_ksef_vault_problem = fields.Char(compute="_compute_l10n_pl_ksef_situation")

    l10n_pl_ksef_certificate_file = fields.Binary(
        string="Certificate",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_pair",
        help="The certificate file from KSeF, usually ending in .crt.",
    )
    l10n_pl_ksef_key_file = fields.Binary(
        string="Private Key",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_pair",
        help="The key file saved when the certificate was applied for, usually ending in .key.",
    )
    # Shown by the web client until the form is saved; kept nowhere.
    l10n_pl_ksef_certificate_filename = fields.Char(
        compute="_compute_l10n_pl_ksef_upload", readonly=False
    )
    l10n_pl_ksef_key_filename = fields.Char(compute="_compute_l10n_pl_ksef_upload", readonly=False)
    l10n_pl_ksef_key_password = fields.Char(
        string="Password of the Key",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_pair",
        help="Used once to open the key, and not kept.",
    )
    l10n_pl_ksef_token = fields.Char(
        string="KSeF Token",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_token",
        help="As KSeF showed it when it was made. All tokens end on 31 December 2026.",
    )

    @api.depends("company_id")
    def _compute_l10n_pl_ksef_situation(self):
        problem = self.env["l10n_pl_ksef.vault"]._problem()
        for settings in self:
            company = settings.company_id.sudo()
            root = company._l10n_pl_ksef_root()
            settings.l10n_pl_ksef_has_connection = root == company
            settings.l10n_pl_ksef_has_token = bool(company.l10n_pl_ksef_token_sealed)
            settings.l10n_pl_ksef_in_use = bool(root)
            settings.l10n_pl_ksef_inherited_from = root.name if root != company else False
            settings.l10n_pl_ksef_vault_problem = problem and str(problem.args[0])

    # -- secrets on their way into the encrypted store --------------------------------

    @api.depends("company_id")
    def _compute_l10n_pl_ksef_upload(self):
        self.l10n_pl_ksef_certificate_file = False
        self.l10n_pl_ksef_key_file = False
        self.l10n_pl_ksef_certificate_filename = False
        self.l10n_pl_ksef_key_filename = False
        self.l10n_pl_ksef_key_password = False
        self.l10n_pl_ksef_token = False

    def _inverse_l10n_pl_ksef_pair(self):
        for settings in self:
            certificate = settings.l10n_pl_ksef_certificate_file
            key = settings.l10n_pl_ksef_key_file
            password = settings.l10n_pl_ksef_key_password
            if not (certificate or key or password):
                continue
            settings._l10n_pl_ksef_choose_environment()
            self.env["l10n_pl_ksef.certificate"]._import_pair(
                settings.company_id,
                "authentication",
                settings._l10n_pl_ksef_uploaded(certificate),
                settings._l10n_pl_ksef_uploaded(key),
                password,
            )

    def _inverse_l10n_pl_ksef_token(self):
        for settings in self:
            if settings.l10n_pl_ksef_token:
                settings.company_id._l10n_pl_ksef_import_token(settings.l10n_pl_ksef_token)

    def _l10n_pl_ksef_choose_environment(self):
        """What a certificate must be depends on the environment chosen in the same form."""
        company = self.company_id
        if company.l10n_pl_ksef_environment != self.l10n_pl_ksef_environment:
            company.l10n_pl_ksef_environment = self.l10n_pl_ksef_environment

    def _l10n_pl_ksef_uploaded(self, content):
        """The bytes of an uploaded file, empty where there is none.

        :raises UserError: for a file that cannot be a certificate or key by its size
        """
        if len(content or b"") > LARGEST_BASE64:  # not even decoded
            size = len(content) * 3 // 4
            problem = CertificateProblem(
                Problem.FILE_TOO_LARGE, {"size": size, "limit": LARGEST_FILE}
            )
            raise UserError(explain(self.env, problem))
        try:
            return base64.b64decode(content or b"", validate=True)
        except (binascii.Error, ValueError):
            raise UserError(
                self.env._("The uploaded file did not arrive whole. Please choose it again.")
            ) from None

    # -- buttons ------------------------------------------------------------------------

    def action_l10n_pl_ksef_connect(self):
        """Save the form, then connect: the web client does not ask first."""
        self.set_values()
        return self.company_id.action_l10n_pl_ksef_connect()

    def action_l10n_pl_ksef_disconnect(self):
        """Save the form, then disconnect."""
        self.set_values()
        return self.company_id.action_l10n_pl_ksef_disconnect()

    # -- the form -----------------------------------------------------------------------

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Hide the settings of Odoo's own KSeF module for a company that uses this one.

        Done here because a view cannot refer to that module's elements and survive without it.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for setting in arch.xpath("//setting[.//field[starts-with(@name, 'l10n_pl_edi_')]]"):
                before = setting.get("invisible")
                ours = "l10n_pl_ksef_in_use"
                setting.set("invisible", f"({before}) or {ours}" if before else ours)
        return arch, view
