"""Rules on settlement and payment."""

from __future__ import annotations

from collections.abc import Iterator

from ...texts import _
from ..findings import Finding
from ..model import BankAccount, Invoice, PartPaid
from .base import ZERO, Circumstances, error, warning

_SETTLEMENT = "Fa/Rozliczenie"
_PAYMENT = "Fa/Platnosc"


def settlement_adds_up(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """P_15 and the charges, less the deductions, is what is to be paid."""
    settlement = invoice.settlement
    if settlement is None:
        return
    charges = sum((item.amount for item in settlement.charges), ZERO)
    deductions = sum((item.amount for item in settlement.deductions), ZERO)
    to_pay = invoice.total + charges - deductions
    comparisons = (
        ("payment.charges", "SumaObciazen", settlement.charges_total, charges),
        ("payment.deductions", "SumaOdliczen", settlement.deductions_total, deductions),
        ("payment.to_pay", "DoZaplaty", settlement.to_pay, to_pay),
    )
    for code, element, stated, expected in comparisons:
        if stated is not None and stated != expected:
            yield error(
                code,
                f"{_SETTLEMENT}/{element}",
                _("%(label)s (%(element)s) is %(stated)s, but comes to %(expected)s."),
                stated=stated,
                expected=expected,
            )


def payments_are_past(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """DataZaplaty: only payments made before the invoice was issued."""
    payment = invoice.payment
    if payment is None:
        return
    paid = [(f"{_PAYMENT}/DataZaplaty", payment.paid_on)]
    paid += [
        (f"{_PAYMENT}/ZaplataCzesciowa[{position}]/DataZaplatyCzesciowej", part.paid_on)
        for position, part in enumerate(payment.part_payments, start=1)
    ]
    for element, day in paid:
        if day is not None and day > invoice.issue_date:
            yield warning(
                "payment.later",
                element,
                _(
                    "The invoice says it was paid on %(day)s, after its issue date of"
                    " %(issue_date)s."
                ),
                day=day,
                issue_date=invoice.issue_date,
            )


def part_payments_fit_the_total(
    invoice: Invoice, circumstances: Circumstances
) -> Iterator[Finding]:
    payment = invoice.payment
    if payment is None or not payment.part_payments:
        return
    settlement = invoice.settlement
    due = settlement.to_pay if settlement and settlement.to_pay is not None else invoice.total
    paid = sum((part.amount for part in payment.part_payments), ZERO)
    in_full = payment.part_paid is PartPaid.IN_FULL
    if paid > due or (in_full and paid != due) or (not in_full and paid == due):
        yield warning(
            "payment.parts",
            f"{_PAYMENT}/ZnacznikZaplatyCzesciowej",
            _(
                "The part payments come to %(paid)s of %(due)s, which does not go with the mark"
                " “paid in part” or “paid in full”."
            ),
            paid=paid,
            due=due,
        )


def due_dates_follow_the_issue(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    if invoice.payment is None:
        return
    for position, due in enumerate(invoice.payment.due_dates, start=1):
        if due.due_on is not None and due.due_on < invoice.issue_date:
            yield warning(
                "payment.due_before_issue",
                f"{_PAYMENT}/TerminPlatnosci[{position}]/Termin",
                _("The due date %(due_on)s is before the issue date %(issue_date)s."),
                due_on=due.due_on,
                issue_date=invoice.issue_date,
            )


def account_numbers_are_right(invoice: Invoice, circumstances: Circumstances) -> Iterator[Finding]:
    """The check digits of Polish account numbers and of IBANs."""
    if invoice.payment is None:
        return
    accounts: tuple[tuple[str, tuple[BankAccount, ...]], ...] = (
        ("RachunekBankowy", invoice.payment.bank_accounts),
        ("RachunekBankowyFaktora", invoice.payment.factor_accounts),
    )
    for name, of_name in accounts:
        for position, account in enumerate(of_name, start=1):
            if not _plausible(account.number):
                yield warning(
                    "payment.account",
                    f"{_PAYMENT}/{name}[{position}]/NrRB",
                    _(
                        "%(label)s %(number)s has wrong check digits, so that no transfer will"
                        " reach it. Please compare it with the bank's statement."
                    ),
                    number=account.number,
                )


def _plausible(number: str) -> bool:
    """False for a wrong Polish number or IBAN; other numbers cannot be told."""
    compact = number.replace(" ", "").upper()
    iban = f"PL{compact}" if len(compact) == 26 and compact.isdecimal() else compact
    if not (iban[:2].isalpha() and iban[2:4].isdecimal() and iban.isalnum() and iban.isascii()):
        return True
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


RULES = (
    settlement_adds_up,
    payments_are_past,
    part_payments_fit_the_total,
    due_dates_follow_the_issue,
    account_numbers_are_right,
)
