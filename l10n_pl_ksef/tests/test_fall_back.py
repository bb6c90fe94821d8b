"""KSeF is out of reach: invoices are issued offline by themselves, where a company wants that."""

from odoo.tests import tagged

from .common_offline import NOWHERE, OfflineTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFallBack(OfflineTestCase):
    def test_out_of_reach_it_is_issued_offline_where_the_company_wants_that(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_otherwise_it_waits(self):
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        self.assertFalse(invoice.l10n_pl_ksef_invoice_url)

    def test_never_without_an_offline_certificate(self):
        self.company.write(
            {"l10n_pl_ksef_offline_fallback": True, "l10n_pl_ksef_offline_certificate_id": False}
        )
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")

    def test_many_do_not_wait_for_attempts_of_their_own(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoices = self.today_invoice() | self.today_invoice() | self.today_invoice()
        with self.simulator_at(NOWHERE):
            action = invoices.action_l10n_pl_ksef_send()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"offline"})
        self.assertIn("Issued offline: 3", action["params"]["message"])

    def test_nor_do_those_of_the_schedule(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        self.company.l10n_pl_ksef_offline_fallback = True
        invoices = self.today_invoice() | self.today_invoice()
        with self.simulator_at(NOWHERE):
            self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"offline"})

    def test_nor_does_one_that_comes_while_others_wait_and_the_connection_rests(self):
        self.company.write(
            {"l10n_pl_ksef_send_mode": "on_post", "l10n_pl_ksef_offline_fallback": True}
        )
        earlier = self.today_invoice()
        submissions = self.env["l10n_pl_ksef.submission"].sudo()
        with self.simulator_at(NOWHERE):
            submissions._cron_send()
            later = self.today_invoice()
            submissions._cron_send()
        self.assertEqual((earlier | later).mapped("l10n_pl_ksef_state"), ["offline", "offline"])

    def test_a_connection_that_rests_for_another_reason_is_no_reason(self):
        self.company.write(
            {"l10n_pl_ksef_send_mode": "on_post", "l10n_pl_ksef_offline_fallback": True}
        )
        self.env["l10n_pl_ksef.throttle"]._pause_connection(self.company)
        invoice = self.today_invoice()
        self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")

    def test_ksef_that_answers_with_a_failure_of_its_own_is_out_of_reach_too(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoice = self.today_invoice()
        self.simulator.fault("POST /v2/sessions/online", "status", code=503)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")

    def test_the_person_is_told_that_it_was_issued_offline(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            action = invoice.action_l10n_pl_ksef_send()
        self.assertIn("was issued offline", action["params"]["message"])

    def test_what_may_have_been_taken_is_never_issued_again(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoice = self.today_invoice()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "drop_after")
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "in_doubt")
        self.assertEqual(invoice.l10n_pl_ksef_mode, "online")

    def test_the_mail_leaves_at_once(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoice = self.today_invoice()
        wizard = self.env["account.move.send.wizard"].create({"move_id": invoice.id})
        with self.simulator_at(NOWHERE), self.allow_pdf_render():
            wizard.with_context(force_report_rendering=True).action_send_and_print()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")
        self.assertTrue(invoice.is_move_sent)
        self.assertTrue(invoice.invoice_pdf_report_id)

    def test_a_mail_that_waited_for_the_number_leaves_once_it_is_issued_offline(self):
        invoice = self.today_invoice()
        wizard = self.env["account.move.send.wizard"].create({"move_id": invoice.id})
        with self.simulator_at(NOWHERE), self.allow_pdf_render():
            wizard.with_context(force_report_rendering=True).action_send_and_print()
            self.assertFalse(invoice.is_move_sent)
            invoice.action_l10n_pl_ksef_issue_offline()
            self.env["l10n_pl_ksef.submission"].sudo().with_context(
                force_report_rendering=True
            )._cron_deliver()
        self.assertTrue(invoice.is_move_sent)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWhyNoFallBack(OfflineTestCase):
    """A company that wants it and cannot: the banner says which and what to do."""

    def banner(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        return invoice._get_alerts()["l10n_pl_ksef_waiting"]["message"]

    def test_skipped(self):
        self.company.l10n_pl_ksef_skip_offline = True
        self.assertIn("skips offline certificates", self.banner())

    def test_missing(self):
        self.company.l10n_pl_ksef_offline_certificate_id = False
        self.assertIn("no offline certificate", self.banner())

    def test_expired(self):
        certificate = self.company.l10n_pl_ksef_offline_certificate_id
        certificate.sudo().valid_to = "2026-01-01 00:00:00"
        self.assertIn("it expired", self.banner())

    def test_a_total_failure(self):
        self.announce("TOTAL_FAILURE")
        self.assertIn("total failure", self.banner())
