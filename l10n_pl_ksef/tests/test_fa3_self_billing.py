"""Invoices that the buyer issues in the name of its supplier (art. 106d)."""

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..ksef import fa3
from .common import BUYER_NIP, GENERATED_AT, SELLER_NIP
from .common_fa3 import Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3SelfBilling(Fa3TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data["default_journal_purchase"].copy(
            {
                "name": "Samofakturowanie",
                "code": "SF",
                "is_self_billing": True,
                "default_account_id": cls.company_data["default_account_expense"].id,
            }
        )
        cls.tax_purchase = cls._polish_tax("vz_kraj_23")

    def _purchase(self, *lines, **values):
        return self._invoice(
            *(lines or [self._line(tax=self.tax_purchase)]),
            **{"move_type": "in_invoice", "journal_id": self.journal.id, **values},
        )

    def test_given_a_self_billed_purchase_when_told_then_the_supplier_sells(self):
        bill = self._purchase()
        xml, findings = bill._l10n_pl_ksef_xml(GENERATED_AT)
        self.assertFalse([one.message for one in findings if one.severity == "error"])
        told = fa3.read(xml)
        self.assertTrue(told.annotations.self_billing)
        self.assertEqual(told.seller.identity.nip, BUYER_NIP)
        self.assertEqual(told.buyer.identity.nip, SELLER_NIP)
        self.assertEqual(told.number, bill.name)
        self.assertEqual(told.totals.standard, fa3.Total(net=Decimal("100"), vat=Decimal("23")))
        self.assertEqual(told.total, Decimal("123"))
        self.assertEqual(told.lines[0].net_amount, Decimal("100"))
        self.assertEqual(bill._l10n_pl_ksef_seller_nip(), BUYER_NIP)

    def test_given_a_payment_before_the_issue_when_told_then_it_is_paid(self):
        bill = self._purchase()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create(
            {
                "payment_date": "2026-02-14",
                "journal_id": self.company_data["default_journal_cash"].id,
            }
        )._create_payments()
        payment = self._told(bill).payment
        self.assertEqual((payment.paid_on, payment.form), (date(2026, 2, 14), fa3.PaymentForm.CASH))

    def test_given_a_supplier_without_nip_when_told_then_it_is_refused(self):
        bill = self._purchase(partner_id=self.consumer.id)
        self.assertRefused(bill, "seller.supplier", self.consumer.name)

    def test_given_an_ordinary_bill_when_told_then_it_is_no_invoice_of_ours(self):
        bill = self._purchase(journal_id=self.company_data["default_journal_purchase"].id)
        self.assertFalse(bill._l10n_pl_ksef_is_self_billed())
        self.assertRefused(bill, "invoice.kind")

    def test_given_a_correction_of_a_self_billed_purchase_when_told_then_it_is_a_difference(self):
        bill = self._purchase()
        bill.l10n_pl_ksef_outside_reason = "other"
        refund = self._credit_note(
            bill,
            lines=[
                Command.create(
                    {
                        "name": "zwrot",
                        "price_unit": 40.0,
                        "quantity": 1,
                        "tax_ids": [Command.set(self.tax_purchase.ids)],
                    }
                )
            ],
        )
        told = self._told(refund)
        self.assertTrue(told.annotations.self_billing)
        self.assertEqual(told.kind, fa3.InvoiceKind.CORRECTION)
        self.assertEqual(told.total, Decimal("-49.20"))
