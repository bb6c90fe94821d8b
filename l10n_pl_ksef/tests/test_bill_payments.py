"""When and how a bill is paid, and into which VAT period it falls."""

from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import BillTestCase, ksef_number, sold


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillPayments(BillTestCase):
    def _paid(self, **payment):
        return self._bill(payment=fa3.Payment(**payment))

    def _said(self, bill):
        return "\n".join([*self._alerts(bill).values(), bill.l10n_pl_ksef_remarks or ""])

    def test_given_a_due_date_when_it_comes_then_the_bill_is_due_then(self):
        bill = self._paid(due_dates=(fa3.DueDate(due_on=date(2026, 12, 1)),))
        self.assertEqual(bill.invoice_date_due, date(2026, 12, 1))

    def test_given_a_due_date_when_the_supplier_has_terms_then_the_document_counts(self):
        partner = self._bill().partner_id
        partner.property_supplier_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        bill = self._bill(
            number="FV/2", payment=fa3.Payment(due_dates=(fa3.DueDate(due_on=date(2026, 11, 5)),))
        )
        self.assertEqual(bill.invoice_date_due, date(2026, 11, 5))

    def test_given_no_due_date_when_the_supplier_has_terms_then_they_count(self):
        partner = self._bill().partner_id
        partner.property_supplier_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        self.assertEqual(self._bill(number="FV/2").invoice_date_due, date(2026, 12, 2))

    def test_given_terms_with_a_discount_off_the_vat_when_it_comes_then_only_their_day_counts(self):
        partner = self._bill().partner_id
        partner.property_supplier_payment_term_id = self.env["account.payment.term"].create(
            {
                "name": "2/7 30",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        bill = self._bill(number="FV/2")
        self.assertComesTo(bill, "100.00", "23.00", "123.00")
        self.assertEqual(bill.invoice_date_due, date(2026, 12, 2))

    def test_given_no_due_date_and_no_terms_when_it_comes_then_it_is_due_at_once(self):
        self.assertEqual(self._bill().invoice_date_due, date(2026, 11, 2))

    def test_given_several_due_dates_when_they_come_then_the_first_counts_and_all_are_said(self):
        days = (date(2026, 12, 15), date(2026, 12, 1))
        bill = self._paid(due_dates=tuple(fa3.DueDate(due_on=day) for day in days))
        self.assertEqual(bill.invoice_date_due, date(2026, 12, 1))
        self.assertIn("2026-12-15", self._said(bill))

    def test_given_a_due_date_in_words_when_it_counts_from_the_issue_then_it_is_counted(self):
        condition = fa3.DueCondition(quantity=14, unit="dni", event="data wystawienia faktury")
        bill = self._paid(due_dates=(fa3.DueDate(condition=condition),))
        self.assertEqual(bill.invoice_date_due, date(2026, 11, 16))

    def test_given_working_days_when_they_come_then_they_are_not_counted_as_days(self):
        condition = fa3.DueCondition(quantity=14, unit="dni roboczych", event="wystawienie faktury")
        bill = self._paid(due_dates=(fa3.DueDate(condition=condition),))
        self.assertEqual(bill.invoice_date_due, date(2026, 11, 2))
        self.assertIn("dni roboczych", bill.l10n_pl_ksef_remarks)

    def test_given_a_due_date_in_words_when_it_counts_from_the_receipt_then_it_is_counted(self):
        condition = fa3.DueCondition(quantity=30, unit="Dzień", event="Otrzymanie faktury")
        bill = self._paid(due_dates=(fa3.DueDate(condition=condition),))
        self.assertEqual(bill.invoice_date_due, date(2026, 12, 3))

    def test_given_a_due_date_in_other_words_when_it_comes_then_it_is_said(self):
        condition = fa3.DueCondition(quantity=2, unit="tygodnie", event="odbiór robót")
        bill = self._paid(due_dates=(fa3.DueDate(condition=condition),))
        self.assertIn("odbiór robót", self._said(bill))

    def test_given_a_paid_invoice_when_it_comes_then_the_bill_says_when_and_how(self):
        bill = self._paid(paid_on=date(2026, 11, 2), form=fa3.PaymentForm.CARD)
        self.assertIn("paid on 11/02/2026 (card)", self._said(bill))

    def test_given_part_payments_when_they_come_then_the_bill_says_them(self):
        parts = (fa3.PartPayment(amount=sold("50.00").net_amount, paid_on=date(2026, 11, 1)),)
        bill = self._paid(part_payments=parts, part_paid=fa3.PartPaid.IN_PART)
        self.assertIn("50.00 PLN was paid", self._said(bill))

    def test_given_split_payment_when_it_comes_then_a_banner_says_so(self):
        bill = self._bill(annotations=fa3.Annotations(split_payment=True))
        self.assertTrue(any("split payment" in text for text in self._alerts(bill).values()))

    def test_given_cash_accounting_when_it_comes_then_a_banner_says_so(self):
        bill = self._bill(annotations=fa3.Annotations(cash_accounting=True))
        self.assertTrue(any("cash accounting" in text for text in self._alerts(bill).values()))

    def test_given_a_bill_when_it_comes_then_it_is_paid_under_the_suppliers_number(self):
        bill = self._bill(number="FV/77")
        self.assertEqual((bill.ref, bill.payment_reference), ("FV/77", "FV/77"))


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillDates(BillTestCase):
    def _received_on(self, day, **values):
        return self._bill(number_in_ksef=ksef_number(day=day), **values)

    def test_given_an_earlier_supply_when_the_number_is_of_november_then_so_is_the_vat(self):
        bill = self._received_on("20261103", sale_date=date(2026, 10, 31))
        self.assertEqual(
            (bill.date, bill.taxable_supply_date), (date(2026, 11, 3), date(2026, 10, 31))
        )

    def test_given_a_later_supply_when_the_number_is_earlier_then_the_supply_counts(self):
        bill = self._received_on("20261103", sale_date=date(2026, 12, 5))
        self.assertEqual(bill.date, date(2026, 12, 5))

    def test_given_it_is_fetched_much_later_when_it_comes_then_the_number_counts(self):
        with freeze_time("2027-01-20"):
            self.assertEqual(self._received_on("20261130").date, date(2026, 11, 30))

    def test_given_a_journal_numbered_by_year_when_it_is_fetched_later_then_the_number_counts(self):
        first = self._bill(number="FV/1")
        first.name = "BILL/2026/00001"
        first.action_post()
        with freeze_time("2026-12-20"):
            self.assertEqual(self._received_on("20261130").date, date(2026, 11, 30))

    def test_given_the_invoice_date_is_changed_when_it_is_saved_then_the_number_still_counts(self):
        bill = self._received_on("20261103", sale_date=date(2026, 10, 31))
        bill.invoice_date = date(2026, 10, 30)
        self.assertEqual(bill.date, date(2026, 11, 3))

    def test_given_a_locked_period_when_it_comes_then_the_next_open_day_counts(self):
        self.company.tax_lock_date = date(2026, 11, 30)
        with freeze_time("2026-12-20"):
            self.assertGreater(self._received_on("20261103").date, date(2026, 11, 30))

    def test_given_a_bill_when_it_is_confirmed_then_its_date_stays(self):
        bill = self._received_on("20261103", sale_date=date(2026, 10, 31))
        bill.action_post()
        self.assertEqual(bill.date, date(2026, 11, 3))

    def test_given_a_bill_when_it_came_then_it_shows_its_number_day_and_link(self):
        number = ksef_number(day="20261103")
        bill = self._bill(number_in_ksef=number)
        self.assertEqual(
            (bill.l10n_pl_ksef_number, bill.l10n_pl_ksef_received_on), (number, date(2026, 11, 3))
        )
        self.assertFalse(bill.l10n_pl_ksef_state)

    def test_given_lines_of_several_days_when_they_come_then_the_last_is_the_day_of_supply(self):
        lines = [
            sold("10.00", number=1, supplied_on=date(2026, 10, 5)),
            sold("10.00", number=2, supplied_on=date(2026, 10, 9)),
        ]
        self.assertEqual(self._bill(*lines).taxable_supply_date, date(2026, 10, 9))

    def test_given_a_period_when_it_comes_then_its_end_is_the_day_of_supply(self):
        period = fa3.Period(start=date(2026, 10, 1), end=date(2026, 10, 31))
        self.assertEqual(self._bill(period=period).taxable_supply_date, date(2026, 10, 31))

    def test_given_a_period_to_come_when_it_is_invoiced_before_then_its_receipt_counts(self):
        period = fa3.Period(start=date(2026, 11, 1), end=date(2027, 1, 31))
        bill = self._received_on("20261103", period=period)
        self.assertEqual(bill.date, date(2026, 11, 3))
        self.assertIn("01/31/2027", bill.l10n_pl_ksef_remarks)
