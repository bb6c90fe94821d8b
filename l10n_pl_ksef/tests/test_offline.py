"""Issuing offline: two codes in the buyer's hands at once, the same bytes in KSeF in time."""

import base64

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_offline import NOWHERE, OfflineTestCase
from .common_sending import PASSWORD
from .test_print import codes_in


@tagged("post_install_l10n", "post_install", "-at_install")
class TestIssueOffline(OfflineTestCase):
    def test_it_has_both_codes_at_once_and_is_not_in_ksef(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")
        self.assertEqual(invoice.l10n_pl_ksef_mode, "offline24")
        self.assertIn("/invoice/5265877635/", invoice.l10n_pl_ksef_invoice_url)
        self.assertIn(
            "/certificate/Nip/5265877635/5265877635/", invoice.l10n_pl_ksef_certificate_url
        )
        self.assertFalse(self.simulator.invoices())

    def test_both_codes_are_on_the_print_and_it_is_no_pro_forma(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
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
        self.assertEqual(labels, ["OFFLINE", "CERTYFIKAT"])
        self.assertFalse(invoice._l10n_pl_ksef_print_notice())

    def test_the_second_code_proves_the_seller_with_either_kind_of_key(self):
        for algorithm in ("EC", "RSA"):
            with self.subTest(algorithm=algorithm):
                self.give_offline_pair(algorithm=algorithm)
                invoice = self.today_invoice()
                invoice.action_l10n_pl_ksef_issue_offline()
                page = self.simulator.page(invoice.l10n_pl_ksef_certificate_url)
                self.assertIn("signed with a valid KSeF certificate of the Offline kind", page)

    def test_it_is_locked_from_that_moment(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        with self.assertRaises(UserError):
            invoice.invoice_line_ids.price_unit = 1
        with self.assertRaisesRegex(UserError, "issued offline"):
            invoice.button_draft()

    def test_the_very_same_bytes_go_to_ksef_by_themselves(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        frozen = self.submission_of(invoice).sha256
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        [held] = self.simulator.invoices()
        self.assertEqual((held["hash"], held["mode"]), (frozen, "Offline"))
        self.assertFalse(invoice.l10n_pl_ksef_deadline)

    def test_the_most_urgent_goes_first(self):
        urgent, other = self.today_invoice(), self.today_invoice()
        (other | urgent).action_l10n_pl_ksef_issue_offline()
        self.submission_of(urgent).deadline = fields.Date.add(
            self.submission_of(other).deadline, days=-1
        )
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "status", skip=1, code=429)
        self.make_due()
        self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual(urgent.l10n_pl_ksef_state, "sent")
        self.assertEqual(other.l10n_pl_ksef_state, "offline")

    def test_a_failed_attempt_leaves_it_issued(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        with self.simulator_at(NOWHERE):
            self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")

    def test_a_lost_answer_while_it_is_sent_later_ends_with_one_document(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "drop_after")
        self.run_due()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(len(self.simulator.invoices()), 1)

    def test_many_at_once(self):
        invoices = self.today_invoice() | self.today_invoice()
        invoices.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"offline"})

    def test_send_and_print_does_not_wait_for_ksef(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertNotIn(
            "l10n_pl_ksef", self.env["account.move.send"]._get_default_extra_edis(invoice)
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWhyNotOffline(OfflineTestCase):
    def test_a_company_that_skips_offline_is_told_where_to_change_it(self):
        self.company.l10n_pl_ksef_skip_offline = True
        invoice = self.today_invoice()
        self.assertFalse(invoice.l10n_pl_ksef_can_issue_offline)
        with self.assertRaisesRegex(UserError, "skips offline certificates"):
            invoice.action_l10n_pl_ksef_issue_offline()

    def test_a_company_without_offline_certificate_is_told_so(self):
        self.company.l10n_pl_ksef_offline_certificate_id = False
        with self.assertRaisesRegex(UserError, "no offline certificate"):
            self.today_invoice().action_l10n_pl_ksef_issue_offline()

    def test_a_credit_note_waits_for_the_number_of_its_invoice(self):
        invoice = self.today_invoice()
        credit_note = self._credit_note(
            invoice, invoice_date=fields.Date.context_today(self.env.user)
        )
        with self.assertRaisesRegex(UserError, invoice.name):
            credit_note.action_l10n_pl_ksef_issue_offline()

    def test_during_a_total_failure_an_ordinary_invoice_is_the_way(self):
        self.announce("TOTAL_FAILURE")
        with self.assertRaisesRegex(UserError, "outside KSeF"):
            self.today_invoice().action_l10n_pl_ksef_issue_offline()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCodesOfACertificate(OfflineTestCase):
    def test_revoking_the_offline_certificate_names_the_invoices_with_its_codes(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        certificate = self.company.l10n_pl_ksef_offline_certificate_id
        warning = (
            self.env["l10n_pl_ksef.revocation"].new({"certificate_id": certificate.id}).warning
        )
        self.assertIn(invoice.name, warning)

    def test_replacing_the_offline_certificate_names_them_too(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        pair = self.simulator.issue_certificate(purpose="offline", password=PASSWORD)
        form = self.env["res.config.settings"].new(
            {
                "company_id": self.company.id,
                "l10n_pl_ksef_environment": "simulator",
                "l10n_pl_ksef_offline_certificate_file": base64.b64encode(
                    pair["certificate"].encode()
                ),
                "l10n_pl_ksef_offline_key_file": base64.b64encode(pair["key"].encode()),
                "l10n_pl_ksef_offline_key_password": PASSWORD,
            }
        )
        self.assertIn(invoice.name, form.l10n_pl_ksef_offline_pair_description)

    def test_another_certificate_has_none(self):
        self.today_invoice().action_l10n_pl_ksef_issue_offline()
        self.give_offline_pair()
        newer = self.company.l10n_pl_ksef_offline_certificate_id
        self.assertFalse(self.env["l10n_pl_ksef.submission"].sudo()._carrying_codes_of(newer))
