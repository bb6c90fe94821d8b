"""What is refused as a whole, each with one clear sentence."""

from datetime import datetime, timezone

from odoo.tests import tagged

from .common_fa3 import Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Refusals(Fa3TestCase):
    def test_given_a_draft_without_number_when_told_then_it_is_refused(self):
        self.assertRefused(self._invoice(post=False), "invoice.draft", "Confirm it first")

    def test_given_a_bill_when_told_then_it_is_refused(self):
        bill = self._invoice(
            self._line(tax=self.company_data["default_tax_purchase"]), move_type="in_invoice"
        )
        self.assertRefused(bill, "invoice.kind", bill.name)

    def test_given_a_future_date_when_told_then_it_is_refused(self):
        invoice = self._invoice(invoice_date="2026-02-16")
        self.assertRefused(invoice, "invoice.future", "2026-02-16", "Invoice Date")

    def test_given_late_evening_in_utc_when_it_is_the_next_day_in_warsaw_then_it_may_go(self):
        invoice = self._invoice(invoice_date="2026-02-16")
        self._told(invoice, datetime(2026, 2, 15, 23, 30, tzinfo=timezone.utc))

    def test_given_no_lines_when_told_then_it_is_refused(self):
        invoice = self._invoice((0, 0, {"display_type": "line_section", "name": "nic"}), post=False)
        invoice.name = "FV/1"
        self.assertRefused(invoice, "invoice.no_lines", "FV/1")

    def test_given_no_exchange_rate_when_told_then_it_is_refused(self):
        euro = self.setup_other_currency("EUR", rates=[])
        invoice = self._invoice(currency_id=euro.id)
        self.assertRefused(invoice, "currency.no_rate", "EUR", "Currencies")

    def test_given_a_currency_of_three_decimals_when_told_then_it_is_refused(self):
        dinar = self.setup_other_currency("KWD", rates=[("1900-01-01", 0.08)], rounding=0.001)
        invoice = self._invoice(currency_id=dinar.id)
        self.assertRefused(invoice, "currency.decimals", "KWD", "two")

    def test_given_books_in_another_currency_when_told_then_it_is_refused(self):
        invoice = self._invoice()
        euro = self._euro()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET currency_id = %s WHERE id = %s", [euro.id, self.company.id]
        )
        self.env.invalidate_all()
        self.assertRefused(invoice, "company.currency", "EUR", self.company.name)

    def test_given_cash_rounding_of_the_tax_when_told_then_it_is_refused(self):
        invoice = self._invoice(self._line(10.01), invoice_cash_rounding_id=self.cash_rounding_b.id)
        self.assertRefused(invoice, "total.rounded_tax", "biggest_tax", "rounding line")

    def test_given_a_mixed_early_discount_when_told_then_it_is_refused(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "mieszane",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
                "discount_days": 7,
                "discount_percentage": 2,
            }
        )
        invoice = self._invoice(invoice_payment_term_id=term.id)
        self.assertRefused(invoice, "total.early_discount", "payment terms")

    def test_given_a_foreign_vat_registration_when_told_then_it_is_refused(self):
        position = self.env["account.fiscal.position"].create({"name": "Niemcy"})
        invoice = self._invoice(fiscal_position_id=position.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_fiscal_position SET foreign_vat = %s, country_id = %s WHERE id = %s",
            ["DE136695976", self.env.ref("base.de").id, position.id],
        )
        self.env.invalidate_all()
        self.assertRefused(invoice, "seller.foreign_vat", "DE136695976", "Niemcy")

    def test_given_a_line_that_disagrees_with_its_journal_item_when_told_then_it_is_refused(self):
        invoice = self._invoice(self._line(100, quantity=2, name="krzywa"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET price_unit = 90 WHERE move_id = %s AND name = 'krzywa'",
            [invoice.id],
        )
        self.env.invalidate_all()
        self.assertRefused(invoice, "line.value", "krzywa", "180.00", "200.00")

    def test_given_a_debt_that_disagrees_with_the_lines_when_told_then_it_is_refused(self):
        invoice = self._invoice(self._line(100))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_currency = 124, balance = 124 "
            "WHERE move_id = %s AND display_type = 'payment_term'",
            [invoice.id],
        )
        self.env.invalidate_all()
        self.assertRefused(invoice, "total.not_the_ledgers", "123.00", "124.00")

    def test_given_several_problems_when_told_then_all_are_said_at_once(self):
        self.buyer.vat = False
        invoice = self._invoice(self._line(tax=self.env["account.tax"]), invoice_date="2026-02-16")
        self.company.vat = False
        self.assertEqual(
            set(self._refusals(invoice)),
            {"invoice.future", "line.no_tax", "buyer.nip", "seller.nip"},
        )

    def test_given_two_voucher_procedures_when_told_then_it_is_refused(self):
        invoice = self._invoice(l10n_pl_vat_b_spv=True, l10n_pl_vat_b_mpv_prowizja=True)
        self.assertRefused(invoice, "line.several_procedures", "B_SPV")

    def test_given_endless_terms_when_told_then_it_is_refused(self):
        invoice = self._invoice(narration=f"<p>{'warunki ' * 2000}</p>")
        self.assertRefused(invoice, "footer.size", "Shorten")
