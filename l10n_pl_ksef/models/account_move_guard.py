"""What feeds a frozen document stays as it is: on the invoice, its lines, and its state."""

from odoo import api, models
from odoo.exceptions import UserError

from .submission import AT_KSEF_STATES

MOVE_FIELDS = frozenset(
    {
        "commercial_partner_id", "company_id", "currency_id", "date", "debit_origin_id",
        "delivery_date",
        "fiscal_position_id", "incoterm_location", "invoice_cash_rounding_id",
        "invoice_currency_rate", "invoice_date", "invoice_date_due", "invoice_incoterm_id",
        "invoice_origin", "invoice_payment_term_id", "journal_id", "move_type", "name",
        "narration", "partner_bank_id", "partner_id", "partner_shipping_id",
        "l10n_pl_vat_b_mpv_prowizja", "l10n_pl_vat_b_spv", "l10n_pl_vat_b_spv_dostawa",
        "payment_reference", "preferred_payment_method_line_id", "ref", "reversed_entry_id",
        "taxable_supply_date",
    }
)  # fmt: skip
LINE_FIELDS = frozenset(
    {
        "account_id", "amount_currency", "balance", "currency_id", "credit", "date_maturity",
        "debit", "discount", "display_type", "extra_tax_data", "is_downpayment",
        "l10n_pl_ksef_fa3_annex_15",
        "l10n_pl_ksef_fa3_exchange_rate", "l10n_pl_ksef_fa3_gtu", "l10n_pl_ksef_fa3_procedure",
        "l10n_pl_ksef_fa3_supplied_on", "move_id", "name", "price_subtotal", "price_total",
        "price_unit", "product_id", "product_uom_id", "quantity", "sequence", "tax_ids",
        "tax_line_id", "tax_tag_ids",
    }
)  # fmt: skip


def _would_change(record, vals, guarded):
    """The guarded fields that ``vals`` gives another value."""
    changed = set()
    for name in guarded & vals.keys():
        field = record._fields[name]
        if field.type == "one2many":
            # The rows guard themselves (frozen_part.py).
            continue
        value = field.convert_to_cache(vals[name], record)
        if field.convert_to_record(value, record) != record[name]:
            changed.add(name)
    return changed


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _l10n_pl_ksef_guarded_fields(self):
        """Names of the fields of an invoice that feed its document for KSeF.

        Own fields of this addon that feed it say so by the prefix ``l10n_pl_ksef_fa3_``.
        """
        own = {name for name in self._fields if name.startswith("l10n_pl_ksef_fa3_")}
        return MOVE_FIELDS | own

    def write(self, vals):
        guarded = self._l10n_pl_ksef_guarded_fields() & vals.keys()
        leaves_posted = vals.get("state", "posted") != "posted"
        if guarded or leaves_posted:
            for move in self.filtered("l10n_pl_ksef_state"):
                move._l10n_pl_ksef_check_change(vals, guarded, leaves_posted)
        return super().write(vals)

    def _l10n_pl_ksef_check_change(self, vals, guarded, leaves_posted):
        binding = self._l10n_pl_ksef_binding_submission()
        if not binding:
            return
        if leaves_posted:
            self._l10n_pl_ksef_check_leaving(binding)
            return
        changed = _would_change(self, vals, guarded)
        if changed:
            self._l10n_pl_ksef_refuse_change(changed, self)

    def _l10n_pl_ksef_check_leaving(self, binding):
        """An invoice that KSeF holds, or may hold, stays posted; one that never left may go."""
        if binding.state in AT_KSEF_STATES:
            raise UserError(self._l10n_pl_ksef_why_not_draft(binding))
        binding._withdraw()

    def _l10n_pl_ksef_why_not_draft(self, binding):
        _ = self.env._
        if binding.state == "accepted":
            return _(
                "%(name)s is in KSeF under the number %(number)s, so it can no longer be changed. "
                "Issue a credit note instead.",
                name=self.display_name,
                number=binding.ksef_number,
            )
        if binding.state == "offline":
            return _(
                "%(name)s was issued offline and its buyer holds it, so it can no longer be "
                "changed. Issue a credit note once it has its KSeF number.",
                name=self.display_name,
            )
        return _(
            "%(name)s is on its way to KSeF. Wait for the answer; it comes by itself.",
            name=self.display_name,
        )

    def _l10n_pl_ksef_refuse_change(self, names, record):
        labels = ", ".join(
            sorted(description["string"] for description in record.fields_get(names).values())
        )
        raise UserError(
            self.env._(
                "%(name)s was prepared for KSeF and what it says can no longer be changed "
                "(%(fields)s). If it is not in KSeF yet, reset it to draft first; otherwise "
                "issue a credit note.",
                name=self.display_name,
                fields=labels,
            )
        )

    def _check_draftable(self):
        result = super()._check_draftable()
        for move in self:
            binding = move._l10n_pl_ksef_binding_submission()
            if binding:
                move._l10n_pl_ksef_check_leaving(binding)
        return result

    @api.depends("l10n_pl_ksef_submission_ids.state")
    def _compute_show_reset_to_draft_button(self):
        result = super()._compute_show_reset_to_draft_button()
        for move in self:
            if move._l10n_pl_ksef_binding_submission().state in AT_KSEF_STATES:
                move.show_reset_to_draft_button = False
        return result

    @api.ondelete(at_uninstall=False)
    def _l10n_pl_ksef_unlink_except_evidence(self):
        for move in self:
            if move.sudo().l10n_pl_ksef_submission_ids:
                raise UserError(
                    self.env._(
                        "%(name)s was prepared for KSeF before, and that history is kept as "
                        "evidence. Cancel the invoice instead of deleting it.",
                        name=move.display_name,
                    )
                )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._l10n_pl_ksef_check_membership()
        return lines

    def write(self, vals):
        guarded = LINE_FIELDS & vals.keys()
        if guarded:
            for line in self.filtered("move_id.l10n_pl_ksef_state"):
                if line.move_id._l10n_pl_ksef_binding_submission():
                    changed = _would_change(line, vals, guarded)
                    if changed:
                        line.move_id._l10n_pl_ksef_refuse_change(changed, line)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _l10n_pl_ksef_unlink_except_frozen(self):
        self._l10n_pl_ksef_check_membership()

    def _l10n_pl_ksef_check_membership(self):
        for move in self.move_id.filtered("l10n_pl_ksef_state"):
            if move._l10n_pl_ksef_binding_submission():
                move._l10n_pl_ksef_refuse_change({"line_ids"}, move)
