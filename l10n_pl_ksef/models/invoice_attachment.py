"""The structured attachment of an invoice: blocks of data with tables pasted from anywhere."""

from odoo import fields, models


class KsefInvoiceBlock(models.Model):
    _name = "l10n_pl_ksef.invoice.block"
    _inherit = ["l10n_pl_ksef.invoice.part"]
    _description = "Block of a KSeF attachment"
    _rec_name = "title"

    move_id = fields.Many2one(required=True)
    title = fields.Char()
    info = fields.Text(
        string="Data",
        required=True,
        help="One fact on each line: its name, a colon and its value.",
    )
    paragraphs = fields.Text(string="Text", help="Each line is a paragraph.")
    table_ids = fields.One2many("l10n_pl_ksef.invoice.table", "block_id", copy=True)

    def _l10n_pl_ksef_field_of_move(self):
        return "l10n_pl_ksef_fa3_block_ids"


class KsefInvoiceTable(models.Model):
    _name = "l10n_pl_ksef.invoice.table"
    _inherit = ["l10n_pl_ksef.invoice.part"]
    _description = "Table of a KSeF attachment"
    _rec_name = "description"

    move_id = fields.Many2one(related="block_id.move_id", store=True, index=True)
    block_id = fields.Many2one(
        "l10n_pl_ksef.invoice.block", required=True, ondelete="cascade", index=True
    )
    description = fields.Char(string="Title")
    info = fields.Text(
        string="Data", help="One fact on each line: its name, a colon and its value."
    )
    content = fields.Text(
        string="Cells",
        required=True,
        help="Copy the cells from a spreadsheet and paste them here: one row on each line, a "
        "tabulator or a vertical bar between cells, the titles of the columns first.",
    )
    summary = fields.Text(help="The row of totals, with the same signs between its cells.")

    def _l10n_pl_ksef_move(self):
        return self.block_id.move_id

    def _l10n_pl_ksef_field_of_move(self):
        return "l10n_pl_ksef_fa3_block_ids"
