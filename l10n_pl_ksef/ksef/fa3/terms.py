"""WarunkiTransakcji: contracts, orders, delivery and transport."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..texts import _
from . import fields as xml
from .codes import CargoKind, TransportKind
from .parties import Address, Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Umowy."""

    signed_on: date | None = xml.day("DataUmowy", _("Date of the contract"), default=None)
    number: str | None = xml.text("NrUmowy", _("Contract number"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """Zamowienia: the buyer's order. Not `Order`, which is what an advance was paid for."""

    ordered_on: date | None = xml.day("DataZamowienia", _("Date of the order"), default=None)
    number: str | None = xml.text("NrZamowienia", _("Order number"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Przewoznik."""

    identity: Identity = xml.group("DaneIdentyfikacyjne", _("Identification"), Identity)
    address: Address = xml.group("AdresPrzewoznika", _("Address"), Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Transport. Give ``kind`` or ``other_kind``, and ``cargo`` or ``other_cargo``."""

    kind: TransportKind | None = xml.code(
        "RodzajTransportu", _("Kind of transport"), TransportKind, default=None
    )
    other_kind: str | None = xml.text(
        "OpisInnegoTransportu", _("Other kind of transport"), default=None, marker="TransportInny"
    )
    carrier: Carrier | None = xml.group("Przewoznik", _("Carrier"), Carrier, default=None)
    order_number: str | None = xml.text(
        "NrZleceniaTransportu", _("Transport order number"), default=None
    )
    cargo: CargoKind | None = xml.code("OpisLadunku", _("Kind of cargo"), CargoKind, default=None)
    other_cargo: str | None = xml.text(
        "OpisInnegoLadunku", _("Other kind of cargo"), default=None, marker="LadunekInny"
    )
    package_unit: str | None = xml.text("JednostkaOpakowania", _("Unit of packaging"), default=None)
    starts_at: datetime | None = xml.moment(
        "DataGodzRozpTransportu", _("Start of transport"), default=None
    )
    ends_at: datetime | None = xml.moment(
        "DataGodzZakTransportu", _("End of transport"), default=None
    )
    ship_from: Address | None = xml.group("WysylkaZ", _("Shipped from"), Address, default=None)
    ship_via: tuple[Address, ...] = xml.group(
        "WysylkaPrzez", _("Shipped via"), Address, many=True, default=()
    )
    ship_to: Address | None = xml.group("WysylkaDo", _("Shipped to"), Address, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """WarunkiTransakcji."""

    contracts: tuple[Contract, ...] = xml.group(
        "Umowy", _("Contract"), Contract, many=True, default=()
    )
    orders: tuple[PurchaseOrder, ...] = xml.group(
        "Zamowienia", _("Purchase order"), PurchaseOrder, many=True, default=()
    )
    batch_numbers: tuple[str, ...] = xml.text(
        "NrPartiiTowaru", _("Batch number"), many=True, default=()
    )
    delivery_terms: str | None = xml.text("WarunkiDostawy", _("Delivery terms"), default=None)
    """Usually an Incoterms code."""
    agreed_rate: Decimal | None = xml.quantity(
        "KursUmowny", _("Agreed exchange rate"), default=None
    )
    """Of the parties; never the rate VAT is counted at."""
    agreed_currency: str | None = xml.text("WalutaUmowna", _("Agreed currency"), default=None)
    transports: tuple[Transport, ...] = xml.group(
        "Transport", _("Transport"), Transport, many=True, default=()
    )
    intermediary: bool = xml.flag("PodmiotPosredniczacy", _("Intermediary (art. 22(2d))"))
