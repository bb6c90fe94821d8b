"""The official examples of advances, their corrections and settlements (10-14, 17, 18), entered as
sales orders with down payments. In the database that has ``sale`` and ``account_debit_note``."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common_fa3_examples import ChainTestCase

ADVANCE_NUMBER = "9999999999-20230908-8BEF280C8D35-4D"
OTHER_ADVANCE_NUMBER = "9999999999-20230908-76B2B580D4DC-80"
ANOTHER_NUMBER = {"Fa/P_2": "Odoo does not give this number to this invoice"}


@freeze_time("2026-12-01")
@tagged("post_install_l10n", "post_install", "-at_install", "l10n_pl_ksef_full", "-standard")
class TestFa3ExampleAdvances(ChainTestCase):
    def setUp(self):
        super().setUp()
        self.env.user.group_ids += self.env.ref("sales_team.group_sale_manager")
        self.buyer.ref = False
        self.company.write(
            {
                "name": "ABC Developex sp. z o. o.",
                "street": "ul. Sadowa 1 m. 3",
                "zip": "00-002",
                "city": "Kraków",
            }
        )
        self.wife = self.buyer.copy(
            {"name": "F.H.U. Grażyna Kowalska", "vat": "PL3333333333", "ref": False}
        )
        self.flat = self._create_product(name="mieszkanie 50m^2", invoice_policy="order")
        self.extras = self._create_product(
            name="usługi dodatkowe", type="service", invoice_policy="order"
        )

    # -- how it is entered ------------------------------------------------------------------

    def _order(self, flat=300000, extras=5000, flat_tax=None):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": product.name,
                            "price_unit": price,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for product, price, tax in (
                        (self.flat, flat, flat_tax or self.tax_8),
                        (self.extras, extras, self.tax_23),
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _advance(self, order, amount, **values):
        """Post the invoice of a down payment of ``amount``, VAT included."""
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
            }
        )
        return self._post(
            wizard._create_invoices(order),
            **{"name": "FZ2026/02/150", "invoice_date": "2026-02-15", "ref": False, **values},
        )

    def _settlement(self, order, **values):
        """Post the invoice of the whole order, with its advances deducted."""
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids, "advance_payment_method": "delivered"}
        )
        return self._post(wizard._create_invoices(order), ref=False, **values)

    def _post(self, move, **values):
        move.write({"narration": self.footer, **values})
        if not move.l10n_pl_ksef_fa3_party_ids:
            move.l10n_pl_ksef_fa3_party_ids = [
                Command.create({"partner_id": self.wife.id, "role": "4", "share": 50})
            ]
        move.action_post()
        return move

    def _debit_note(self, invoice, *lines, day="2026-03-17", **values):
        """Post a debit note of these lines."""
        wizard = (
            self.env["account.debit.note"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": day})
        )
        wizard.create_debit()
        debit_note = invoice.debit_note_ids.sorted("id")[-1:]
        return self._post(debit_note, invoice_line_ids=[Command.clear(), *lines], **values)

    def _gross_line(self, amount, tax, **values):
        """A line whose price has its VAT in it, rounded as the examples round."""
        return self._line(amount, tax=self._gross[tax], is_downpayment=True, **values)

    @property
    def _gross(self):
        if not hasattr(self, "_gross_taxes"):
            self._gross_taxes = {tax: self._gross_tax(tax) for tax in (self.tax_8, self.tax_23)}
        return self._gross_taxes

    # -- the examples ---------------------------------------------------------------------------

    def _first_advance(self):
        """Example 10: 20 000 PLN for a flat that is sold at 23 % by mistake."""
        self.order = self._order(flat_tax=self.tax_23)
        return self._advance(
            self.order,
            20000,
            l10n_pl_ksef_fa3_detail_ids=[
                Command.create(
                    {"kind": "note", "label": "wysokosć wpłaconego zadatku", "text": "20000 zł"}
                )
            ],
        )

    def _pay(self, move, day):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": day})._create_payments()

    def test_example_10_an_advance(self):
        advance = self._first_advance()
        self._pay(advance, "2026-02-15")
        self.assertTellsExample(advance, 10)

    def _right_rate(self, advance):
        """Example 11: the flat is at 8 %, for the same price with VAT."""
        flat = self.order.order_line.filtered(lambda line: line.product_id == self.flat)
        flat.write({"price_unit": 341666.67, "tax_ids": [Command.set(self.tax_8.ids)]})
        return self._debit_note(
            advance,
            self._gross_line(-19672.13, self.tax_23),
            self._gross_line(19672.13, self.tax_8),
            day="2026-03-15",
            name="FK2026/03/5",
            delivery_date="2026-02-15",
            l10n_pl_ksef_fa3_correction_reason="błędna stawka VAT",
            l10n_pl_ksef_fa3_correction_effect="3",
        )

    def test_example_11_an_advance_at_the_wrong_rate(self):
        advance = self._freeze(self._first_advance(), ADVANCE_NUMBER)
        self.assertTellsExample(self._right_rate(advance), 11)

    def _higher_advance(self, advance):
        """Example 12: 30 000 PLN were paid, not 20 000."""
        return self._debit_note(
            advance,
            self._gross_line(163.93, self.tax_23),
            self._gross_line(9836.07, self.tax_8),
            name="FK2026/03/7",
            delivery_date="2026-02-15",
            l10n_pl_ksef_fa3_correction_reason="błędne zafakturowanie zaniżonej kwoty zadatku "
            "20000 powinno być 30000",
            l10n_pl_ksef_fa3_correction_effect="1",
        )

    def test_example_12_an_advance_of_the_wrong_amount(self):
        advance = self._freeze(self._first_advance(), ADVANCE_NUMBER)
        self._freeze(self._right_rate(advance))
        self.assertTellsExample(self._higher_advance(advance), 12)

    def test_example_13_another_value_of_the_order(self):
        advance = self._freeze(self._first_advance(), ADVANCE_NUMBER)
        self._freeze(self._right_rate(advance))
        self._freeze(self._higher_advance(advance))
        for line in self.order.order_line.filtered("product_id"):
            line.price_unit = {self.flat: 307500, self.extras: 4500}[line.product_id]
        correction = self._debit_note(
            advance,
            self._gross_line(0, self.tax_23),
            name="FK2026/03/8",
            delivery_date="2026-02-15",
            l10n_pl_ksef_fa3_correction_reason="korekta wartości zamówienia o -10%",
            l10n_pl_ksef_fa3_correction_effect="3",
        )
        # The example has the number of example 12, of which there can be only one.
        self.assertTellsExample(correction, 13, ANOTHER_NUMBER)

    # -- settlements ------------------------------------------------------------------------------

    def _settled_order(
        self, advance, number=ADVANCE_NUMBER, street="ul. Sadowa 1 lok. 3", **values
    ):
        """Post advance and settlement of the order that examples 14, 17 and 18 are about."""
        self.company.write({"name": "ABC Developex S.A.", "street": street})
        self.flat.l10n_pl_vat_gtu = "GTU_10"
        order = self._order(flat=307500, extras=4500)
        self._in_ksef(self._advance(order, advance), number)
        return self._settlement(
            order,
            **{
                "name": "FV2026/08/12",
                "invoice_date": "2026-08-17",
                "delivery_date": "2026-09-17",
                **values,
            },
        )

    def _notes(self, *notes):
        return [
            Command.create({"kind": "note", "label": label, "text": text}) for label, text in notes
        ]

    def test_example_14_a_settlement_due_in_two_parts(self):
        account = self.env["res.partner.bank"].create(
            {
                "acc_number": "73111111111111111111111111",
                "partner_id": self.company.partner_id.id,
                "bank_id": self.env["res.bank"]
                .create({"name": "Bank Bankowości Bankowej S. A."})
                .id,
                "currency_id": self.env.ref("base.PLN").id,
                "allow_out_payment": True,
            }
        )
        two_parts = self.env["account.payment.term"].create(
            {
                "name": "w dwóch częściach",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (29, 59)
                ],
            }
        )
        company_before = self.company.partner_id.copy(
            {"name": "ABC Developex sp. z o.o.", "street": "ul. Sadowa 1 lok. 3"}
        )
        settlement = self._settled_order(
            30000,
            invoice_payment_term_id=two_parts.id,
            partner_bank_id=account.id,
            street="ul. Sadowa 1 m. 3",
            l10n_pl_ksef_fa3_party_ids=[
                Command.create({"partner_id": self.wife.id, "role": "4", "share": 50}),
                Command.create({"partner_id": company_before.id, "role": "3"}),
            ],
            l10n_pl_ksef_fa3_detail_ids=self._notes(
                ("wysokość pozostałej do zapłaty kwoty", "307635 zł"),
                ("W terminie 2026-09-15", "co najmniej 50% pozostałej kwoty"),
                ("W terminie 2026-10-15", "pozostała część"),
            ),
        )
        self.assertTellsExample(settlement, 14)

    def _settlement_of_too_little(self, **values):
        """Example 17: 37 635 PLN are deducted, though only 30 000 were paid."""
        return self._settled_order(37635, **values)

    def test_example_17_a_settlement(self):
        settlement = self._settlement_of_too_little(
            l10n_pl_ksef_fa3_detail_ids=self._notes(
                ("wysokosć pozostałej do zapłaty kwoty", "300000 zł")
            )
        )
        self.assertTellsExample(settlement, 17)

    def test_example_18_a_settlement_of_the_wrong_amount(self):
        self.company.write(
            {
                "l10n_pl_ksef_correction_style": "before_after",
                # Only then is the difference that of the two rounded settlements.
                "tax_calculation_rounding_method": "round_per_line",
            }
        )
        settlement = self._settlement_of_too_little(number=OTHER_ADVANCE_NUMBER)
        self._in_ksef(settlement, ADVANCE_NUMBER)
        correction = self._debit_note(
            settlement,
            self._gross_line(616.97, self.tax_23),
            self._gross_line(-491.80, self.tax_23),
            self._gross_line(37018.03, self.tax_8),
            self._gross_line(-29508.20, self.tax_8),
            self._line(0, tax=self.tax_8, product_id=self.flat.id, name="mieszkanie 50m2"),
            day="2026-08-17",
            name="FK2026/08/1",
            delivery_date="2026-09-17",
            l10n_pl_ksef_fa3_correction_reason="błędne zafakturowanie kwoty pozostałej do "
            "zapłaty: było 300000, a powinno być 307635",
            l10n_pl_ksef_fa3_correction_effect="1",
        )
        # Odoo does not take a number of September for August, which the example has.
        self.assertTellsExample(correction, 18, ANOTHER_NUMBER)
