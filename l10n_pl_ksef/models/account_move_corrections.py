"""What people say about a correction besides its lines, and which invoices it corrects."""

from odoo import api, fields, models

from ..ksef import fa3
from .fa3_kinds import is_correction, waiting_for
from .fa3_problems import OWN
from .reading import SELDOM_READ

EFFECTS = [
    ("1", "1 - In the period of the corrected invoice"),
    ("2", "2 - In the period of the correction"),
    ("3", "3 - In another period, or in several"),
]
"""TypKorekty."""
AWAITING = frozenset({OWN + "correction.original_waits", OWN + "advance.waits"})
"""Problems that end by themselves: the KSeF number of another invoice is not there yet."""


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_pl_ksef_is_correction = fields.Boolean(
        string="Corrects an Invoice", compute="_compute_l10n_pl_ksef_is_correction"
    )
    l10n_pl_ksef_fa3_correction_effect = fields.Selection(
        EFFECTS,
        string="Type of Correction",
        copy=False,
        help="In which VAT period the correction counts (TypKorekty). Empty: that of the "
        "corrected invoice where the tax date lies in the same month as it, else that of the "
        "correction.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_correction_reason = fields.Char(
        string="Reason of the Correction",
        copy=False,
        help="As it shall stand on the invoice (PrzyczynaKorekty), up to 256 characters. Empty: "
        "the reason in the reference, else the terms and conditions.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_corrected_period = fields.Char(
        string="Rebate for the Period",
        copy=False,
        help="For a rebate on the sales of a whole period: the period in words "
        "(OkresFaKorygowanej), such as first half of 2026. The lines are then told without "
        "prices, and lines without a product not at all (art. 106j(3) of the VAT Act).",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_right_number = fields.Char(
        string="Right Number of the Invoice",
        copy=False,
        help="Where the number of the corrected invoice itself was wrong: the one it should have "
        "(NrFaKorygowany). The wrong one is told as that of the corrected invoice.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_corrected_ids = fields.One2many(
        "l10n_pl_ksef.corrected_invoice",
        "move_id",
        string="Corrected Invoices",
        copy=False,
        help="Further invoices that this one corrects, such as those of a period, or invoices "
        "that are not in Odoo.",
    )
    l10n_pl_ksef_fa3_corrects_buyer = fields.Boolean(
        string="Corrects the Customer's Data",
        copy=False,
        help="The name or address of the customer was wrong on the corrected invoice. The "
        "document then states the data as they were (Podmiot2K) beside the right ones.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_buyer_before_id = fields.Many2one(
        "res.partner",
        string="Customer as It Was",
        copy=False,
        help="A contact with the wrong data. Empty: they are taken from the document that KSeF "
        "holds.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_corrects_seller = fields.Boolean(
        string="Corrects Our Own Data",
        copy=False,
        help="The name or address of your company was wrong on the corrected invoice. The "
        "document then states the data as they were (Podmiot1K) beside the right ones.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_fa3_seller_before_id = fields.Many2one(
        "res.partner",
        string="Company as It Was",
        copy=False,
        help="A contact with the wrong data. Empty: they are taken from the document that KSeF "
        "holds.",
        prefetch=SELDOM_READ,
    )
    l10n_pl_ksef_number_elsewhere = fields.Char(
        string="KSeF Number of the Other Program",
        copy=False,
        index="btree_not_null",
        help="The number that KSeF gave to this invoice when another program sent it. "
        "Corrections and settlements name it.",
        prefetch=SELDOM_READ,
    )

    @api.depends("move_type", "reversed_entry_id", "l10n_pl_ksef_fa3_corrected_ids")
    def _compute_l10n_pl_ksef_is_correction(self):
        for move in self:
            own = move.is_sale_document() or move._l10n_pl_ksef_is_self_billed()
            move.l10n_pl_ksef_is_correction = own and (
                move.move_type in ("out_refund", "in_refund") or is_correction(move)
            )

    def _l10n_pl_ksef_known_number(self):
        return super()._l10n_pl_ksef_known_number() or self.l10n_pl_ksef_number_elsewhere or False

    def _l10n_pl_ksef_note_acceptance(self, submission, why_one_code=""):
        """Let those go that could not before this number was there."""
        result = super()._l10n_pl_ksef_note_acceptance(submission, why_one_code)
        waiting = waiting_for(self.sudo()).filtered(
            lambda move: (
                move.l10n_pl_ksef_state == "to_send"
                and any(kept["code"] in AWAITING for kept in move.l10n_pl_ksef_problems or ())
            )
        )
        waiting.l10n_pl_ksef_problems = False
        waiting._l10n_pl_ksef_queue_posted()
        return result

    def _l10n_pl_ksef_told_document(self):
        """The `fa3.Invoice` that was frozen for this invoice, or None where there is none."""
        self.ensure_one()
        binding = self._l10n_pl_ksef_binding_submission()
        return fa3.read(binding._xml()) if binding else None
