"""Which invoices go to KSeF: decided once, when an invoice is posted."""

from datetime import timezone

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..ksef.calendar import warsaw_day

OUTSIDE_REASONS = [
    ("consumer", "Sold to a consumer, issued outside KSeF"),
    ("before_duty", "Issued before the duty to use KSeF"),
    ("total_failure", "Issued during a total failure of KSeF"),
    ("other_program", "Sent to KSeF by another program"),
    ("other", "Another reason"),
]


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_outside_reason = fields.Selection(
        OUTSIDE_REASONS,
        string="Issued outside KSeF",
        copy=False,
        tracking=True,
        help="Fill it in where this invoice does not go through KSeF. It is then neither sent "
        "nor asked for, and a correction of it says that the original is outside KSeF.",
    )

    def _post(self, soft=True):
        self._l10n_pl_ksef_date_in_warsaw()
        posted = super()._post(soft=soft)
        posted.filtered("l10n_pl_ksef_required")._l10n_pl_ksef_queue_posted()
        return posted

    def _l10n_pl_ksef_date_in_warsaw(self):
        """What has no date yet gets that of Warsaw, not of whoever posts it: with an earlier one
        KSeF takes it for issued offline, and a later one it refuses."""
        for move in self:
            if not move.invoice_date and move._l10n_pl_ksef_is_own_sale():
                if move.company_id._l10n_pl_ksef_root():
                    move.invoice_date = warsaw_day(
                        fields.Datetime.now().replace(tzinfo=timezone.utc)
                    )

    def _l10n_pl_ksef_queue_posted(self):
        """Wake the sender where the company wants invoices sent on posting."""
        if any(move._l10n_pl_ksef_sent_by_itself() for move in self):
            self.env.ref("l10n_pl_ksef.cron_send").sudo()._trigger()

    def _l10n_pl_ksef_sent_by_itself(self):
        self.ensure_one()
        mode = self.company_id._l10n_pl_ksef_root().l10n_pl_ksef_send_mode
        if mode == "hybrid":
            return self.commercial_partner_id.l10n_pl_ksef_sending != "by_hand"
        return mode == "on_post"

    def _l10n_pl_ksef_why_not(self):
        """Why KSeF does not apply to this invoice, as a sentence; '' where it does."""
        self.ensure_one()
        _ = self.env._
        if not self._l10n_pl_ksef_is_own_sale() and not self._l10n_pl_ksef_is_self_billed():
            return _("Only customer invoices and credit notes go to KSeF.")
        root = self.company_id._l10n_pl_ksef_root()
        if not root:
            return _(
                "%(company)s is not connected to KSeF. An administrator can connect it in "
                "Settings, Invoicing, KSeF.",
                company=self.company_id.display_name,
            )
        if self.l10n_pl_ksef_outside_reason:
            return _("This invoice is marked as issued outside KSeF.")
        if "l10n_pl_edi_number" in self._fields and (
            self.l10n_pl_edi_number or self.l10n_pl_edi_ref
        ):
            return _("This invoice was sent by Odoo's own KSeF module.")
        return self._l10n_pl_ksef_why_not_by_settings(root)

    def _l10n_pl_ksef_is_own_sale(self):
        return self.move_type in ("out_invoice", "out_refund")

    def _l10n_pl_ksef_is_self_billed(self):
        """Whether we issue the invoice of a purchase in our supplier's name (art. 106d)."""
        return self.move_type in ("in_invoice", "in_refund") and self.journal_id.is_self_billing

    def _l10n_pl_ksef_why_not_by_settings(self, root):
        _ = self.env._
        go_live = root.l10n_pl_ksef_go_live_date
        if go_live and self.invoice_date and self.invoice_date < go_live:
            return _(
                "This invoice is dated before %(date)s, the day from which %(company)s uses KSeF.",
                date=format_date(self.env, go_live),
                company=root.display_name,
            )
        journals = root.l10n_pl_ksef_journal_ids
        if journals and self.journal_id not in journals:
            return _("Invoices of the journal %s do not go to KSeF.", self.journal_id.display_name)
        return self._l10n_pl_ksef_why_not_by_partner(root)

    def _l10n_pl_ksef_why_not_by_partner(self, root):
        _ = self.env._
        partner = self.commercial_partner_id
        if partner.l10n_pl_ksef_sending == "never":
            return _("Invoices for %s do not go to KSeF.", partner.display_name)
        if partner.l10n_pl_ksef_sending in ("always", "by_hand"):
            return ""
        country = partner.country_id.code
        if country and country != "PL" and not root.l10n_pl_ksef_send_foreign:
            return _("Invoices for foreign customers do not go to KSeF, by your settings.")
        if (
            (not country or country == "PL")
            and not partner.vat
            and not root.l10n_pl_ksef_send_without_nip
        ):
            return _("Invoices for customers without a NIP do not go to KSeF, by your settings.")
        return ""

    def write(self, vals):
        if "l10n_pl_ksef_outside_reason" not in vals:
            return super().write(vals)
        if vals["l10n_pl_ksef_outside_reason"]:
            self._l10n_pl_ksef_leave_out()
        result = super().write(vals)
        for move in self.filtered(lambda m: m.state == "posted"):
            move.l10n_pl_ksef_required = not move._l10n_pl_ksef_why_not()
        return result

    def _l10n_pl_ksef_leave_out(self):
        """Make room for "issued outside KSeF": nothing may be on its way or there already."""
        for move in self:
            binding = move._l10n_pl_ksef_binding_submission()
            if binding.state not in (False, "ready"):
                raise UserError(
                    self.env._(
                        "%(name)s was already given to KSeF and cannot be marked as issued "
                        "outside it.",
                        name=move.display_name,
                    )
                )
            binding._withdraw()
