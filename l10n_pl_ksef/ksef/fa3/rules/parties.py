"""Rules on seller, buyer and third parties."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...numbers import is_valid_nip
from ...texts import _
from ..findings import Finding
from ..model import Invoice, InvoiceKind, RateCode, Role, ThirdParty
from .base import Circumstances, error, graded, total, warning

_IDENTITY = "DaneIdentyfikacyjne"
_NAMELESS = frozenset(
    {
        InvoiceKind.SIMPLIFIED,
        InvoiceKind.CORRECTION,
        InvoiceKind.ADVANCE_CORRECTION,
        InvoiceKind.SETTLEMENT_CORRECTION,
    }
)
"""Kinds that may leave out the buyer's name and address (art. 106e(5)(3) and corrections)."""
_OUR_NUMBER = _IDENTITY + "/NIP"


def nips_have_right_check_digits(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """KSeF refuses wrong check digits in production only."""
    for element, nip in _nips(invoice):
        if not is_valid_nip(nip):
            yield graded(
                circumstances.strict_nip,
                "party.nip",
                element,
                _(
                    "%(label)s (%(element)s) is %(nip)s, which is no valid NIP: its check digit is"
                    " wrong. KSeF refuses it in production. Please compare it with the contract or"
                    " the register of taxpayers."
                ),
                nip=nip,
            )


def _nips(invoice: Invoice) -> Iterator[tuple[str, str]]:
    """The numbers that KSeF checks, with their paths."""
    yield f"Podmiot1/{_OUR_NUMBER}", invoice.seller.identity.nip
    if invoice.buyer.identity.nip is not None:
        yield f"Podmiot2/{_OUR_NUMBER}", invoice.buyer.identity.nip
    for position, party in enumerate(invoice.third_parties, start=1):
        place = f"Podmiot3[{position}]/{_IDENTITY}"
        if party.identity.nip is not None:
            yield f"{place}/NIP", party.identity.nip
        if party.identity.internal_id is not None:
            yield f"{place}/IDWew", party.identity.internal_id.partition("-")[0]
    if invoice.authorised_party is not None:
        yield f"PodmiotUpowazniony/{_OUR_NUMBER}", invoice.authorised_party.identity.nip


def buyer_is_named(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """Art. 106e(1)(3)."""
    if invoice.kind in _NAMELESS:
        return
    if not invoice.buyer.identity.name:
        yield error(
            "party.buyer_name",
            f"Podmiot2/{_IDENTITY}/Nazwa",
            _("The buyer has no name. Only simplified invoices may go without it."),
        )
    if invoice.buyer.address is None:
        yield error(
            "party.buyer_address",
            "Podmiot2/Adres",
            _("The buyer has no address. Only simplified invoices may go without it."),
        )


def buyer_of_simplified_invoice_has_nip(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """A simplified invoice names its buyer by the NIP alone."""
    if invoice.kind is InvoiceKind.SIMPLIFIED and not invoice.buyer.identity.nip:
        yield warning(
            "party.simplified_buyer",
            f"Podmiot2/{_OUR_NUMBER}",
            _("A simplified invoice names its buyer by the NIP, but there is none."),
        )


def seller_and_buyer_differ(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    nip = invoice.seller.identity.nip
    if nip == invoice.buyer.identity.nip:
        yield warning(
            "party.same",
            f"Podmiot2/{_OUR_NUMBER}",
            _("Seller and buyer have the same NIP, %(nip)s. Is the buyer the right one?"),
            nip=nip,
        )


def members_have_their_recipient(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """FA(3), JST and GV: a unit or member that is the recipient must be a third party as well."""
    if invoice.buyer.local_government_unit and not _with_role(
        invoice, Role.LOCAL_GOVERNMENT_RECIPIENT
    ):
        yield error(
            "party.local_government_recipient",
            "Podmiot2/JST",
            _(
                "The invoice is for a unit of a local government, but does not say for which one."
                " Add the unit as a third party in the role “recipient, local government unit”"
                " (8), or withdraw the mark on the buyer."
            ),
        )
    if invoice.buyer.vat_group_member and not _with_role(invoice, Role.VAT_GROUP_RECIPIENT):
        yield error(
            "party.vat_group_recipient",
            "Podmiot2/GV",
            _(
                "The invoice is for a member of a VAT group, but does not say for which one. Add"
                " the member as a third party in the role “recipient, VAT group member” (10), or"
                " withdraw the mark on the buyer."
            ),
        )


def recipients_belong_to_a_marked_buyer(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    marks = (
        (Role.LOCAL_GOVERNMENT_RECIPIENT, invoice.buyer.local_government_unit, "JST"),
        (Role.VAT_GROUP_RECIPIENT, invoice.buyer.vat_group_member, "GV"),
    )
    for role, marked, mark in marks:
        for position, party in _with_role(invoice, role):
            place = f"Podmiot3[{position}]"
            if not marked:
                yield warning(
                    "party.recipient_without_mark",
                    f"{place}/Rola",
                    _(
                        "Third party %(position)s receives the invoice for a local government or a"
                        " VAT group, but the buyer is not marked so (%(mark)s)."
                    ),
                    position=position,
                    mark=mark,
                )
            if not (party.identity.nip or party.identity.internal_id):
                yield warning(
                    "party.recipient_number",
                    f"{place}/{_OUR_NUMBER}",
                    _(
                        "Third party %(position)s will not see the invoice in KSeF, because it has"
                        " neither a NIP nor an internal identifier."
                    ),
                    position=position,
                )


def _with_role(invoice: Invoice, role: Role) -> list[tuple[int, ThirdParty]]:
    numbered = enumerate(invoice.third_parties, start=1)
    return [(position, party) for position, party in numbered if party.role is role]


def shares_are_of_additional_buyers(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """Udzial: what the shares leave of 100 % is the share of the buyer proper."""
    if not invoice.third_parties:
        return
    for position, party in enumerate(invoice.third_parties, start=1):
        if party.share is not None and party.role is not Role.ADDITIONAL_BUYER:
            yield warning(
                "party.share_without_role",
                f"Podmiot3[{position}]/Udzial",
                _("Third party %(position)s has a share but is not an additional buyer."),
                position=position,
            )
    shares = total(party.share for party in invoice.third_parties)
    if shares > Decimal(100):
        yield error(
            "party.shares",
            "Podmiot3[1]/Udzial",
            _("The shares of the additional buyers add up to %(shares)s %%, more than the whole."),
            shares=shares,
        )


def trade_within_the_eu_has_eu_numbers(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    """Art. 97(10), 106e(1)(24), 136(1)(3): both parties by their numbers for EU trade."""
    supply = invoice.totals.zero_eu_supply is not None or any(
        line.rate is RateCode.ZERO_EU_SUPPLY for line in invoice.lines
    )
    if not (supply or invoice.annotations.triangular):
        return
    if not invoice.buyer.identity.eu_vat_number:
        yield warning(
            "party.buyer_eu_number",
            f"Podmiot2/{_IDENTITY}/NrVatUE",
            _(
                "The invoice is for a supply to another EU country, but the buyer has no EU VAT"
                " number. Without it the 0 %% rate is not due."
            ),
        )
    if not invoice.seller.vat_prefix:
        yield warning(
            "party.seller_eu_prefix",
            "Podmiot1/PrefiksPodatnika",
            _(
                "The invoice is for a supply to another EU country, but the seller's NIP is without"
                " its prefix PL."
            ),
        )


RULES = (
    nips_have_right_check_digits,
    buyer_is_named,
    buyer_of_simplified_invoice_has_nip,
    seller_and_buyer_differ,
    members_have_their_recipient,
    recipients_belong_to_a_marked_buyer,
    shares_are_of_additional_buyers,
    trade_within_the_eu_has_eu_numbers,
)
