"""Documents from KSeF on the cards of the purchase journals."""

from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    l10n_pl_ksef_may_fetch = fields.Boolean(
        string="Fetch from KSeF", compute="_compute_l10n_pl_ksef_receiving"
    )
    l10n_pl_ksef_attention_count = fields.Integer(
        string="KSeF Documents that Need Attention", compute="_compute_l10n_pl_ksef_receiving"
    )

    def _compute_l10n_pl_ksef_receiving(self):
        clerk = self.env.user.has_group("account.group_account_invoice")
        received = self.env["l10n_pl_ksef.received"]
        for company, journals in self.grouped("company_id").items():
            root = company._l10n_pl_ksef_root()
            purchases = journals.filtered(lambda journal: journal.type == "purchase")
            fetches = root.l10n_pl_ksef_fetch_mode in ("manual", "automatic")
            (journals - purchases).l10n_pl_ksef_may_fetch = False
            (journals - purchases).l10n_pl_ksef_attention_count = 0
            purchases.l10n_pl_ksef_may_fetch = bool(root and fetches and clerk)
            # Who may not read them counts none.
            readable = root and received.has_access("read")
            purchases.l10n_pl_ksef_attention_count = (
                received.search_count(received._attention_domain(root)) if readable else 0
            )

    def action_l10n_pl_ksef_fetch(self):
        """Fetch now for the companies of these journals."""
        return self.company_id.action_l10n_pl_ksef_fetch()

    def action_l10n_pl_ksef_attention(self):
        """Open what needs somebody."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_pl_ksef.action_received")
        return {**action, "context": {"search_default_attention": True}}
