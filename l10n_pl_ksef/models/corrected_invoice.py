"""One of the invoices that a correction corrects, whether Odoo holds it or not."""

from odoo import api, fields, models


class KsefCorrectedInvoice(models.Model):
    _name = "l10n_pl_ksef.corrected_invoice"
    _description = "Invoice corrected by another one, for KSeF"
    _rec_name = "number"
    _order = "move_id, issue_date, id"

    move_id = fields.Many2one(
        "account.move", string="Correction", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    invoice_id = fields.Many2one(
        "account.move",
        help="Empty for an invoice that is not in Odoo.",
        ondelete="restrict",
        index="btree_not_null",
    )
    number = fields.Char(
        compute="_compute_from_invoice",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The number that the seller gave to the corrected invoice.",
    )
    issue_date = fields.Date(
        string="Date",
        compute="_compute_from_invoice",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    ksef_number = fields.Char(
        string="KSeF Number",
        help="Only where Odoo does not know it itself.",
    )
    outside_ksef = fields.Boolean(
        string="Outside KSeF",
        help="It was truly issued outside KSeF, so it has no number there.",
    )

    @api.depends("invoice_id")
    def _compute_from_invoice(self):
        for corrected in self:
            invoice = corrected.invoice_id
            corrected.number = invoice.name or corrected.number
            corrected.issue_date = invoice.invoice_date or corrected.issue_date

    # -- what a frozen document was made of stays ---------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        corrected = super().create(vals_list)
        corrected._check_not_frozen()
        return corrected

    def write(self, vals):
        self._check_not_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def _check_not_frozen(self):
        for move in self.move_id:
            if move._l10n_pl_ksef_binding_submission():
                move._l10n_pl_ksef_refuse_change({"l10n_pl_ksef_fa3_corrected_ids"}, move)
