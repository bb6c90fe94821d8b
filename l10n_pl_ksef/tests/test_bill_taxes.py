"""Each rate of KSeF gets the tax that was chosen for it, and no other."""

from decimal import Decimal as D

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import SUPPLIER_NIP, BillTestCase, sold

R = fa3.RateCode


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillTaxes(BillTestCase):
    def _setting(self, code, tax=None, **values):
        return self.env["l10n_pl_ksef.purchase_tax"].create(
            {"company_id": self.company.id, "code": code, "tax_id": tax and tax.id, **values}
        )

    def _note_on(self, bill, word):
        return [text for text in self._alerts(bill).values() if word in text]

    def test_given_the_chart_of_poland_when_rates_come_then_they_get_its_taxes(self):
        for code, template in (
            (R.VAT_23, "vz_kraj_23"),
            (R.VAT_8, "vz_kraj_8"),
            (R.VAT_5, "vz_kraj_5"),
            (R.ZERO_DOMESTIC, "vz_kraj_0"),
            (R.EXEMPT, "vz_kraj_zw"),
        ):
            with self.subTest(code=code):
                bill = self._bill(sold(rate=code), number=code.value)
                self.assertEqual(bill.invoice_line_ids.tax_ids, self._purchase_tax(template))
                self.assertFalse(self._note_on(bill, "No tax is chosen"))

    def test_given_a_rate_without_a_tax_when_it_comes_then_the_bill_has_its_total_and_a_note(self):
        bill = self._bill(sold("100.00", R.VAT_7))
        self.assertFalse(bill.invoice_line_ids.tax_ids)
        self.assertEqual(bill.amount_total, 107.0)
        self.assertTrue(self._note_on(bill, "KSeF rate 7"))
        self.assertIn("l10n_pl_ksef_totals", self._alerts(bill))

    def test_given_sales_without_vat_when_no_tax_is_chosen_then_there_is_a_note(self):
        for code in (R.ZERO_EU_SUPPLY, R.ZERO_EXPORT, R.OUTSIDE_POLAND, R.EU_SERVICES):
            with self.subTest(code=code):
                bill = self._bill(sold(rate=code), number=code.value)
                self.assertFalse(bill.invoice_line_ids.tax_ids)
                self.assertTrue(self._note_on(bill, f"KSeF rate {code.value}"))
                self.assertComesTo(bill, "100.00", "0.00", "100.00")

    def test_given_a_chosen_tax_when_its_rate_comes_then_it_is_taken(self):
        tax = self.purchase_23.copy({"name": "7%", "amount": 7.0})
        self._setting("7", tax)
        bill = self._bill(sold("100.00", R.VAT_7))
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)
        self.assertComesTo(bill, "100.00", "7.00", "107.00")

    def test_given_no_tax_on_purpose_when_its_rate_comes_then_there_is_no_note(self):
        self._setting("np I", without_tax=True)
        bill = self._bill(sold(rate=R.OUTSIDE_POLAND))
        self.assertFalse(self._note_on(bill, "No tax is chosen"))

    def test_given_a_company_that_deducts_nothing_when_vat_comes_then_it_is_part_of_the_price(self):
        self._setting("23", without_tax=True)
        bill = self._bill(sold("100.00"))
        self.assertEqual((bill.amount_untaxed, bill.amount_tax), (123.0, 0.0))

    def test_given_a_setting_for_the_supplier_when_its_bill_comes_then_it_counts_first(self):
        leasing = self._purchase_tax("vp_leas_purchase")
        supplier = self.env["res.partner"].create(
            {"name": "N", "vat": f"PL{SUPPLIER_NIP}", "country_id": self.poland.id}
        )
        self._setting("23", leasing, partner_id=supplier.id)
        bill = self._bill(sold("100.00"))
        self.assertEqual(bill.invoice_line_ids.tax_ids, leasing)
        self.assertComesTo(bill, "100.00", "23.00", "123.00")

    def test_given_a_product_with_its_own_tax_of_the_rate_when_it_comes_then_that_is_taken(self):
        services = self._purchase_tax("vz_kraj_usl_23")
        self._create_product(name="Serwis", supplier_taxes_id=services)
        self.assertEqual(self._bill(sold(name="Serwis")).invoice_line_ids.tax_ids, services)

    def test_given_a_product_with_a_tax_of_another_rate_when_it_comes_then_the_document_counts(
        self,
    ):
        self._create_product(name="Serwis", supplier_taxes_id=self.purchase_8)
        bill = self._bill(sold(name="Serwis"))
        self.assertEqual(bill.invoice_line_ids.tax_ids, self.purchase_23)

    def test_given_a_fiscal_position_that_maps_taxes_when_a_bill_comes_then_its_rate_counts(self):
        position = self.env["account.fiscal.position"].create({"name": "Inna"})
        self.purchase_8.write(
            {
                "fiscal_position_ids": [(4, position.id)],
                "original_tax_ids": [(4, self.purchase_23.id)],
            }
        )
        partner = self._bill().partner_id
        partner.property_account_position_id = position
        self.assertEqual(self._bill(number="FV/2").invoice_line_ids.tax_ids, self.purchase_23)

    def test_given_reverse_charge_when_its_tax_is_active_then_the_buyer_accounts_for_it(self):
        steel = self._purchase_tax("vz_stal")
        steel.active = True
        bill = self._bill(sold("1000.00", R.REVERSE_CHARGE))
        self.assertEqual(bill.invoice_line_ids.tax_ids, steel)
        self.assertComesTo(bill, "1000.00", "0.00", "1000.00")
        vat = bill.line_ids.filtered("tax_line_id").mapped("balance")
        self.assertEqual(sorted(vat), [-230.0, 230.0])

    def test_given_reverse_charge_when_its_tax_is_not_active_then_there_is_a_note(self):
        bill = self._bill(sold("1000.00", R.REVERSE_CHARGE))
        self.assertTrue(self._note_on(bill, "KSeF rate oo"))

    def test_given_the_vat_of_another_country_when_it_comes_then_it_is_part_of_the_price(self):
        line = sold("100.00", None, oss_rate=D(21))
        totals = fa3.VatTotals(oss=fa3.Total(net=D(100), vat=D(21)))
        bill = self._bill(line, totals=totals)
        self.assertEqual(bill.amount_total, 121.0)
        self.assertTrue(self._note_on(bill, "KSeF rate OSS"))

    def test_given_a_margin_scheme_when_it_comes_then_no_tax_is_asked_for(self):
        line = fa3.Line(
            number=1, name="Auto", quantity=D(1), gross_price=D(5000), gross_amount=D(5000)
        )
        bill = self._bill(
            line,
            totals=fa3.VatTotals(margin=fa3.Total(net=D(5000))),
            annotations=fa3.Annotations(margin=fa3.MarginScheme.USED_GOODS),
        )
        self.assertFalse(self._note_on(bill, "No tax is chosen"))
        self.assertComesTo(bill, "5000.00", "0.00", "5000.00")

    def test_given_a_tax_chosen_later_when_the_lines_are_made_again_then_they_have_it(self):
        bill = self._bill(sold("100.00", R.VAT_7))
        self._setting("7", self.purchase_23.copy({"name": "7%", "amount": 7.0}))
        bill.action_l10n_pl_ksef_make_lines_again()
        self.assertComesTo(bill, "100.00", "7.00", "107.00")
        self.assertFalse(self._note_on(bill, "No tax is chosen"))

    def test_given_a_known_supplier_when_the_lines_are_made_again_then_it_is_not_made_twice(self):
        bill = self._bill(sold("100.00", R.VAT_7))
        before = self.env["res.partner"].search_count([])
        bill.action_l10n_pl_ksef_make_lines_again()
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_given_a_setting_for_the_supplier_when_the_lines_are_made_again_then_it_counts(self):
        bill = self._bill(sold("100.00", R.VAT_7))
        tax = self.purchase_23.copy({"name": "7%", "amount": 7.0})
        self._setting("7", tax, partner_id=bill.partner_id.id)
        bill.action_l10n_pl_ksef_make_lines_again()
        self.assertEqual(bill.invoice_line_ids.tax_ids, tax)

    def test_given_a_confirmed_bill_when_its_lines_are_to_be_made_again_then_that_is_refused(self):
        bill = self._bill()
        bill.action_post()
        with self.assertRaisesRegex(Exception, "only drafts"):
            bill.action_l10n_pl_ksef_make_lines_again()

    def test_given_a_tax_on_sales_when_it_is_chosen_for_bills_then_that_is_refused(self):
        with self.assertRaises(ValidationError):
            self._setting("7", self.tax_23)

    def test_given_the_settings_when_they_are_opened_then_every_rate_has_a_line(self):
        model = self.env["l10n_pl_ksef.purchase_tax"]
        model.action_open()
        chosen = {
            setting.code: setting.tax_id.name
            for setting in model.search([("company_id", "=", self.company.id)])
        }
        self.assertEqual(len(chosen), 16)
        self.assertEqual((chosen["23"], chosen["7"]), (self.purchase_23.name, False))

    def test_given_the_settings_were_opened_when_a_bill_comes_then_its_taxes_are_the_same(self):
        self.env["l10n_pl_ksef.purchase_tax"].action_open()
        bill = self._bill(sold("100.00", R.VAT_8))
        self.assertEqual(bill.invoice_line_ids.tax_ids, self.purchase_8)
