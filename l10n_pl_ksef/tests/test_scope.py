"""Which invoices go to KSeF."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestScope(ConnectedTestCase):
    def test_an_invoice_before_the_go_live_day_has_no_state(self):
        self.company.l10n_pl_ksef_go_live_date = "2026-06-01"
        self.assertFalse(self._invoice(invoice_date="2026-05-31").l10n_pl_ksef_state)
        self.assertEqual(self._invoice(invoice_date="2026-06-01").l10n_pl_ksef_state, "to_send")

    def test_without_a_go_live_day_every_invoice_posted_from_now_on_goes(self):
        self.company.l10n_pl_ksef_go_live_date = False
        self.assertEqual(self._invoice(invoice_date="2026-02-01").l10n_pl_ksef_state, "to_send")

    def test_changing_the_settings_marks_no_invoice(self):
        self.company.l10n_pl_ksef_go_live_date = "2026-06-01"
        invoice = self._invoice(invoice_date="2026-05-31")
        self.company.l10n_pl_ksef_go_live_date = "2026-01-01"
        invoice.invalidate_recordset()
        self.assertFalse(invoice.l10n_pl_ksef_state)

    def test_an_earlier_invoice_can_be_sent_on_purpose(self):
        self.company.l10n_pl_ksef_go_live_date = "2099-01-01"
        invoice = self.today_invoice()
        self.assertFalse(invoice.l10n_pl_ksef_state)
        self.company.l10n_pl_ksef_go_live_date = "2026-01-01"
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_a_consumer_is_left_out_unless_the_company_wants_it(self):
        self.assertFalse(self.today_invoice(partner_id=self.consumer.id).l10n_pl_ksef_state)
        self.company.l10n_pl_ksef_send_without_nip = True
        invoice = self.today_invoice(partner_id=self.consumer.id)
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")

    def test_a_foreign_customer_is_left_out_when_the_company_says_so(self):
        self.company.l10n_pl_ksef_send_foreign = False
        foreign = self.buyer.copy({"country_id": self.env.ref("base.de").id, "vat": False})
        self.assertFalse(self.today_invoice(partner_id=foreign.id).l10n_pl_ksef_state)

    def test_a_partner_may_differ_from_the_companys_rule(self):
        self.consumer.l10n_pl_ksef_sending = "always"
        self.buyer.l10n_pl_ksef_sending = "never"
        invoice = self.today_invoice(partner_id=self.consumer.id)
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        self.assertFalse(self.today_invoice().l10n_pl_ksef_state)

    def test_only_chosen_journals(self):
        other = self.env["account.journal"].create(
            {"name": "Other", "type": "sale", "code": "OTH", "company_id": self.company.id}
        )
        self.company.l10n_pl_ksef_journal_ids = other
        self.assertFalse(self.today_invoice().l10n_pl_ksef_state)
        self.assertEqual(self.today_invoice(journal_id=other.id).l10n_pl_ksef_state, "to_send")

    def test_issued_outside_ksef_is_neither_sent_nor_asked_for(self):
        invoice = self.today_invoice()
        invoice.l10n_pl_ksef_outside_reason = "consumer"
        self.assertFalse(invoice.l10n_pl_ksef_state)
        with self.assertRaisesRegex(UserError, "outside KSeF"):
            invoice.action_l10n_pl_ksef_send()
        invoice.l10n_pl_ksef_outside_reason = False
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")

    def test_what_ksef_holds_cannot_be_called_outside(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        with self.assertRaises(UserError):
            invoice.l10n_pl_ksef_outside_reason = "other"

    def test_bills_and_entries_have_no_state(self):
        bill = self.init_invoice("in_invoice", amounts=[100], post=True)
        self.assertFalse(bill.l10n_pl_ksef_state)

    def test_a_company_without_connection_has_no_state(self):
        self.company.l10n_pl_ksef_environment = False
        invoice = self.today_invoice()
        self.assertFalse(invoice.l10n_pl_ksef_state)
        with self.assertRaisesRegex(UserError, "not connected"):
            invoice.action_l10n_pl_ksef_send()

    def test_an_invoice_of_the_other_module_is_left_alone(self):
        if "l10n_pl_edi_number" not in self.env["account.move"]._fields:
            self.skipTest("Odoo's own module is not installed here.")
        invoice = self.today_invoice(post=False)
        invoice.l10n_pl_edi_number = "5265877635-20260101-010000000000-00"
        invoice.action_post()
        self.assertFalse(invoice.l10n_pl_ksef_state)
