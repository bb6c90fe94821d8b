from odoo import api, fields, models

from ..models.revoking import REASONS


class KsefDisconnection(models.TransientModel):
    """Disconnect a company, and revoke at KSeF what it worked with if wanted."""

    _name = "l10n_pl_ksef.disconnection"
    _description = "Disconnect from KSeF"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    certificate_ids = fields.Many2many(
        "l10n_pl_ksef.certificate", compute="_compute_credentials", string="Certificates"
    )
    token_ids = fields.Many2many(
        "l10n_pl_ksef.token", compute="_compute_credentials", string="KSeF Tokens"
    )
    revoke = fields.Boolean(
        string="Also revoke them at KSeF",
        help="For good. Leave it off where another program, or another company, uses the same "
        "certificate or token.",
    )
    reason = fields.Selection(REASONS, required=True, default=REASONS[0][0])

    @api.depends("company_id")
    def _compute_credentials(self):
        for wizard in self:
            company = wizard.company_id
            wizard.token_ids = self.env["l10n_pl_ksef.token"].search(
                [
                    ("company_id", "=", company.id),
                    ("environment", "=", company.l10n_pl_ksef_environment),
                    ("reference", "!=", False),
                    ("has_secret", "=", True),
                ]
            )
            wizard.certificate_ids = (
                company.l10n_pl_ksef_offline_certificate_id
                | company.l10n_pl_ksef_auth_certificate_id
            )

    def action_disconnect(self):
        """Revoke if wanted, then disconnect. Where KSeF does not revoke, nothing is lost here."""
        self.ensure_one()
        company = self.company_id
        company._l10n_pl_ksef_check_administrator()
        if self.revoke:
            self._revoke()
        return company.action_l10n_pl_ksef_disconnect()

    def _revoke(self):
        """Revoke everything, what the company logs in with last."""
        company = self.company_id
        certificates = self.certificate_ids.sorted(lambda one: one.purpose, reverse=True)
        last = self.token_ids.filtered("in_use")
        for token in self.token_ids - last:
            company._l10n_pl_ksef_revoke_token(token.reference)
        for certificate in certificates:
            company._l10n_pl_ksef_revoke_certificate(certificate.serial, self.reason)
        for token in last:
            company._l10n_pl_ksef_revoke_token(token.reference)
