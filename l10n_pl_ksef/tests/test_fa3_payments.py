"""Due dates, payments before the issue, bank accounts."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from .common_fa3 import Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Payments(Fa3TestCase):
    def _bank(self, **values):
        return self.env["res.partner.bank"].create(
            {
                "acc_number": "73111111111111111111111111",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
                **values,
            }
        )

    def _pay(self, invoice, amount, day, journal="bank"):
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "amount": amount,
                    "payment_date": day,
                    "journal_id": self.company_data[f"default_journal_{journal}"].id,
                }
            )
        )
        return payment._create_payments()

    def _payment_told(self, invoice):
        return self._told(invoice).payment

    def test_given_a_due_date_when_told_then_it_is_there(self):
        invoice = self._invoice(invoice_payment_term_id=False, invoice_date_due="2026-03-15")
        self.assertEqual(
            self._payment_told(invoice),
            fa3.Payment(due_dates=(fa3.DueDate(due_on=date(2026, 3, 15)),)),
        )

    def test_given_instalments_when_told_then_each_has_its_due_date(self):
        invoice = self._invoice(invoice_payment_term_id=self.pay_terms_b.id)
        self.assertEqual(
            [due.due_on for due in self._payment_told(invoice).due_dates],
            [date(2026, 2, 15), date(2026, 3, 31)],
        )

    def test_given_a_bank_account_when_told_then_it_is_paid_by_transfer(self):
        bank = self.env["res.bank"].create(
            {"name": "Bank Bankowości Bankowej S. A.", "bic": "BREXPLPWXXX"}
        )
        account = self._bank(bank_id=bank.id, currency_id=self.env.ref("base.PLN").id)
        told = self._payment_told(self._invoice(partner_bank_id=account.id))
        self.assertEqual(told.form, fa3.PaymentForm.TRANSFER)
        self.assertEqual(
            told.bank_accounts,
            (
                fa3.BankAccount(
                    number="73111111111111111111111111",
                    swift="BREXPLPWXXX",
                    bank_name="Bank Bankowości Bankowej S. A.",
                    description="PLN",
                ),
            ),
        )

    def test_given_polish_and_foreign_iban_when_told_then_only_pl_is_left_out(self):
        for written, number in (
            ("PL 61 1090 1014 0000 0712 1981 2874", "61109010140000071219812874"),
            ("DE89370400440532013000", "DE89370400440532013000"),
        ):
            with self.subTest(written=written):
                told = self._payment_told(
                    self._invoice(partner_bank_id=self._bank(acc_number=written).id)
                )
                self.assertEqual(told.bank_accounts[0].number, number)

    def test_given_a_bank_without_name_and_swift_when_told_then_they_are_left_out(self):
        told = self._payment_told(self._invoice(partner_bank_id=self._bank().id))
        self.assertEqual(
            (told.bank_accounts[0].bank_name, told.bank_accounts[0].swift), (None, None)
        )

    def test_given_a_payment_before_the_issue_when_told_then_it_is_paid(self):
        invoice = self._invoice(self._line(100))
        self._pay(invoice, 123, "2026-02-14", "cash")
        self.assertEqual(
            self._payment_told(invoice),
            fa3.Payment(paid_on=date(2026, 2, 14), form=fa3.PaymentForm.CASH),
        )

    def test_given_a_payment_after_the_issue_when_told_then_it_is_not_there(self):
        invoice = self._invoice(self._line(100))
        self._pay(invoice, 123, "2026-02-16")
        told = self._payment_told(invoice)
        self.assertEqual((told.paid_on, told.part_payments), (None, ()))
        self.assertTrue(told.due_dates)

    def test_given_part_payments_when_told_then_each_shows_what_went_to_this_invoice(self):
        invoice = self._invoice(self._line(100))
        self._pay(invoice, 23, "2026-02-14", "cash")
        self.assertEqual(
            self._payment_told(invoice),
            fa3.Payment(
                part_paid=fa3.PartPaid.IN_PART,
                part_payments=(
                    fa3.PartPayment(
                        amount=Decimal("23.00"),
                        paid_on=date(2026, 2, 14),
                        form=fa3.PaymentForm.CASH,
                    ),
                ),
                due_dates=(fa3.DueDate(due_on=date(2026, 2, 15)),),
                form=fa3.PaymentForm.CASH,
            ),
        )
        self._pay(invoice, 100, "2026-02-15")
        told = self._payment_told(invoice)
        self.assertEqual(told.part_paid, fa3.PartPaid.IN_FULL)
        self.assertEqual(
            [one.amount for one in told.part_payments], [Decimal("23"), Decimal("100")]
        )
        self.assertEqual(told.due_dates, ())

    def test_given_a_larger_payment_when_told_then_only_the_part_for_this_invoice(self):
        payment = self.init_payment(500, post=True, date="2026-02-10", partner=self.buyer)
        invoice = self._invoice(self._line(100))
        receivable = (payment.move_id | invoice).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        receivable.reconcile()
        self.assertEqual(self._payment_told(invoice).paid_on, date(2026, 2, 10))

    def test_given_a_credit_note_set_against_it_when_told_then_that_is_no_payment(self):
        invoice = self._invoice(self._line(100))
        self._credit_note(invoice, lines=[self._line(10)])
        self.assertEqual(invoice.payment_state, "partial")
        told = self._payment_told(invoice)
        self.assertEqual((told.paid_on, told.part_payments), (None, ()))

    def test_given_a_cash_discount_when_told_then_its_conditions_are_there(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "skonto",
                "early_discount": True,
                "early_pay_discount_computation": "included",
                "discount_days": 7,
                "discount_percentage": 2.5,
            }
        )
        told = self._payment_told(self._invoice(invoice_payment_term_id=term.id))
        self.assertEqual(told.cash_discount.value, "2.5%")
        self.assertIn("7", told.cash_discount.conditions)

    def test_given_a_bank_account_too_short_when_told_then_it_is_refused(self):
        invoice = self._invoice(partner_bank_id=self._bank(acc_number="12345").id)
        self.assertRefused(invoice, "payment.bank_account", "12345", "Bank Accounts")
