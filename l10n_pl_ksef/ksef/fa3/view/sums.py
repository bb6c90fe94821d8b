"""The money: totals by rate, what else is settled, and how it is paid."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...texts import Term, _
from .. import model
from .labels import KINDS_OF_SALE, TOTAL
from .leaves import fact, facts
from .parts import (
    Amounts,
    Cell,
    Fact,
    Facts,
    Form,
    Heading,
    Leaf,
    Line,
    Panel,
    Panels,
    Part,
    Section,
    Table,
)

_TOTALS = ("net", "vat", "vat_pln")


def totals(invoice: model.Invoice) -> Iterator[Part]:
    """The totals by rate, the amount due and the settlement."""
    parts: list[Part] = []
    table = _by_rate(invoice)
    if table:
        parts.append(table)
    parts.append(
        Amounts((Fact(TOTAL[invoice.kind], Leaf(invoice.total, Form.AMOUNT, invoice.currency)),))
    )
    if invoice.advance_rate is not None:
        found = fact(invoice, "advance_rate", invoice.currency)
        parts.append(Facts((found,) if found else ()))
    yield Section(_("Totals"), tuple(parts))
    if invoice.settlement:
        yield _settlement(invoice.settlement, invoice.currency)


def _by_rate(invoice: model.Invoice) -> Table | None:
    sums = list(invoice.totals.items())
    if not sums:
        return None
    shown = [
        name
        for name in _TOTALS
        if name == "net" or any(getattr(total, name) is not None for _kind, total in sums)
    ]
    titles = {
        "net": (_("Net value"), ""),
        "vat": (_("VAT amount"), ""),
        "vat_pln": (_("VAT in PLN"), "PLN"),
    }
    headings = (
        Heading(_("Rate or kind of sale"), 3.0),
        *(Heading(titles[name][0], 1.2, numeric=True) for name in shown),
    )
    lines = [
        Line(
            (
                Cell(Leaf(KINDS_OF_SALE[kind])),
                *(_amount(getattr(total, name), _unit(name, invoice)) for name in shown),
            )
        )
        for kind, total in sums
    ]
    if len(sums) > 1:
        together = [
            sum((getattr(total, name) or Decimal(0) for _kind, total in sums), Decimal(0))
            for name in shown
        ]
        cells = (
            _amount(value, _unit(name, invoice))
            for name, value in zip(shown, together, strict=True)
        )
        lines.append(Line((Cell(Leaf(_("Together"))), *cells), "total"))
    return Table(headings, tuple(lines))


def _unit(name: str, invoice: model.Invoice) -> str:
    return "PLN" if name == "vat_pln" else invoice.currency


def _amount(value: Decimal | None, currency: str) -> Cell:
    return Cell(None if value is None else Leaf(value, Form.AMOUNT, currency))


def _settlement(settlement: model.Settlement, currency: str) -> Section:
    rows = [
        *_items(settlement.charges, _("Charge"), currency),
        *_items(settlement.deductions, _("Deduction"), currency),
    ]
    parts: list[Part] = []
    if rows:
        headings = (
            Heading(_("Kind"), 1.0),
            Heading(_("Reason"), 3.0),
            Heading(_("Amount"), 1.2, numeric=True),
        )
        parts.append(Table(headings, tuple(rows)))
    found = facts(settlement, currency)
    if found:
        parts.append(Amounts(found))
    return Section(_("Settlement"), tuple(parts))


def _items(items: tuple[model.SettlementItem, ...], kind: Term, currency: str) -> Iterator[Line]:
    for item in items:
        yield Line((Cell(Leaf(kind)), Cell(Leaf(item.reason)), _amount(item.amount, currency)))


def payment(invoice: model.Invoice) -> Iterator[Part]:
    """How and when it is paid, or was."""
    if invoice.payment is None:
        return
    how, currency = invoice.payment, invoice.currency
    about = [*_paid(how), *_due(how), *facts(how, currency, without=("paid_on", "part_paid"))]
    discount = how.cash_discount
    if discount:
        about += facts(discount, currency)
    parts: list[Part] = [Facts(tuple(about))] if about else []
    if how.part_payments:
        parts.append(_part_payments(how.part_payments, currency))
    accounts = [
        *(_account(_("Bank account"), one) for one in how.bank_accounts),
        *(_account(_("Factor's bank account"), one) for one in how.factor_accounts),
    ]
    if accounts:
        parts.append(Panels(tuple(accounts)))
    yield Section(_("Payment"), tuple(parts))


def _paid(payment: model.Payment) -> Iterator[Fact]:
    if payment.paid_on:
        yield Fact(_("Paid"), Leaf(True, Form.YES_NO))
        yield Fact(_("Date of payment"), Leaf(payment.paid_on, Form.DAY))
    if payment.part_paid:
        yield Fact(_("Paid"), Leaf(payment.part_paid, Form.CODE))


def _due(payment: model.Payment) -> Iterator[Fact]:
    for due in payment.due_dates:
        if due.due_on:
            yield Fact(_("Due date"), Leaf(due.due_on, Form.DAY))
        if due.condition:
            yield Fact(
                _("Due date"),
                Leaf(due.condition.event),
                (Leaf(due.condition.quantity, Form.INTEGER), Leaf(due.condition.unit)),
            )


def _part_payments(payments: tuple[model.PartPayment, ...], currency: str) -> Table:
    headings = (
        Heading(_("Date of the part payment"), 1.2),
        Heading(_("Form of payment"), 2.0),
        Heading(_("Amount"), 1.2, numeric=True),
    )
    rows = tuple(
        Line(
            (
                Cell(Leaf(one.paid_on, Form.DAY)),
                Cell(_form(one), facts=_other_form(one)),
                _amount(one.amount, currency),
            )
        )
        for one in payments
    )
    return Table(headings, rows)


def _form(payment: model.PartPayment) -> Leaf | None:
    return Leaf(payment.form, Form.CODE) if payment.form else None


def _other_form(payment: model.PartPayment) -> tuple[Fact, ...]:
    found = fact(payment, "other_form", "")
    return (found,) if found else ()


def _account(title: Term, account: model.BankAccount) -> Panel:
    from_number = Leaf(account.number, Form.ACCOUNT)
    about = facts(account, "", without=("number",))
    return Panel(
        title=title,
        name=from_number,
        parts=(Facts(about),) if about else (),
    )
