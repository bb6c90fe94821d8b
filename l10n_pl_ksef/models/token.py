"""KSeF tokens that a company has: known by their references, their text in the encrypted store."""

import re
from datetime import date

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from .credential import REFUSAL, RENEWAL

TOKEN_REFERENCE = re.compile(r"[0-9A-Z-]{36}")
# Announced by the Ministry of Finance; the API does not tell it.
LAST_DAY_OF_TOKENS = date(2026, 12, 31)


class KsefToken(models.Model):
    _name = "l10n_pl_ksef.token"
    _description = "KSeF token"
    _inherit = ["l10n_pl_ksef.credential"]
    _order = "id desc"
    _rec_name = "reference"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    environment = fields.Char(required=True, readonly=True)
    reference = fields.Char(readonly=True, help="As KSeF's own list shows it.")
    description = fields.Char(readonly=True)
    made_here = fields.Boolean(readonly=True)
    last_day = fields.Date(readonly=True, default=LAST_DAY_OF_TOKENS)
    revoked_at = fields.Datetime(readonly=True)
    token_sealed = fields.Char(
        string="Token (encrypted)", groups=NO_ACCESS, prefetch=False, copy=False
    )
    has_secret = fields.Boolean(string="Token Kept", readonly=True, copy=False)
    use_wanted = fields.Boolean(
        string="To Be Put in Use",
        readonly=True,
        copy=False,
        help="As soon as KSeF has it in force.",
    )
    in_use = fields.Boolean(compute="_compute_in_use")
    environment_name = fields.Char(
        string="Environment of KSeF", compute="_compute_environment_name"
    )
    state = fields.Selection(
        [
            ("in_use", "In use"),
            ("wanted", "In use soon"),
            ("kept", "Kept"),
            ("no_secret", "Text removed"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
    )

    @api.depends("company_id.l10n_pl_ksef_token_id", "company_id.l10n_pl_ksef_auth_method")
    def _compute_in_use(self):
        for token in self:
            company = token.company_id.sudo()
            token.in_use = (
                company.l10n_pl_ksef_token_id == token
                and company.l10n_pl_ksef_auth_method == "token"
            )

    @api.depends("environment")
    def _compute_environment_name(self):
        names = dict(self.env["res.company"]._l10n_pl_ksef_selection_environment())
        for token in self:
            token.environment_name = names.get(token.environment, token.environment)

    @api.depends("in_use", "use_wanted", "has_secret", "revoked_at")
    def _compute_state(self):
        for token in self:
            if token.revoked_at:
                token.state = "revoked"
            elif token.in_use:
                token.state = "in_use"
            elif token.use_wanted:
                token.state = "wanted"
            else:
                token.state = "kept" if token.has_secret else "no_secret"

    @api.depends("reference", "description")
    def _compute_display_name(self):
        for token in self:
            name = token.description or self.env._("KSeF token")
            token.display_name = f"{name} ({token.reference})" if token.reference else name

    @api.model
    def _note(self, company, value, sealed):
        """Remember that ``company`` has this token.

        :param str value: the token
        :param str sealed: the same, encrypted
        :return: the ``l10n_pl_ksef.token``
        """
        reference = value.partition("|")[0]
        if not TOKEN_REFERENCE.fullmatch(reference):
            reference = False
        environment = company.l10n_pl_ksef_environment or ""
        known = reference and self.search(
            [
                ("company_id", "=", company.id),
                ("environment", "=", environment),
                ("reference", "=", reference),
            ],
            limit=1,
        )
        token = known or self.create(
            {"company_id": company.id, "environment": environment, "reference": reference}
        )
        token.write({"token_sealed": sealed, "has_secret": True})
        return token

    @api.model
    def _learn_secrets(self):
        """Tokens in use before each kept its own text get it from their company."""
        for company in (
            self.env["res.company"].sudo().search([("l10n_pl_ksef_token_id", "!=", False)])
        ):
            token, sealed = company.l10n_pl_ksef_token_id, company.l10n_pl_ksef_token_sealed
            if sealed and not token.has_secret:
                token.write({"token_sealed": sealed, "has_secret": True})

    def _is_of_another(self, code):
        """True where it is known for another environment only."""
        return bool(self.environment) and self.environment != code

    def _note_environment(self, code):
        for token in self.filtered(lambda one: one.environment != code):
            token.environment = code

    def _put_in_use(self):
        """The company logs in with it from now on."""
        self.ensure_one()
        self.company_id.write(
            {
                "l10n_pl_ksef_token_sealed": self.token_sealed,
                "l10n_pl_ksef_token_id": self.id,
                "l10n_pl_ksef_auth_method": "token",
            }
        )

    def _last_day(self):
        return self.last_day

    def _reminder_text(self, env):
        return env._(
            "All KSeF tokens end on 31 December 2026, and this is how %(company)s logs in. Get a "
            "KSeF certificate and choose it in the KSeF settings before that day; from then on "
            "nothing can be sent with the token.",
            company=self.company_id.name,
        )

    def _look_after(self):
        """Daily: remind of the end."""
        if not self.revoked_at:
            self._remind()

    def action_revoke(self):
        """Revoke this token at KSeF, after asking."""
        self.ensure_one()
        return self.company_id._l10n_pl_ksef_ask_revocation({"default_token_id": self.id})

    def _note_revoked(self):
        self._drop()
        self.write({"revoked_at": fields.Datetime.now()})

    def _drop(self):
        """Out of use, its text forgotten; what is known of it stays."""
        for token in self:
            company = token.company_id
            if company.l10n_pl_ksef_token_id == token:
                company.write({"l10n_pl_ksef_token_id": False, "l10n_pl_ksef_token_sealed": False})
            token._forget_secret()
            token._is_settled(RENEWAL, REFUSAL)

    def _forget_secret(self):
        self.write({"token_sealed": False, "has_secret": False, "use_wanted": False})
