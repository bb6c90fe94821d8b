"""Issued offline: who may do it, who sees what, in which language and in which company."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_offline import OfflineTestCase
from .test_print import codes_in


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOfflineBuyer(OfflineTestCase, HttpCase):
    """What the buyer gets, before and after the number is there."""

    def issued(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        return invoice

    def portal(self, invoice, report_type):
        token = invoice._portal_ensure_token()
        return self.url_open(
            f"/my/invoices/{invoice.id}?access_token={token}&report_type={report_type}"
        )

    def stored_pdf(self, invoice):
        with self.allow_pdf_render():
            invoice.with_context(force_report_rendering=True)._generate_and_send(
                sending_methods=[], allow_fallback_pdf=False
            )
        return invoice.invoice_pdf_report_id

    def test_the_portal_shows_both_codes_and_no_pro_forma(self):
        invoice = self.issued()
        page = self.portal(invoice, "html").text
        self.assertIn(invoice.l10n_pl_ksef_invoice_url, page)
        self.assertIn(invoice.l10n_pl_ksef_certificate_url, page)
        self.assertNotIn("proforma", page.lower().replace("pro forma", "proforma"))

    def test_the_pdf_is_there_at_once_and_is_no_pro_forma(self):
        invoice = self.issued()
        printed = self.stored_pdf(invoice)
        self.assertNotIn("proforma", printed.name.lower())
        self.assertEqual(len(codes_in(printed.raw)), 2)

    def test_with_the_number_the_print_is_renewed_and_the_earlier_one_stays(self):
        # given
        invoice = self.issued()
        earlier = self.stored_pdf(invoice)
        before = earlier.raw
        # when
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertFalse(invoice.invoice_pdf_report_id)
        renewed = self.stored_pdf(invoice)
        # then
        self.assertNotEqual(renewed, earlier)
        self.assertEqual((earlier.res_id, earlier.raw), (invoice.id, before))
        self.assertIn("before the KSeF number", earlier.name)
        labels = [code["label"] for code in invoice._l10n_pl_ksef_codes()]
        self.assertEqual(labels, [invoice.l10n_pl_ksef_number, "CERTYFIKAT"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOfflinePeople(OfflineTestCase):
    def person(self, login, groups, company=None, **values):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{groups}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            **values,
        )

    def test_whoever_issues_invoices_issues_them_offline(self):
        clerk = self.person("ksef_clerk", "account.group_account_invoice")
        invoice = self.today_invoice()
        invoice.with_user(clerk).action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")

    def test_whoever_only_reads_them_does_not(self):
        auditor = self.person("ksef_auditor", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.today_invoice().with_user(auditor).action_l10n_pl_ksef_issue_offline()

    def test_people_of_another_company_see_nothing_of_it(self):
        other = self.env["res.company"].create({"name": "Another one"})
        stranger = self.person("ksef_stranger", "account.group_account_invoice", other)
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        with self.assertRaises(AccessError):
            invoice.with_user(stranger).action_l10n_pl_ksef_issue_offline()
        seen = self.env["l10n_pl_ksef.submission"].with_user(stranger).search([])
        self.assertFalse(seen)

    def test_a_branch_uses_the_offline_certificate_of_its_root(self):
        self.company.child_ids = [Command.create({"name": "Kraków", "country_id": self.poland.id})]
        branch = self.company.child_ids
        self.env.user.company_ids |= branch
        self.buyer.with_company(
            branch
        ).property_account_receivable_id = self.buyer.property_account_receivable_id
        invoice = (
            self.env["account.move"]
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": branch.id,
                    "partner_id": self.buyer.id,
                    "invoice_line_ids": [self._line()],
                }
            )
        )
        invoice.action_post()
        self.assertEqual(invoice.company_id, branch)
        invoice.action_l10n_pl_ksef_issue_offline()
        page = self.simulator.page(invoice.l10n_pl_ksef_certificate_url)
        self.assertIn("signed with a valid KSeF certificate of the Offline kind", page)

    def test_the_note_is_in_the_language_of_who_looks_after_the_invoice(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        self.env["ir.module.module"].search([("name", "=", "l10n_pl_ksef")])._update_translations(
            ["pl_PL"]
        )
        seller = self.person("ksef_seller", "account.group_account_invoice", lang="pl_PL")
        invoice = self.today_invoice(invoice_user_id=seller.id)
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertIn("offline", invoice.message_ids[0].body)
        self.assertNotIn("was issued offline", invoice.message_ids[0].body)

    def test_issuing_it_twice_says_so(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        with self.assertRaisesRegex(UserError, "issued offline already"):
            invoice.action_l10n_pl_ksef_issue_offline()

    def test_of_many_one_that_cannot_stops_no_other(self):
        good, bad = self.today_invoice(), self.today_invoice(partner_id=self.buyer.copy().id)
        bad.partner_id.l10n_pl_ksef_sending = "never"
        action = (good | bad).action_l10n_pl_ksef_issue_offline()
        self.assertEqual(good.l10n_pl_ksef_state, "offline")
        self.assertNotEqual(bad.l10n_pl_ksef_state, "offline")
        self.assertIn("do not go to KSeF", action["params"]["message"])

    def test_what_could_not_be_signed_is_not_sent_online_instead(self):
        certificate = self.company.l10n_pl_ksef_offline_certificate_id
        certificate.sudo().private_key_sealed = "1.broken.certificate-key.broken"
        invoices = self.today_invoice() | self.today_invoice()
        invoices.action_l10n_pl_ksef_issue_offline()
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"to_send"})
        self.assertFalse(self.simulator.invoices())

    def test_send_now_tries_at_once(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_a_correction_of_what_a_total_failure_left_outside_says_so(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.announce("TOTAL_FAILURE")
        credit_note = self._credit_note(invoice, invoice_date=invoice.invoice_date)
        credit_note.action_l10n_pl_ksef_send()
        self.assertEqual(credit_note.l10n_pl_ksef_state, "accepted")
        self.assertIn(b"<NrKSeFN>1</NrKSeFN>", self.document(credit_note))
