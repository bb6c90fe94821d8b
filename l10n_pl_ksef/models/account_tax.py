"""What a sales tax is called in FA(3), and why an exempt one is exempt."""

from odoo import api, fields, models

RATE_CODES = [
    ("23", "23 - basic rate, 23%"),
    ("22", "22 - basic rate, 22%"),
    ("8", "8 - reduced rate, 8%"),
    ("7", "7 - reduced rate, 7%"),
    ("5", "5 - reduced rate, 5%"),
    ("4", "4 - lump sum of taxis, 4%"),
    ("3", "3 - lump sum of taxis, 3%"),
    ("0 KR", "0 KR - 0% in Poland"),
    ("0 WDT", "0 WDT - 0%, supply of goods to another EU country"),
    ("0 EX", "0 EX - 0%, export of goods"),
    ("zw", "zw - exempt"),
    ("oo", "oo - reverse charge in Poland"),
    ("np I", "np I - not taxed in Poland"),
    ("np II", "np II - services taxed by the buyer in another EU country"),
    ("triangular", "np I - triangular transaction, sold on by the second taxpayer"),
    ("oss", "OSS - VAT of another EU country"),
    ("margin_travel", "Margin scheme - travel agencies"),
    ("margin_used", "Margin scheme - used goods"),
    ("margin_art", "Margin scheme - works of art"),
    ("margin_collectors", "Margin scheme - collectors' items and antiques"),
    ("settlement", "Outside the sale - deposits, interest and the like"),
]
"""P_12 of FA(3); those in small letters are told by other elements, see fa3_rates.py."""

EXEMPTION_KINDS = [
    ("act", "Polish VAT Act or a regulation"),
    ("directive", "VAT Directive 2006/112/EC"),
    ("other", "Another legal basis"),
]
"""P_19A, P_19B, P_19C."""

_RATE_BY_PERCENT = {23.0: "23", 22.0: "22", 8.0: "8", 7.0: "7", 5.0: "5", 4.0: "4", 3.0: "3"}
_RATE_BY_TAG = (
    # The more telling tag first: services to the EU carry K_11 and K_12.
    ("K_21", "0 WDT"),
    ("K_22", "0 EX"),
    ("K_31", "oo"),
    ("K_12", "np II"),
    ("K_11", "np I"),
    ("K_10", "zw"),
    ("K_13", "0 KR"),
    ("K_14", "0 KR"),
)
_PURCHASE_TAGS = frozenset({"K_40", "K_42"})
_TRIANGULAR_TAG = "Triangular Sale"
_OSS_TAGS = frozenset({"OSS", "OSS_Base", "OSS_Tax"})


class AccountTax(models.Model):
    _inherit = "account.tax"

    l10n_pl_ksef_rate_code = fields.Selection(
        RATE_CODES,
        string="KSeF Rate",
        compute="_compute_l10n_pl_ksef_rate_code",
        store=True,
        readonly=False,
        help="How KSeF calls this tax on an invoice line (P_12). Odoo proposes it from the "
        "amount and the tax grids; set it yourself for taxes of your own.",
    )
    l10n_pl_ksef_exemption_kind = fields.Selection(
        EXEMPTION_KINDS,
        string="KSeF Kind of Exemption Basis",
        help="Which kind of provision exempts what is sold with this tax (P_19A, P_19B, P_19C).",
    )
    l10n_pl_ksef_exemption_basis = fields.Char(
        string="KSeF Exemption Basis",
        help="The provision itself as it shall stand on the invoice, such as "
        "art. 43 ust. 1 pkt 37 ustawy o VAT. KSeF takes up to 256 characters.",
    )

    @api.depends(
        "amount",
        "amount_type",
        "type_tax_use",
        "country_id",
        "invoice_repartition_line_ids.tag_ids",
    )
    def _compute_l10n_pl_ksef_rate_code(self):
        for tax in self:
            # Where nothing can be proposed, what somebody chose stays.
            proposed = tax._l10n_pl_ksef_proposed_rate_code()
            tax.l10n_pl_ksef_rate_code = proposed or tax.l10n_pl_ksef_rate_code

    def _l10n_pl_ksef_proposed_rate_code(self):
        """Give the code that amount and tax grids tell, or False where they tell none.

        A rate above zero tells itself; all the zeros differ by their grid only.
        """
        self.ensure_one()
        if (
            self.type_tax_use == "none"
            or self.amount_type != "percent"
            or self.company_id.account_fiscal_country_id.code != "PL"
        ):
            return False
        tags = self._l10n_pl_ksef_tag_names()
        if self.type_tax_use == "purchase":
            # For purchases that are billed by the buyer; their zeros all look the same.
            return tags <= _PURCHASE_TAGS and _RATE_BY_PERCENT.get(self.amount, False)
        if tags & _OSS_TAGS:
            return "oss"
        if self.country_id.code != "PL":
            return False
        if self.amount:
            return _RATE_BY_PERCENT.get(self.amount, False)
        if _TRIANGULAR_TAG in tags:
            return "triangular"
        return next((code for tag, code in _RATE_BY_TAG if tag in tags), False)

    def _l10n_pl_ksef_tag_names(self):
        """The set of tag names of the base, whatever the language, without signs."""
        self.ensure_one()
        base_lines = self.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "base"
        )
        # The names of tags are translated.
        tags = base_lines.tag_ids.with_context(lang="en_US")
        return {(name or "").lstrip("+-") for name in tags.mapped("name")}

    def _l10n_pl_ksef_fully_deductible(self):
        """Whether all of a purchase's VAT is deducted, in one piece."""
        self.ensure_one()
        shares = self.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax"
        ).mapped("factor_percent")
        return shares == [100.0]
