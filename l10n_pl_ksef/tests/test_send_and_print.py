"""Odoo's Send & Print: PDF and mail leave after acceptance, and waiting is no error."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_sending import ConnectedTestCase

SEND = "POST /v2/sessions/online/*/invoices"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendAndPrint(ConnectedTestCase):
    def wizard(self, invoice, **values):
        return (
            self.env["account.move.send.wizard"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"sending_methods": ["email"], **values})
        )

    def mails(self, invoice):
        return invoice.message_ids.filtered(lambda m: m.message_type == "comment" and m.partner_ids)

    def test_ksef_is_proposed_for_an_invoice_that_goes_there(self):
        wizard = self.wizard(self.today_invoice())
        self.assertTrue(wizard.extra_edi_checkboxes["l10n_pl_ksef"]["checked"])

    def test_it_is_not_offered_where_ksef_does_not_apply(self):
        self.buyer.l10n_pl_ksef_sending = "never"
        wizard = self.wizard(self.today_invoice())
        self.assertNotIn("l10n_pl_ksef", wizard.extra_edi_checkboxes or {})

    def test_accepted_at_once_the_mail_leaves_at_once(self):
        invoice = self.today_invoice()
        self.wizard(invoice).action_send_and_print()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertTrue(invoice.invoice_pdf_report_id)
        self.assertEqual(len(self.mails(invoice)), 1)

    def test_while_ksef_is_busy_nothing_leaves_and_nobody_is_blamed(self):
        self.simulator.processing(600)
        invoice = self.today_invoice()
        action = self.wizard(invoice).action_send_and_print()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(invoice.l10n_pl_ksef_state, "sent")
        self.assertFalse(invoice.invoice_pdf_report_id)
        self.assertFalse(invoice.sending_data)
        self.assertFalse(self.mails(invoice))

    def test_the_mail_follows_by_itself_with_its_own_settings(self):
        # given
        self.simulator.processing(600)
        invoice = self.today_invoice()
        wizard = self.wizard(invoice)
        wizard.subject = "Your invoice, as agreed"
        wizard.action_send_and_print()
        # when
        self.simulator.processing(0)
        self.simulator.set_clock(700)
        self.run_due()
        # then
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertTrue(invoice.invoice_pdf_report_id)
        [mail] = self.mails(invoice)
        self.assertEqual(mail.subject, "Your invoice, as agreed")
        self.assertIn(invoice.invoice_pdf_report_id.name, mail.attachment_ids.mapped("name"))

    def test_it_follows_once_only(self):
        self.simulator.processing(600)
        invoice = self.today_invoice()
        self.wizard(invoice).action_send_and_print()
        self.simulator.processing(0)
        self.simulator.set_clock(700)
        self.run_due()
        self.run_due()
        self.assertEqual(len(self.mails(invoice)), 1)

    def test_a_refusal_is_told_to_the_one_who_sends(self):
        self.simulator.fault(SEND, "process_status", code=450)
        invoice = self.today_invoice()
        with self.assertRaisesRegex(UserError, "refused"):
            self.wizard(invoice).action_send_and_print()
        self.assertFalse(self.mails(invoice))

    def test_what_would_be_refused_is_said_before_sending(self):
        invoice = self.today_invoice()
        self.buyer.vat = False
        self.buyer.name = "x" * 600
        wizard = self.wizard(invoice)
        self.assertIn("danger", {alert["level"] for alert in (wizard.alerts or {}).values()})

    def test_the_queue_of_core_does_not_starve(self):
        # given twelve invoices that KSeF takes its time for, and one that is accepted already
        self.simulator.processing(600)
        busy = self.env["account.move"]
        for price in range(1, 13):
            busy |= self.today_invoice(self._line(price=price))
        done = self.today_invoice(partner_id=self.consumer.id)  # KSeF does not apply
        author = {
            "author_user_id": self.env.user.id,
            "author_partner_id": self.env.user.partner_id.id,
        }
        (busy | done).sending_data = author
        # when core's schedule runs twice
        messages = self.env["mail.message"].search_count(
            [("res_id", "in", busy.ids), ("model", "=", "account.move")]
        )
        for _turn in range(2):
            with self.enter_registry_test_mode():
                self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()
        # then the ready one is out, the others wait quietly, without a pro forma
        self.assertTrue(done.invoice_pdf_report_id)
        self.assertFalse(any(busy.mapped("sending_data")))
        self.assertFalse(busy.invoice_pdf_report_id)
        self.assertEqual(
            self.env["mail.message"].search_count(
                [("res_id", "in", busy.ids), ("model", "=", "account.move")]
            ),
            messages,
        )
        self.assertEqual(len(busy.filtered(lambda m: m.l10n_pl_ksef_submission_id.delivery)), 12)

    def test_the_older_print_stays_and_the_next_one_has_the_number(self):
        invoice = self.today_invoice()
        wizard = self.wizard(invoice)
        wizard.extra_edi_checkboxes = {
            key: {**value, "checked": False} for key, value in wizard.extra_edi_checkboxes.items()
        }
        wizard.action_send_and_print()
        earlier = invoice.invoice_pdf_report_id
        self.assertTrue(earlier)
        invoice.action_l10n_pl_ksef_send()
        self.assertFalse(invoice.invoice_pdf_report_id)
        self.assertTrue(earlier.exists())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBesideUpstream(ConnectedTestCase):
    """Odoo's own ``l10n_pl_edi`` is installed with ``l10n_pl``: both must never send the same."""

    def setUp(self):
        super().setUp()
        if "l10n_pl_edi_status" not in self.env["account.move"]._fields:
            self.fail("l10n_pl_edi is not installed, so living beside it cannot be tested.")
        pair = self.simulator.issue_certificate()
        self.company.l10n_pl_edi_certificate = self.env["certificate.certificate"].create(
            {"name": "upstream", "content": base64.b64encode(pair["certificate"].encode())}
        )

    def test_its_way_of_sending_is_not_offered(self):
        edis = self.env["account.move.send"]._get_default_extra_edis(self.today_invoice())
        self.assertIn("l10n_pl_ksef", edis)
        self.assertNotIn("pl_ksef", edis)

    def test_it_stays_offered_for_a_company_without_this_addon(self):
        invoice = self.today_invoice()
        self.company.l10n_pl_ksef_environment = False
        self.assertIn("pl_ksef", self.env["account.move.send"]._get_default_extra_edis(invoice))

    def test_its_alerts_do_not_appear(self):
        self.company.street = False
        self.buyer.invoice_edi_format = "fa3_pl"
        invoice = self.today_invoice()
        send = self.env["account.move.send"]
        settings = send._get_default_sending_settings(invoice, sending_methods=[])
        data = {invoice: {**settings, "invoice_edi_format": "fa3_pl"}}
        self.assertNotIn("address_problem", send._get_alerts(invoice, data))

    def test_asked_for_by_name_it_still_does_not_send(self):
        invoice = self.today_invoice()
        self.env["account.move.send"]._generate_and_send_invoices(
            invoice, extra_edis={"pl_ksef", "l10n_pl_ksef"}, sending_methods=[]
        )
        self.assertFalse(invoice.l10n_pl_edi_status)
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
