"""What was prepared for KSeF stays as it is."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestGuard(ConnectedTestCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.today_invoice()
        self.invoice.action_l10n_pl_ksef_send()

    def test_fields_that_feed_the_document_cannot_change(self):
        for values in (
            {"name": "FV/2026/9999"},
            {"narration": "<p>Something else</p>"},
            {"ref": "another reference"},
            {"invoice_date_due": "2027-01-01"},
            {"delivery_date": "2026-01-02"},
            {
                "partner_bank_id": self.env["res.partner.bank"]
                .create(
                    {
                        "acc_number": "PL61109010140000071219812874",
                        "partner_id": self.company.partner_id.id,
                    }
                )
                .id
            },
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.invoice.write(values)

    def test_lines_cannot_change(self):
        line = self.invoice.invoice_line_ids
        for values in ({"name": "else"}, {"quantity": 2}, {"price_unit": 1}, {"discount": 5}):
            with self.subTest(values=values), self.assertRaises(UserError):
                line.write(values)

    def test_lines_cannot_be_added_or_removed(self):
        with self.assertRaises(UserError):
            self.invoice.with_context(skip_readonly_check=True).write(
                {"invoice_line_ids": [Command.create({"name": "more", "price_unit": 1})]}
            )
        with self.assertRaises(UserError):
            self.invoice.invoice_line_ids.with_context(dynamic_unlink=True).unlink()

    def test_what_feeds_nothing_can_change(self):
        self.invoice.invoice_user_id = self.env.user
        self.assertEqual(self.invoice.invoice_user_id, self.env.user)

    def test_writing_the_same_value_is_no_change(self):
        self.invoice.ref = self.invoice.ref
        self.assertEqual(self.invoice.l10n_pl_ksef_state, "accepted")

    def test_an_accepted_invoice_can_be_paid(self):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        ).create({})._create_payments()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))

    def test_an_accepted_invoice_cannot_go_back_to_draft(self):
        self.assertFalse(self.invoice.show_reset_to_draft_button)
        with self.assertRaisesRegex(UserError, self.invoice.l10n_pl_ksef_number):
            self.invoice.button_draft()

    def test_nor_be_cancelled_nor_reset_by_a_plain_write(self):
        with self.assertRaises(UserError):
            self.invoice.button_cancel()
        with self.assertRaises(UserError):
            self.invoice.write({"state": "draft"})

    def test_the_document_itself_cannot_change(self):
        with self.assertRaises(UserError):
            self.submission_of(self.invoice).write({"document": b"PGE+"})
        with self.assertRaises(UserError):
            self.submission_of(self.invoice).unlink()

    def test_a_copy_starts_afresh(self):
        copy = self.invoice.copy()
        self.assertFalse(copy.l10n_pl_ksef_state)
        self.assertFalse(copy.l10n_pl_ksef_number)

    def test_a_document_that_never_left_is_withdrawn_when_the_invoice_is_reset(self):
        invoice = self.today_invoice()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "status", code=429)
        invoice.action_l10n_pl_ksef_send()
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(self.submission_of(invoice).state, "withdrawn")

    def test_deleting_a_draft_with_history_is_refused_with_a_sentence(self):
        invoice = self.today_invoice()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=450)
        invoice.action_l10n_pl_ksef_send()
        invoice.button_draft()
        invoice.name = False
        with self.assertRaisesRegex(UserError, "Cancel"):
            invoice.unlink()
