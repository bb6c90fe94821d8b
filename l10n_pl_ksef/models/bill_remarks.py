"""What a document says that has no field on a bill, and that its reader should know."""

from itertools import islice

from ..ksef import fa3
from ..ksef.texts import _

ROLES = {
    fa3.Role.FACTOR: _("factor"),
    fa3.Role.RECIPIENT: _("recipient"),
    fa3.Role.ORIGINAL_ENTITY: _("original entity"),
    fa3.Role.ADDITIONAL_BUYER: _("additional buyer"),
    fa3.Role.ISSUER: _("issuer"),
    fa3.Role.PAYER: _("payer"),
    fa3.Role.LOCAL_GOVERNMENT_ISSUER: _("local government unit that issues"),
    fa3.Role.LOCAL_GOVERNMENT_RECIPIENT: _("local government unit that receives"),
    fa3.Role.VAT_GROUP_ISSUER: _("member of a VAT group that issues"),
    fa3.Role.VAT_GROUP_RECIPIENT: _("member of a VAT group that receives"),
    fa3.Role.EMPLOYEE: _("employee"),
}
AUTHORISED = {
    fa3.AuthorisedRole.ENFORCEMENT_AUTHORITY: _("enforcement authority"),
    fa3.AuthorisedRole.BAILIFF: _("bailiff"),
    fa3.AuthorisedRole.TAX_REPRESENTATIVE: _("tax representative"),
}
STATUSES = {
    fa3.TaxpayerStatus.LIQUIDATION: _("in liquidation"),
    fa3.TaxpayerStatus.RESTRUCTURING: _("in restructuring"),
    fa3.TaxpayerStatus.BANKRUPTCY: _("in bankruptcy"),
    fa3.TaxpayerStatus.INHERITED_ENTERPRISE: _("an inherited enterprise"),
}
KINDS = {
    fa3.InvoiceKind.ADVANCE: _("This is an advance invoice (ZAL): it is for what was paid."),
    fa3.InvoiceKind.SETTLEMENT: _(
        "This is a settlement invoice (ROZ): the advances are deducted from the whole order."
    ),
    fa3.InvoiceKind.SIMPLIFIED: _("This is a simplified invoice (UPR)."),
    fa3.InvoiceKind.ADVANCE_CORRECTION: _("This corrects an advance invoice (KOR_ZAL)."),
    fa3.InvoiceKind.SETTLEMENT_CORRECTION: _("This corrects a settlement invoice (KOR_ROZ)."),
}
MOST_PARTIES = 10
MOST_OF_LINES = 30


def remark(document):
    """Add to the notes of ``document`` what its header and its annotations say."""
    invoice, notes = document.invoice, document.notes
    if invoice.kind in KINDS:
        notes.tell(KINDS[invoice.kind])
    of_lines = (wording for line in document.bill.lines for wording in line.notes)
    for wording in (*document.bill.notes, *islice(of_lines, MOST_OF_LINES)):
        notes.tell(wording.template, **wording.values)
    for doubt in document.bill.doubts:
        notes.warn(doubt.template, **doubt.values)
    _tell_annotations(invoice, notes)
    _tell_parties(invoice, notes)
    if invoice.period:
        notes.tell(
            _("It is for the period from %(start)s to %(end)s."),
            start=invoice.period.start,
            end=invoice.period.end,
        )
    if invoice.attachment:
        notes.tell(_("The document has an attachment; its visualisation shows it."))


def _tell_annotations(invoice, notes):
    said = invoice.annotations
    if said.split_payment:
        notes.warn(_("To be paid by split payment (mechanizm podzielonej płatności)."))
    if said.cash_accounting:
        notes.warn(
            _("The seller uses cash accounting: its VAT can be deducted once the bill is paid.")
        )
    if said.self_billing:
        notes.tell(_("The buyer issued it in the seller's name (self-billing)."))
    if said.reverse_charge:
        notes.warn(_("Reverse charge: the buyer accounts for the VAT."))
    if said.margin:
        notes.warn(_("Margin scheme: there is no VAT to deduct."))
    if said.triangular:
        notes.tell(_("Triangular transaction (art. 135 of the VAT Act)."))
    exemption = said.exemption
    if exemption:
        basis = exemption.act or exemption.directive or exemption.other or ""
        notes.tell(_("Exempt from VAT by: %(basis)s."), basis=basis)
    if said.new_transport:
        notes.tell(_("Supply of new means of transport to another EU country."))
    if invoice.receipt:
        notes.tell(_("Issued for a receipt of a cash register (FP)."))
    if invoice.related_parties:
        notes.tell(_("Between related parties (TP)."))


def _tell_parties(invoice, notes):
    for party in invoice.third_parties[:MOST_PARTIES]:
        notes.tell(
            _("Third party: %(name)s (%(role)s)."),
            name=party.identity.name or party.identity.nip or "?",
            role=ROLES.get(party.role) or party.other_role or "?",
        )
    if invoice.authorised_party:
        notes.warn(
            _("Authorised party: %(name)s (%(role)s). It may change whom to pay."),
            name=invoice.authorised_party.identity.name,
            role=AUTHORISED[invoice.authorised_party.role],
        )
    if invoice.seller.status:
        notes.warn(_("The seller is %(status)s."), status=STATUSES[invoice.seller.status])


def narration(invoice):
    """Give the additional descriptions as texts, one for each."""
    return [
        f"{note.key}: {note.value}"
        + (f" ({note.line_number})" if note.line_number is not None else "")
        for note in invoice.notes
    ]
