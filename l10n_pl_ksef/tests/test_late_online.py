"""Sent on a later day than its own date: KSeF takes it for issued offline, and so does Odoo."""

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ksef.calendar import next_working_day
from .common_offline import NOWHERE, OfflineTestCase
from .test_print import codes_in


class LateTestCase(OfflineTestCase):
    def today(self):
        return self.env["l10n_pl_ksef.submission"]._warsaw_today()

    def late_invoice(self, days=1, **values):
        """An invoice of yesterday, posted today."""
        day = fields.Date.add(self.today(), days=-days)
        return self.today_invoice(invoice_date=day, **values)

    def without_offline_pair(self):
        self.company.l10n_pl_ksef_offline_certificate_id = False


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLateBeforeSending(LateTestCase):
    def test_it_is_said_with_the_last_day_and_both_codes(self):
        invoice = self.late_invoice()
        message = invoice._get_alerts()["l10n_pl_ksef_late"]["message"]
        self.assertIn("mark it as issued offline", message)
        self.assertIn("both codes", message)
        self.assertEqual(invoice.l10n_pl_ksef_deadline, next_working_day(invoice.invoice_date))

    def test_the_window_send_and_print_says_it_too(self):
        invoice = self.late_invoice()
        wizard = self.env["account.move.send.wizard"].create({"move_id": invoice.id})
        self.assertIn("issued offline", wizard.alerts["l10n_pl_ksef_late"]["message"])

    def test_an_invoice_of_today_is_not_late(self):
        invoice = self.today_invoice(invoice_date=self.today())
        self.assertNotIn("l10n_pl_ksef_late", invoice._get_alerts())
        self.assertFalse(invoice.l10n_pl_ksef_deadline)

    def test_without_offline_certificate_it_says_what_is_lacking(self):
        self.without_offline_pair()
        message = self.late_invoice()._get_alerts()["l10n_pl_ksef_late"]["message"]
        self.assertIn("lacks the second code", message)
        self.assertIn("no offline certificate", message)

    def test_after_the_last_day_it_is_marked(self):
        invoice = self.late_invoice(days=30)
        self.assertTrue(invoice.l10n_pl_ksef_deadline_missed)
        alert = invoice._get_alerts()["l10n_pl_ksef_deadline"]
        self.assertEqual(alert["level"], "danger")
        self.assertIn("not sent on the day it is dated", alert["message"])

    def test_it_stays_an_ordinary_invoice_until_it_is_sent(self):
        invoice = self.late_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(
            (invoice.l10n_pl_ksef_state, invoice.l10n_pl_ksef_mode), ("to_send", "online")
        )
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_midnight_in_warsaw_makes_it_late(self):
        with freeze_time("2026-11-19 22:30:00"):  # half past eleven in Warsaw
            invoice = self.today_invoice(invoice_date="2026-11-19")
            self.assertFalse(invoice.l10n_pl_ksef_deadline)
        with freeze_time("2026-11-19 23:30:00"):  # half past midnight
            self.env["account.move"]._l10n_pl_ksef_watch_deadlines()
            self.assertEqual(str(invoice.l10n_pl_ksef_deadline), "2026-11-20")

    def test_an_undated_invoice_gets_the_day_in_warsaw(self):
        self.env.user.tz = "UTC"
        with freeze_time("2026-11-19 23:30:00"):
            invoice = self._invoice(invoice_date=False)
        self.assertEqual(str(invoice.invoice_date), "2026-11-20")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLateAtKsef(LateTestCase):
    def test_ksef_and_odoo_call_it_offline(self):
        invoice = self.late_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        [held] = self.simulator.invoices()
        self.assertEqual(held["mode"], "Offline")
        self.assertEqual(invoice.l10n_pl_ksef_mode, "offline24")

    def test_the_print_carries_both_codes(self):
        invoice = self.late_invoice()
        invoice.action_l10n_pl_ksef_send()
        with self.allow_pdf_render():
            pdf, _kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf("account.report_invoice", invoice.ids)
            )
        self.assertEqual(
            set(codes_in(pdf)),
            {invoice.l10n_pl_ksef_invoice_url, invoice.l10n_pl_ksef_certificate_url},
        )
        labels = [code["label"] for code in invoice._l10n_pl_ksef_codes()]
        self.assertEqual(labels, [invoice.l10n_pl_ksef_number, "CERTYFIKAT"])

    def test_the_second_code_proves_the_seller(self):
        invoice = self.late_invoice()
        invoice.action_l10n_pl_ksef_send()
        page = self.simulator.page(invoice.l10n_pl_ksef_certificate_url)
        self.assertIn("signed with a valid KSeF certificate of the Offline kind", page)

    def test_a_consumer_and_a_foreign_customer_get_both_codes(self):
        self.company.write(
            {"l10n_pl_ksef_send_without_nip": True, "l10n_pl_ksef_send_foreign": True}
        )
        foreigner = self.consumer.copy(
            {"name": "EFG GmbH", "country_id": self.env.ref("base.de").id}
        )
        for buyer in (self.consumer, foreigner):
            with self.subTest(buyer=buyer.name):
                invoice = self.late_invoice(partner_id=buyer.id)
                invoice.action_l10n_pl_ksef_send()
                self.assertEqual(len(invoice._l10n_pl_ksef_codes()), 2)

    def test_without_offline_certificate_it_is_sent_with_a_sentence(self):
        self.without_offline_pair()
        invoice = self.late_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(len(invoice._l10n_pl_ksef_codes()), 1)
        notes = " ".join(invoice.message_ids.mapped("body"))
        self.assertIn("the first code only", notes)
        self.assertIn("no offline certificate", notes)

    def test_one_of_today_has_one_code(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_mode, "online")
        self.assertEqual(len(invoice._l10n_pl_ksef_codes()), 1)

    def test_midnight_while_it_is_on_its_way_is_decided_by_ksef(self):
        invoice = self.today_invoice(invoice_date=self.today())
        self.assertNotIn("l10n_pl_ksef_late", invoice._get_alerts())
        self.simulator.set_clock(24 * 3600)  # its day has changed, ours has not
        invoice.action_l10n_pl_ksef_send()
        self.run_due()  # the login of yesterday is over
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(invoice.l10n_pl_ksef_mode, "offline24")
        self.assertEqual(len(invoice._l10n_pl_ksef_codes()), 2)

    def test_many_late_ones_in_a_package_get_both_codes_too(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        invoices = self.env["account.move"]
        for _number in range(20):
            invoices |= self.late_invoice()
        for _turn in range(4):
            self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})
        self.assertEqual(set(self.submission_of(invoices[0]).session_id.mapped("kind")), {"batch"})
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_mode")), {"offline24"})
        self.assertTrue(all(invoice.l10n_pl_ksef_certificate_url for invoice in invoices))

    def test_a_lost_answer_does_not_lose_the_second_code(self):
        invoice = self.late_invoice()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "drop_after")
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertTrue(invoice.l10n_pl_ksef_certificate_url)

    def test_a_refused_one_is_rebuilt_as_its_buyer_does_not_hold_it(self):
        invoice = self.late_invoice()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=450)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        self.assertTrue(invoice.l10n_pl_ksef_deadline)
        with self.assertRaisesRegex(UserError, "issued offline"):
            invoice.action_l10n_pl_ksef_technical_correction()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertFalse(self.submission_of(invoice).corrects_id)

    def test_the_oldest_goes_first_whether_issued_offline_or_late(self):
        issued = self.today_invoice(invoice_date=self.today())
        issued.action_l10n_pl_ksef_issue_offline()
        late = self.late_invoice(days=30)
        with self.simulator_at(NOWHERE):
            late.action_l10n_pl_ksef_send()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "status", skip=1, code=429)
        self.make_due()
        self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual((late.l10n_pl_ksef_state, issued.l10n_pl_ksef_state), ("sent", "offline"))
