"""The official examples of corrections (2, 3, 5, 6, 7), entered in Odoo."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common_examples import right_number
from .common_fa3_examples import ChainTestCase

ORIGINAL_NUMBER = "9999999999-20230908-8BEF280C8D35-4D"
HALF_YEAR = (
    ("2026-01-15", "FV2026/01/134", ORIGINAL_NUMBER),
    ("2026-02-15", "FV2026/02/150", "9999999999-20230908-76B2B580D4DC-80"),
    ("2026-03-15", "FV2026/03/143", "9999999999-20230908-4191312C0E57-09"),
    ("2026-04-15", "FV2026/04/23", "9999999999-20230908-2B9266CEF3C4-DD"),
    ("2026-05-15", "FV2026/05/54", "9999999999-20230908-16B99491C78B-3D"),
    ("2026-06-15", "FV2026/06/15", "9999999999-20230908-D08FB95950BE-3E"),
)


@freeze_time("2026-12-01")
@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3ExampleCorrections(ChainTestCase):
    def _scratched_fridge(self):
        """The credit note of examples 2 and 3: 200 PLN off a fridge that got a scratch."""
        invoice = self._invoice(
            self._line(1626.01, product_id=self.fridge.id, name="lodówka Zimnotech mk1"),
            self._line(40.65, product_id=self.delivery.id, name="wniesienie sprzętu"),
            name="FV2026/02/150",
            delivery_date="2026-01-27",
        )
        self._in_ksef(invoice, ORIGINAL_NUMBER)
        return self._credit_note(
            invoice,
            reason="obniżka ceny o 200 zł z uwagi na uszkodzenia estetyczne",
            lines=[self._line(162.60, product_id=self.fridge.id, name="lodówka Zimnotech mk1")],
            invoice_date="2026-03-15",
            name="FK2026/03/200",
            narration=self.footer,
            l10n_pl_ksef_fa3_correction_effect="3",
        )

    def test_example_2_a_lower_price_before_and_after(self):
        self.company.l10n_pl_ksef_correction_style = "before_after"
        self.assertTellsExample(self._scratched_fridge(), 2)

    def test_example_3_a_lower_price_as_the_difference(self):
        self.company.l10n_pl_ksef_correction_style = "difference"
        self.assertTellsExample(self._scratched_fridge(), 3)

    def _other_buyer(self, **values):
        return self.buyer.copy(
            {
                "name": "CeDeE s.c.",
                "street": "ul. Sadowa 1 lok. 3",
                "zip": "00-002",
                "city": "Kraków",
                "email": "cde@cde.pl",
                "ref": "fdfd778343",
                **values,
            }
        )

    def test_example_5_the_wrong_name_of_the_buyer(self):
        invoice = self._invoice(name="FV2026/02/150", partner_id=self._other_buyer().id)
        self._in_ksef(invoice, ORIGINAL_NUMBER)
        credit_note = self._credit_note(
            invoice,
            reason="błędna nazwa nabywcy",
            lines=[self._line(0)],
            invoice_date="2026-04-01",
            name="FK2026/04/23",
            narration=self.footer,
            l10n_pl_ksef_fa3_correction_effect="1",
            l10n_pl_ksef_fa3_corrects_buyer=True,
            l10n_pl_ksef_fa3_buyer_before_id=self._other_buyer(name="CDE sp. j.").id,
        )
        self.assertTellsExample(credit_note, 5)

    def _rebate(self, line):
        """A credit note of half a year's invoices, made by hand."""
        return self._invoice(
            line,
            move_type="out_refund",
            partner_id=self._other_buyer().id,
            name="FK2026/07/243",
            invoice_date="2026-07-15",
            narration=self.footer,
            l10n_pl_ksef_fa3_correction_reason="rabat 50000 z uwagi na poziom zakupów pierwszym "
            "półroczu 2026",
            l10n_pl_ksef_fa3_corrected_period="pierwsze półrocze 2026",
            l10n_pl_ksef_fa3_corrected_ids=[
                Command.create(
                    {"issue_date": day, "number": number, "ksef_number": right_number(ksef_number)}
                )
                for day, number, ksef_number in HALF_YEAR
            ],
        )

    def test_example_6_a_rebate_for_a_period(self):
        self.assertTellsExample(self._rebate(self._line(40650.41, name="rabat")), 6)

    def test_example_7_a_rebate_for_a_period_on_some_goods(self):
        self.env["decimal.precision"].search([("name", "=", "Product Price")]).digits = 5
        self.fridge.l10n_pl_ksef_cn = "8418 21 91"
        line = self._line(
            40.65041, quantity=1000, product_id=self.fridge.id, name="lodówka Zimnotech mk1"
        )
        self.assertTellsExample(self._rebate(line), 7)
