"""Wrong data of the seller or the buyer on the corrected invoice: Podmiot1K and Podmiot2K.

A wrong NIP is none of these: such an invoice is corrected to zero, in the name of whoever it was
issued to, and a new one goes to the right buyer.
"""

from dataclasses import replace

from ..ksef import fa3
from ..ksef.texts import _
from . import fa3_parties
from .fa3_kinds import charged, corrections_of, history_of, root_of

BUYER_LINK = "0001"


def buyers_before(source):
    """Give Podmiot2K: the buyer's data as they stood on the corrected invoice."""
    move = source.move
    if not move.l10n_pl_ksef_fa3_corrects_buyer:
        return ()
    former = _former_buyer(source)
    if former is None:
        _report_unknown(source, _("Customer as It Was"))
        return ()
    if _number(former.identity) != _number(
        fa3_parties.identity_of(source, move.commercial_partner_id)
    ):
        _report_number(source, former.identity)
    return (fa3.BuyerBefore(identity=former.identity, address=former.address, link=BUYER_LINK),)


def _former_buyer(source):
    partner = source.move.l10n_pl_ksef_fa3_buyer_before_id
    if partner:
        return fa3.Buyer(
            identity=fa3_parties.identity_of(source, partner),
            address=fa3_parties.address_of(partner),
        )
    told = document_before(source.move)
    return told.buyer if told else None


def seller_before(source):
    """Give Podmiot1K: our own data as they stood on the corrected invoice."""
    move = source.move
    if not move.l10n_pl_ksef_fa3_corrects_seller:
        return None
    partner = move.l10n_pl_ksef_fa3_seller_before_id
    if partner:
        identity = fa3_parties.identity_of(source, partner)
        address = fa3_parties.address_of(partner)
        if not address or not identity.nip:
            _report_incomplete_seller(source, partner)
            return None
        return fa3.SellerBefore(
            identity=fa3.Taxpayer(nip=identity.nip, name=identity.name or ""), address=address
        )
    told = document_before(move)
    if told is None:
        _report_unknown(source, _("Company as It Was"))
        return None
    return fa3.SellerBefore(
        vat_prefix=told.seller.vat_prefix,
        identity=told.seller.identity,
        address=told.seller.address,
    )


def document_before(move):
    """The last document for KSeF that told this sale before ``move``, as a `fa3.Invoice`."""
    for earlier in reversed(history_of(move)):
        told = earlier._l10n_pl_ksef_told_document()
        if told is not None:
            return told
    return None


def buyer_of_correction(source, buyer):
    """Give Podmiot2 of a correction: the one of the original where its number was wrong.

    That takes a correction to zero; any other correction of an invoice to somebody else is refused.
    """
    if buyer is None:
        return None
    if source.move.l10n_pl_ksef_fa3_corrects_buyer:
        return replace(buyer, link=BUYER_LINK)
    if not source.original:
        return buyer
    told = source.original._l10n_pl_ksef_told_document()
    if told is None or _number(told.buyer.identity) == _number(buyer.identity):
        return buyer
    if _takes_to_zero(source.move):
        return told.buyer
    _report_number(source, told.buyer.identity)
    return buyer


def _takes_to_zero(move):
    root = root_of(move)
    chain = root | corrections_of(root) | move
    total = sum(charged(one) for one in chain)
    return move.currency_id.is_zero(total)


def _number(identity):
    return (
        identity.nip,
        identity.eu_country,
        identity.eu_vat_number,
        identity.other_id,
    )


def _report_number(source, identity):
    number = identity.nip or identity.eu_vat_number or identity.other_id or identity.name
    source.problems.error_once(
        "correction.buyer_number",
        "Fa/Podmiot2K/DaneIdentyfikacyjne/NIP",
        _(
            "%(original)s was issued to %(number)s, and a correction cannot change the NIP or "
            "another tax number of the buyer. Make a credit note that takes the whole of "
            "%(original)s back, and issue a new invoice to the right buyer."
        ),
        original=source.original.name or "",
        number=number or "",
    )


def _report_unknown(source, label):
    source.problems.error(
        "correction.data_before",
        "Fa/Podmiot2K",
        _(
            "%(invoice)s corrects data of a party, but Odoo holds no document for KSeF with the "
            "data as they were. Choose a contact that has them in the field %(field)s on the page "
            "Correction."
        ),
        invoice=source.move,
        field=label,
    )


def _report_incomplete_seller(source, partner):
    source.problems.error(
        "correction.seller_before",
        "Fa/Podmiot1K",
        _(
            "The contact %(partner)s shall tell the data of your company as they were, but its "
            "NIP or its address is missing. Fill them in."
        ),
        partner=partner.display_name,
    )
