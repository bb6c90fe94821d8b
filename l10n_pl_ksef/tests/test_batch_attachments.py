"""Invoices with an attachment: in packages only, and only from whoever announced them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import batch_documents
from ..models.batch_documents import PACKAGE_FROM
from .common_batch import CLOSE, OPEN, BatchTestCase

CONSENT = "GET /v2/permissions/attachments/status"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchAttachments(BatchTestCase):
    from_so_many = PACKAGE_FROM

    def test_without_the_announcement_it_is_held_and_says_where_to_make_it(self):
        invoice = self.with_attachment()
        with self.assertRaisesRegex(UserError, "e-Urząd Skarbowy"):
            invoice.action_l10n_pl_ksef_send()
        self.assertFalse(self.submission_of(invoice))

    def test_with_the_announcement_one_alone_goes_in_a_package(self):
        self.announce_attachments()
        invoice = self.with_attachment()
        notice = invoice.action_l10n_pl_ksef_send()
        self.assertIn("goes to KSeF in a package", notice["params"]["message"])
        self.assertIn("l10n_pl_ksef_package", invoice._get_alerts())
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertOfferedOnce(invoice)
        self.assertEqual(self.packages().submission_count, 1)

    def test_the_others_still_go_one_by_one(self):
        self.announce_attachments()
        invoice, others = self.with_attachment(), self.ready(2)
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(self.packages().submission_ids.move_id, invoice)
        self.assertOfferedOnce(invoice | others)

    def test_with_many_others_it_goes_along_with_them(self):
        self.patch(batch_documents, "PACKAGE_FROM", 3)
        self.announce_attachments()
        invoice, others = self.with_attachment(), self.ready(2)
        invoice._l10n_pl_ksef_prepare()
        self.run_due()
        self.assertEqual(self.packages().submission_ids.move_id, invoice | others)
        self.assertOfferedOnce(invoice | others)

    def test_once_it_is_announced_the_next_try_goes(self):
        invoice = self.with_attachment()
        with self.assertRaises(UserError):
            invoice.action_l10n_pl_ksef_send()
        self.announce_attachments()
        self.forget_consent()
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_ksef_is_asked_once_for_many(self):
        self.announce_attachments()
        self.with_attachment()._l10n_pl_ksef_prepare()
        self.simulator.fault(CONSENT, "status", times=None, code=500)
        invoice = self.with_attachment()
        invoice._l10n_pl_ksef_prepare()
        self.assertEqual(invoice.company_id._l10n_pl_ksef_attachments_allowed(), "yes")

    def test_a_login_that_may_not_ask_lets_ksef_decide(self):
        self.connect(self.company, permissions=["InvoiceWrite"])
        invoice = self.with_attachment()
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        self.assertEqual(self.submission_of(invoice).refusal_code, 415)

    def test_it_stays_in_packages_when_two_of_them_failed(self):
        self.announce_attachments()
        invoice = self.with_attachment()
        invoice._l10n_pl_ksef_prepare()
        self.simulator.fault(OPEN, "process_status", times=3, code=430)
        for _run in range(4):
            self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(len(self.packages()), 4)

    def test_while_packages_rest_the_schedule_does_not_spin(self):
        self.announce_attachments()
        invoice = self.with_attachment()
        invoice._l10n_pl_ksef_prepare()
        pauses = self.env["l10n_pl_ksef.throttle"].sudo()
        until = pauses._pause(self.connection(), "packages", 900)
        self.env["ir.cron.trigger"].search([]).unlink()
        self.submissions()._cron_send()
        cron = self.env.ref("l10n_pl_ksef.cron_send")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(triggers.mapped("call_at"), [until])

    def test_refused_for_the_attachment_it_says_so_in_ksefs_words(self):
        self.announce_attachments()
        self.simulator.fault(CLOSE, "process_status", code=415)
        invoice = self.with_attachment()
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        self.assertIn("załącznikiem", self.submission_of(invoice).refusal)

    def forget_consent(self):
        logins = self.env["l10n_pl_ksef.login"].sudo().search([])
        logins.write({"attachments_asked_at": "2026-01-01 00:00:00"})
