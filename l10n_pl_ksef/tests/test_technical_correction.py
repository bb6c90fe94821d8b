"""KSeF refused what the buyer holds: its file is repaired, its codes go on working."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_offline import OfflineTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTechnicalCorrection(OfflineTestCase):
    def refused(self, code=430):
        """An invoice in the buyer's hands whose document KSeF refused."""
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=code)
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        return invoice

    def test_a_new_file_takes_the_place_of_the_refused_one(self):
        invoice = self.refused()
        old = self.submission_of(invoice)
        wizard = self.env["l10n_pl_ksef.technical.correction"].create({"move_id": invoice.id})
        wizard.action_send()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        new = self.submission_of(invoice)
        self.assertEqual((new.corrects_id, new.mode), (old, "offline24"))
        self.assertNotEqual(new.sha256, old.sha256)

    def test_the_codes_the_buyer_has_lead_to_the_new_document(self):
        invoice = self.refused()
        old_link = self.submission_of(invoice).invoice_url
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertIn(invoice.l10n_pl_ksef_number, self.simulator.page(old_link))

    def test_what_changes_is_shown_before_it_is_sent(self):
        invoice = self.refused()
        self.buyer.street = "ul. Poprawiona 3"
        action = invoice.action_l10n_pl_ksef_technical_correction()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("+", wizard.difference)
        self.assertIn("ul. Poprawiona 3", wizard.difference)
        self.assertNotIn("DataWytworzeniaFa", wizard.difference)

    def test_a_lacking_permission_is_no_reason_for_one(self):
        invoice = self.refused(code=410)
        with self.assertRaisesRegex(UserError, "permission"):
            invoice.action_l10n_pl_ksef_technical_correction()

    def test_with_the_permission_granted_the_same_file_goes_again(self):
        invoice = self.refused(code=410)
        self.assertTrue(invoice.l10n_pl_ksef_lacks_permission)
        old = self.submission_of(invoice)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        new = self.submission_of(invoice)
        self.assertNotEqual(new, old)
        self.assertEqual((new.sha256, new.certificate_url), (old.sha256, old.certificate_url))
        self.assertFalse(new.corrects_id)

    def test_a_lost_answer_is_not_taken_for_the_refusal_before(self):
        invoice = self.refused(code=410)
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "drop_after")
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "in_doubt")
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_without_an_offline_certificate_there_is_none(self):
        invoice = self.refused()
        self.company.l10n_pl_ksef_offline_certificate_id = False
        with self.assertRaisesRegex(UserError, "no offline certificate"):
            invoice.action_l10n_pl_ksef_technical_correction()

    def test_without_an_offline_certificate_nothing_is_prepared(self):
        invoice = self.refused()
        old = self.submission_of(invoice)
        self.company.l10n_pl_ksef_offline_certificate_id = False
        self.assertIn("no offline certificate", invoice._l10n_pl_ksef_freeze())
        self.assertEqual(self.submission_of(invoice), old)

    def test_with_an_expired_certificate_nothing_is_prepared(self):
        invoice = self.refused()
        old = self.submission_of(invoice)
        certificate = self.company.l10n_pl_ksef_offline_certificate_id
        certificate.sudo().valid_to = "2026-01-01 00:00:00"
        self.assertIn("it expired", invoice._l10n_pl_ksef_freeze())
        self.assertEqual(self.submission_of(invoice), old)

    def test_where_its_key_cannot_be_opened_nothing_is_left_to_send(self):
        invoice = self.refused()
        old = self.submission_of(invoice)
        self.company.l10n_pl_ksef_offline_certificate_id.sudo().private_key_sealed = "spoilt"
        self.assertTrue(invoice._l10n_pl_ksef_freeze())
        self.assertEqual(self.submission_of(invoice), old)
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")

    def test_a_document_withdrawn_later_does_not_hide_the_refused_one(self):
        invoice = self.refused()
        first = self.submission_of(invoice)
        xml = first._xml() + b" "
        first._freeze(invoice, xml, generated_at=first.generated_at)._withdraw()
        self.assertEqual(invoice._l10n_pl_ksef_refused_offline(), first)

    def test_what_another_environment_refused_is_not_corrected(self):
        invoice = self.refused()
        self.company.l10n_pl_ksef_environment = "test"
        self.assertFalse(invoice._l10n_pl_ksef_freeze())
        new = self.submission_of(invoice)
        self.assertEqual((new.environment, new.mode), ("test", "online"))
        self.assertFalse(new.corrects_id)

    def test_what_another_environment_refused_is_not_repeated(self):
        invoice = self.refused(code=410)
        old = self.submission_of(invoice)
        self.company.l10n_pl_ksef_environment = "test"
        self.assertFalse(invoice._l10n_pl_ksef_freeze())
        new = self.submission_of(invoice)
        self.assertEqual((new.environment, new.mode), ("test", "online"))
        self.assertNotEqual(new.sha256, old.sha256)

    def test_it_may_not_say_something_else(self):
        invoice = self.refused()
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 50
        invoice.action_post()
        with self.assertRaisesRegex(UserError, "the lines, the amounts"):
            invoice.action_l10n_pl_ksef_technical_correction()

    def test_what_says_something_else_goes_as_a_new_document(self):
        invoice = self.refused()
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 50
        invoice.action_post()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertFalse(self.submission_of(invoice).corrects_id)

    def test_another_document_with_its_number_is_no_reason_for_one(self):
        invoice = self.refused(code=440)
        with self.assertRaisesRegex(UserError, "refused"):
            invoice.action_l10n_pl_ksef_technical_correction()

    def test_once_it_is_in_ksef_there_is_nothing_left_to_correct(self):
        invoice = self.refused()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        with self.assertRaisesRegex(UserError, "is not one"):
            invoice.action_l10n_pl_ksef_technical_correction()

    def test_a_second_one_corrects_what_the_buyer_got_first(self):
        invoice = self.refused()
        first = self.submission_of(invoice)
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=430)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(self.submission_of(invoice).corrects_id, first)
        self.assertIn(invoice.l10n_pl_ksef_number, self.simulator.page(first.invoice_url))

    def test_its_deadline_is_that_of_the_first(self):
        invoice = self.refused()
        first = self.submission_of(invoice)
        first.issued_at = "2026-01-02 03:04:05"
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=430)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(self.submission_of(invoice).issued_at, first.issued_at)

    def test_it_is_not_issued_offline_once_more(self):
        invoice = self.refused()
        with self.assertRaisesRegex(UserError, "issued offline already"):
            invoice.action_l10n_pl_ksef_issue_offline()

    def test_the_refusal_says_that_the_buyer_holds_it(self):
        invoice = self.refused()
        alert = invoice._get_alerts()["l10n_pl_ksef_rejected"]["message"]
        self.assertIn("Its buyer holds it", alert)

    def test_an_invoice_sent_online_has_none(self):
        invoice = self.today_invoice()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=450)
        invoice.action_l10n_pl_ksef_send()
        with self.assertRaisesRegex(UserError, "issued offline"):
            invoice.action_l10n_pl_ksef_technical_correction()
