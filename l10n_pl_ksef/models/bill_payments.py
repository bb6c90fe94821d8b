"""What a document says about paying it: dates, accounts, what is paid already."""

import re
from datetime import timedelta

from ..ksef import fa3
from ..ksef.texts import _

DAYS = re.compile(r"dni|dzie|day", re.IGNORECASE)
WORKING_DAYS = re.compile(r"robocz|working|business", re.IGNORECASE)
RECEIPT = re.compile(r"otrzym|wpływ|receipt|received", re.IGNORECASE)
ISSUE = re.compile(r"wystaw|issue|invoice date|dat[ay] faktury", re.IGNORECASE)
MOST_DAYS = 3650
POLISH_ACCOUNT = re.compile(r"\d{26}")
_NOT_IN_ACCOUNT = re.compile(r"[^0-9A-Za-z]")
FORMS = {
    fa3.PaymentForm.CASH: _("cash"),
    fa3.PaymentForm.CARD: _("card"),
    fa3.PaymentForm.VOUCHER: _("voucher"),
    fa3.PaymentForm.CHEQUE: _("cheque"),
    fa3.PaymentForm.CREDIT: _("credit"),
    fa3.PaymentForm.TRANSFER: _("bank transfer"),
    fa3.PaymentForm.MOBILE: _("mobile payment"),
}


def values(document):
    """Give the fields of the bill that tell when to pay what; the rest becomes notes."""
    payment = document.invoice.payment
    vals = {"payment_reference": document.invoice.number}
    due = _due(document) or _due_without_discount(document)
    if due:
        vals.update({"invoice_date_due": due, "invoice_payment_term_id": False})
    if payment:
        _tell_paid(payment, document.invoice.currency, document.notes)
        _tell_rest(payment, document.notes)
    return vals


def _due(document):
    """The day to pay by, or None where the supplier's own payment terms should say it."""
    payment, issued = document.invoice.payment, document.invoice.issue_date
    at_once = None if document.has_terms else issued
    if payment is None:
        return at_once
    days = [due.due_on for due in payment.due_dates if due.due_on]
    if len(days) > 1:
        document.notes.warn(
            _(
                "The document has several due dates: %(dates)s. The bill is due on the first of "
                "them; choose payment terms if it is paid in parts."
            ),
            dates=", ".join(day.isoformat() for day in sorted(days)),
        )
    if days:
        return min(days)
    for due in payment.due_dates:
        counted = _counted(document, due.condition)
        if counted:
            return counted
        if due.condition:
            document.notes.tell(
                _("Due: %(quantity)s %(unit)s, counted from: %(event)s."),
                quantity=due.condition.quantity,
                unit=due.condition.unit,
                event=due.condition.event,
            )
    return issued if payment.paid_on else at_once


def _due_without_discount(document):
    """The day by the supplier's payment terms, where their discount would change the VAT."""
    term = document.terms
    if not term.early_discount or term.early_pay_discount_computation != "mixed":
        return None
    document.notes.tell(
        _(
            "The payment terms %(terms)s take a discount off the VAT, which this document does "
            "not do; only their due date was taken."
        ),
        terms=term.name,
    )
    issued = document.invoice.issue_date
    return max((line._get_due_date(issued) for line in term.line_ids), default=issued)


def _counted(document, condition):
    """The day of "30 days from the issue" or "from the receipt", where it says just that."""
    if not condition or not 0 <= condition.quantity <= MOST_DAYS:
        return None
    start = None
    if ISSUE.search(condition.event):
        start = document.invoice.issue_date
    elif RECEIPT.search(condition.event):
        start = document.received_on
    unit = condition.unit.strip()
    if start and DAYS.match(unit) and not WORKING_DAYS.search(unit):
        return start + timedelta(days=condition.quantity)
    return None


def _tell_paid(payment, currency, notes):
    how = _form(payment)
    if payment.paid_on:
        if how:
            notes.warn(
                _("The document says that it was paid on %(day)s (%(how)s)."),
                day=payment.paid_on,
                how=how,
            )
        else:
            notes.warn(_("The document says that it was paid on %(day)s."), day=payment.paid_on)
    for part in payment.part_payments:
        notes.warn(
            _("The document says that %(amount)s was paid on %(day)s."),
            amount=f"{part.amount:f} {currency}",
            day=part.paid_on,
        )
    if payment.part_paid is fa3.PartPaid.IN_FULL:
        notes.warn(_("The document says that these payments cover it in full."))


def _tell_rest(payment, notes):
    how = _form(payment)
    if how and not payment.paid_on:
        notes.tell(_("To be paid by: %(how)s."), how=how)
    if payment.cash_discount:
        notes.tell(
            _("Cash discount: %(value)s. %(conditions)s"),
            value=payment.cash_discount.value,
            conditions=payment.cash_discount.conditions,
        )
    if payment.link:
        notes.tell(_("Link for paying: %(link)s"), link=payment.link)
    if payment.ksef_payment_id:
        notes.tell(_("Payment identifier of KSeF: %(number)s"), number=payment.ksef_payment_id)


def _form(payment):
    return FORMS.get(payment.form) or payment.other_form


# -- bank accounts ------------------------------------------------------------------------


def account_of(invoice):
    """Give the `fa3.BankAccount` to pay to or None, and whether it is a factor's."""
    payment = invoice.payment
    if payment and payment.factor_accounts:
        return payment.factor_accounts[0], True
    if payment and payment.bank_accounts:
        return payment.bank_accounts[0], False
    return None, False


def sanitised(number):
    """An account number as Odoo compares it; a Polish one as the IBAN that it is."""
    bare = _NOT_IN_ACCOUNT.sub("", number or "").upper()
    return f"PL{bare}" if POLISH_ACCOUNT.fullmatch(bare) else bare


class Accounts:
    """The bank accounts of a batch of documents. Those made here are never trusted."""

    def __init__(self, env, company):
        self._env = env
        self._company = company
        self._found = {}

    def prepare(self, wanted):
        """Find or make accounts.

        :param wanted: (contact, `fa3.BankAccount`, name of the holder or "") of each document
        """
        lacking = {}
        for partner, account, holder in wanted:
            key = partner.commercial_partner_id.id, sanitised(account.number)
            if key[1] and key not in self._found:
                lacking.setdefault(key, (partner.commercial_partner_id, account, holder))
        self._find(lacking)
        self._make({key: one for key, one in lacking.items() if key not in self._found})

    def of(self, partner, account):
        """Give the ``res.partner.bank`` that was prepared; an empty one where it is archived."""
        found = self._found.get((partner.commercial_partner_id.id, sanitised(account.number)))
        return found or self._env["res.partner.bank"]

    def _find(self, wanted):
        if not wanted:
            return
        banks = self._env["res.partner.bank"].with_context(active_test=False)
        numbers = {text for _id, number in wanted for text in (number, number.removeprefix("PL"))}
        known = banks.search(
            [
                ("partner_id.commercial_partner_id", "in", list({one for one, _n in wanted})),
                ("sanitized_acc_number", "in", list(numbers)),
            ]
        )
        for bank in known.sorted(lambda one: (not one.active, -one.id)):
            key = bank.partner_id.commercial_partner_id.id, sanitised(bank.sanitized_acc_number)
            if key not in self._found:
                self._found[key] = bank if bank.active else self._env["res.partner.bank"]

    def _make(self, lacking):
        made = self._env["res.partner.bank"].create(
            [
                {
                    "partner_id": partner.id,
                    "acc_number": self._written(number, account),
                    "acc_holder_name": holder or False,
                    "bank_id": self._bank(account).id,
                    "allow_out_payment": False,
                }
                for (_id, number), (partner, account, holder) in lacking.items()
            ]
        )
        self._found.update(zip(lacking, made, strict=True))

    def _written(self, number, account):
        banks = self._env["res.partner.bank"]
        return number if banks.retrieve_acc_type(number) == "iban" else account.number

    def _bank(self, account):
        """The bank by its SWIFT code, where Odoo knows it. None is made: names are free text."""
        banks = self._env["res.bank"]
        return banks.search([("bic", "=ilike", account.swift)], limit=1) if account.swift else banks
