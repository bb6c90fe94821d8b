"""What is sold: the invoice's lines, and on advances the lines of the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..texts import _
from . import fields as xml
from .codes import GoodsCode, Procedure, RateCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """FaWiersz. Amounts in the invoice's currency.

    On a correction a line states the difference, or comes twice with the same number: first as it
    was (``before``), then as it is.
    """

    number: int = xml.integer("NrWierszaFa", _("Line number"))
    """From 1."""
    uuid: str | None = xml.text("UU_ID", _("Line identifier"), default=None)
    supplied_on: date | None = xml.day("P_6A", _("Date of supply"), default=None)
    """Where lines differ; otherwise `Invoice.sale_date`."""
    name: str | None = xml.text("P_7", _("Goods or services"), default=None)
    """At most 512 characters; may be missing on corrections of art. 106j(3)(2) only."""
    index: str | None = xml.text("Indeks", _("Internal code"), default=None)
    gtin: str | None = xml.text("GTIN", _("GTIN"), default=None)
    pkwiu: str | None = xml.text("PKWiU", _("PKWiU"), default=None)
    cn: str | None = xml.text("CN", _("CN code"), default=None)
    pkob: str | None = xml.text("PKOB", _("PKOB"), default=None)
    unit: str | None = xml.text("P_8A", _("Unit of measure"), default=None)
    quantity: Decimal | None = xml.quantity("P_8B", _("Quantity"), default=None)
    net_price: Decimal | None = xml.price("P_9A", _("Net unit price"), default=None)
    gross_price: Decimal | None = xml.price("P_9B", _("Gross unit price"), default=None)
    """Instead of the net price where VAT is counted from gross values."""
    discount: Decimal | None = xml.price("P_10", _("Discount"), default=None)
    """For one unit, where not already in the unit price."""
    net_amount: Decimal | None = xml.amount("P_11", _("Net value"), default=None)
    gross_amount: Decimal | None = xml.amount("P_11A", _("Gross value"), default=None)
    """Instead of the net value where VAT is counted from gross values."""
    vat_amount: Decimal | None = xml.amount("P_11Vat", _("VAT"), default=None)
    rate: RateCode | None = xml.code("P_12", _("VAT rate"), RateCode, default=None)
    oss_rate: Decimal | None = xml.percent(
        "P_12_XII", _("VAT rate of another country"), default=None
    )
    annex_15: bool = xml.flag("P_12_Zal_15", _("Annex 15"))
    excise: Decimal | None = xml.amount("KwotaAkcyzy", _("Excise duty"), default=None)
    gtu: GoodsCode | None = xml.code("GTU", _("GTU"), GoodsCode, default=None)
    procedure: Procedure | None = xml.code("Procedura", _("Procedure"), Procedure, default=None)
    exchange_rate: Decimal | None = xml.quantity("KursWaluty", _("Exchange rate"), default=None)
    """PLN for one unit of the invoice's currency, where VAT is due."""
    before: bool = xml.flag("StanPrzed", _("State before the correction"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """ZamowienieWiersz."""

    number: int = xml.integer("NrWierszaZam", _("Order line number"))
    uuid: str | None = xml.text("UU_IDZ", _("Line identifier"), default=None)
    name: str | None = xml.text("P_7Z", _("Goods or services"), default=None)
    index: str | None = xml.text("IndeksZ", _("Internal code"), default=None)
    gtin: str | None = xml.text("GTINZ", _("GTIN"), default=None)
    pkwiu: str | None = xml.text("PKWiUZ", _("PKWiU"), default=None)
    cn: str | None = xml.text("CNZ", _("CN code"), default=None)
    pkob: str | None = xml.text("PKOBZ", _("PKOB"), default=None)
    unit: str | None = xml.text("P_8AZ", _("Unit of measure"), default=None)
    quantity: Decimal | None = xml.quantity("P_8BZ", _("Quantity"), default=None)
    net_price: Decimal | None = xml.price("P_9AZ", _("Net unit price"), default=None)
    net_amount: Decimal | None = xml.amount("P_11NettoZ", _("Net value"), default=None)
    vat_amount: Decimal | None = xml.amount("P_11VatZ", _("VAT"), default=None)
    rate: RateCode | None = xml.code("P_12Z", _("VAT rate"), RateCode, default=None)
    oss_rate: Decimal | None = xml.percent(
        "P_12Z_XII", _("VAT rate of another country"), default=None
    )
    annex_15: bool = xml.flag("P_12Z_Zal_15", _("Annex 15"))
    gtu: GoodsCode | None = xml.code("GTUZ", _("GTU"), GoodsCode, default=None)
    procedure: Procedure | None = xml.code("ProceduraZ", _("Procedure"), Procedure, default=None)
    excise: Decimal | None = xml.amount("KwotaAkcyzyZ", _("Excise duty"), default=None)
    before: bool = xml.flag("StanPrzedZ", _("State before the correction"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Zamowienie: the order or contract an advance was paid for."""

    total: Decimal = xml.amount("WartoscZamowienia", _("Value of the order with VAT"))
    lines: tuple[OrderLine, ...] = xml.group(
        "ZamowienieWiersz", _("Order line"), OrderLine, many=True
    )
