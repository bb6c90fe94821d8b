"""What people do with documents from KSeF, and what becomes of them without people."""

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import OTHER_BUYER_NIP, SELLER_NIP
from .common_received import ReceivingTestCase, ksef_number, metadata, supplier_invoice


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReceivedActions(ReceivingTestCase):
    def receive(self, xml=None, **more):
        xml = xml or supplier_invoice()
        told = {"number": ksef_number(), **more}
        return self.received._receive(self.company, xml, metadata(xml, **told))

    def unreadable(self):
        """A document that no bill can be made of."""
        return self.receive(b"<Faktura/>")

    def person(self, *groups):
        return new_test_user(
            self.env,
            f"person_{len(groups)}_{groups[0]}",
            groups=",".join(("base.group_user", *groups)),
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def bill_typed_in(self):
        return self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.buyer.id, "ref": "X/1"}
        )

    # -- by itself ----------------------------------------------------------------------------

    def test_a_good_document_becomes_a_bill(self):
        received = self.receive()
        self.assertEqual((received.state, received.move_id.amount_total), ("billed", 123.0))

    def test_what_cannot_be_read_needs_attention_and_says_why(self):
        received = self.unreadable()
        self.assertEqual(received.state, "attention")
        self.assertTrue(received.problem)

    def test_one_bad_document_does_not_stop_the_others(self):
        documents = [supplier_invoice("A"), b"<Faktura/>", supplier_invoice("B")]
        kept = self.received._keep(self.company, [(xml, metadata(xml)) for xml in documents])
        kept._understand()
        self.assertEqual(kept.mapped("state"), ["billed", "attention", "billed"])

    def test_our_own_invoice_is_recognised_by_its_bytes(self):
        self.company.l10n_pl_ksef_fetch_subject1 = "link"
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.fetch()
        received = self.received.search([("ksef_number", "=", invoice.l10n_pl_ksef_number)])
        self.assertEqual((received.state, received.move_id), ("linked", invoice))

    def test_a_sale_issued_elsewhere_is_only_kept(self):
        self.company.l10n_pl_ksef_fetch_subject1 = "link"
        sale = supplier_invoice("S/1", seller=SELLER_NIP, buyer=OTHER_BUYER_NIP)
        received = self.receive(sale, seller={"nip": SELLER_NIP}, buyer={})
        self.assertEqual((received.role, received.state), ("subject1", "by_hand"))
        self.assertFalse(received.move_id)

    def test_a_sale_issued_elsewhere_becomes_a_draft_invoice_if_wanted(self):
        self.company.l10n_pl_ksef_fetch_subject1 = "invoice"
        sale = supplier_invoice("S/1", seller=SELLER_NIP, buyer=OTHER_BUYER_NIP)
        received = self.receive(sale, seller={"nip": SELLER_NIP}, buyer={})
        self.assertEqual(received.move_id.move_type, "out_invoice")

    def test_documents_of_other_roles_are_only_kept(self):
        xml = supplier_invoice("T/1", buyer=OTHER_BUYER_NIP)
        received = self.received._receive(self.company, xml, metadata(xml), role="subject3")
        self.assertEqual(received.state, "by_hand")

    def test_and_become_bills_when_somebody_asks(self):
        xml = supplier_invoice("T/1", buyer=OTHER_BUYER_NIP)
        received = self.received._receive(self.company, xml, metadata(xml), role="subject3")
        received.action_make_bill()
        self.assertEqual(received.state, "billed")

    # -- by people ----------------------------------------------------------------------------

    def test_an_accountant_ignores_with_a_reason(self):
        received = self.unreadable()
        clerk = self.person("account.group_account_invoice")
        received.with_user(clerk).action_ignore("already on paper")
        self.assertEqual(received.state, "ignored")
        self.assertIn("already on paper", received.ignored_reason)

    def test_without_a_reason_nothing_is_ignored(self):
        with self.assertRaises(UserError):
            self.unreadable().action_ignore(" ")

    def test_an_auditor_only_looks(self):
        received = self.unreadable()
        auditor = self.person("account.group_account_readonly")
        self.assertTrue(received.with_user(auditor).problem)
        with self.assertRaises(UserError):
            received.with_user(auditor).action_ignore("no")

    def test_a_document_is_linked_to_an_existing_bill(self):
        received, bill = self.unreadable(), self.bill_typed_in()
        clerk = self.person("account.group_account_invoice")
        wizard = Form(
            self.env["l10n_pl_ksef.received.linking"]
            .with_user(clerk)
            .with_context(default_received_ids=received.ids)
        )
        wizard.move_id = bill
        wizard.save().action_link()
        self.assertEqual((received.state, received.move_id), ("linked", bill))

    def test_a_bill_belongs_to_one_document_only(self):
        first, second, bill = self.unreadable(), self.unreadable(), self.bill_typed_in()
        first.action_link(bill)
        with self.assertRaisesRegex(UserError, "another document"):
            second.action_link(bill)

    def test_a_purchase_is_not_linked_to_an_invoice_of_ours(self):
        sale = self.today_invoice()
        with self.assertRaisesRegex(UserError, "vendor bill"):
            self.unreadable().action_link(sale)

    def test_a_sale_is_not_linked_to_a_bill(self):
        received, bill = self.unreadable(), self.bill_typed_in()
        received.role = "subject1"
        with self.assertRaisesRegex(UserError, "customer invoice"):
            received.action_link(bill)

    def test_our_invoice_in_ksef_is_not_linked_to_what_has_another_number(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        received = self.unreadable()
        received.role = "subject1"
        with self.assertRaisesRegex(UserError, "another number"):
            received.action_link(invoice)
        self.assertFalse(invoice.l10n_pl_ksef_received_id)

    def altered(self):
        """What came is not what KSeF announced."""
        return self.receive(supplier_invoice(), invoiceHash="x" * 43 + "=")

    def test_nothing_is_taken_from_altered_bytes_when_they_are_linked(self):
        received, bill = self.altered(), self.bill_typed_in()
        received.action_link(bill)
        self.assertEqual((received.state, received.move_id), ("linked", bill))
        self.assertFalse(bill.l10n_pl_ksef_sha256 or bill.l10n_pl_ksef_expected)
        self.assertFalse(bill.attachment_ids)

    def test_no_lines_are_made_of_altered_bytes(self):
        received = self.altered()
        received.action_make_by_hand()
        bill = received.move_id
        self.assertFalse(bill.l10n_pl_ksef_received_genuine)
        with self.assertRaises(UserError):
            bill.action_l10n_pl_ksef_make_lines_again()
        self.assertFalse(bill.invoice_line_ids)

    def test_a_dropped_file_is_not_taken_for_the_document_that_it_is_not(self):
        received = self.altered()
        attachment = self.env["ir.attachment"].create(
            {"name": "f.xml", "raw": supplier_invoice(), "mimetype": "application/xml"}
        )
        journal = self.company_data["default_journal_purchase"]
        journal.create_document_from_attachment(attachment.ids)
        self.assertFalse(received.move_id)

    def test_a_document_is_not_linked_to_a_cancelled_bill(self):
        received, bill = self.unreadable(), self.bill_typed_in()
        bill.button_cancel()
        with self.assertRaisesRegex(UserError, "cancelled"):
            received.action_link(bill)

    def test_a_bill_by_hand_knows_its_document(self):
        received = self.unreadable()
        action = received.action_make_by_hand()
        bill = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((bill.ref, bill.partner_id), ("FV/1", self.buyer))
        self.assertEqual((received.state, received.move_id), ("linked", bill))
        self.assertEqual(bill.l10n_pl_ksef_received_on, received.received_on)

    def test_an_accountant_makes_a_bill_by_hand(self):
        received = self.unreadable()
        clerk = self.person("account.group_account_invoice")
        foreign = received.with_user(clerk).with_context(default_l10n_pl_ksef_sha256="x")
        foreign.action_make_by_hand()
        bill = received.move_id
        self.assertEqual((bill.create_uid, bill.l10n_pl_ksef_sha256), (clerk, False))

    def test_a_document_whose_bill_was_deleted_needs_somebody(self):
        received = self.receive()
        received.move_id.unlink()
        self.received._cron_understand()
        self.assertEqual(received.state, "attention")
        self.assertIn("deleted", received.problem)

    def test_a_deleted_bill_can_be_made_again_at_once(self):
        received = self.receive()
        received.move_id.unlink()
        self.assertEqual(received.state, "attention")
        received.action_make_bill()
        self.assertEqual((received.state, received.move_id.amount_total), ("billed", 123.0))

    def test_a_clerk_may_delete_a_bill_that_came_from_ksef(self):
        received = self.receive()
        received.move_id.with_user(self.person("account.group_account_invoice")).unlink()
        self.assertIn("deleted", received.problem)

    def test_a_document_whose_bill_was_cancelled_needs_somebody(self):
        received = self.receive()
        received.move_id.button_cancel()
        self.assertEqual((received.state, received.move_id.id), ("attention", False))
        self.assertIn("cancelled", received.problem)

    def test_a_cancelled_bill_can_be_made_again(self):
        received = self.receive()
        cancelled = received.move_id
        cancelled.button_cancel()
        received.action_make_bill()
        self.assertEqual(received.state, "billed")
        self.assertNotEqual(received.move_id, cancelled)

    def test_a_cancelled_bill_set_back_to_draft_is_the_bill_again(self):
        received = self.receive()
        bill = received.move_id
        bill.button_cancel()
        bill.button_draft()
        self.assertEqual((received.state, received.move_id), ("linked", bill))

    def test_what_cannot_be_read_does_not_send_to_fields_of_odoo(self):
        xml = supplier_invoice().replace(b"<P_15>123<", b"<P_15>abc<")
        received = self.receive(xml)
        self.assertIn("abc", received.problem)
        self.assertNotIn("In Odoo:", received.problem)
        self.assertIn("Make the bill by hand", received.problem)

    # -- telling ------------------------------------------------------------------------------

    def activities(self):
        journal = self.company_data["default_journal_purchase"]
        kind = self.env.ref("l10n_pl_ksef.mail_activity_type_received")
        return journal.activity_ids.filtered(lambda one: one.activity_type_id == kind)

    def test_the_person_responsible_gets_one_activity_and_not_one_each(self):
        self.company.l10n_pl_ksef_receiver_id = self.person("account.group_account_invoice")
        for _document in range(3):
            self.unreadable()
        for _run in range(2):
            self.received._cron_understand()
        self.assertEqual(len(self.activities()), 1)

    def test_the_activity_goes_when_nothing_needs_somebody(self):
        self.test_the_person_responsible_gets_one_activity_and_not_one_each()
        self.received.search([("state", "=", "attention")]).action_ignore("done")
        self.assertFalse(self.activities())

    def test_the_dashboard_counts_what_needs_somebody(self):
        self.unreadable()
        journal = self.company_data["default_journal_purchase"]
        self.assertEqual(journal.l10n_pl_ksef_attention_count, 1)
        self.assertTrue(journal.l10n_pl_ksef_may_fetch)

    def test_the_journal_fetches_for_its_company(self):
        self.plant(2)
        journal = self.company_data["default_journal_purchase"]
        told = journal.action_l10n_pl_ksef_fetch()["params"]["message"]
        self.assertIn("New documents: 2", told)

    def test_who_may_not_work_with_invoices_may_not_fetch(self):
        outsider = self.person("base.group_partner_manager")
        with self.assertRaises(UserError):
            self.company.with_user(outsider).action_l10n_pl_ksef_fetch()
