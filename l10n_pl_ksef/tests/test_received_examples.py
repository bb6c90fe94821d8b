"""Every official example becomes a bill of the right kind that comes to P_13, P_14 and P_15."""

import unittest
from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import OWN_NIP, BillTestCase
from .common_examples import FOLDER, official

EXAMPLES = range(1, 27)
BUYER_NIP = "1111111111"
REFUNDS = {2, 3, 6, 7}
"""The examples that give money back."""
ROUNDED = {1: Decimal("0.01")}
"""Where P_15 is not the sum of P_13 and P_14, as in the first example."""
INACTIVE = {20: "EUR", 21: "EUR", 22: "EUR", 23: "USD"}


@tagged("post_install", "post_install_l10n", "-at_install")
class TestReceivedExamples(BillTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not FOLDER.is_dir():
            raise unittest.SkipTest(
                f"The official examples of FA(3) are not at {FOLDER}, so none was made a bill."
            )
        cls.env["res.partner"].search([("vat", "like", OWN_NIP)]).vat = False
        cls.company.vat = f"PL{BUYER_NIP}"
        cls.company.partner_id.vat = f"PL{BUYER_NIP}"

    def _bill_of_example(self, number):
        document = official(number)
        received = self._keep(document)
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual(received.state, "billed", received.problem)
        return fa3.read(document), received.move_id

    def test_given_an_official_example_when_it_comes_in_then_its_bill_has_the_exact_totals(self):
        for number in EXAMPLES:
            with self.subTest(example=number):
                told, bill = self._bill_of_example(number)
                sign = -1 if told.total < 0 else 1
                stated = told.totals.net or told.totals.vat
                net, vat = (told.totals.net, told.totals.vat) if stated else (None, None)
                if net is not None:
                    rounding = ROUNDED.get(number, 0)
                    self.assertEqual(_money(bill.amount_untaxed), sign * (net + rounding))
                    self.assertEqual(_money(bill.amount_tax), sign * vat)
                self.assertEqual(_money(bill.amount_total), sign * told.total)
                self.assertNotIn("l10n_pl_ksef_totals", self._alerts(bill))

    def test_given_an_official_example_when_it_comes_in_then_its_bill_is_of_the_right_kind(self):
        for number in EXAMPLES:
            with self.subTest(example=number):
                _told, bill = self._bill_of_example(number)
                self.assertEqual(bill.move_type, "in_refund" if number in REFUNDS else "in_invoice")

    def test_given_an_official_example_when_its_bill_is_confirmed_then_the_ledger_has_its_totals(
        self,
    ):
        for number in EXAMPLES:
            with self.subTest(example=number):
                told, bill = self._bill_of_example(number)
                bill.currency_id.active = True
                bill.action_post()
                owed = bill.line_ids.filtered(lambda line: line.display_type == "payment_term")
                self.assertEqual(_money(-sum(owed.mapped("amount_currency"))), told.total)

    def test_given_an_official_example_when_it_comes_in_then_its_lines_have_the_tax_of_their_rate(
        self,
    ):
        _told, bill = self._bill_of_example(9)
        taxes = {line.name: line.tax_ids.name for line in bill.invoice_line_ids}
        self.assertEqual(set(taxes.values()), {"23% G", "0% Exempt"})


def _money(number):
    return Decimal(f"{number:.2f}")
