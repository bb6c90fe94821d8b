"""What to call the kind of a document: KSeF's own words for it are no words of people."""

from odoo import api, fields, models

from ..ksef.fa3 import InvoiceKind
from ..ksef.fa3.view.labels import TITLES
from ..ksef.texts import _
from .explanations import translated

NAMES = {
    "Vat": TITLES[InvoiceKind.VAT],
    "Zal": TITLES[InvoiceKind.ADVANCE],
    "Kor": TITLES[InvoiceKind.CORRECTION],
    "Roz": TITLES[InvoiceKind.SETTLEMENT],
    "Upr": TITLES[InvoiceKind.SIMPLIFIED],
    "KorZal": TITLES[InvoiceKind.ADVANCE_CORRECTION],
    "KorRoz": TITLES[InvoiceKind.SETTLEMENT_CORRECTION],
    "VatPef": _("PEF invoice"),
    "VatPefSp": _("Specialised PEF invoice"),
    "KorPef": _("Correction of a PEF invoice"),
    "VatRr": _("VAT RR invoice"),
    "KorVatRr": _("Correction of a VAT RR invoice"),
}


class KsefReceived(models.Model):
    _inherit = "l10n_pl_ksef.received"

    kind_name = fields.Char(string="Kind of Document", compute="_compute_kind_name")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_name(self):
        for received in self:
            name = NAMES.get(received.kind)
            received.kind_name = translated(self.env, name, {}) if name else received.kind
