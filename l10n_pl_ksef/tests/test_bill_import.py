"""An FA(3) file that somebody drops on the list of bills."""

from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import OTHER_NIP, BillTestCase, ksef_number, sold


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillImport(BillTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchases = cls.company_data["default_journal_purchase"]
        cls.sales = cls.company_data["default_journal_sale"]

    def _drop(self, xml, journal=None, name="faktura.xml"):
        attachment = self.env["ir.attachment"].create(
            {"name": name, "raw": xml, "mimetype": "application/xml"}
        )
        action = (journal or self.purchases).create_document_from_attachment(attachment.ids)
        return self.env["account.move"].browse(action["res_id"])

    def _said(self, move):
        return "".join(str(body) for body in move.message_ids.mapped("body"))

    def test_given_a_file_when_it_is_dropped_then_it_becomes_the_same_bill(self):
        bill = self._drop(fa3.write(self._told(sold("12.35", net_price=sold("12.35").net_price))))
        self.assertEqual((bill.move_type, bill.ref), ("in_invoice", "FV/2026/11/7"))
        self.assertEqual(bill.invoice_line_ids.tax_ids, self.purchase_23)
        self.assertComesTo(bill, "12.35", "2.84", "15.19")

    def test_given_a_file_when_it_is_dropped_then_its_number_is_not_known_yet(self):
        bill = self._drop(fa3.write(self._told()))
        self.assertFalse(bill.l10n_pl_ksef_number)

    def test_given_a_dropped_file_when_ksef_brings_it_then_they_are_tied(self):
        xml = fa3.write(self._told())
        bill = self._drop(xml)
        received = self._keep(xml, ksef_number())
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual((received.state, received.move_id), ("linked", bill))
        self.assertEqual(bill.l10n_pl_ksef_number, received.ksef_number)

    def test_given_a_dropped_file_when_it_is_dropped_again_then_no_second_bill_is_filled(self):
        xml = fa3.write(self._told())
        self._drop(xml)
        second = self._drop(xml)
        self.assertFalse(second.invoice_line_ids)
        self.assertIn("already", self._said(second))

    def test_given_a_document_that_waits_when_its_file_is_dropped_then_the_bill_is_its(self):
        xml = fa3.write(self._told())
        received = self._keep(xml)
        bill = self._drop(xml)
        self.assertEqual((received.state, received.move_id), ("billed", bill))
        self.assertEqual(bill.l10n_pl_ksef_number, received.ksef_number)

    def test_given_a_correction_when_it_is_dropped_then_it_becomes_a_refund(self):
        corrected = fa3.CorrectedInvoice(issue_date=self._told().issue_date, number="FV/1")
        told = self._told(
            sold("-100.00"),
            kind=fa3.InvoiceKind.CORRECTION,
            correction=fa3.Correction(corrected=(corrected,)),
        )
        refund = self._drop(fa3.write(told))
        self.assertEqual(refund.move_type, "in_refund")
        self.assertComesTo(refund, "100.00", "23.00", "123.00")

    def test_given_an_invoice_for_somebody_else_when_it_is_dropped_then_a_banner_says_so(self):
        buyer = fa3.Buyer(identity=fa3.Identity(nip=OTHER_NIP, name="Ktoś inny"))
        bill = self._drop(fa3.write(self._told(buyer=buyer)))
        self.assertTrue(any("Neither the seller" in text for text in self._alerts(bill).values()))

    def test_given_our_own_sale_when_it_is_dropped_on_bills_then_it_says_where_it_belongs(self):
        seller = fa3.Seller(
            identity=fa3.Taxpayer(nip="5265877635", name="ABC AGD"),
            address=fa3.Address(line1="ul. Kwiatowa 1"),
        )
        buyer = fa3.Buyer(identity=fa3.Identity(nip=OTHER_NIP, name="Ktoś inny"))
        bill = self._drop(fa3.write(self._told(seller=seller, buyer=buyer)))
        self.assertFalse(bill.invoice_line_ids)
        self.assertIn("customer invoices", self._said(bill))

    def test_given_our_own_sale_when_it_is_dropped_on_sales_then_it_becomes_an_invoice(self):
        seller = fa3.Seller(
            identity=fa3.Taxpayer(nip="5265877635", name="ABC AGD"),
            address=fa3.Address(line1="ul. Kwiatowa 1"),
        )
        buyer = fa3.Buyer(identity=fa3.Identity(nip=OTHER_NIP, name="Ktoś inny"))
        move = self._drop(fa3.write(self._told(seller=seller, buyer=buyer)), self.sales)
        self.assertEqual(move.move_type, "out_invoice")
        self.assertComesTo(move, "100.00", "23.00", "123.00")

    def test_given_a_broken_file_when_it_is_dropped_then_the_draft_says_what_is_wrong(self):
        xml = fa3.write(self._told()).replace(b"P_15", b"P_X")
        bill = self._drop(xml)
        self.assertFalse(bill.invoice_line_ids)
        self.assertIn("P_X", self._said(bill))

    def test_given_a_file_cut_short_when_it_is_dropped_then_the_draft_says_what_is_wrong(self):
        bill = self._drop(fa3.write(self._told())[:600])
        self.assertFalse(bill.invoice_line_ids)
        self.assertIn("not well-formed XML", self._said(bill))

    def test_given_entities_in_a_file_when_it_is_dropped_then_it_is_refused(self):
        xml = fa3.write(self._told())
        start = xml.index(b"<Faktura")
        hostile = b'<!DOCTYPE x [<!ENTITY e "v">]>' + xml[start:]
        bill = self._drop(hostile)
        self.assertFalse(bill.invoice_line_ids)

    def test_given_a_file_when_an_accounting_user_drops_it_then_it_becomes_a_bill(self):
        user = self.env["res.users"].create(
            {
                "name": "Księgowa",
                "login": "ksiegowa",
                "group_ids": [(6, 0, self.env.ref("account.group_account_invoice").ids)],
                "company_ids": [(6, 0, self.company.ids)],
                "company_id": self.company.id,
            }
        )
        attachment = (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                {"name": "f.xml", "raw": fa3.write(self._told()), "mimetype": "application/xml"}
            )
        )
        action = self.purchases.with_user(user).create_document_from_attachment(attachment.ids)
        self.assertEqual(self.env["account.move"].browse(action["res_id"]).ref, "FV/2026/11/7")
