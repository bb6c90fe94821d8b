"""Short facts that an invoice can state any number of: orders, notes, charges and the like."""

from odoo import fields, models


class KsefInvoiceDetail(models.Model):
    _name = "l10n_pl_ksef.invoice.detail"
    _inherit = ["l10n_pl_ksef.invoice.part"]
    _description = "Detail of a KSeF invoice"
    _rec_name = "text"

    move_id = fields.Many2one(required=True)
    kind = fields.Selection(
        [
            ("note", "Additional description"),
            ("order", "Purchase order of the buyer"),
            ("contract", "Contract"),
            ("warehouse", "Warehouse document (WZ)"),
            ("batch", "Batch of goods"),
            ("charge", "Charge on top of the total"),
            ("deduction", "Deduction from the total"),
        ],
        required=True,
        default="note",
    )
    label = fields.Char(help="What an additional description is about.")
    text = fields.Char(
        string="Number or Text",
        help="The number of the order, contract or document, the text of an additional "
        "description, or the reason of a charge or deduction.",
    )
    date = fields.Date(help="The date of the order or contract.")
    line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        domain="[('move_id', '=', parent.id), ('display_type', '=', 'product')]",
        ondelete="cascade",
        help="The line that an additional description is about; empty for the whole invoice.",
    )
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount = fields.Monetary(help="The amount of a charge or deduction.")

    def _l10n_pl_ksef_field_of_move(self):
        return "l10n_pl_ksef_fa3_detail_ids"
