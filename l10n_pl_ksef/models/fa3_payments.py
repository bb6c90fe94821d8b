"""How the invoice is paid: Platnosc."""

import re
from collections import namedtuple

from ..ksef import fa3
from ..ksef.texts import _
from . import fa3_related
from .fa3_rates import ZERO
from .fa3_source import amount
from .fa3_texts import one_line

ACCOUNT_SIZES = range(10, 35)
TEXT_SIZE = 256
OTHER = "other"
_SWIFT = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_NOT_IN_ACCOUNT = re.compile(r"[^0-9A-Z]")
_POLISH_IBAN = re.compile(r"PL[0-9]{26}")
FORM_OF_JOURNAL = {
    "cash": fa3.PaymentForm.CASH,
    "credit": fa3.PaymentForm.CARD,
    "bank": fa3.PaymentForm.TRANSFER,
}

Paid = namedtuple("Paid", "day amount form")


def payment(source, owed):
    """Give Platnosc, or None where nothing is known. ``owed``: what the customer owes in all.

    A correction that gives money back has no due date and no account: those would be the buyer's.
    Where nothing is owed, nothing is due.
    """
    if source.is_credit_note or not owed:
        return None
    paid = paid_before_issue(source)
    settled = bool(paid) and sum((one.amount for one in paid), ZERO) == owed
    factors = _bank_accounts(source, fa3_related.factor_account(source))
    accounts = () if factors else _bank_accounts(source, source.move.partner_bank_id)
    form = _form(source, paid if settled else (), accounts or factors) or _form(source, paid, ())
    known = fa3.Payment(
        due_dates=() if settled else _due_dates(source),
        form=None if form == OTHER else form,
        other_form=_other_form(source) if form == OTHER else None,
        bank_accounts=accounts,
        factor_accounts=factors,
        cash_discount=None if settled else _cash_discount(source),
        **_paid_fields(paid, settled),
    )
    return known if known != fa3.Payment() else None


def _paid_fields(paid, settled):
    if not paid:
        return {}
    if settled and len(paid) == 1:
        return {"paid_on": paid[0].day}
    return {
        "part_paid": fa3.PartPaid.IN_FULL if settled else fa3.PartPaid.IN_PART,
        "part_payments": tuple(
            fa3.PartPayment(amount=one.amount, paid_on=one.day, form=one.form) for one in paid
        ),
    }


def paid_before_issue(source):
    """The payments made until the issue date, with the part of each that went to this invoice."""
    paid = []
    for term in source.terms:
        for counterpart, cleared in _cleared(source, term):
            entry = counterpart.move_id
            if counterpart.date > source.move.invoice_date:
                continue
            if entry.origin_payment_id or entry.statement_line_id:
                paid.append(
                    Paid(
                        day=counterpart.date,
                        amount=-amount(cleared),
                        form=FORM_OF_JOURNAL.get(entry.journal_id.type),
                    )
                )
    return sorted(paid, key=lambda one: one.day)


def _cleared(source, term):
    """Give (counterpart, amount of this invoice that it cleared) of each reconciliation."""
    if source.self_billed:
        for partial in term.matched_debit_ids:
            yield partial.debit_move_id, partial.credit_amount_currency
    else:
        for partial in term.matched_credit_ids:
            yield partial.credit_move_id, partial.debit_amount_currency


def _due_dates(source):
    term = source.move.invoice_payment_term_id
    if term.l10n_pl_ksef_due_event and term.l10n_pl_ksef_due_unit:
        return (
            fa3.DueDate(
                condition=fa3.DueCondition(
                    quantity=term.l10n_pl_ksef_due_quantity,
                    unit=one_line(term.l10n_pl_ksef_due_unit),
                    event=one_line(term.l10n_pl_ksef_due_event),
                )
            ),
        )
    days = {term.date_maturity for term in source.terms if term.date_maturity}
    return tuple(fa3.DueDate(due_on=day) for day in sorted(days))


def _form(source, paid, accounts):
    forms = {one.form for one in paid}
    if len(forms) == 1:
        return forms.pop()
    method = source.move.preferred_payment_method_line_id
    if method.l10n_pl_ksef_form:
        form = method.l10n_pl_ksef_form
        return OTHER if form == OTHER else fa3.PaymentForm(form)
    if method:
        return FORM_OF_JOURNAL.get(method.journal_id.type)
    return fa3.PaymentForm.TRANSFER if accounts else None


def _other_form(source):
    return one_line(source.move.preferred_payment_method_line_id.name)[:TEXT_SIZE]


def _bank_accounts(source, account):
    if not account:
        return ()
    number = _NOT_IN_ACCOUNT.sub("", (account.acc_number or "").upper())
    if _POLISH_IBAN.fullmatch(number):
        number = number.removeprefix("PL")
    if len(number) not in ACCOUNT_SIZES:
        source.problems.error(
            "payment.bank_account",
            "Fa/Platnosc/RachunekBankowy/NrRB",
            _(
                "The bank account %(account)s on %(invoice)s is not one that KSeF takes: it needs "
                "10 to 34 digits and letters. Correct it in Contacts, Bank Accounts, or choose "
                "another one as the Recipient Bank of the invoice."
            ),
            account=account.acc_number or "",
            invoice=source.move,
        )
    bank_own = account.l10n_pl_ksef_bank_own
    swift = (account.bank_bic or "").replace(" ", "").upper()
    return (
        fa3.BankAccount(
            number=number,
            swift=swift if _SWIFT.fullmatch(swift) else None,
            bank_own=fa3.BankOwnAccount(bank_own) if bank_own else None,
            bank_name=one_line(account.bank_name)[:TEXT_SIZE] or None,
            description=account.currency_id.name or None,
        ),
    )


def _cash_discount(source):
    term = source.move.invoice_payment_term_id
    if not term.early_discount:
        return None
    return fa3.CashDiscount(
        conditions=source.env._("Payment within %s days", term.discount_days),
        value=f"{term.discount_percentage:g}%",
    )
