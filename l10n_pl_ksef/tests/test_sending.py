"""From a posted invoice to its KSeF number and UPO, and what happens on the way."""

import base64
import hashlib

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_sending import ConnectedTestCase

SEND = "POST /v2/sessions/online/*/invoices"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSending(ConnectedTestCase):
    def test_one_click_brings_number_upo_and_link(self):
        # given
        invoice = self.today_invoice()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        # when
        invoice.action_l10n_pl_ksef_send()
        # then
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        [held] = self.simulator.invoices()
        self.assertEqual(invoice.l10n_pl_ksef_number, held["number"])
        self.assertTrue(invoice.l10n_pl_ksef_has_upo)
        self.assertIn("/invoice/5265877635/", invoice.l10n_pl_ksef_invoice_url)

    def test_what_ksef_holds_are_the_frozen_bytes(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        digest = base64.b64encode(hashlib.sha256(self.document(invoice)).digest()).decode()
        self.assertEqual(self.simulator.invoices()[0]["hash"], digest)
        self.assertEqual(self.submission_of(invoice).sha256, digest)

    def test_the_upo_is_kept_byte_for_byte_with_its_signature(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        upo = base64.b64decode(self.submission_of(invoice).upo)
        root = etree.fromstring(upo)
        self.assertTrue(root.findall(".//{http://www.w3.org/2000/09/xmldsig#}Signature"))
        submission = self.submission_of(invoice)
        given = self.company._l10n_pl_ksef_client().upo_by_reference(
            submission.session_id.reference, submission.reference
        )
        self.assertEqual(upo, given)
        kept = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", invoice.id),
                ("name", "like", "UPO"),
            ]
        )
        self.assertEqual(kept.raw, upo)

    def test_many_invoices_go_through_the_schedules(self):
        invoices = self.env["account.move"]
        for price in range(1, 9):
            invoices |= self.today_invoice(self._line(price=price))
        invoices.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})
        self.assertEqual(len(self.simulator.invoices()), 8)

    def test_one_session_serves_them_all(self):
        invoices = self.today_invoice() | self.today_invoice()
        invoices.action_l10n_pl_ksef_send()
        self.assertEqual(len(invoices.l10n_pl_ksef_submission_ids.session_id), 1)

    def test_an_idle_session_is_closed(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        session = self.submission_of(invoice).session_id
        session.last_used = "2026-01-01 00:00:00"
        self.run_due()
        self.assertEqual(session.state, "closed")
        client = self.company._l10n_pl_ksef_client()
        self.assertNotEqual(client.session_status(session.reference).code, 100)

    def test_sending_twice_is_refused_with_its_number(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        with self.assertRaisesRegex(UserError, invoice.l10n_pl_ksef_number):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(len(self.simulator.invoices()), 1)

    def test_on_posting_the_schedule_sends_without_a_click(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        invoice = self.today_invoice()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_by_hand_the_schedule_sends_nothing_by_itself(self):
        self.company.l10n_pl_ksef_send_mode = "manual"
        invoice = self.today_invoice()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        self.assertFalse(self.simulator.invoices())

    def test_an_invoice_that_takes_longer_gets_its_number_by_itself(self):
        self.simulator.processing(30)
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "sent")
        self.simulator.processing(0)
        self.simulator.set_clock(60)
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_a_credit_note_names_the_number_of_its_invoice(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        credit_note = self._credit_note(
            invoice, invoice_date=fields.Date.context_today(self.env.user)
        )
        credit_note.action_l10n_pl_ksef_send()
        self.assertEqual(credit_note.l10n_pl_ksef_state, "accepted")
        self.assertIn(invoice.l10n_pl_ksef_number.encode(), self.document(credit_note))
