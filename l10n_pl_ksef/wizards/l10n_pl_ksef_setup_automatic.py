"""The part of the set-up in which Odoo gets the certificates from KSeF itself."""

import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.errors import KsefError
from ..models.enrolment import UNDER_WAY
from ..models.explanations import explain

REQUEST_FILE_NAME = "ksef-login.xml"
LARGEST_SIGNED_FILE = 1_000_000  # bytes; a signature brings a chain of certificates at most
SHOWN_REQUESTS = 4


class KsefSetup(models.TransientModel):
    """First a login by signature, then the requests, then what became of them.

    The request for the login is no secret. The signed file is: it passes through an inverse
    straight on to KSeF and stays nowhere.
    """

    _inherit = "l10n_pl_ksef.setup"

    first_login = fields.Selection(
        [
            ("pair", "I have an authentication certificate"),
            ("signed", "I sign a file with my Trusted Profile or a qualified signature"),
        ],
        string="The first time",
        default="pair",
        required=True,
    )
    request_file = fields.Binary(string="File to Sign", attachment=False, readonly=True)
    request_file_name = fields.Char(default=REQUEST_FILE_NAME, readonly=True)
    request_until = fields.Datetime(compute="_compute_signed_login")
    signed_file = fields.Binary(
        string="The Signed File", compute="_compute_signed_file", inverse="_inverse_signed_file"
    )
    signed_file_name = fields.Char(compute="_compute_signed_file", readonly=False)
    is_signed_in = fields.Boolean(compute="_compute_signed_login")
    may_request = fields.Boolean(compute="_compute_signed_login")
    quota = fields.Char(readonly=True)
    quota_problem = fields.Char(readonly=True)
    enrolment_ids = fields.Many2many(
        "l10n_pl_ksef.enrolment", string="Requests", compute="_compute_enrolments"
    )
    is_waiting = fields.Boolean(compute="_compute_enrolments")

    @api.depends("company_id", "l10n_pl_ksef_environment", "l10n_pl_ksef_has_connection")
    def _compute_signed_login(self):
        for wizard in self:
            company = wizard.company_id.sudo()
            login = self.env["l10n_pl_ksef.signed_login"].sudo()._of(company)
            wizard.request_until = login.challenge_until
            wizard.is_signed_in = login._is_open()
            wizard.may_request = wizard.is_signed_in or company._l10n_pl_ksef_signs()

    @api.depends("company_id", "l10n_pl_ksef_environment")
    def _compute_enrolments(self):
        for wizard in self:
            company = wizard.company_id._l10n_pl_ksef_holder()
            found = self.env["l10n_pl_ksef.enrolment"].search(
                [
                    ("company_id", "=", company.id),
                    ("environment", "=", company.l10n_pl_ksef_environment),
                ],
                limit=SHOWN_REQUESTS,
            )
            wizard.enrolment_ids = found
            wizard.is_waiting = any(one.state in UNDER_WAY for one in found)

    @api.depends("company_id")
    def _compute_signed_file(self):
        self.signed_file = False
        self.signed_file_name = False

    def _inverse_signed_file(self):
        for wizard in self:
            if wizard.signed_file:
                wizard._hand_over(wizard._decoded(wizard.signed_file))
        self.invalidate_recordset(["signed_file"])

    def _decoded(self, content):
        """:raises UserError: for what cannot be a signed file by its size, or is damaged"""
        if len(content) > LARGEST_SIGNED_FILE * 4 // 3:
            raise UserError(
                self.env._(
                    "This file is much larger than a signed login request ever is. You have "
                    "probably chosen another file: please choose the right one."
                )
            )
        try:
            return base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            raise UserError(
                self.env._("The uploaded file did not arrive whole. Please choose it again.")
            ) from None

    def _hand_over(self, content):
        try:
            self.company_id._l10n_pl_ksef_log_in_with_signed_file(content)
        except KsefError as error:
            raise UserError(explain(self.env, error)) from error
        self.request_file = False

    # -- buttons ------------------------------------------------------------------------

    def action_prepare_request(self):
        """Fetch the file that is to be signed within ten minutes."""
        try:
            content = self.company_id._l10n_pl_ksef_auth_request_file()
        except KsefError as error:
            raise UserError(explain(self.env, error)) from error
        self.request_file = base64.b64encode(content)
        return self._show()

    def action_log_in_signed(self):
        """The web client has saved, and thereby handed over, the signed file."""
        if not self.is_signed_in:
            raise UserError(self.env._("Choose the file that you signed first."))
        self._ask_quota()
        return self._show()

    def action_request_certificates(self):
        """Ask KSeF for both kinds, or for one where offline is skipped."""
        enrolments = self.env["l10n_pl_ksef.enrolment"]
        self.company_id.l10n_pl_ksef_automatic_certificates = True
        enrolments._request(self.company_id, "authentication")
        if not self.l10n_pl_ksef_skip_offline:
            enrolments._request(self.company_id, "offline")
        self._ask_quota()
        return self._show()

    def action_look_again(self):
        """Ask about the requests under way now, instead of waiting for the schedule."""
        for enrolment in self.enrolment_ids.filtered(lambda one: one.state in UNDER_WAY):
            enrolment._advance()
        return self._show()

    # -- what this step asks for ----------------------------------------------------------

    def action_next(self):
        """Before the certificates are requested, show what KSeF allows."""
        if self.step == "credential" and self.way == "automatic":
            told = self.quota or self.quota_problem
            if self.may_request and not told and not self._has_requested():
                self._take_way()
                self._ask_quota()
                return self._show()
        return super().action_next()

    def _finish_credential(self):
        if self.way == "automatic" and self.is_waiting:
            self._take_way()
            return
        if self.way == "automatic" and self.first_login == "signed" and not self._has_pair():
            raise UserError(
                self.env._(
                    "Sign the login request and upload it first, then request the certificates. "
                    "Or close the wizard and come back later."
                )
            )
        super()._finish_credential()

    def _finish_offline(self):
        wanted = self.enrolment_ids.filtered(lambda one: one.purpose == "offline")
        if self.way == "automatic" and any(one.state in UNDER_WAY for one in wanted):
            return
        super()._finish_offline()

    def _has_requested(self):
        """True where a request is under way, or what the company logs in with came by one."""
        in_use = self.company_id.sudo().l10n_pl_ksef_auth_certificate_id
        return self.is_waiting or bool(in_use & self.enrolment_ids.certificate_id)

    def _has_pair(self):
        return bool(self.company_id.sudo().l10n_pl_ksef_auth_certificate_id)

    def _ask_quota(self):
        """Write down how many certificates KSeF still gives, or why that cannot be told."""
        _ = self.env._
        try:
            quota = self.company_id._l10n_pl_ksef_certificate_quota()
        except (KsefError, UserError) as error:
            self.write({"quota": False, "quota_problem": explain(self.env, error)})
            return
        left = _(
            "KSeF allows %(requests)s more requests of %(requests_limit)s, and %(certificates)s "
            "more valid certificates of %(certificates_limit)s.",
            requests=quota.requests,
            requests_limit=quota.requests_limit,
            certificates=quota.certificates,
            certificates_limit=quota.certificates_limit,
        )
        self.write({"quota": left, "quota_problem": False})
