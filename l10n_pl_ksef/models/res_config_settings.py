from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """The KSeF settings of the current company; what the wizard shares is in credential_form.py."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings", "l10n_pl_ksef.credential.form"]

    l10n_pl_ksef_auth_method = fields.Selection(
        related="company_id.l10n_pl_ksef_auth_method", readonly=False
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

    # -- buttons ------------------------------------------------------------------------

    def action_l10n_pl_ksef_setup(self):
        """Save the form, then go on in the wizard where the company stands."""
        self.set_values()
        return self.company_id.action_l10n_pl_ksef_setup()

    def action_l10n_pl_ksef_connect(self):
        """Save the form, then connect: the web client does not ask first."""
        self.set_values()
        return self.company_id.action_l10n_pl_ksef_connect()

    def action_l10n_pl_ksef_disconnect(self):
        """Save the form, then ask what shall become of the certificates, and disconnect."""
        self.set_values()
        return self.company_id.action_l10n_pl_ksef_ask_disconnect()

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
