"""What the rows that belong to one invoice and feed its document have in common."""

from odoo import api, fields, models


class KsefInvoicePart(models.AbstractModel):
    _name = "l10n_pl_ksef.invoice.part"
    _description = "Part of a KSeF invoice"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    move_id = fields.Many2one("account.move", string="Invoice", ondelete="cascade", index=True)

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._l10n_pl_ksef_check_frozen()
        return parts

    def write(self, vals):
        self._l10n_pl_ksef_check_frozen()
        result = super().write(vals)
        if "move_id" in vals:
            self._l10n_pl_ksef_check_frozen()
        return result

    def unlink(self):
        self._l10n_pl_ksef_check_frozen()
        return super().unlink()

    def _l10n_pl_ksef_move(self):
        """The invoices that these rows belong to."""
        return self.move_id

    def _l10n_pl_ksef_check_frozen(self):
        """Refuse a change of what a frozen document was made from."""
        for move in self._l10n_pl_ksef_move().filtered("l10n_pl_ksef_state"):
            if move._l10n_pl_ksef_binding_submission():
                move._l10n_pl_ksef_refuse_change({self._l10n_pl_ksef_field_of_move()}, move)

    def _l10n_pl_ksef_field_of_move(self):
        """The field of the invoice that holds these rows."""
        return "invoice_line_ids"
