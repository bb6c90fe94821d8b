"""What an invoice can say in FA(3) beyond Odoo's own fields."""

from odoo import api, fields, models

from .reading import SELDOM_READ

SPLIT_PAYMENT_ABOVE = 15_000


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_self_billed = fields.Boolean(related="journal_id.is_self_billing")
    l10n_pl_ksef_fa3_issue_place = fields.Char(
        string="Place of Issue",
        default=lambda self: self.env.company.l10n_pl_ksef_issue_place,
        copy=False,
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_period_start = fields.Date(
        string="Period From", copy=False, prefetch=SELDOM_READ
    )
    l10n_pl_ksef_fa3_period_end = fields.Date(
        string="Period To",
        copy=False,
        help="The period of supply, where the invoice is for one and not for a single day.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_receipt = fields.Boolean(
        string="For a Fiscal Receipt (FP)",
        copy=False,
        help="The sale was already recorded by a cash register (art. 109(3d) of the VAT Act).",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_simplified = fields.Selection(
        [
            ("totals", "With the totals of each VAT rate"),
            ("rates", "With the VAT rate of each line"),
        ],
        string="Simplified Invoice",
        copy=False,
        help="An invoice of at most 450 PLN or 100 EUR that names its buyer by the NIP alone "
        "(art. 106e(5)(3) of the VAT Act), and from what its VAT can be told.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_split_payment = fields.Boolean(
        string="Split Payment",
        compute="_compute_l10n_pl_ksef_fa3_split_payment",
        store=True,
        readonly=False,
        copy=False,
        help="Marks the invoice with the words mechanizm podzielonej płatności (P_18A). It is "
        "mandatory where the total exceeds 15,000 PLN and something of annex 15 to the VAT Act "
        "is sold to another taxpayer; Odoo proposes it then.",
    )
    l10n_pl_ksef_fa3_factor_account_id = fields.Many2one(
        "res.partner.bank",
        string="Factor's Account",
        copy=False,
        ondelete="restrict",
        help="The bank account of the factor that the customer has to pay to. Empty: the first "
        "account of the factor among the third parties, or your own.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_detail_ids = fields.One2many(
        "l10n_pl_ksef.invoice.detail", "move_id", string="KSeF Details", copy=False
    )
    l10n_pl_ksef_fa3_party_ids = fields.One2many(
        "l10n_pl_ksef.invoice.party",
        "move_id",
        string="Third Parties",
        copy=True,
        help="They take the place of those entered on the customer and on your company.",
    )
    l10n_pl_ksef_fa3_transport_ids = fields.One2many(
        "l10n_pl_ksef.invoice.transport", "move_id", string="Transport", copy=False
    )
    l10n_pl_ksef_fa3_vehicle_ids = fields.One2many(
        "l10n_pl_ksef.invoice.vehicle", "move_id", string="New Means of Transport", copy=False
    )
    l10n_pl_ksef_fa3_block_ids = fields.One2many(
        "l10n_pl_ksef.invoice.block", "move_id", string="Attachment for KSeF", copy=False
    )

    def _auto_init(self):
        """Make the columns empty: invoices made before this addon are not computed, nor given
        defaults, which would read a column of the company that is not made yet."""
        self._l10n_pl_ksef_empty_column("l10n_pl_ksef_fa3_split_payment", "bool")
        self._l10n_pl_ksef_empty_column("l10n_pl_ksef_fa3_issue_place", "varchar")
        return super()._auto_init()

    @api.depends(
        "amount_total_signed",
        "commercial_partner_id",
        "invoice_line_ids.product_id",
        "invoice_line_ids.l10n_pl_ksef_fa3_annex_15",
    )
    def _compute_l10n_pl_ksef_fa3_split_payment(self):
        """Propose it where it is mandatory; what somebody chose otherwise stays."""
        for move in self:
            chosen = move.l10n_pl_ksef_fa3_split_payment
            if move.state == "draft" and abs(move.amount_total_signed) > SPLIT_PAYMENT_ABOVE:
                chosen = chosen or move._l10n_pl_ksef_must_split_payment()
            move.l10n_pl_ksef_fa3_split_payment = chosen

    def _post(self, soft=True):
        # What is proposed on a draft is decided before it is none.
        self.mapped("l10n_pl_ksef_fa3_split_payment")
        return super()._post(soft=soft)

    def _l10n_pl_ksef_must_split_payment(self):
        """Whether something of annex 15 is sold to another taxpayer (art. 106e(1)(18a))."""
        return (
            (self.move_type == "out_invoice" or self._l10n_pl_ksef_is_self_billed())
            and self.country_code == "PL"
            and bool(self.commercial_partner_id.vat)
            and any(line._l10n_pl_ksef_annex_15() for line in self.invoice_line_ids)
        )

    def action_l10n_pl_ksef_check(self):
        """Show what KSeF would object to on each of these invoices, before anything is sent."""
        self.check_access("read")
        rows = self.env["l10n_pl_ksef.invoice.check"]._make(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check for KSeF"),
            "res_model": rows._name,
            "view_mode": "list",
            "domain": [("id", "in", rows.ids)],
            "context": {"group_by": ["move_id"] if len(self) > 1 else [], "create": False},
            "target": "current",
        }
