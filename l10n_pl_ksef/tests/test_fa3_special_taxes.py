"""Taxes that more than a rate tells, codes of lines, split payment."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from .common import GENERATED_AT
from .common_details import DetailsTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3SpecialTaxes(DetailsTestCase):
    def test_given_services_outside_poland_when_told_then_they_are_np_i(self):
        american = self._partner("EFG", vat=False, country_id=self.env.ref("base.us").id)
        told = self._told_of(self._line(tax=self._polish_tax("vs_ekspu")), partner_id=american.id)
        self.assertEqual(told.lines[0].rate, fa3.RateCode.OUTSIDE_POLAND)
        self.assertEqual(told.totals.outside_poland.net, Decimal("100"))

    def test_given_oss_when_told_then_the_rate_is_the_other_countrys(self):
        tax = self.percent_tax(19, l10n_pl_ksef_rate_code="oss")
        told = self._told_of(self._line(tax=tax), partner_id=self.consumer.id)
        line = told.lines[0]
        self.assertEqual((line.rate, line.oss_rate), (None, Decimal("19")))
        self.assertEqual(told.totals.oss, fa3.Total(net=Decimal("100"), vat=Decimal("19")))
        self.assertEqual(told.total, Decimal("119"))

    def test_given_oss_in_euro_when_told_then_its_vat_is_not_in_pln(self):
        tax = self.percent_tax(19, l10n_pl_ksef_rate_code="oss")
        told = self._told_of(
            self._line(tax=tax),
            self._line(),
            partner_id=self.consumer.id,
            currency_id=self._euro().id,
        )
        self.assertIsNone(told.totals.oss.vat_pln)
        self.assertIsNone(told.lines[0].exchange_rate)
        self.assertEqual(told.lines[1].exchange_rate, Decimal("4.5005"))

    def test_given_a_tax_with_the_tag_oss_when_proposed_then_it_is_oss_whatever_its_rate(self):
        tag = self.env["account.account.tag"].create({"name": "OSS", "applicability": "taxes"})
        tax = self.percent_tax(23)
        base = tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "base"
        )
        base.tag_ids = tag
        self.assertEqual(tax._l10n_pl_ksef_proposed_rate_code(), "oss")

    def test_given_a_margin_scheme_when_told_then_it_is_named_and_values_are_gross(self):
        for code, scheme in (
            ("margin_travel", fa3.MarginScheme.TRAVEL),
            ("margin_used", fa3.MarginScheme.USED_GOODS),
            ("margin_art", fa3.MarginScheme.WORKS_OF_ART),
            ("margin_collectors", fa3.MarginScheme.COLLECTORS_ITEMS),
        ):
            with self.subTest(code=code):
                told = self._told_of(self._line(50, quantity=3, tax=self._zero_tax(code)))
                line = told.lines[0]
                self.assertEqual(told.annotations.margin, scheme)
                self.assertEqual(told.totals.margin, fa3.Total(net=Decimal("150")))
                self.assertEqual((line.rate, line.net_amount), (None, None))
                self.assertEqual((line.gross_price, line.gross_amount), (50, 150))

    def test_given_a_margin_scheme_when_a_discount_is_given_then_the_value_is_the_ledgers(self):
        told = self._told_of(
            self._line(33.33, quantity=3, discount=7, tax=self._zero_tax("margin_used"))
        )
        line = told.lines[0]
        self.assertEqual(line.gross_amount, told.totals.margin.net)
        self.assertEqual(line.gross_amount, Decimal("92.99"))
        self.assertEqual(line.discount, Decimal("2.3331"))

    def test_given_two_margin_schemes_when_told_then_it_is_refused(self):
        invoice = self._invoice(
            self._line(tax=self._zero_tax("margin_used")),
            self._line(tax=self._zero_tax("margin_art")),
        )
        self.assertRefused(invoice, "margin.several", invoice.name)

    def test_given_an_exemption_of_the_fiscal_position_when_told_then_it_goes_first(self):
        position = self.env["account.fiscal.position"].create(
            {
                "name": "ONZ",
                "l10n_pl_ksef_exemption_kind": "directive",
                "l10n_pl_ksef_exemption_basis": "art. 151",
            }
        )
        told = self._told_of(self._line(tax=self.tax_exempt), fiscal_position_id=position.id)
        self.assertEqual(told.annotations.exemption, fa3.Exemption(directive="art. 151"))

    def test_given_cash_accounting_when_told_then_it_is_annotated(self):
        self.company.tax_exigibility = True
        account = self.company_data["default_account_assets"]
        account.reconcile = True
        tax = self.tax_23.copy(
            {
                "name": "kasowa",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": account.id,
            }
        )
        self.assertTrue(self._told_of(self._line(tax=tax)).annotations.cash_accounting)
        self.assertFalse(self._told_of(self._line()).annotations.cash_accounting)

    def test_given_codes_on_the_product_when_told_then_lines_have_them(self):
        self.fridge.write(
            {
                "l10n_pl_ksef_cn": "8418 21 91",
                "l10n_pl_ksef_pkwiu": "27.51.11.0",
                "l10n_pl_ksef_pkob": "1122",
                "l10n_pl_vat_gtu": "GTU_06",
            }
        )
        line = self._told_of(self._line(product_id=self.fridge.id)).lines[0]
        self.assertEqual(
            (line.cn, line.pkwiu, line.pkob, line.gtu),
            ("8418 21 91", "27.51.11.0", "1122", fa3.GoodsCode.GTU_06),
        )

    def test_given_codes_on_the_line_when_told_then_they_go_before_the_products(self):
        self.fridge.l10n_pl_vat_gtu = "GTU_06"
        line = self._told_of(
            self._line(
                product_id=self.fridge.id,
                l10n_pl_ksef_fa3_gtu="GTU_07",
                l10n_pl_ksef_fa3_procedure="IED",
                l10n_pl_ksef_fa3_supplied_on="2026-02-10",
            )
        ).lines[0]
        self.assertEqual(
            (line.gtu, line.procedure, line.supplied_on),
            (fa3.GoodsCode.GTU_07, fa3.Procedure.IED, date(2026, 2, 10)),
        )

    def test_given_rates_of_lines_against_the_ledger_when_told_then_the_mean_is_named(self):
        invoice = self._invoice(
            self._line(l10n_pl_ksef_fa3_exchange_rate=4.2),
            self._line(l10n_pl_ksef_fa3_exchange_rate=4.4),
            currency_id=self._euro(4.5005).id,
        )
        self.assertRefused(invoice, "currency.line_rates", "4.300000", "197.80", "EUR")

    def _steel(self):
        return self._create_product(name="stal", taxes_id=False, l10n_pl_ksef_annex_15=True)

    def test_given_annex_15_above_15000_when_entered_then_split_payment_is_proposed(self):
        steel = self._steel().id
        for price, product, proposed in (
            (12195.12, steel, False),  # 15,000.00 with VAT: not above it
            (12195.13, steel, True),
            (20000, self.fridge.id, False),
        ):
            with self.subTest(price=price, product=product):
                invoice = self._invoice(self._line(price, product_id=product), post=False)
                self.assertEqual(invoice.l10n_pl_ksef_fa3_split_payment, proposed)

    def test_given_a_consumer_when_annex_15_is_sold_then_split_payment_is_not_proposed(self):
        invoice = self._invoice(
            self._line(20000, product_id=self._steel().id), partner_id=self.consumer.id
        )
        self.assertFalse(invoice.l10n_pl_ksef_fa3_split_payment)

    def test_given_a_proposal_when_somebody_withdraws_it_then_the_check_says_so(self):
        invoice = self._invoice(self._line(20000, product_id=self._steel().id))
        told = self._told(invoice)
        self.assertTrue(told.annotations.split_payment)
        self.assertTrue(told.lines[0].annex_15)
        invoice.l10n_pl_ksef_fa3_split_payment = False
        _xml, findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        self.assertIn("annotation.split_payment_missing", [finding.code for finding in findings])

    def test_given_a_line_that_is_not_of_annex_15_when_it_says_so_then_nothing_is_proposed(self):
        invoice = self._invoice(
            self._line(20000, product_id=self._steel().id, l10n_pl_ksef_fa3_annex_15="no")
        )
        self.assertFalse(invoice.l10n_pl_ksef_fa3_split_payment)
        self.assertFalse(self._told(invoice).lines[0].annex_15)

    def test_given_euro_when_the_total_is_above_15000_pln_then_split_payment_is_proposed(self):
        invoice = self._invoice(
            self._line(3000, product_id=self._steel().id), currency_id=self._euro(4.5).id
        )
        self.assertTrue(invoice.l10n_pl_ksef_fa3_split_payment)
