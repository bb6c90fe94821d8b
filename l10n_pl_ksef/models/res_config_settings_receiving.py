from odoo import api, fields, models

from .res_company_fetch import _today_in_warsaw


class CredentialForm(models.AbstractModel):
    """Fetching, in the settings and in the last step of the wizard."""

    _inherit = "l10n_pl_ksef.credential.form"

    l10n_pl_ksef_fetch_from = fields.Date(
        related="company_id.l10n_pl_ksef_fetch_from", readonly=False
    )
    l10n_pl_ksef_fetch_subject1 = fields.Selection(
        related="company_id.l10n_pl_ksef_fetch_subject1", readonly=False
    )
    l10n_pl_ksef_fetch_subject3 = fields.Selection(
        related="company_id.l10n_pl_ksef_fetch_subject3", readonly=False
    )
    l10n_pl_ksef_fetch_authorised = fields.Selection(
        related="company_id.l10n_pl_ksef_fetch_authorised", readonly=False
    )
    l10n_pl_ksef_receiver_id = fields.Many2one(
        related="company_id.l10n_pl_ksef_receiver_id", readonly=False
    )
    l10n_pl_ksef_fetch_message = fields.Text(related="company_id.l10n_pl_ksef_fetch_message")

    @api.onchange("l10n_pl_ksef_fetch_mode")
    def _onchange_l10n_pl_ksef_fetch_mode(self):
        """Propose today as the first day; whoever wants more chooses an earlier one."""
        if self.l10n_pl_ksef_fetch_mode in ("manual", "automatic"):
            self.l10n_pl_ksef_fetch_from = self.l10n_pl_ksef_fetch_from or _today_in_warsaw()
