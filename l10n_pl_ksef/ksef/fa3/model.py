"""An invoice as FA(3) knows it, with English names; amounts are `Decimal`, days are `date`.

A two-line invoice:

>>> from datetime import date, datetime, timezone
>>> from decimal import Decimal as D
>>> seller = Seller(
...     identity=Taxpayer(nip="5265877635", name="ABC AGD sp. z o.o."),
...     address=Address(line1="ul. Kwiatowa 1 m. 2", line2="00-001 Warszawa"),
... )
>>> buyer = Buyer(
...     identity=Identity(nip="1111111111", name="F.H.U. Jan Kowalski"),
...     address=Address(line1="ul. Polna 1", line2="00-001 Warszawa"),
... )
>>> invoice = Invoice(
...     generated_at=datetime(2026, 2, 15, 9, 30, tzinfo=timezone.utc),
...     seller=seller,
...     buyer=buyer,
...     issue_date=date(2026, 2, 15),
...     number="FV/2026/02/150",
...     sale_date=date(2026, 2, 14),
...     totals=VatTotals.by_rate(
...         {
...             RateCode.VAT_23: Total(net=D("1626.01"), vat=D("373.98")),
...             RateCode.VAT_5: Total(net=D("0.95"), vat=D("0.05")),
...         }
...     ),
...     total=D("2000.99"),
...     lines=(
...         Line(
...             number=1,
...             name="Refrigerator",
...             unit="szt.",
...             quantity=D(1),
...             net_price=D("1626.01"),
...             net_amount=D("1626.01"),
...             rate=RateCode.VAT_23,
...         ),
...         Line(
...             number=2,
...             name="Milk",
...             unit="szt.",
...             quantity=D(1),
...             net_price=D("0.95"),
...             net_amount=D("0.95"),
...             rate=RateCode.VAT_5,
...         ),
...     ),
...     payment=Payment(due_dates=(DueDate(due_on=date(2026, 3, 1)),), form=PaymentForm.TRANSFER),
... )

A correction of it, as a difference:

>>> correction = Invoice(
...     generated_at=datetime(2026, 3, 15, 9, 30, tzinfo=timezone.utc),
...     kind=InvoiceKind.CORRECTION,
...     seller=seller,
...     buyer=buyer,
...     issue_date=date(2026, 3, 15),
...     number="FK/2026/03/7",
...     correction=Correction(
...         reason="Scratched door",
...         effect=CorrectionEffect.CORRECTION_DATE,
...         corrected=(
...             CorrectedInvoice(
...                 issue_date=date(2026, 2, 15),
...                 number="FV/2026/02/150",
...                 ksef_number="5265877635-20260215-0100001AF629-AF",
...             ),
...         ),
...     ),
...     totals=VatTotals.by_rate({RateCode.VAT_23: Total(net=D("-162.60"), vat=D("-37.40"))}),
...     total=D("-200.00"),
...     lines=(
...         Line(
...             number=1,
...             name="Refrigerator",
...             unit="szt.",
...             quantity=D(1),
...             net_price=D("-162.60"),
...             net_amount=D("-162.60"),
...             rate=RateCode.VAT_23,
...         ),
...     ),
... )

Nothing is checked when an object is made: `fa3.check` does that, on what was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..texts import _
from . import fields as xml
from .attachment import (
    Attachment,
    Block,
    BlockInfo,
    Column,
    Footer,
    FooterNote,
    Register,
    Row,
    SummaryRow,
    Table,
    TableInfo,
)
from .codes import (
    AuthorisedRole,
    BankOwnAccount,
    CargoKind,
    ColumnType,
    CorrectionEffect,
    GoodsCode,
    InvoiceKind,
    MarginScheme,
    PartPaid,
    PaymentForm,
    Procedure,
    RateCode,
    Role,
    TaxpayerStatus,
    TransportKind,
)
from .corrections import (
    AdvanceInvoice,
    BuyerBefore,
    CorrectedInvoice,
    Correction,
    PartAdvance,
    SellerBefore,
)
from .lines import Line, Order, OrderLine
from .parties import (
    Address,
    AuthorisedContact,
    AuthorisedParty,
    Buyer,
    Contact,
    Identity,
    Seller,
    Taxpayer,
    ThirdParty,
)
from .payment import (
    BankAccount,
    CashDiscount,
    DueCondition,
    DueDate,
    PartPayment,
    Payment,
    Settlement,
    SettlementItem,
)
from .statements import Annotations, Exemption, NewTransport, NewVehicle
from .terms import Carrier, Contract, PurchaseOrder, Terms, Transport
from .totals import Total, VatTotals

__all__ = [
    "Address",
    "AdvanceInvoice",
    "Annotations",
    "Attachment",
    "AuthorisedContact",
    "AuthorisedParty",
    "AuthorisedRole",
    "BankAccount",
    "BankOwnAccount",
    "Block",
    "BlockInfo",
    "Buyer",
    "BuyerBefore",
    "CargoKind",
    "Carrier",
    "CashDiscount",
    "Column",
    "ColumnType",
    "Contact",
    "Contract",
    "CorrectedInvoice",
    "Correction",
    "CorrectionEffect",
    "DueCondition",
    "DueDate",
    "Exemption",
    "Footer",
    "FooterNote",
    "GoodsCode",
    "Identity",
    "Invoice",
    "InvoiceKind",
    "Line",
    "MarginScheme",
    "NewTransport",
    "NewVehicle",
    "Note",
    "Order",
    "OrderLine",
    "PartAdvance",
    "PartPaid",
    "PartPayment",
    "Payment",
    "PaymentForm",
    "Period",
    "Procedure",
    "PurchaseOrder",
    "RateCode",
    "Register",
    "Role",
    "Row",
    "Seller",
    "SellerBefore",
    "Settlement",
    "SettlementItem",
    "SummaryRow",
    "Table",
    "TableInfo",
    "Taxpayer",
    "TaxpayerStatus",
    "Terms",
    "ThirdParty",
    "Total",
    "Transport",
    "TransportKind",
    "VatTotals",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """OkresFa: the period an invoice is for (art. 19a)."""

    start: date = xml.day("P_6_Od", _("Start of the period"))
    end: date = xml.day("P_6_Do", _("End of the period"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """DodatkowyOpis: further data, of the invoice or of one line."""

    line_number: int | None = xml.integer("NrWiersza", _("Line number"), default=None)
    key: str = xml.text("Klucz", _("Key"))
    value: str = xml.text("Wartosc", _("Value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """Faktura. The content of its element Fa stands here directly, in the order of FA(3)."""

    generated_at: datetime = xml.moment("Naglowek/DataWytworzeniaFa", _("Time of generation"))
    """Aware; frozen with the document, since KSeF knows a document by its bytes."""
    system: str | None = xml.text("Naglowek/SystemInfo", _("System"), default=None)
    seller: Seller = xml.group("Podmiot1", _("Seller"), Seller)
    buyer: Buyer = xml.group("Podmiot2", _("Buyer"), Buyer)
    third_parties: tuple[ThirdParty, ...] = xml.group(
        "Podmiot3", _("Third party"), ThirdParty, many=True, default=()
    )
    authorised_party: AuthorisedParty | None = xml.group(
        "PodmiotUpowazniony", _("Authorised party"), AuthorisedParty, default=None
    )

    currency: str = xml.text("Fa/KodWaluty", _("Currency"), default="PLN")
    issue_date: date = xml.day("Fa/P_1", _("Issue date"))
    issue_place: str | None = xml.text("Fa/P_1M", _("Place of issue"), default=None)
    number: str = xml.text("Fa/P_2", _("Invoice number"))
    warehouse_documents: tuple[str, ...] = xml.text(
        "Fa/WZ", _("Warehouse document"), many=True, default=()
    )
    sale_date: date | None = xml.day("Fa/P_6", _("Date of sale"), default=None)
    """Where it is one day for the whole invoice and not the issue date; excludes ``period``."""
    period: Period | None = xml.group("Fa/OkresFa", _("Period"), Period, default=None)
    totals: VatTotals = xml.inline("Fa", VatTotals, default=VatTotals())
    total: Decimal = xml.amount("Fa/P_15", _("Total"))
    """What the invoice is for, VAT included; on advances what was paid, on settlements what
    remains, on corrections the difference."""
    advance_rate: Decimal | None = xml.quantity(
        "Fa/KursWalutyZ", _("Exchange rate of the advance"), default=None
    )
    annotations: Annotations = xml.group(
        "Fa/Adnotacje", _("Annotations"), Annotations, default=Annotations()
    )
    kind: InvoiceKind = xml.code(
        "Fa/RodzajFaktury", _("Kind of invoice"), InvoiceKind, default=InvoiceKind.VAT
    )
    correction: Correction | None = xml.inline("Fa", Correction, default=None)
    part_advances: tuple[PartAdvance, ...] = xml.group(
        "Fa/ZaliczkaCzesciowa", _("Part of the advance"), PartAdvance, many=True, default=()
    )
    receipt: bool = xml.flag("Fa/FP", _("Invoice for a receipt"))
    """FP: the sale was already recorded by a cash register (art. 109(3d))."""
    related_parties: bool = xml.flag("Fa/TP", _("Related parties"))
    notes: tuple[Note, ...] = xml.group(
        "Fa/DodatkowyOpis", _("Additional description"), Note, many=True, default=()
    )
    advance_invoices: tuple[AdvanceInvoice, ...] = xml.group(
        "Fa/FakturaZaliczkowa", _("Advance invoice"), AdvanceInvoice, many=True, default=()
    )
    excise_refund: bool = xml.flag("Fa/ZwrotAkcyzy", _("Excise refund for farmers"))
    lines: tuple[Line, ...] = xml.group("Fa/FaWiersz", _("Line"), Line, many=True, default=())
    settlement: Settlement | None = xml.group(
        "Fa/Rozliczenie", _("Settlement"), Settlement, default=None
    )
    payment: Payment | None = xml.group("Fa/Platnosc", _("Payment"), Payment, default=None)
    terms: Terms | None = xml.group("Fa/WarunkiTransakcji", _("Terms"), Terms, default=None)
    order: Order | None = xml.group("Fa/Zamowienie", _("Order"), Order, default=None)

    footer: Footer | None = xml.group("Stopka", _("Footer"), Footer, default=None)
    attachment: Attachment | None = xml.group(
        "Zalacznik", _("Attachment"), Attachment, default=None
    )
