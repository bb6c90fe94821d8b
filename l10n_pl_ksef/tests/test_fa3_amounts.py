"""The amounts of the document are those of the ledger, to the grosz, however Odoo rounds."""

import random
from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from .common_fa3 import KSEF_NUMBER, Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Amounts(Fa3TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gross_23 = cls._gross_tax(cls.tax_23)
        cls.gross_8 = cls._gross_tax(cls.tax_8)
        cls.net_taxes = [cls.tax_23, cls.tax_8, cls.tax_5, cls.tax_0, cls.tax_exempt]
        cls.all_taxes = [*cls.net_taxes, cls.gross_23, cls.gross_8]

    def _random_lines(self, generator, count, taxes):
        return [
            self._line(
                price=generator.choice(
                    [generator.uniform(0.01, 20), generator.randint(1, 999) / 100]
                ),
                tax=generator.choice(taxes),
                quantity=generator.choice([1, 3, 7, 0.5, 1.25, 100]),
                discount=generator.choice([0, 0, 10, 33.33]),
                name=f"towar {number}",
            )
            for number in range(count)
        ]

    def _check_many(self, taxes, seed, **values):
        generator = random.Random(seed)
        for count in (1, 2, 5, 13):
            with self.subTest(lines=count):
                invoice = self._invoice(*self._random_lines(generator, count, taxes), **values)
                self.assertTellsTheLedger(invoice)
                credit_note = self._credit_note(
                    invoice, l10n_pl_ksef_fa3_original_number=KSEF_NUMBER
                )
                told = self.assertTellsTheLedger(credit_note)
                self.assertLess(told.total, 0)

    def test_net_prices_rounded_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self._check_many(self.net_taxes, seed=1)

    def test_net_prices_rounded_per_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self._check_many(self.net_taxes, seed=2)

    def test_gross_prices_rounded_globally(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        self._check_many([self.gross_23, self.gross_8], seed=3)

    def test_gross_prices_rounded_per_line(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        self._check_many([self.gross_23, self.gross_8], seed=4)

    def test_net_and_gross_prices_on_one_invoice(self):
        for method in ("round_globally", "round_per_line"):
            self.company.tax_calculation_rounding_method = method
            self._check_many(self.all_taxes, seed=5)

    def test_euro(self):
        for method in ("round_globally", "round_per_line"):
            self.company.tax_calculation_rounding_method = method
            self._check_many(self.all_taxes, seed=6, currency_id=self._euro(4.2613).id)

    def test_currency_without_decimals(self):
        yen = self.setup_other_currency("JPY", rates=[("1900-01-01", 1 / 0.0257)], rounding=1.0)
        self._check_many(self.net_taxes, seed=7, currency_id=yen.id)

    def test_given_half_groszes_when_rounded_globally_then_the_sum_is_the_ledgers(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        told = self.assertTellsTheLedger(
            self._invoice(*[self._line(0.333, quantity=1) for _line in range(10)])
        )
        self.assertEqual(told.totals.standard.net, Decimal("3.33"))
        self.assertEqual(told.totals.standard.vat, Decimal("0.77"))

    def test_given_vat_changed_by_hand_when_told_then_it_is_the_ledgers(self):
        invoice = self._invoice(self._line(100), post=False)
        tax_line = invoice.line_ids.filtered("tax_line_id")
        term = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        invoice.write(
            {
                "line_ids": [
                    (1, tax_line.id, {"amount_currency": -23.01}),
                    (1, term.id, {"amount_currency": 123.01}),
                ]
            }
        )
        invoice.action_post()
        told = self._told(invoice)
        self.assertEqual(told.totals.standard.vat, Decimal("23.01"))
        self.assertEqual(told.total, Decimal("123.01"))

    def test_given_several_rates_when_told_then_each_has_its_total(self):
        told = self.assertTellsTheLedger(
            self._invoice(
                self._line(1626.01),
                self._line(40.65),
                self._line(200, tax=self.tax_8),
                self._line(0.95, tax=self.tax_5),
                self._line(10, tax=self.tax_0),
                self._line(300, tax=self.tax_exempt),
            )
        )
        self.assertEqual(
            told.totals,
            fa3.VatTotals(
                standard=fa3.Total(net=Decimal("1666.66"), vat=Decimal("383.33")),
                reduced=fa3.Total(net=Decimal("200.00"), vat=Decimal("16.00")),
                super_reduced=fa3.Total(net=Decimal("0.95"), vat=Decimal("0.05")),
                zero_domestic=fa3.Total(net=Decimal("10.00")),
                exempt=fa3.Total(net=Decimal("300.00")),
            ),
        )

    def test_given_lines_that_cancel_out_when_told_then_their_rate_still_has_a_total(self):
        told = self.assertTellsTheLedger(
            self._invoice(
                self._line(10), self._line(-10), self._line(5, tax=self.tax_8), self._line(0)
            )
        )
        self.assertEqual(told.totals.standard, fa3.Total(net=Decimal("0"), vat=Decimal("0")))

    def test_euro_has_vat_in_zloty_and_its_rate_on_each_taxed_line(self):
        invoice = self._invoice(
            self._line(13560), self._line(20, tax=self.tax_exempt), currency_id=self._euro().id
        )
        told = self.assertTellsTheLedger(invoice)
        self.assertEqual(told.currency, "EUR")
        self.assertEqual(told.totals.standard.vat_pln, Decimal("14036.16"))
        self.assertEqual([line.exchange_rate for line in told.lines], [Decimal("4.5005"), None])

    def test_cash_rounding_is_a_settlement_beside_the_total(self):
        self.cash_rounding_a.rounding_method = "HALF-UP"
        for price, charged, deducted in ((10.03, "0.01", None), (10.01, None, "0.01")):
            with self.subTest(price=price):
                invoice = self._invoice(
                    self._line(price), invoice_cash_rounding_id=self.cash_rounding_a.id
                )
                told = self.assertTellsTheLedger(invoice)
                self.assertEqual(
                    (told.settlement.charges_total, told.settlement.deductions_total),
                    (charged and Decimal(charged), deducted and Decimal(deducted)),
                )
                self.assertEqual(told.settlement.to_pay, Decimal(f"{invoice.amount_total:.2f}"))

    def test_credit_note_with_cash_rounding_settles_what_is_overpaid(self):
        self.cash_rounding_a.rounding_method = "HALF-UP"
        invoice = self._invoice(self._line(10.01), invoice_cash_rounding_id=self.cash_rounding_a.id)
        credit_note = self._credit_note(invoice, l10n_pl_ksef_fa3_original_number=KSEF_NUMBER)
        told = self.assertTellsTheLedger(credit_note)
        self.assertIsNone(told.settlement.to_pay)
        self.assertEqual(told.settlement.to_settle, Decimal(f"{credit_note.amount_total:.2f}"))
