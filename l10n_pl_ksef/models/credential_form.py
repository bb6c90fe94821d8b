"""What the settings form and the set-up wizard have in common: the fields of one company."""

import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.certificates import LARGEST_FILE
from ..ksef.errors import CertificateProblem, Problem
from .explanations import explain

LARGEST_BASE64 = LARGEST_FILE * 4 // 3 + 4

AUTHENTICATION_UPLOAD = (
    "l10n_pl_ksef_certificate_file",
    "l10n_pl_ksef_key_file",
    "l10n_pl_ksef_key_password",
)
OFFLINE_UPLOAD = (
    "l10n_pl_ksef_offline_certificate_file",
    "l10n_pl_ksef_offline_key_file",
    "l10n_pl_ksef_offline_key_password",
)
UPLOADS = {"authentication": AUTHENTICATION_UPLOAD, "offline": OFFLINE_UPLOAD}


class KsefCredentialForm(models.AbstractModel):
    """A form with the connection of one company: its settings, and secrets on their way in.

    Files, passwords and tokens are never columns: they pass through ``compute`` and ``inverse``
    into the encrypted store, and nothing of them remains in a transient table or the filestore.
    Saving does not use the network; buttons do.
    """

    _name = "l10n_pl_ksef.credential.form"
    _description = "KSeF credentials in a form"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    l10n_pl_ksef_environment = fields.Selection(
        related="company_id.l10n_pl_ksef_environment", readonly=False
    )
    # Written together, since one without the other is refused.
    l10n_pl_ksef_context_type = fields.Selection(
        "_l10n_pl_ksef_selection_context",
        string="KSeF Context",
        compute="_compute_l10n_pl_ksef_context",
        inverse="_inverse_l10n_pl_ksef_context",
        help="In whose name the company works in KSeF: its own NIP, or an internal identifier "
        "given to one of its units.",
    )
    l10n_pl_ksef_context_value = fields.Char(
        string="KSeF Internal Identifier",
        compute="_compute_l10n_pl_ksef_context",
        inverse="_inverse_l10n_pl_ksef_context",
        help="Ten digits of the NIP, a hyphen and five digits, such as 1111111111-12345.",
    )
    l10n_pl_ksef_skip_offline = fields.Boolean(
        related="company_id.l10n_pl_ksef_skip_offline", readonly=False
    )
    l10n_pl_ksef_automatic_certificates = fields.Boolean(
        related="company_id.l10n_pl_ksef_automatic_certificates", readonly=False
    )
    l10n_pl_ksef_go_live_date = fields.Date(
        related="company_id.l10n_pl_ksef_go_live_date", readonly=False
    )
    l10n_pl_ksef_send_mode = fields.Selection(
        related="company_id.l10n_pl_ksef_send_mode", readonly=False
    )
    l10n_pl_ksef_fetch_mode = fields.Selection(
        related="company_id.l10n_pl_ksef_fetch_mode", readonly=False
    )
    l10n_pl_ksef_connection_state = fields.Selection(
        related="company_id.l10n_pl_ksef_connection_state"
    )
    l10n_pl_ksef_connection_message = fields.Text(
        related="company_id.l10n_pl_ksef_connection_message"
    )
    l10n_pl_ksef_last_check = fields.Datetime(related="company_id.l10n_pl_ksef_last_check")
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
    l10n_pl_ksef_offline_certificate_id = fields.Many2one(
        related="company_id.l10n_pl_ksef_offline_certificate_id"
    )
    l10n_pl_ksef_offline_certificate_state = fields.Selection(
        related="company_id.l10n_pl_ksef_offline_certificate_id.state",
        string="Offline Certificate State",
    )
    l10n_pl_ksef_offline_certificate_valid_to = fields.Datetime(
        related="company_id.l10n_pl_ksef_offline_certificate_id.valid_to",
        string="Offline Certificate Valid Until",
    )
    l10n_pl_ksef_offline_certificate_hint = fields.Char(
        related="company_id.l10n_pl_ksef_offline_certificate_id.hint",
        string="Offline Certificate Hint",
    )

    l10n_pl_ksef_has_connection = fields.Boolean(
        string="Connected to KSeF", compute="_compute_l10n_pl_ksef_situation"
    )
    l10n_pl_ksef_has_token = fields.Boolean(
        string="KSeF Token Stored", compute="_compute_l10n_pl_ksef_situation"
    )
    l10n_pl_ksef_in_use = fields.Boolean(
        string="KSeF in Use", compute="_compute_l10n_pl_ksef_situation"
    )
    l10n_pl_ksef_inherited_from = fields.Char(
        string="KSeF Connection Inherited from", compute="_compute_l10n_pl_ksef_situation"
    )
    l10n_pl_ksef_vault_problem = fields.Char(
        string="KSeF Encryption Problem", compute="_compute_l10n_pl_ksef_situation"
    )

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
    l10n_pl_ksef_key_password = fields.Char(
        string="Password of the Key",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_pair",
        help="Used once to open the key, and not kept.",
    )
    l10n_pl_ksef_offline_certificate_file = fields.Binary(
        string="Offline Certificate",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_offline_pair",
        help="The certificate of type Offline from KSeF, usually ending in .crt.",
    )
    l10n_pl_ksef_offline_key_file = fields.Binary(
        string="Private Key of the Offline Certificate",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_offline_pair",
        help="The key file saved when the certificate was applied for, usually ending in .key.",
    )
    l10n_pl_ksef_offline_key_password = fields.Char(
        string="Password of the Offline Key",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_offline_pair",
        help="Used once to open the key, and not kept.",
    )
    l10n_pl_ksef_token = fields.Char(
        string="KSeF Token",
        compute="_compute_l10n_pl_ksef_upload",
        inverse="_inverse_l10n_pl_ksef_token",
        help="As KSeF showed it when it was made. All tokens end on 31 December 2026.",
    )
    # Shown by the web client until the form is saved; kept nowhere.
    l10n_pl_ksef_certificate_filename = fields.Char(
        string="Certificate File Name", compute="_compute_l10n_pl_ksef_upload", readonly=False
    )
    l10n_pl_ksef_key_filename = fields.Char(
        string="Private Key File Name", compute="_compute_l10n_pl_ksef_upload", readonly=False
    )
    l10n_pl_ksef_offline_certificate_filename = fields.Char(
        string="Offline Certificate File Name",
        compute="_compute_l10n_pl_ksef_upload",
        readonly=False,
    )
    l10n_pl_ksef_offline_key_filename = fields.Char(
        string="Offline Private Key File Name",
        compute="_compute_l10n_pl_ksef_upload",
        readonly=False,
    )
    # What can be said of the files before they are saved.
    l10n_pl_ksef_pair_problem = fields.Char(
        string="Problem with the Certificate Files", compute="_compute_l10n_pl_ksef_pair_verdict"
    )
    l10n_pl_ksef_pair_description = fields.Char(
        string="Description of the Certificate Files", compute="_compute_l10n_pl_ksef_pair_verdict"
    )
    l10n_pl_ksef_offline_pair_problem = fields.Char(
        string="Problem with the Offline Certificate Files",
        compute="_compute_l10n_pl_ksef_offline_pair_verdict",
    )
    l10n_pl_ksef_offline_pair_description = fields.Char(
        string="Description of the Offline Certificate Files",
        compute="_compute_l10n_pl_ksef_offline_pair_verdict",
    )

    @api.depends("company_id")
    def _compute_l10n_pl_ksef_situation(self):
        problem = self.env["l10n_pl_ksef.vault"]._problem()
        for form in self:
            company = form.company_id.sudo()
            root = company._l10n_pl_ksef_root()
            form.l10n_pl_ksef_has_connection = root == company
            form.l10n_pl_ksef_has_token = bool(company.l10n_pl_ksef_token_sealed)
            form.l10n_pl_ksef_in_use = bool(root)
            form.l10n_pl_ksef_inherited_from = root.name if root != company else False
            form.l10n_pl_ksef_vault_problem = problem and str(problem.args[0])

    @api.model
    def _l10n_pl_ksef_selection_context(self):
        field = self.env["res.company"]._fields["l10n_pl_ksef_context_type"]
        return field._description_selection(self.env)

    @api.depends("company_id.l10n_pl_ksef_context_type", "company_id.l10n_pl_ksef_context_value")
    def _compute_l10n_pl_ksef_context(self):
        for form in self:
            form.l10n_pl_ksef_context_type = form.company_id.l10n_pl_ksef_context_type
            form.l10n_pl_ksef_context_value = form.company_id.l10n_pl_ksef_context_value

    def _inverse_l10n_pl_ksef_context(self):
        for form in self:
            form.company_id.write(
                {
                    "l10n_pl_ksef_context_type": form.l10n_pl_ksef_context_type,
                    "l10n_pl_ksef_context_value": form.l10n_pl_ksef_context_value,
                }
            )

    # -- secrets on their way into the encrypted store --------------------------------

    @api.depends("company_id")
    def _compute_l10n_pl_ksef_upload(self):
        for name in (*AUTHENTICATION_UPLOAD, *OFFLINE_UPLOAD, "l10n_pl_ksef_token"):
            self[name] = False
        self.l10n_pl_ksef_certificate_filename = False
        self.l10n_pl_ksef_key_filename = False
        self.l10n_pl_ksef_offline_certificate_filename = False
        self.l10n_pl_ksef_offline_key_filename = False

    def _inverse_l10n_pl_ksef_pair(self):
        self._l10n_pl_ksef_import("authentication")

    def _inverse_l10n_pl_ksef_offline_pair(self):
        self._l10n_pl_ksef_import("offline")

    def _l10n_pl_ksef_import(self, purpose):
        for form in self:
            given = [form[name] for name in UPLOADS[purpose]]
            if not any(given) or form._l10n_pl_ksef_skips(purpose):
                continue
            form._l10n_pl_ksef_choose_environment()
            certificate, key, password = given
            self.env["l10n_pl_ksef.certificate"]._import_pair(
                form.company_id,
                purpose,
                form._l10n_pl_ksef_uploaded(certificate),
                form._l10n_pl_ksef_uploaded(key),
                password,
            )
        self.invalidate_recordset(UPLOADS[purpose])  # so that nothing is sent back

    def _l10n_pl_ksef_skips(self, purpose):
        """True where files chosen before the tick to do without them are out of sight."""
        return purpose == "offline" and self.l10n_pl_ksef_skip_offline

    def _inverse_l10n_pl_ksef_token(self):
        for form in self:
            if form.l10n_pl_ksef_token:
                form.company_id._l10n_pl_ksef_import_token(form.l10n_pl_ksef_token)
        self.invalidate_recordset(["l10n_pl_ksef_token"])

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

    # -- what the chosen files are, while the form is still open ----------------------

    @api.depends("l10n_pl_ksef_environment", *AUTHENTICATION_UPLOAD)
    def _compute_l10n_pl_ksef_pair_verdict(self):
        for form in self:
            problem, description = form._l10n_pl_ksef_judge("authentication")
            form.l10n_pl_ksef_pair_problem = problem
            form.l10n_pl_ksef_pair_description = description

    @api.depends("l10n_pl_ksef_environment", *OFFLINE_UPLOAD)
    def _compute_l10n_pl_ksef_offline_pair_verdict(self):
        for form in self:
            problem, description = form._l10n_pl_ksef_judge("offline")
            form.l10n_pl_ksef_offline_pair_problem = problem
            form.l10n_pl_ksef_offline_pair_description = (
                description and f"{description} {form._l10n_pl_ksef_about_replacing()}".strip()
            )

    def _l10n_pl_ksef_about_replacing(self):
        """What to mind of the offline certificate that another one takes the place of, or ''."""
        company = self.company_id.sudo()
        replaced = company.l10n_pl_ksef_offline_certificate_id
        codes = replaced and self.env["l10n_pl_ksef.submission"].sudo()._sentence_codes_of(replaced)
        if not codes:
            return ""
        return self.env._("Do not revoke the one used so far. %s", codes)

    def _l10n_pl_ksef_judge(self, purpose):
        """What is wrong with the chosen files, and whose they are; False where nothing is known."""
        self.ensure_one()
        certificate, key, password = (self[name] for name in UPLOADS[purpose])
        if not certificate:
            return False, False
        try:
            description = self.env["l10n_pl_ksef.certificate"]._describe_upload(
                self.company_id,
                purpose,
                self._l10n_pl_ksef_uploaded(certificate),
                self._l10n_pl_ksef_uploaded(key),
                password,
                environment=self.l10n_pl_ksef_environment,
            )
        except UserError as problem:
            return str(problem.args[0]), False
        return False, description
