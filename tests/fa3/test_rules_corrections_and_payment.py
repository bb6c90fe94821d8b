"""Rules on corrections, advances, settlements and payment."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from ksef import fa3

from .builders import (
    BUYER,
    SELLER,
    advance,
    correction,
    corrects,
    findings,
    invoice,
    settlement,
)

D = Decimal

# --- corrections ------------------------------------------------------------------------------


def test_a_correction_without_an_original_is_found() -> None:
    assert "correction.original_missing" in findings(correction(correction=None))


def test_an_original_on_an_ordinary_invoice_is_found() -> None:
    assert "correction.kind" in findings(invoice(correction=corrects(), number="another"))


def test_a_correction_without_its_period_of_effect_is_found() -> None:
    subject = correction(correction=corrects(effect=None))
    assert set(findings(subject)) == {"correction.effect_missing"}


def test_a_correction_of_itself_is_found() -> None:
    subject = correction(number="FV/2026/02/150")
    assert set(findings(subject)) == {"correction.itself"}


@pytest.mark.parametrize(
    "kind", [fa3.InvoiceKind.ADVANCE_CORRECTION, fa3.InvoiceKind.SETTLEMENT_CORRECTION]
)
def test_a_correction_of_an_advance_states_the_former_payment(kind: fa3.InvoiceKind) -> None:
    assert set(findings(correction(kind=kind))) == {"correction.total_before"}
    stated = corrects(total_before=D("123.00"))
    assert findings(correction(kind=kind, correction=stated)) == {}


def test_a_correction_cannot_change_the_sellers_nip() -> None:
    before = fa3.SellerBefore(
        identity=fa3.Taxpayer(nip="1111111111", name="a"), address=SELLER.address
    )
    subject = correction(correction=corrects(seller_before=before))
    assert set(findings(subject)) == {"correction.seller_number"}


def test_a_correction_can_change_the_sellers_name() -> None:
    before = fa3.SellerBefore(
        identity=dataclasses.replace(SELLER.identity, name="a"), address=SELLER.address
    )
    assert findings(correction(correction=corrects(seller_before=before))) == {}


def buyer_before(nip: str, link: str | None) -> fa3.Invoice:
    before = fa3.BuyerBefore(identity=fa3.Identity(nip=nip, name="a"), link=link)
    return correction(
        buyer=dataclasses.replace(BUYER, link="0001"),
        correction=corrects(buyers_before=(before,)),
    )


@pytest.mark.parametrize("link", [None, "0001"])
def test_a_correction_can_change_the_buyers_name(link: str | None) -> None:
    assert findings(buyer_before("1111111111", link)) == {}


@pytest.mark.parametrize("link", [None, "0001"])
def test_a_correction_cannot_change_the_buyers_nip(link: str | None) -> None:
    assert set(findings(buyer_before("5265877635", link))) == {"correction.buyer_number"}


def test_former_data_of_nobody_are_found() -> None:
    assert set(findings(buyer_before("1111111111", "0002"))) == {"correction.buyer_link"}


def test_former_data_may_be_those_of_an_additional_buyer() -> None:
    owner = fa3.ThirdParty(
        identity=fa3.Identity(nip="5265877635", name="b"),
        role=fa3.Role.ADDITIONAL_BUYER,
        link="0002",
    )
    subject = dataclasses.replace(buyer_before("5265877635", "0002"), third_parties=(owner,))
    assert findings(subject) == {}


# --- advances ---------------------------------------------------------------------------------


def test_an_advance_without_an_order_is_found() -> None:
    assert set(findings(advance(order=None))) == {"advance.order_missing"}


def test_a_settlement_without_advances_is_found() -> None:
    assert set(findings(settlement(advance_invoices=()))) == {"advance.advances_missing"}


@pytest.mark.parametrize(
    ("total", "found"), [("1230.00", False), ("1230.01", False), ("1000.00", True)]
)
def test_an_order_that_does_not_add_up_is_found(total: str, found: bool) -> None:
    order = dataclasses.replace(advance().order, total=D(total))
    assert ("advance.order_total" in findings(advance(order=order))) is found


def test_an_orders_state_before_does_not_count() -> None:
    order = advance().order
    assert order is not None
    before = dataclasses.replace(order.lines[0], before=True, net_amount=D(5000))
    subject = advance(order=dataclasses.replace(order, lines=(before, *order.lines)))
    assert findings(subject) == {}


@pytest.mark.parametrize(("amount", "found"), [("23.00", False), ("24.00", True)])
def test_parts_that_do_not_make_the_advance_are_found(amount: str, found: bool) -> None:
    parts = tuple(
        fa3.PartAdvance(received_on=date(2026, 2, 15), amount=D(one)) for one in ("100.00", amount)
    )
    assert ("advance.parts" in findings(advance(part_advances=parts))) is found


# --- settlement with the buyer ----------------------------------------------------------------


def settled(**changes: object) -> fa3.Invoice:
    """An invoice over 123.00 with 5.00 more and 3.00 less to pay."""
    settings: dict[str, object] = {
        "charges": (fa3.SettlementItem(amount=D(5), reason="deposit"),),
        "charges_total": D(5),
        "deductions": (fa3.SettlementItem(amount=D(3), reason="overpaid"),),
        "deductions_total": D(3),
        "to_pay": D(125),
    }
    return invoice(settlement=fa3.Settlement(**{**settings, **changes}))


def test_a_settlement_that_adds_up_is_right() -> None:
    assert findings(settled()) == {}


@pytest.mark.parametrize(
    ("changes", "code", "element"),
    [
        ({"charges_total": D(6)}, "payment.charges", "SumaObciazen"),
        ({"deductions_total": D(6)}, "payment.deductions", "SumaOdliczen"),
        ({"to_pay": D("125.01")}, "payment.to_pay", "DoZaplaty"),
    ],
)
def test_a_settlement_that_does_not_add_up_is_found(
    changes: dict[str, object], code: str, element: str
) -> None:
    found = findings(settled(**changes))
    assert {one: finding.element for one, finding in found.items()} == {
        code: f"Fa/Rozliczenie/{element}"
    }


# --- payment ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "found"), [(date(2026, 2, 15), False), (date(2026, 2, 16), True)])
def test_a_payment_after_the_invoice_is_found(day: date, found: bool) -> None:
    part = fa3.PartPayment(amount=D(10), paid_on=day)
    at_once = invoice(payment=fa3.Payment(paid_on=day))
    in_parts = invoice(payment=fa3.Payment(part_paid=fa3.PartPaid.IN_PART, part_payments=(part,)))
    assert ("payment.later" in findings(at_once)) is found
    assert ("payment.later" in findings(in_parts)) is found


@pytest.mark.parametrize(
    ("mark", "paid", "found"),
    [
        (fa3.PartPaid.IN_PART, "100.00", False),
        (fa3.PartPaid.IN_PART, "123.00", True),
        (fa3.PartPaid.IN_PART, "124.00", True),
        (fa3.PartPaid.IN_FULL, "123.00", False),
        (fa3.PartPaid.IN_FULL, "100.00", True),
    ],
)
def test_part_payments_must_fit_their_mark(mark: fa3.PartPaid, paid: str, found: bool) -> None:
    part = fa3.PartPayment(amount=D(paid), paid_on=date(2026, 2, 1))
    payment = fa3.Payment(part_paid=mark, part_payments=(part,))
    assert ("payment.parts" in findings(invoice(payment=payment))) is found


def test_part_payments_are_compared_with_what_is_to_pay() -> None:
    part = fa3.PartPayment(amount=D(125), paid_on=date(2026, 2, 1))
    payment = fa3.Payment(part_paid=fa3.PartPaid.IN_FULL, part_payments=(part,))
    assert findings(dataclasses.replace(settled(), payment=payment)) == {}


@pytest.mark.parametrize(
    ("due_on", "found"), [(date(2026, 2, 15), False), (date(2026, 2, 14), True)]
)
def test_a_due_date_before_the_invoice_is_found(due_on: date, found: bool) -> None:
    payment = fa3.Payment(due_dates=(fa3.DueDate(due_on=due_on),))
    assert ("payment.due_before_issue" in findings(invoice(payment=payment))) is found


@pytest.mark.parametrize(
    "number",
    [
        "61109010140000071219812874",
        "61 1090 1014 0000 0712 1981 2874",
        "PL61109010140000071219812874",
        "DE89370400440532013000",
        "1234567890",
        "GB-UNKNOWN-1",
    ],
)
def test_an_account_that_may_be_right_is_not_found(number: str) -> None:
    payment = fa3.Payment(bank_accounts=(fa3.BankAccount(number=number),))
    assert findings(invoice(payment=payment)) == {}


@pytest.mark.parametrize(
    "number",
    [
        "61109010140000071219812875",
        "PL61109010140000071219812875",
        "DE89370400440532013001",
    ],
)
def test_an_account_with_wrong_check_digits_is_found(number: str) -> None:
    account = fa3.BankAccount(number=number)
    own = invoice(payment=fa3.Payment(bank_accounts=(account,)))
    factors = invoice(payment=fa3.Payment(factor_accounts=(account,)))
    assert findings(own)["payment.account"].element == "Fa/Platnosc/RachunekBankowy[1]/NrRB"
    assert "payment.account" in findings(factors)
