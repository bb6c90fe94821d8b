"""KSeF tokens that a company has, by their references; the secret itself is with the company."""

import re
from datetime import date

from odoo import api, fields, models

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
    in_use = fields.Boolean(compute="_compute_in_use")

    @api.depends("company_id.l10n_pl_ksef_token_id", "company_id.l10n_pl_ksef_auth_method")
    def _compute_in_use(self):
        for token in self:
            company = token.company_id.sudo()
            token.in_use = (
                company.l10n_pl_ksef_token_id == token
                and company.l10n_pl_ksef_auth_method == "token"
            )

    @api.depends("reference", "description")
    def _compute_display_name(self):
        for token in self:
            name = token.description or self.env._("KSeF token")
            token.display_name = f"{name} ({token.reference})" if token.reference else name

    @api.model
    def _note(self, company, value):
        """Remember that ``company`` has this token, without the token.

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
        return known or self.create(
            {"company_id": company.id, "environment": environment, "reference": reference}
        )

    @api.model
    def _make(self, company, permissions=("InvoiceRead", "InvoiceWrite"), description=None):
        """Have KSeF make a token for ``company`` and keep it; choosing it is another matter.

        KSeF needs a moment to put a new token in force.

        :raises KsefError: what KSeF, or the way to it, said
        :raises UserError: where there is no login by signature
        """
        company._l10n_pl_ksef_check_administrator()
        holder = company._l10n_pl_ksef_holder()
        self.env["l10n_pl_ksef.vault"]._make_ready()
        text = description or self.env._("Odoo, %s", holder.name)[:256]
        made = holder._l10n_pl_ksef_signing_client().make_token(text, permissions)
        method = holder.l10n_pl_ksef_auth_method
        holder._l10n_pl_ksef_import_token(made.value)
        holder.l10n_pl_ksef_auth_method = method
        token = holder.l10n_pl_ksef_token_id
        token.write({"description": text, "made_here": True})
        return token

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
        for token in self:
            company = token.company_id
            if company.l10n_pl_ksef_token_id == token:
                company.write({"l10n_pl_ksef_token_id": False, "l10n_pl_ksef_token_sealed": False})
            token.revoked_at = fields.Datetime.now()
            token._is_settled(RENEWAL, REFUSAL)
