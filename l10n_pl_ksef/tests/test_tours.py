"""What people do in the browser."""

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTours(ConnectedTestCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.accountant = self.env["res.users"].create(
            {
                "name": "Księgowa",
                "login": "ksef_accountant",
                "password": "ksef_accountant",
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
                "group_ids": [
                    Command.set(
                        [
                            self.env.ref("base.group_user").id,
                            self.env.ref("account.group_account_invoice").id,
                        ]
                    )
                ],
            }
        )

    def test_an_accountant_sends_an_invoice(self):
        invoice = self.today_invoice()
        self.start_tour(
            f"/odoo/customer-invoices/{invoice.id}", "l10n_pl_ksef_send", login="ksef_accountant"
        )
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_an_accountant_sends_two_invoices_from_the_list(self):
        invoices = self.today_invoice() | self.today_invoice()
        self.start_tour(
            "/odoo/customer-invoices", "l10n_pl_ksef_send_many", login="ksef_accountant"
        )
        invoices.invalidate_recordset()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})
