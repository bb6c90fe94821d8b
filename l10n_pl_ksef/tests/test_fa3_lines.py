"""Quantities, prices, discounts and names of the lines."""

from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from .common_fa3 import Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Lines(Fa3TestCase):
    def _line_told(self, **values):
        invoice = self._invoice(self._line(**values))
        return self.assertTellsTheLedger(invoice).lines[0]

    def test_given_a_net_price_when_told_then_price_and_value_are_net(self):
        line = self._line_told(price=406, quantity=10)
        self.assertEqual(
            (line.quantity, line.net_price, line.net_amount, line.discount, line.gross_price),
            (Decimal("10"), Decimal("406"), Decimal("4060"), None, None),
        )

    def test_given_a_discount_when_told_then_it_is_the_amount_off_one_unit(self):
        line = self._line_told(price=1000, quantity=20, discount=10)
        self.assertEqual(
            (line.net_price, line.discount, line.net_amount),
            (Decimal("1000"), Decimal("100"), Decimal("18000")),
        )

    def test_given_a_negative_discount_when_told_then_the_price_is_higher(self):
        line = self._line_told(price=100, quantity=2, discount=-10)
        self.assertEqual((line.net_price, line.discount), (Decimal("110"), None))

    def test_given_a_full_discount_when_told_then_the_line_is_worth_nothing_and_stays(self):
        line = self._line_told(price=50, discount=100)
        self.assertEqual((line.discount, line.net_amount), (Decimal("50"), Decimal("0")))

    def test_given_a_gross_price_when_told_then_price_and_value_are_gross(self):
        line = self._line_told(price=123, quantity=2, tax=self._gross_tax(self.tax_23))
        self.assertEqual(
            (line.gross_price, line.gross_amount, line.net_price, line.net_amount),
            (Decimal("123"), Decimal("246"), None, Decimal("200")),
        )

    def test_given_a_discount_on_a_gross_price_when_told_then_it_is_gross(self):
        line = self._line_told(price=123, quantity=2, discount=10, tax=self._gross_tax(self.tax_23))
        self.assertEqual(
            (line.gross_price, line.discount, line.gross_amount, line.net_amount),
            (Decimal("123"), Decimal("12.3"), Decimal("221.40"), Decimal("180")),
        )

    def test_given_net_and_gross_prices_at_one_rate_when_told_then_all_are_net(self):
        invoice = self._invoice(self._line(123, tax=self._gross_tax(self.tax_23)), self._line(100))
        told = self.assertTellsTheLedger(invoice)
        self.assertEqual([line.gross_price for line in told.lines], [None, None])
        self.assertEqual([line.net_price for line in told.lines], [Decimal("100"), Decimal("100")])

    def test_given_gross_prices_of_exempt_goods_when_told_then_they_are_net(self):
        tax = self._gross_tax(self.tax_exempt)
        line = self._line_told(price=123, tax=tax)
        self.assertEqual((line.net_price, line.gross_price), (Decimal("123"), None))

    def test_given_a_price_of_many_decimals_when_told_then_eight_remain(self):
        line = self._line_told(price=0.123456789012, quantity=1000)
        self.assertEqual(line.net_price, Decimal("0.12345679"))

    def test_given_rounding_per_line_when_told_then_each_line_has_its_vat(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        invoice = self._invoice(self._line(0.05), self._line(0.05), self._line(0.05))
        told = self.assertTellsTheLedger(invoice)
        self.assertEqual([str(line.vat_amount) for line in told.lines], ["0.01"] * 3)
        self.assertEqual(told.totals.standard.vat, Decimal("0.03"))

    def test_given_a_product_when_told_then_its_codes_and_unit_come_along(self):
        self.fridge.write(
            {"default_code": "ZM-1", "barcode": "5901234123457", "l10n_pl_vat_gtu": "GTU_06"}
        )
        line = self._line_told(price=10, product_id=self.fridge.id, name="[ZM-1] lodówka")
        self.assertEqual(
            (line.index, line.gtin, line.gtu, line.unit, line.name),
            (
                "ZM-1",
                "5901234123457",
                fa3.GoodsCode.GTU_06,
                self.fridge.uom_id.name,
                "[ZM-1] lodówka",
            ),
        )

    def test_given_a_barcode_that_is_no_gtin_when_told_then_it_is_left_out(self):
        self.fridge.barcode = "SHELF-7"
        self.assertIsNone(self._line_told(price=10, product_id=self.fridge.id).gtin)

    def test_given_a_name_of_several_lines_when_told_then_it_is_one_line(self):
        self.assertEqual(self._line_told(name="lodówka\n  biała\t\x0b").name, "lodówka biała")

    def test_given_a_name_too_long_when_told_then_the_rest_is_a_note_of_that_line(self):
        name = " ".join(f"słowo{number}" for number in range(120))
        told = self._told(self._invoice(self._line(name="krótka"), self._line(name=name)))
        parts = [told.lines[1].name, *(note.value for note in told.notes)]
        self.assertEqual(" ".join(parts), name)
        self.assertLessEqual(max(len(part) for part in parts), 512)
        self.assertEqual({note.line_number for note in told.notes}, {2})

    def test_given_headings_and_notes_when_told_then_notes_come_along_and_are_no_lines(self):
        invoice = self._invoice(
            (0, 0, {"display_type": "line_section", "name": "Sprzęt"}),
            self._line(10),
            (0, 0, {"display_type": "line_note", "name": "Dostawa w godzinach 17-20"}),
        )
        told = self.assertTellsTheLedger(invoice)
        self.assertEqual([note.value for note in told.notes], ["Dostawa w godzinach 17-20"])

    def test_given_another_order_when_told_then_it_is_that_of_the_printed_invoice(self):
        invoice = self._invoice(
            self._line(1, name="druga", sequence=20), self._line(2, name="pierwsza", sequence=10)
        )
        self.assertEqual([line.name for line in self._told(invoice).lines], ["pierwsza", "druga"])

    def test_given_a_discount_on_the_whole_order_when_told_then_the_line_keeps_its_value(self):
        invoice = self._invoice(
            self._line(100, quantity=3),
            self._line(
                -33.333,
                quantity=1,
                name="Rabat",
                extra_tax_data={"manual_total_excluded_currency": -33.33, "price_unit": -33.333},
            ),
        )
        told = self.assertTellsTheLedger(invoice)
        self.assertEqual(
            (told.lines[1].net_amount, told.lines[1].net_price),
            (Decimal("-33.33"), Decimal("-33.33")),
        )

    def test_given_a_voucher_procedure_when_told_then_each_line_has_it(self):
        invoice = self._invoice(self._line(), l10n_pl_vat_b_spv=True)
        self.assertEqual(self._told(invoice).lines[0].procedure, fa3.Procedure.B_SPV)
