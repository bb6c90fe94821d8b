"""Purchase orders that a document names, where ``purchase`` is installed."""

from decimal import Decimal as D

from odoo import Command
from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import SUPPLIER_NIP, BillTestCase, sold


@tagged("post_install", "-at_install", "l10n_pl_ksef_full", "-standard")
class TestBillPurchase(BillTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Nowak", "vat": f"PL{SUPPLIER_NIP}", "country_id": cls.poland.id}
        )
        cls.first = cls._create_product(name="Lodówka", default_code="LD-1")
        cls.second = cls._create_product(name="Zmywarka", default_code="ZM-1")
        cls.order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.supplier.id,
                "partner_ref": "ZAM/77",
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_qty": quantity, "price_unit": price}
                    )
                    for product, quantity, price in ((cls.first, 2, 100), (cls.second, 1, 50))
                ],
            }
        )
        cls.order.button_confirm()

    def _ordered(self, *lines, number=None):
        terms = fa3.Terms(orders=(fa3.PurchaseOrder(number=number or self.order.name),))
        return self._bill(*lines, terms=terms)

    def test_given_the_number_of_an_order_when_the_products_fit_then_the_lines_are_tied(self):
        bill = self._ordered(
            sold("50.00", number=1, index="ZM-1", name="zmywarka"),
            sold("100.00", number=2, index="LD-1", name="lodówka"),
        )
        self.assertEqual(
            bill.invoice_line_ids.purchase_line_id.product_id, self.second | self.first
        )
        self.assertEqual(bill.invoice_origin, self.order.name)
        self.assertComesTo(bill, "150.00", "34.50", "184.50")

    def _order_of(self, *quantities):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.first.id, "product_qty": quantity, "price_unit": 100}
                    )
                    for quantity in quantities
                ],
            }
        )
        order.button_confirm()
        return order

    def _fridges(self, order, quantity, **values):
        terms = fa3.Terms(orders=(fa3.PurchaseOrder(number=order.name),))
        line = sold(f"{quantity}00.00", index="LD-1", quantity=D(quantity), net_price=D(100))
        return self._bill(line, terms=terms, **values)

    def test_given_a_line_is_billed_when_more_of_the_product_comes_then_the_open_one_is_tied(self):
        order = self._order_of(10, 5)
        self._fridges(order, 10, number="FV/1")
        bill = self._fridges(order, 5, number="FV/2")
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, order.order_line[1])

    def test_given_a_tied_bill_when_its_lines_are_made_again_then_they_are_tied_the_same(self):
        order = self._order_of(10, 5)
        bill = self._fridges(order, 10)
        bill.action_l10n_pl_ksef_make_lines_again()
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, order.order_line[0])
        self.assertComesTo(bill, "1000.00", "230.00", "1230.00")

    def test_given_other_names_when_quantity_and_price_fit_then_the_lines_are_tied(self):
        bill = self._ordered(sold("50.00", name="ZMYW BIAŁA"))
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, self.order.order_line[1])
        self.assertEqual(bill.invoice_line_ids.product_id, self.second)
        self.assertEqual(bill.invoice_line_ids.name, "ZMYW BIAŁA")

    def test_given_the_suppliers_own_number_when_it_is_on_the_order_then_that_is_found(self):
        bill = self._ordered(sold("50.00", index="ZM-1"), number="zam/77".upper())
        self.assertEqual(bill.invoice_line_ids.purchase_order_id, self.order)

    def test_given_lines_that_fit_nothing_when_they_come_then_the_bill_says_so(self):
        bill = self._ordered(sold("77.00", name="coś innego"))
        self.assertFalse(bill.invoice_line_ids.purchase_line_id)
        self.assertIn("none of its lines fits", bill.l10n_pl_ksef_remarks)

    def test_given_the_order_of_another_supplier_when_it_is_named_then_it_is_not_tied(self):
        self.order.copy({"partner_id": self.buyer.id}).button_confirm()
        other = self.env["purchase.order"].search([("partner_id", "=", self.buyer.id)], limit=1)
        bill = self._ordered(sold("50.00", index="ZM-1"), number=other.name)
        self.assertFalse(bill.invoice_line_ids.purchase_line_id)
        self.assertIn("not in Odoo", bill.l10n_pl_ksef_remarks)

    def test_given_a_tied_bill_when_it_is_confirmed_then_the_order_is_billed(self):
        bill = self._ordered(
            sold(
                "200.00",
                quantity=sold("2.00").net_amount,
                net_price=sold("100.00").net_price,
                index="LD-1",
            )
        )
        bill.action_post()
        self.assertEqual(self.order.order_line[0].qty_invoiced, 2.0)
