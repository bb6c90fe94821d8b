"""What people see of a bill from KSeF, what they may do, and in which language."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..ksef import fa3
from .common_bills import BillTestCase, sold


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillScreens(BillTestCase):
    @classmethod
    def _user(cls, login, group):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "group_ids": [(6, 0, cls.env.ref(group).ids)],
                "company_ids": [(6, 0, cls.company.ids)],
                "company_id": cls.company.id,
            }
        )

    def test_given_a_bill_when_its_form_is_saved_unchanged_then_its_amounts_stay(self):
        bill = self._bill(sold("12.35", quantity=sold("1.234567").net_amount))
        with Form(bill) as form:
            form.ref = "other"
        self.assertComesTo(bill, "12.35", "2.84", "15.19")

    def test_given_a_bill_when_a_price_is_changed_on_its_form_then_odoo_counts_and_a_banner_says_so(
        self,
    ):
        bill = self._bill(sold("100.00"))
        with Form(bill) as form, form.invoice_line_ids.edit(0) as line:
            line.price_unit = 200.0
        self.assertEqual(bill.amount_total, 246.0)
        self.assertIn("l10n_pl_ksef_totals", self._alerts(bill))

    def test_given_a_bill_when_an_accounting_user_opens_it_then_she_sees_its_banners(self):
        user = self._user("ksiegowa", "account.group_account_invoice")
        bill = self._bill(sold(rate=fa3.RateCode.VAT_7)).with_user(user)
        banners = bill._get_alerts()
        self.assertIn("l10n_pl_ksef_tax_0", banners)
        self.assertNotIn("action", banners["l10n_pl_ksef_tax_0"])

    def test_given_a_bill_when_an_accountant_opens_it_then_the_banner_leads_to_the_taxes(self):
        user = self._user("glowna", "account.group_account_manager")
        bill = self._bill(sold(rate=fa3.RateCode.VAT_7)).with_user(user)
        action = bill._get_alerts()["l10n_pl_ksef_tax_0"]["action"]
        self.assertEqual(
            self.env.ref(action).with_user(user).run()["res_model"], "l10n_pl_ksef.purchase_tax"
        )

    def test_given_an_accounting_user_when_she_makes_lines_again_then_they_are_made(self):
        user = self._user("ksiegowa", "account.group_account_invoice")
        bill = self._bill(sold("100.00"))
        bill.invoice_line_ids.price_unit = 1.0
        bill.with_user(user).action_l10n_pl_ksef_make_lines_again()
        self.assertComesTo(bill, "100.00", "23.00", "123.00")

    def test_given_an_accounting_user_when_she_chooses_a_tax_then_that_is_refused(self):
        user = self._user("ksiegowa", "account.group_account_invoice")
        setting = self.env["l10n_pl_ksef.purchase_tax"].create(
            {"company_id": self.company.id, "code": "7"}
        )
        with self.assertRaises(AccessError):
            setting.with_user(user).without_tax = True

    def test_given_the_settings_of_another_company_when_they_are_read_then_they_are_not_there(self):
        other = self.env["res.company"].create({"name": "Inna"})
        self.env["l10n_pl_ksef.purchase_tax"].sudo().create({"company_id": other.id, "code": "7"})
        user = self._user("glowna", "account.group_account_manager")
        found = self.env["l10n_pl_ksef.purchase_tax"].with_user(user).search([])
        self.assertNotIn(other, found.company_id)

    def test_given_bills_when_they_are_filtered_then_those_from_ksef_are_found(self):
        bill = self._bill()
        arch = self.env["account.move"].get_view(
            self.env.ref("account.view_account_bill_filter").id, "search"
        )["arch"]
        self.assertIn("l10n_pl_ksef_received", arch)
        domain = [("l10n_pl_ksef_number", "=", bill.l10n_pl_ksef_number)]
        self.assertEqual(self.env["account.move"].search(domain), bill)

    def test_given_a_copy_of_a_bill_when_it_is_made_then_it_belongs_to_no_document(self):
        copy = self._bill().copy()
        self.assertFalse(copy.l10n_pl_ksef_received_id)
        self.assertFalse(copy.l10n_pl_ksef_number)

    def test_given_a_refund_of_a_bill_when_it_is_made_then_it_comes_to_the_same(self):
        bill = self._bill(sold("12.35", quantity=sold("1.234567").net_amount))
        bill.action_post()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": bill.journal_id.id})
        )
        wizard.refund_moves()
        self.assertEqual(wizard.new_move_ids.amount_total, 15.19)

    def test_given_the_bill_when_its_document_is_opened_then_it_is_that_one(self):
        bill = self._bill()
        action = bill.action_l10n_pl_ksef_open_received()
        self.assertEqual(action["res_id"], bill.l10n_pl_ksef_received_id.id)

    def test_given_a_bill_when_it_is_made_then_it_knows_the_hash_of_its_document(self):
        bill = self._bill()
        self.assertEqual(bill.l10n_pl_ksef_sha256, bill.l10n_pl_ksef_received_id.sha256)

    # -- where a bill came from is changed by nobody ----------------------------------------------

    def test_given_an_accounting_user_when_she_ties_a_bill_to_a_document_then_that_is_refused(self):
        user = self._user("ksiegowa", "account.group_account_invoice")
        received = self._receive(number="A/1")
        bill = self._bill(number="A/2").with_user(user)
        for values in (
            {"l10n_pl_ksef_received_id": received.id},
            {"l10n_pl_ksef_received_on": "2026-01-01"},
            {"l10n_pl_ksef_sha256": received.sha256},
            {"l10n_pl_ksef_expected": {}},
            {"l10n_pl_ksef_notes": []},
            {"l10n_pl_ksef_missing": "|x/1"},
            {"l10n_pl_ksef_original_ids": [(6, 0, received.move_id.ids)]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                bill.write(values)

    def test_given_an_accounting_user_when_she_makes_a_tied_bill_then_that_is_refused(self):
        user = self._user("ksiegowa", "account.group_account_invoice")
        link = {"l10n_pl_ksef_received_id": self._receive().id}
        moves = self.env["account.move"].with_user(user)
        with self.assertRaises(AccessError):
            moves.create({"move_type": "in_invoice", **link})
        default = {f"default_{name}": value for name, value in link.items()}
        with self.assertRaises(AccessError):
            moves.with_context(**default).create({"move_type": "in_invoice"})

    def test_given_an_accounting_user_when_she_works_with_a_tied_bill_then_nothing_is_refused(self):
        bill = self._bill().with_user(self._user("ksiegowa", "account.group_account_invoice"))
        with Form(bill) as form:
            form.payment_reference = "other"
        self.assertFalse(bill.copy().l10n_pl_ksef_received_id)
        bill.action_post()
        wizard = (
            self.env["account.move.reversal"]
            .with_user(bill.env.user)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": bill.journal_id.id})
        )
        wizard.refund_moves()
        self.assertEqual(wizard.new_move_ids.move_type, "in_refund")
