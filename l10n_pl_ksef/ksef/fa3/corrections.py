"""How an invoice refers to others: the ones it corrects, the advances it settles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..texts import _
from . import fields as xml
from .codes import CorrectionEffect
from .parties import Address, Identity, Taxpayer


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedInvoice:
    """DaneFaKorygowanej. Without ``ksef_number`` it says "issued outside KSeF" and nothing else."""

    issue_date: date = xml.day("DataWystFaKorygowanej", _("Date of the corrected invoice"))
    number: str = xml.text("NrFaKorygowanej", _("Number of the corrected invoice"))
    ksef_number: str | None = xml.text(
        "NrKSeFFaKorygowanej",
        _("KSeF number of the corrected invoice"),
        default=None,
        marker="NrKSeF",
        absent="NrKSeFN",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerBefore:
    """Podmiot1K: the seller's data as they stood on the corrected invoice."""

    vat_prefix: str | None = xml.text("PrefiksPodatnika", _("Seller's EU VAT prefix"), default=None)
    identity: Taxpayer = xml.group("DaneIdentyfikacyjne", _("Identification"), Taxpayer)
    address: Address = xml.group("Adres", _("Address"), Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerBefore:
    """Podmiot2K: a buyer's data as they stood on the corrected invoice.

    Not for a wrong NIP: such an invoice is corrected to zero.
    """

    identity: Identity = xml.group("DaneIdentyfikacyjne", _("Identification"), Identity)
    address: Address | None = xml.group("Adres", _("Address"), Address, default=None)
    link: str | None = xml.text("IDNabywcy", _("Buyer's key"), default=None)
    """The `Buyer.link` or `ThirdParty.link` these data belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What corrections (KOR, KOR_ZAL, KOR_ROZ) have over other invoices."""

    reason: str | None = xml.text("PrzyczynaKorekty", _("Reason of the correction"), default=None)
    effect: CorrectionEffect | None = xml.code(
        "TypKorekty", _("Effect of the correction"), CorrectionEffect, default=None
    )
    corrected: tuple[CorrectedInvoice, ...] = xml.group(
        "DaneFaKorygowanej", _("Corrected invoice"), CorrectedInvoice, many=True
    )
    period: str | None = xml.text("OkresFaKorygowanej", _("Corrected period"), default=None)
    """In words, for a rebate on a period's sales (art. 106j(3))."""
    right_number: str | None = xml.text(
        "NrFaKorygowany", _("Right number of the invoice"), default=None
    )
    """Where the number itself was wrong."""
    seller_before: SellerBefore | None = xml.group(
        "Podmiot1K", _("Seller before the correction"), SellerBefore, default=None
    )
    buyers_before: tuple[BuyerBefore, ...] = xml.group(
        "Podmiot2K", _("Buyer before the correction"), BuyerBefore, many=True, default=()
    )
    total_before: Decimal | None = xml.amount(
        "P_15ZK", _("Payment before the correction"), default=None
    )
    """KOR_ZAL: what was paid; KOR_ROZ: what remained to be paid."""
    rate_before: Decimal | None = xml.quantity(
        "KursWalutyZK", _("Exchange rate before the correction"), default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAdvance:
    """ZaliczkaCzesciowa: one of several payments that an advance invoice documents."""

    received_on: date = xml.day("P_6Z", _("Date of the payment"))
    amount: Decimal = xml.amount("P_15Z", _("Amount of the payment"))
    exchange_rate: Decimal | None = xml.quantity("KursWalutyZW", _("Exchange rate"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceInvoice:
    """FakturaZaliczkowa. Give ``ksef_number``, or ``number`` where it was issued outside KSeF."""

    number: str | None = xml.text(
        "NrFaZaliczkowej", _("Number of the advance invoice"), default=None, marker="NrKSeFZN"
    )
    ksef_number: str | None = xml.text(
        "NrKSeFFaZaliczkowej", _("KSeF number of the advance invoice"), default=None
    )
