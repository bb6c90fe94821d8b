"""A bill comes to P_13, P_14 and P_15 to the grosz, whatever Odoo would count itself."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from odoo.tests import Form, tagged

from ..ksef import fa3
from ..models.bill_batch import _rate
from ..models.bill_document import Document
from .common_bills import BillTestCase, sold

R = fa3.RateCode


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillAmounts(BillTestCase):
    def _with_totals(self, net, vat, rate="standard"):
        return fa3.VatTotals(**{rate: fa3.Total(net=D(net), vat=D(vat))})

    def test_given_vat_counted_by_line_when_it_comes_then_the_bill_has_that_vat(self):
        # each line has 0.12 by itself; of their sum it would be 0.34
        lines = [sold("0.50", number=number) for number in (1, 2, 3)]
        totals = self._with_totals("1.50", "0.36")
        self.assertComesTo(self._bill(*lines, totals=totals), "1.50", "0.36", "1.86")

    def test_given_vat_counted_of_the_sum_when_the_company_rounds_by_line_then_it_stays(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        lines = [sold("0.50", number=number) for number in (1, 2, 3)]
        totals = self._with_totals("1.50", "0.35")
        self.assertComesTo(self._bill(*lines, totals=totals), "1.50", "0.35", "1.85")

    def test_given_gross_prices_when_they_come_then_the_totals_are_the_documents(self):
        lines = [
            fa3.Line(
                number=number,
                name="towar",
                quantity=D(1),
                gross_price=D("9.99"),
                gross_amount=D("9.99"),
                rate=R.VAT_23,
            )
            for number in (1, 2, 3)
        ]
        totals = self._with_totals("24.37", "5.60")
        bill = self._bill(*lines, totals=totals)
        self.assertComesTo(bill, "24.37", "5.60", "29.97")
        self.assertEqual(bill.invoice_line_ids.mapped("price_total"), [9.99] * 3)

    def test_given_a_tax_that_prices_contain_when_net_prices_come_then_the_totals_are_right(self):
        self.purchase_23.price_include_override = "tax_included"
        bill = self._bill(sold("100.00"))
        self.assertComesTo(bill, "100.00", "23.00", "123.00")
        self.assertEqual(bill.invoice_line_ids.price_unit, 123.0)

    def test_given_a_discount_on_each_unit_when_it_comes_then_it_is_a_percentage(self):
        line = sold("18000.00", quantity=D(20), net_price=D(1000), discount=D(100))
        made = self._bill(line).invoice_line_ids
        self.assertEqual((made.quantity, made.price_unit, made.discount), (20.0, 1000.0, 10.0))

    def test_given_a_discount_that_is_no_round_percentage_when_it_comes_then_the_total_is_right(
        self,
    ):
        line = sold("66.67", quantity=D(1), net_price=D(100), discount=D("33.33"))
        self.assertComesTo(self._bill(line), "66.67", "15.33", "82.00")

    def test_given_six_decimals_of_quantity_when_they_come_then_the_line_says_so(self):
        line = sold("12.35", quantity=D("1.234567"), net_price=D(10), unit="kg")
        bill = self._bill(line)
        made = bill.invoice_line_ids
        self.assertEqual((made.quantity, made.name), (1.23, "towar (1.234567 kg)"))
        self.assertComesTo(bill, "12.35", "2.84", "15.19")

    def test_given_a_quantity_that_odoo_would_round_to_nothing_when_it_comes_then_it_is_one(self):
        line = sold("10.00", quantity=D("0.001"), net_price=D(10000), unit="Mg")
        bill = self._bill(line)
        self.assertEqual(bill.invoice_line_ids.quantity, 1.0)
        self.assertComesTo(bill, "10.00", "2.30", "12.30")

    def test_given_a_database_with_more_decimals_when_they_come_then_they_are_kept(self):
        self.env.ref("uom.decimal_product_uom").digits = 6
        line = sold("12.35", quantity=D("1.234567"), net_price=D(10), unit="kg")
        made = self._bill(line).invoice_line_ids
        self.assertEqual((made.quantity, made.price_unit), (1.234567, 10.0))

    def test_given_lines_without_value_when_they_come_then_they_harm_nothing(self):
        lines = [sold("100.00"), sold("0.00", number=2), sold("0.00", R.VAT_8, number=3)]
        self.assertComesTo(self._bill(*lines), "100.00", "23.00", "123.00")

    def test_given_negative_lines_when_they_come_then_they_are_deducted(self):
        bill = self._bill(sold("100.00"), sold("-30.00", number=2))
        self.assertComesTo(bill, "70.00", "16.10", "86.10")

    def test_given_the_largest_amounts_when_they_come_then_they_are_exact(self):
        bill = self._bill(sold("9999999999.99"))
        self.assertComesTo(bill, "9999999999.99", "2300000000.00", "12299999999.99")

    def test_given_a_thousand_lines_when_they_come_then_the_totals_are_exact(self):
        lines = [sold("0.03", number=number) for number in range(1, 1001)]
        self.assertComesTo(self._bill(*lines), "30.00", "6.90", "36.90")

    def test_given_totals_that_the_lines_do_not_come_to_when_they_come_then_the_totals_count(self):
        bill = self._bill(sold("100.00"), totals=self._with_totals("90.00", "20.70"))
        self.assertComesTo(bill, "90.00", "20.70", "110.70")

    def test_given_a_total_that_nothing_explains_when_it_comes_then_a_banner_says_so(self):
        told = self._told(sold("100.00"))
        received = self._keep(replace(told, total=D("200.00")))
        self.env["l10n_pl_ksef.bill"]._make(received)
        bill = received.move_id
        self.assertIn("(+", "".join(self._alerts(bill).values()).replace("(−", "(+"))
        self.assertTrue(any("P_15" in text for text in self._alerts(bill).values()))

    def test_given_a_bill_when_somebody_changes_it_then_a_banner_says_by_how_much(self):
        bill = self._bill(sold("100.00"))
        bill.invoice_line_ids.price_unit = 110.0
        banner = self._alerts(bill)["l10n_pl_ksef_totals"]
        self.assertIn("Somebody changed its lines", banner)
        for amount in ("110.00", "100.00", "135.30", "123.00", "12.30"):
            self.assertIn(amount, banner)

    def test_given_a_bill_when_somebody_turns_it_into_a_refund_then_a_banner_says_so(self):
        bill = self._bill()
        bill.action_switch_move_type()
        self.assertEqual(bill.move_type, "in_refund")
        self.assertIn(
            "-123.00", self._alerts(bill)["l10n_pl_ksef_totals"].replace("\N{MINUS SIGN}", "-")
        )

    def test_given_a_bill_when_its_account_changes_then_its_amounts_stay(self):
        line = sold("12.35", quantity=D("1.234567"), net_price=D(10), unit="kg")
        bill = self._bill(line)
        bill.invoice_line_ids.account_id = self.company_data["default_account_assets"]
        bill.action_post()
        self.assertComesTo(bill, "12.35", "2.84", "15.19")

    def test_given_a_name_of_512_characters_when_it_comes_then_it_is_whole(self):
        name = "Ż" * 512
        self.assertEqual(self._bill(sold(name=name)).invoice_line_ids.name, name)

    def test_given_the_words_of_a_program_when_they_come_then_they_stay_words(self):
        bill = self._bill(
            sold(name="<script>alert(1)</script> %(x)s"),
            notes=(fa3.Note(key="<b>k</b>", value="%s <img src=x onerror=alert(1)>"),),
        )
        self.assertEqual(bill.invoice_line_ids.name, "<script>alert(1)</script> %(x)s")
        self.assertNotIn("<img", bill.narration)


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillCurrencies(BillTestCase):
    def _euro_bill(self, vat_pln="103.51", **line):
        totals = fa3.VatTotals(
            standard=fa3.Total(net=D("100.00"), vat=D("23.00"), vat_pln=D(vat_pln))
        )
        line = sold("100.00", **{"exchange_rate": D("4.5005"), **line})
        return self._bill(line, currency="EUR", totals=totals)

    def test_given_euro_with_a_rate_when_they_come_then_the_bill_has_that_rate(self):
        self._euro(4.2)
        bill = self._euro_bill()
        self.assertEqual(bill.currency_id.name, "EUR")
        self.assertAlmostEqual(1 / bill.invoice_currency_rate, 4.5005, 6)

    def test_given_vat_in_pln_when_it_comes_then_the_ledger_has_it_to_the_grosz(self):
        self._euro(4.2)
        bill = self._euro_bill(vat_pln="103.52")
        vat = bill.line_ids.filtered("tax_line_id")
        self.assertEqual((vat.balance, vat.amount_currency), (103.52, 23.0))
        self.assertComesTo(bill, "100.00", "23.00", "123.00")

    def test_given_the_invoice_date_changes_when_it_is_saved_then_the_rate_is_the_documents(self):
        self._euro(4.2)
        bill = self._euro_bill(vat_pln="103.52")
        with Form(bill) as form:
            form.invoice_date = date(2026, 10, 30)
        self.assertAlmostEqual(1 / bill.invoice_currency_rate, 4.5005, 6)
        self.assertEqual(bill.line_ids.filtered("tax_line_id").balance, 103.52)

    def test_given_books_in_another_currency_when_a_rate_to_pln_comes_then_it_means_nothing(self):
        euro = self._euro(4.2)
        abroad = self.env["res.company"].create({"name": "GmbH", "currency_id": euro.id})
        document = Document(
            b"", self._told(sold(exchange_rate=D("4.5")), currency="EUR"), None, "subject2"
        )
        self.assertIsNone(_rate(document, abroad))

    def test_given_euro_without_a_rate_when_they_come_then_odoos_rate_counts(self):
        self._euro(4.2)
        totals = fa3.VatTotals(zero_eu_supply=fa3.Total(net=D("100.00")))
        bill = self._bill(sold("100.00", R.ZERO_EU_SUPPLY), currency="EUR", totals=totals)
        self.assertAlmostEqual(1 / bill.invoice_currency_rate, 4.2, 6)

    def test_given_a_currency_that_is_not_used_when_it_comes_then_the_bill_has_it(self):
        bill = self._bill(sold("100.00", R.ZERO_EXPORT), currency="JPY")
        self.assertEqual(bill.currency_id.name, "JPY")

    def test_given_a_currency_that_nobody_knows_when_it_comes_then_the_document_says_so(self):
        received = self._receive(sold("100.00"), currency="XXQ")
        self.assertEqual(received.state, "attention")
        self.assertIn("XXQ", received.problem)
