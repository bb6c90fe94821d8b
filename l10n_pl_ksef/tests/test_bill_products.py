"""Which product and unit a line means, where it means one for certain."""

from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import SUPPLIER_NIP, BillTestCase, sold

GTIN = "5901234123457"


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillProducts(BillTestCase):
    def _product_of(self, **line):
        return self._bill(sold(**line)).invoice_line_ids.product_id

    def test_given_a_gtin_when_it_is_a_barcode_then_the_product_is_taken(self):
        product = self._create_product(name="Lodówka", barcode=GTIN)
        self.assertEqual(self._product_of(gtin=GTIN), product)

    def test_given_a_gtin_with_leading_zeros_when_it_is_a_barcode_then_it_is_taken(self):
        product = self._create_product(name="Lodówka", barcode=GTIN)
        self.assertEqual(self._product_of(gtin=f"0{GTIN}"), product)

    def test_given_the_suppliers_code_when_it_is_known_then_the_product_is_taken(self):
        supplier = self.env["res.partner"].create(
            {"name": "N", "vat": f"PL{SUPPLIER_NIP}", "country_id": self.poland.id}
        )
        product = self._create_product(
            name="Lodówka",
            seller_ids=[(0, 0, {"partner_id": supplier.id, "product_code": "LD-1"})],
        )
        self._create_product(name="Zmywarka", default_code="LD-1")
        self.assertEqual(self._product_of(index="LD-1"), product)

    def test_given_another_suppliers_code_when_it_comes_then_it_is_not_taken(self):
        other = self.env["res.partner"].create({"name": "Inny"})
        self._create_product(
            name="Lodówka", seller_ids=[(0, 0, {"partner_id": other.id, "product_code": "LD-1"})]
        )
        self.assertFalse(self._product_of(index="LD-1"))

    def test_given_our_own_code_when_it_comes_then_the_product_is_taken(self):
        product = self._create_product(name="Lodówka", default_code="LD-1")
        self.assertEqual(self._product_of(index="LD-1"), product)

    def test_given_the_very_name_when_it_comes_then_the_product_is_taken(self):
        product = self._create_product(name="Lodówka Zimnotech mk2")
        self.assertEqual(self._product_of(name="Lodówka Zimnotech mk2"), product)

    def test_given_part_of_a_name_when_it_comes_then_nothing_is_taken(self):
        self._create_product(name="Lodówka Zimnotech mk2")
        self.assertFalse(self._product_of(name="Lodówka Zimnotech"))

    def test_given_two_products_of_a_name_when_it_comes_then_neither_is_taken(self):
        self._create_product(name="Lodówka")
        self._create_product(name="Lodówka")
        self.assertFalse(self._product_of(name="Lodówka"))

    def test_given_a_product_of_another_company_when_it_comes_then_it_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Inna spółka"})
        self._create_product(name="Lodówka", company_id=other.id)
        self.assertFalse(self._product_of(name="Lodówka"))

    def test_given_an_unknown_product_when_it_comes_then_none_is_made(self):
        before = self.env["product.product"].search_count([])
        self._product_of(name="Nieznany towar", index="X", gtin="123")
        self.assertEqual(self.env["product.product"].search_count([]), before)

    def test_given_a_known_product_when_it_comes_then_the_line_keeps_the_documents_words(self):
        self._create_product(name="Lodówka", default_code="LD-1", standard_price=5.0)
        line = self._bill(sold("80.00", index="LD-1", name="lodówka biała")).invoice_line_ids
        self.assertEqual((line.name, line.price_unit), ("lodówka biała", 80.0))


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillUnits(BillTestCase):
    def _unit_of(self, text, **values):
        lines = [sold(unit=text, **values)]
        return self._bill(*lines, number=f"FV/{text}").invoice_line_ids.product_uom_id

    def test_given_what_polish_sellers_write_when_it_comes_then_it_is_odoos_unit(self):
        for text, xml_id in (
            ("szt.", "product_uom_unit"),
            ("SZT", "product_uom_unit"),
            ("usł.", "product_uom_unit"),
            ("kg", "product_uom_kgm"),
            ("godz.", "product_uom_hour"),
            ("m-c", None),
            ("m2", "product_uom_square_meter"),
            ("mb.", "product_uom_meter"),
            ("Mg", "product_uom_ton"),
            ("mg", None),
            ("litr", "product_uom_litre"),
            ("kWh", "product_uom_kwh"),
            ("???", None),
        ):
            with self.subTest(text=text):
                expected = self.env.ref(f"uom.{xml_id}") if xml_id else self.env["uom.uom"]
                self.assertEqual(self._unit_of(text), expected)

    def test_given_a_unit_of_our_own_when_it_comes_by_its_name_then_it_is_taken(self):
        pallet = self.env["uom.uom"].create({"name": "Paleta"})
        self.assertEqual(self._unit_of("paleta"), pallet)

    def test_given_a_product_counted_otherwise_when_it_comes_then_it_keeps_its_unit(self):
        product = self._create_product(name="Cukier", uom_id=self.env.ref("uom.product_uom_kgm").id)
        self.assertEqual(self._unit_of("szt.", name="Cukier"), product.uom_id)

    def test_given_no_unit_when_a_line_comes_then_it_has_none(self):
        line = self._bill(
            fa3.Line(
                number=1, name="usługa", net_amount=sold().net_amount, rate=fa3.RateCode.VAT_23
            )
        ).invoice_line_ids
        self.assertFalse(line.product_uom_id)
