"""What is paid, how and when: Rozliczenie and Platnosc."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..texts import _
from . import fields as xml
from .codes import BankOwnAccount, PartPaid, PaymentForm


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementItem:
    """Obciazenia, Odliczenia: an amount besides the invoice's total, and why."""

    amount: Decimal = xml.amount("Kwota", _("Amount"))
    reason: str = xml.text("Powod", _("Reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Rozliczenie: what else is to be paid or deducted besides the invoice's total (P_15)."""

    charges: tuple[SettlementItem, ...] = xml.group(
        "Obciazenia", _("Charge"), SettlementItem, many=True, default=()
    )
    charges_total: Decimal | None = xml.amount("SumaObciazen", _("Total charges"), default=None)
    deductions: tuple[SettlementItem, ...] = xml.group(
        "Odliczenia", _("Deduction"), SettlementItem, many=True, default=()
    )
    deductions_total: Decimal | None = xml.amount(
        "SumaOdliczen", _("Total deductions"), default=None
    )
    to_pay: Decimal | None = xml.amount("DoZaplaty", _("To pay"), default=None)
    """P_15 with the charges and without the deductions; excludes ``to_settle``."""
    to_settle: Decimal | None = xml.amount("DoRozliczenia", _("Overpaid, to settle"), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPayment:
    """ZaplataCzesciowa: a payment made before the invoice was issued."""

    amount: Decimal = xml.amount("KwotaZaplatyCzesciowej", _("Part payment"))
    paid_on: date = xml.day("DataZaplatyCzesciowej", _("Date of the part payment"))
    form: PaymentForm | None = xml.code(
        "FormaPlatnosci", _("Form of payment"), PaymentForm, default=None
    )
    other_form: str | None = xml.text(
        "OpisPlatnosci", _("Other form of payment"), default=None, marker="PlatnoscInna"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCondition:
    """TerminOpis: a due date in words, such as 30 / days / after delivery."""

    quantity: int = xml.integer("Ilosc", _("Number of units of time"))
    unit: str = xml.text("Jednostka", _("Unit of time"))
    event: str = xml.text("ZdarzeniePoczatkowe", _("Event it counts from"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """TerminPlatnosci."""

    due_on: date | None = xml.day("Termin", _("Due date"), default=None)
    condition: DueCondition | None = xml.group(
        "TerminOpis", _("Description of the due date"), DueCondition, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """TRachunekBankowy."""

    number: str = xml.text("NrRB", _("Account number"))
    """10 to 34 characters; Polish accounts as 26 digits without PL."""
    swift: str | None = xml.text("SWIFT", _("SWIFT code"), default=None)
    bank_own: BankOwnAccount | None = xml.code(
        "RachunekWlasnyBanku", _("Bank's own account"), BankOwnAccount, default=None
    )
    bank_name: str | None = xml.text("NazwaBanku", _("Bank"), default=None)
    description: str | None = xml.text(
        "OpisRachunku", _("Description of the account"), default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CashDiscount:
    """Skonto, in words."""

    conditions: str = xml.text("WarunkiSkonta", _("Conditions of the cash discount"))
    value: str = xml.text("WysokoscSkonta", _("Cash discount"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Platnosc. Give ``paid_on`` for an invoice paid at once, or ``part_payments``."""

    paid_on: date | None = xml.day(
        "DataZaplaty", _("Date of payment"), default=None, marker="Zaplacono"
    )
    part_paid: PartPaid | None = xml.code(
        "ZnacznikZaplatyCzesciowej", _("Paid in part"), PartPaid, default=None
    )
    part_payments: tuple[PartPayment, ...] = xml.group(
        "ZaplataCzesciowa", _("Part payment"), PartPayment, many=True, default=()
    )
    due_dates: tuple[DueDate, ...] = xml.group(
        "TerminPlatnosci", _("Due date"), DueDate, many=True, default=()
    )
    form: PaymentForm | None = xml.code(
        "FormaPlatnosci", _("Form of payment"), PaymentForm, default=None
    )
    other_form: str | None = xml.text(
        "OpisPlatnosci", _("Other form of payment"), default=None, marker="PlatnoscInna"
    )
    bank_accounts: tuple[BankAccount, ...] = xml.group(
        "RachunekBankowy", _("Bank account"), BankAccount, many=True, default=()
    )
    factor_accounts: tuple[BankAccount, ...] = xml.group(
        "RachunekBankowyFaktora", _("Factor's bank account"), BankAccount, many=True, default=()
    )
    cash_discount: CashDiscount | None = xml.group(
        "Skonto", _("Cash discount"), CashDiscount, default=None
    )
    link: str | None = xml.text("LinkDoPlatnosci", _("Payment link"), default=None)
    ksef_payment_id: str | None = xml.text("IPKSeF", _("KSeF payment identifier"), default=None)
