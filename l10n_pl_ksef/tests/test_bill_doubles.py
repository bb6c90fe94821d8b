"""One document makes one bill, whoever brought it here first."""

from datetime import date

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..ksef import fa3
from .common_bills import SUPPLIER_NIP, BillTestCase, ksef_number, sold

BILL_LOGGER = "odoo.addons.l10n_pl_ksef.models.bill"


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillDoubles(BillTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Nowak", "vat": f"PL{SUPPLIER_NIP}", "country_id": cls.poland.id}
        )

    @classmethod
    def _typed(cls, price=100.0, **values):
        return cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.supplier.id,
                "ref": "FV/2026/11/7",
                "invoice_date": "2026-11-02",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "towar",
                            "price_unit": price,
                            "tax_ids": [Command.set(cls.purchase_23.ids)],
                        }
                    )
                ],
                **values,
            }
        )

    def test_given_two_documents_of_one_day_and_total_when_they_come_then_neither_is_doubted(self):
        first, second = self._bill(number="FV/1"), self._bill(number="FV/2")
        self.assertFalse((first | second).duplicated_ref_ids)

    def test_given_a_bill_typed_alike_when_its_number_differs_then_it_is_doubted(self):
        bill = self._bill(number="FV/1")
        typed = bill.copy({"ref": "FV/1a", "invoice_date": bill.invoice_date})
        self.assertEqual(bill.duplicated_ref_ids, typed)

    def test_given_a_bill_when_its_document_comes_again_then_nothing_new_is_made(self):
        told, number = self._told(), ksef_number()
        received = self._keep(told, number)
        self.env["l10n_pl_ksef.bill"]._make(received)
        again = self._keep(told, number)
        self.env["l10n_pl_ksef.bill"]._make(again)
        self.assertEqual(again.move_id, received.move_id)
        self.assertEqual(self.env["account.move"].search_count([("ref", "=", told.number)]), 1)

    def test_given_a_bill_typed_by_hand_when_its_document_comes_then_they_are_tied(self):
        typed = self._typed()
        received = self._receive()
        self.assertEqual((received.state, received.move_id), ("linked", typed))
        self.assertEqual(typed.l10n_pl_ksef_number, received.ksef_number)

    def test_given_a_typed_draft_when_it_is_tied_then_its_day_is_that_of_the_number(self):
        typed = self._typed()
        self._receive(number_in_ksef=ksef_number(day="20261103"))
        self.assertEqual(typed.date, date(2026, 11, 3))

    def test_given_a_branch_sold_it_when_another_buys_it_then_the_purchase_is_a_bill(self):
        number = ksef_number()
        sale = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.supplier.id,
                "l10n_pl_ksef_outside_reason": "other_program",
                "l10n_pl_ksef_number_elsewhere": number,
            }
        )
        received = self._receive(number_in_ksef=number)
        self.assertEqual((received.state, received.move_id.move_type), ("billed", "in_invoice"))
        self.assertFalse(sale.l10n_pl_ksef_received_id)

    def test_given_a_draft_without_a_day_when_it_is_tied_then_it_has_the_documents_days(self):
        typed = self._typed(invoice_date=False)
        self._receive(number_in_ksef=ksef_number(day="20261103"))
        self.assertEqual((typed.invoice_date, typed.date), (date(2026, 11, 2), date(2026, 11, 3)))

    def test_given_a_confirmed_bill_when_it_is_tied_then_nothing_of_it_changes(self):
        typed = self._typed()
        typed.action_post()
        before = (typed.date, typed.name, typed.amount_total, typed.state)
        self._receive()
        typed.invalidate_recordset()
        self.assertEqual((typed.date, typed.name, typed.amount_total, typed.state), before)

    def test_given_a_typed_number_with_blanks_when_its_document_comes_then_they_are_tied(self):
        typed = self._typed(ref="fv / 2026/11/7 ")
        self.assertEqual(self._receive().move_id, typed)

    def test_given_a_scan_without_its_day_when_the_document_comes_then_they_are_tied(self):
        typed = self._typed(invoice_date=False)
        self.assertEqual(self._receive().move_id, typed)

    def test_given_another_total_when_the_document_comes_then_a_bill_of_its_own_is_made(self):
        typed = self._typed(price=101.0)
        received = self._receive()
        self.assertEqual(received.state, "billed")
        self.assertNotEqual(received.move_id, typed)

    def test_given_another_supplier_when_the_document_comes_then_a_bill_of_its_own_is_made(self):
        self._typed(partner_id=self.buyer.id)
        self.assertEqual(self._receive().state, "billed")

    def test_given_another_day_when_the_document_comes_then_a_bill_of_its_own_is_made(self):
        self._typed(invoice_date="2026-11-01")
        self.assertEqual(self._receive().state, "billed")

    def test_given_a_cancelled_bill_when_the_document_comes_then_a_bill_is_made(self):
        self._typed().button_cancel()
        self.assertEqual(self._receive().state, "billed")

    def test_given_a_typed_refund_when_the_correction_comes_then_they_are_tied(self):
        typed = self._typed(move_type="in_refund", ref="K/1")
        corrected = fa3.CorrectedInvoice(issue_date=date(2026, 11, 2), number="FV/1")
        received = self._receive(
            sold("-100.00"),
            number="K/1",
            kind=fa3.InvoiceKind.CORRECTION,
            correction=fa3.Correction(corrected=(corrected,)),
        )
        self.assertEqual(received.move_id, typed)

    def test_given_two_documents_of_one_number_when_one_bill_was_typed_then_one_is_tied(self):
        typed = self._typed()
        first, second = (
            self._keep(self._told()),
            self._keep(self._told(sale_date=date(2026, 11, 1))),
        )
        self.env["l10n_pl_ksef.bill"]._make(first | second)
        self.assertEqual((first.move_id, second.state), (typed, "billed"))

    def test_given_odoos_own_module_brought_it_when_the_document_comes_then_they_are_tied(self):
        if "l10n_pl_edi_number" not in self.env["account.move"]._fields:
            self.skipTest("l10n_pl_edi is not installed, so it can have brought nothing.")
        number = ksef_number()
        theirs = self._typed(ref="other", price=1.0)
        theirs.l10n_pl_edi_number = number
        self.assertEqual(self._receive(number_in_ksef=number).move_id, theirs)

    def test_given_a_branch_with_the_bill_when_the_root_fetches_it_then_they_are_tied(self):
        branch = self.env["res.company"].create(
            {"name": "Oddział", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        self.env.user.company_ids |= branch
        payable = self.company_data["default_account_payable"]
        self.supplier.with_company(branch).property_account_payable_id = payable
        typed = (
            self.env["account.move"]
            .with_company(branch)
            .create(
                {
                    "company_id": branch.id,
                    "move_type": "in_invoice",
                    "partner_id": self.supplier.id,
                    "ref": "FV/2026/11/7",
                    "invoice_date": "2026-11-02",
                    "invoice_line_ids": [
                        Command.create(
                            {"price_unit": 100, "tax_ids": [Command.set(self.purchase_23.ids)]}
                        )
                    ],
                }
            )
        )
        self.assertEqual(typed.company_id, branch)
        self.assertEqual(self._receive().move_id, typed)

    def _twin(self):
        """The same document, as the connections of the company and of a branch keep it."""
        branch = self.env["res.company"].create(
            {"name": "Oddział", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        told, number = self._told(), ksef_number()
        return self._keep(told, number), self._keep(told, number, company=branch)

    def test_given_a_branch_keeps_it_too_when_it_is_understood_then_both_have_one_bill(self):
        received, twin = self._twin()
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.env["l10n_pl_ksef.bill"]._make(twin)
        self.assertEqual((twin.state, twin.move_id), ("linked", received.move_id))
        self.assertEqual(received.move_id.l10n_pl_ksef_received_id, received)

    def test_given_a_branch_keeps_it_too_when_it_is_linked_by_hand_then_that_is_allowed(self):
        received, twin = self._twin()
        bill = self._typed()
        self.env["l10n_pl_ksef.bill"]._make(twin)
        self.assertEqual(twin.move_id, bill)
        received.action_link(bill)
        self.assertEqual((received.state, received.move_id), ("linked", bill))

    def test_given_two_bills_for_one_document_when_they_are_saved_then_the_second_is_refused(self):
        bill = self._bill()
        other = self._typed(ref="other")
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            other.sudo().l10n_pl_ksef_received_id = bill.l10n_pl_ksef_received_id
            other.flush_recordset()

    def test_given_a_bill_that_nothing_finds_when_its_document_is_tried_then_somebody_is_told(self):
        received = self._keep(self._told())
        self.env.cr.execute(
            "UPDATE account_move SET l10n_pl_ksef_received_id = %s WHERE id = %s",
            [received.id, self._typed(ref="other").id],
        )
        with mute_logger("odoo.sql_db"), self.assertLogs(BILL_LOGGER, "WARNING"):
            self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual(received.state, "attention")
        self.assertTrue(received.problem)

    def test_given_one_bad_document_when_many_come_then_the_others_become_bills(self):
        good = self._keep(self._told(number="A/1")) | self._keep(self._told(number="A/2"))
        bad = self._keep(self._told(number="A/3", currency="XXQ"))
        self.env["l10n_pl_ksef.bill"]._make(good | bad)
        self.assertEqual(good.mapped("state"), ["billed", "billed"])
        self.assertEqual(bad.state, "attention")

    def test_given_a_document_of_a_broken_form_when_it_is_read_then_it_says_what_is_wrong(self):
        xml = fa3.write(self._told()).replace(b"<P_2>", b"<P_X>").replace(b"</P_2>", b"</P_X>")
        received = self.env["l10n_pl_ksef.received"]._keep(
            self.company, [(xml, {"ksefNumber": ksef_number()})], role="subject2"
        )
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual(received.state, "attention")
        self.assertIn("P_X", received.problem)

    def test_given_a_bill_when_it_is_made_then_its_file_is_attached(self):
        bill = self._bill()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", bill.id)]
        )
        self.assertEqual(files.raw, bill.l10n_pl_ksef_received_id._xml())
