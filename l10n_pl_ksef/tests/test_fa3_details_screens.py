"""The page of details, who may use it, what it may still change, and the check of many invoices."""

from datetime import datetime, timezone

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3DetailsScreens(ConnectedTestCase):
    def _user(self, login, group):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_given_an_accountant_when_details_are_entered_then_the_form_takes_them(self):
        accountant = self._user("ksiegowy", "account.group_account_invoice")
        invoice = self._invoice(post=False).with_user(accountant)
        with Form(invoice) as form:
            form.l10n_pl_ksef_fa3_receipt = True
            with form.l10n_pl_ksef_fa3_detail_ids.new() as row:
                row.kind = "order"
                row.text = "ZAM/1"
            with form.l10n_pl_ksef_fa3_party_ids.new() as row:
                row.partner_id = self.buyer
                row.role = "6"
        self.assertEqual(invoice.l10n_pl_ksef_fa3_detail_ids.text, "ZAM/1")
        self.assertEqual(invoice.l10n_pl_ksef_fa3_party_ids.role, "6")

    def test_given_an_auditor_when_details_are_read_then_they_cannot_be_written(self):
        auditor = self._user("kontroler", "account.group_account_readonly")
        invoice = self._invoice(
            l10n_pl_ksef_fa3_detail_ids=[Command.create({"kind": "order", "text": "ZAM/1"})]
        )
        row = invoice.l10n_pl_ksef_fa3_detail_ids.with_user(auditor)
        self.assertEqual(row.text, "ZAM/1")
        with self.assertRaises(AccessError):
            row.text = "ZAM/2"

    def test_given_a_frozen_invoice_when_its_rows_change_then_it_is_refused(self):
        invoice = self.today_invoice()
        invoice.l10n_pl_ksef_fa3_detail_ids = [Command.create({"kind": "order", "text": "ZAM/1"})]
        invoice.l10n_pl_ksef_fa3_block_ids = [Command.create({"info": "Licznik: 7"})]
        xml, _findings = invoice._l10n_pl_ksef_xml(datetime.now(timezone.utc))
        submissions = self.env["l10n_pl_ksef.submission"].sudo()
        submissions._freeze(invoice, xml, generated_at=fields.Datetime.now())
        row = invoice.l10n_pl_ksef_fa3_detail_ids
        for change in (
            lambda: invoice.write({"l10n_pl_ksef_fa3_receipt": True}),
            lambda: row.write({"text": "ZAM/2"}),
            row.unlink,
            lambda: invoice.write(
                {"l10n_pl_ksef_fa3_detail_ids": [Command.create({"text": "more"})]}
            ),
            lambda: invoice.l10n_pl_ksef_fa3_block_ids.write(
                {"table_ids": [Command.create({"content": "a|b"})]}
            ),
            lambda: invoice.invoice_line_ids.write({"l10n_pl_ksef_fa3_gtu": "GTU_01"}),
        ):
            with self.subTest(change=change), self.assertRaises(UserError):
                change()

    def test_given_the_forms_when_opened_then_the_fields_are_there(self):
        for model, name in (
            ("account.move", "l10n_pl_ksef_fa3_transport_ids"),
            ("product.template", "l10n_pl_ksef_annex_15"),
            ("account.fiscal.position", "l10n_pl_ksef_exemption_basis"),
            ("account.payment.term", "l10n_pl_ksef_due_event"),
            ("account.journal", "l10n_pl_ksef_form"),
            ("res.company", "l10n_pl_ksef_krs"),
            ("res.partner", "l10n_pl_ksef_party_ids"),
            ("res.partner.bank", "l10n_pl_ksef_bank_own"),
        ):
            with self.subTest(model=model):
                arch = self.env[model].get_view(view_type="form")["arch"]
                self.assertIn(f'name="{name}"', arch)

    def test_given_many_invoices_when_checked_then_each_finding_is_a_row(self):
        good = self.today_invoice()
        nameless = self.buyer.copy({"name": "Bez adresu", "street": False, "city": False})
        bad = self.today_invoice(partner_id=nameless.id)
        accountant = self._user("sprawdzajacy", "account.group_account_invoice")
        action = (good | bad).with_user(accountant).action_l10n_pl_ksef_check()
        rows = self.env[action["res_model"]].with_user(accountant).search(action["domain"])
        by_invoice = {row.move_id: row for row in rows}
        self.assertEqual(by_invoice[good].severity, "ok")
        self.assertEqual(by_invoice[bad].severity, "error")
        self.assertIn("Bez adresu", by_invoice[bad].sentence)
        self.assertEqual(by_invoice[bad].action_l10n_pl_ksef_open_invoice()["res_id"], bad.id)
        self.assertFalse(bad.l10n_pl_ksef_submission_ids, "nothing is prepared")

    def test_given_a_self_billed_purchase_when_posted_then_it_goes_to_ksef(self):
        journal = self.company_data["default_journal_purchase"].copy(
            {
                "name": "Samofakturowanie",
                "code": "SF",
                "is_self_billing": True,
                "default_account_id": self.company_data["default_account_expense"].id,
            }
        )
        tax = self._polish_tax("vz_kraj_23")
        lines = self._line(tax=tax)
        bill = self._invoice(lines, move_type="in_invoice", journal_id=journal.id)
        self.assertEqual(bill.l10n_pl_ksef_state, "to_send")
        ordinary = self._invoice(lines, move_type="in_invoice")
        self.assertFalse(ordinary.l10n_pl_ksef_state)
