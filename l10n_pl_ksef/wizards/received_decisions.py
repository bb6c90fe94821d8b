"""The two questions about a document from KSeF: why it is ignored, and which bill it is."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date


class KsefReceivedIgnoring(models.TransientModel):
    _name = "l10n_pl_ksef.received.ignoring"
    _description = "Ignore documents from KSeF"

    received_ids = fields.Many2many("l10n_pl_ksef.received", readonly=True)
    reason = fields.Char(required=True)

    def action_ignore(self):
        self.received_ids.action_ignore(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class KsefReceivedLinking(models.TransientModel):
    _name = "l10n_pl_ksef.received.linking"
    _description = "Link a document from KSeF to a bill"

    received_ids = fields.Many2many("l10n_pl_ksef.received", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_told")
    move_types = fields.Json(compute="_compute_told")
    told = fields.Char(compute="_compute_told")
    move_id = fields.Many2one(
        "account.move",
        string="Bill",
        required=True,
        domain="[('move_type', 'in', move_types), ('company_id', 'child_of', company_id),"
        " ('state', '!=', 'cancel')]",
    )

    @api.depends("received_ids")
    def _compute_told(self):
        for wizard in self:
            received = wizard.received_ids[:1]
            side = "out" if received.role == "subject1" else "in"
            wizard.company_id = received.company_id
            wizard.move_types = [f"{side}_invoice", f"{side}_refund"]
            wizard.told = wizard.env._(
                "%(seller)s, %(number)s of %(day)s, %(total)s",
                seller=received.seller_name or received.seller_nip or "",
                number=received.invoice_number or received.ksef_number or "",
                day=format_date(wizard.env, received.issue_date),
                total=format_amount(wizard.env, received.gross, received.currency_id),
            )

    def action_link(self):
        self.received_ids[:1].action_link(self.move_id)
        return self.received_ids[:1].action_open_bill()
