"""Who may do what with invoices and KSeF."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRoles(ConnectedTestCase):
    def _person(self, login, *groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=",".join(("base.group_user", *groups)),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_an_accountant_sends_and_reads_the_history(self):
        accountant = self._person("accountant", "account.group_account_invoice")
        invoice = self.today_invoice().with_user(accountant)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertTrue(invoice.l10n_pl_ksef_submission_ids.upo)

    def test_an_accountant_sends_through_send_and_print(self):
        accountant = self._person("accountant", "account.group_account_invoice")
        invoice = self.today_invoice().with_user(accountant)
        invoice.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"sending_methods": ["email"]}).action_send_and_print()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_an_auditor_reads_and_does_not_send(self):
        auditor = self._person("auditor", "account.group_account_readonly")
        invoice = self.today_invoice()
        with self.assertRaises(AccessError):
            invoice.with_user(auditor).action_l10n_pl_ksef_send()
        invoice.action_l10n_pl_ksef_send()
        self.assertTrue(invoice.with_user(auditor).l10n_pl_ksef_submission_ids.ksef_number)

    def test_nobody_writes_the_records_of_ksef_by_hand(self):
        accountant = self._person("accountant", "account.group_account_invoice")
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        submission = invoice.l10n_pl_ksef_submission_ids.with_user(accountant)
        with self.assertRaises(AccessError):
            submission.write({"state": "rejected"})
        with self.assertRaises(AccessError):
            submission.session_id.write({"state": "closed"})

    def test_nobody_reads_the_key_of_a_session(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        administrator = self._person(
            "administrator", "base.group_system", "account.group_account_manager"
        )
        session = invoice.l10n_pl_ksef_submission_ids.session_id.with_user(administrator)
        for name in ("key_sealed", "uploads_sealed"):
            with self.assertRaises(AccessError):
                session.read([name])

    def test_the_records_of_another_company_are_invisible(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        other = self.env["res.company"].create({"name": "Another", "country_id": self.poland.id})
        stranger = self._person("stranger", "account.group_account_invoice", company=other)
        found = self.env["l10n_pl_ksef.submission"].with_user(stranger).search([])
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            invoice.l10n_pl_ksef_submission_ids.with_user(stranger).read(["ksef_number"])

    def test_a_branch_uses_the_connection_of_its_root(self):
        branch = self.env["res.company"].create(
            {"name": "Oddział", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        self.cr.precommit.run()  # its chart of accounts
        clerk = self._person("clerk", "account.group_account_invoice", company=branch)
        clerk.company_ids = [Command.link(self.company.id)]
        invoice = self.today_invoice(
            company_id=branch.id,
            journal_id=self.company_data["default_journal_sale"].id,
            invoice_payment_term_id=self.env.ref("account.account_payment_term_immediate").id,
        )
        self.assertEqual(invoice.company_id, branch)
        invoice.with_user(clerk).with_company(branch).action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(invoice.l10n_pl_ksef_submission_ids.connection_company_id, self.company)
