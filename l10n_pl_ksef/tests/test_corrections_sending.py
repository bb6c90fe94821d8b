"""Corrections and settlements that wait for the KSeF number of another invoice."""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_offline import OfflineTestCase
from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCorrectionsSending(ConnectedTestCase):
    def setUp(self):
        super().setUp()
        self.company.l10n_pl_ksef_send_mode = "on_post"

    def _run_until_idle(self):
        for _turn in range(4):
            self.run_due()

    def test_given_a_credit_note_posted_with_its_invoice_when_sent_then_it_follows(self):
        invoice = self.today_invoice()
        credit_note = self._credit_note(
            invoice, invoice_date=fields.Date.context_today(self.env.user)
        )
        self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertTrue(credit_note.l10n_pl_ksef_problems, "it waits, and says for what")
        self._run_until_idle()
        self.assertEqual(
            (invoice | credit_note).mapped("l10n_pl_ksef_state"), ["accepted", "accepted"]
        )
        self.assertIn(invoice.l10n_pl_ksef_number.encode(), self._document_of(credit_note))

    def _document_of(self, move):
        return self.submission_of(move)._xml()


@tagged("post_install_l10n", "post_install", "-at_install", "l10n_pl_ksef_full", "-standard")
class TestSettlementSending(OfflineTestCase):
    """In the database that has sale."""

    def test_given_a_settlement_posted_with_its_advance_when_sent_then_it_follows(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        self.env.user.group_ids += self.env.ref("sales_team.group_sale_manager")
        product = self._create_product(name="mieszkanie", invoice_policy="order")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": 1000,
                            "tax_ids": [Command.set(self.tax_8.ids)],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        invoices = self.env["account.move"]
        for values in (
            {"advance_payment_method": "fixed", "fixed_amount": 540},
            {"advance_payment_method": "delivered"},
        ):
            wizard = self.env["sale.advance.payment.inv"].create(
                {"sale_order_ids": order.ids, **values}
            )
            invoice = wizard._create_invoices(order)
            invoice.action_post()
            invoices |= invoice
        advance, settlement = invoices
        with self.assertRaisesRegex(UserError, advance.name):
            settlement.action_l10n_pl_ksef_issue_offline()
        for _turn in range(4):
            self.run_due()
        self.assertEqual(invoices.mapped("l10n_pl_ksef_state"), ["accepted", "accepted"])
        self.assertIn(
            f"<NrKSeFFaZaliczkowej>{advance.l10n_pl_ksef_number}<".encode(),
            self.submission_of(settlement)._xml(),
        )
