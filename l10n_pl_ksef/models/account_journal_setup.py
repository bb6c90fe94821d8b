"""KSeF on the cards of the dashboard: connected or not, the status light, a hint to set it up."""

from odoo import fields, models

from .beacon import LIGHTS


class AccountJournal(models.Model):
    _inherit = "account.journal"

    l10n_pl_ksef_setup_hint = fields.Boolean(
        string="KSeF Setup Hint", compute="_compute_l10n_pl_ksef_mark"
    )
    l10n_pl_ksef_mark = fields.Selection(
        [("connected", "KSeF: connected"), ("not_connected", "KSeF: not connected")],
        string="KSeF Mark",
        compute="_compute_l10n_pl_ksef_mark",
    )
    l10n_pl_ksef_light = fields.Selection(
        LIGHTS, string="KSeF Status", compute="_compute_l10n_pl_ksef_mark"
    )
    l10n_pl_ksef_light_text = fields.Char(
        string="KSeF Status in Words", compute="_compute_l10n_pl_ksef_mark"
    )

    def _compute_l10n_pl_ksef_mark(self):
        administrator = self.env.user.has_group("base.group_system")
        for company, journals in self.grouped("company_id").items():
            root = company._l10n_pl_ksef_root()
            connected = root.l10n_pl_ksef_connection_state == "connected"
            invoicing = journals.filtered(lambda journal: journal.type in ("sale", "purchase"))
            others = journals - invoicing
            invoicing.l10n_pl_ksef_mark = root and ("connected" if connected else "not_connected")
            invoicing.l10n_pl_ksef_light = company.l10n_pl_ksef_light
            invoicing.l10n_pl_ksef_light_text = company.l10n_pl_ksef_light_text
            others.l10n_pl_ksef_mark = False
            others.l10n_pl_ksef_light = others.l10n_pl_ksef_light_text = False
            sales = invoicing.filtered(lambda journal: journal.type == "sale")
            wanted = administrator and company._l10n_pl_ksef_wants_setup_hint()
            sales.l10n_pl_ksef_setup_hint = wanted
            (journals - sales).l10n_pl_ksef_setup_hint = False

    def action_l10n_pl_ksef_setup(self):
        """Open the wizard for the company of this journal."""
        self.ensure_one()
        return self.company_id.action_l10n_pl_ksef_setup()

    def action_l10n_pl_ksef_dismiss_setup_hint(self):
        """Take the hint away for good; the settings still open the wizard."""
        self.ensure_one()
        self.company_id._l10n_pl_ksef_check_administrator()
        self.company_id.l10n_pl_ksef_setup_hint_dismissed = True
        return {"type": "ir.actions.client", "tag": "soft_reload"}
