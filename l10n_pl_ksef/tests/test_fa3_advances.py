"""Advances and their settlement beyond the official examples, in the database that has ``sale``
and ``account_debit_note``."""

from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from ..ksef import fa3
from .common import ISSUE_DAY
from .common_fa3 import KSEF_NUMBER, Fa3TestCase, money


@freeze_time("2026-02-15")
@tagged("post_install_l10n", "post_install", "-at_install", "l10n_pl_ksef_full", "-standard")
class TestFa3Advances(Fa3TestCase):
    def setUp(self):
        super().setUp()
        self.env.user.group_ids += self.env.ref("sales_team.group_sale_manager")
        self.flat = self._create_product(name="mieszkanie", invoice_policy="order")
        self.extras = self._create_product(name="garaż", invoice_policy="order")

    def _order(self, currency=None, discount=0, taxes=None):
        pricelist = self.env["product.pricelist"].create(
            {"name": "-", "currency_id": (currency or self.company.currency_id).id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "pricelist_id": pricelist.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "discount": discount,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for product, quantity, price, tax in (
                        (self.flat, 1, 1000, (taxes or self.tax_8)),
                        (self.extras, 2, 100, (taxes or self.tax_23)),
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _invoiced(self, order, method, **values):
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": order.ids, "advance_payment_method": method, **values}
        )
        move = wizard._create_invoices(order)
        move.invoice_date = ISSUE_DAY
        move.action_post()
        return move

    def _advance(self, order, amount=663):
        return self._invoiced(order, "fixed", fixed_amount=amount)

    def _settlement(self, order):
        return self._invoiced(order, "delivered")

    def assertOwed(self, move, told):
        """The totals are what the journal entry says, without regard to the lines."""
        sign = -1 if move.move_type == "out_refund" else 1
        self.assertEqual(told.total, sign * money(move.amount_total))
        self.assertEqual(told.totals.net, sign * money(move.amount_untaxed))
        self.assertEqual(told.totals.vat, sign * money(move.amount_tax))

    # -- advances -------------------------------------------------------------------------

    def test_given_an_advance_when_told_then_it_is_for_its_order(self):
        order = self._order(discount=10)
        advance = self._advance(order)
        told = self._told(advance)
        self.assertEqual((told.kind, told.lines), (fa3.InvoiceKind.ADVANCE, ()))
        self.assertEqual(told.total, Decimal(663))
        self.assertOwed(advance, told)
        self.assertEqual(told.order.total, money(order.amount_total))
        self.assertEqual(
            [
                (line.quantity, line.net_price, line.net_amount, line.vat_amount, line.rate.value)
                for line in told.order.lines
            ],
            [
                (Decimal(1), Decimal(900), Decimal(900), Decimal(72), "8"),
                (Decimal(2), Decimal(90), Decimal(180), Decimal("41.40"), "23"),
            ],
        )

    def test_given_an_advance_in_euro_when_told_then_its_rate_is_told(self):
        advance = self._advance(self._order(currency=self._euro()))
        told = self._told(advance)
        self.assertEqual((told.currency, told.advance_rate), ("EUR", Decimal("4.5005")))
        self.assertEqual(
            told.totals.reduced.vat_pln + told.totals.standard.vat_pln,
            money(-sum(advance.line_ids.filtered("tax_line_id").mapped("balance"))),
        )

    def test_given_prices_with_tax_when_told_then_the_order_has_net_prices(self):
        gross = self._gross_tax(self.tax_23)
        told = self._told(self._advance(self._order(taxes=gross)))
        self.assertEqual(
            [(line.net_price, line.net_amount) for line in told.order.lines],
            [
                (Decimal("813.01"), Decimal("813.01")),
                (Decimal("81.3"), Decimal("162.60")),
            ],
        )
        self.assertEqual(told.order.total, Decimal(1200))

    def test_given_several_payments_when_told_then_each_is_named(self):
        advance = self._advance(self._order())
        for day, amount in (("2026-02-03", 200), ("2026-02-10", 463)):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=advance.ids
            ).create({"payment_date": day, "amount": amount})._create_payments()
        told = self._told(advance)
        self.assertEqual(
            [(part.received_on, part.amount) for part in told.part_advances],
            [(date(2026, 2, 3), Decimal(200)), (date(2026, 2, 10), Decimal(463))],
        )

    def test_given_a_down_payment_without_an_order_when_told_then_it_is_refused(self):
        advance = self._invoice(self._line(is_downpayment=True))
        self.assertRefused(advance, "advance.no_order", advance.name, "sales order")

    # -- settlements ----------------------------------------------------------------------

    def test_given_two_advances_when_settled_then_both_are_named_and_the_order_is_whole(self):
        order = self._order()
        advances = self._advance(order, 221) | self._advance(order, 442)
        for place, advance in enumerate(advances):
            advance.write(
                {
                    "l10n_pl_ksef_outside_reason": "other_program",
                    "l10n_pl_ksef_number_elsewhere": (
                        KSEF_NUMBER,
                        "5265877635-20250626-010080DD2B5E-26",
                    )[place],
                }
            )
        settlement = self._settlement(order)
        told = self._told(settlement)
        self.assertEqual(told.kind, fa3.InvoiceKind.SETTLEMENT)
        self.assertEqual(
            [(one.ksef_number, one.number) for one in told.advance_invoices],
            [(KSEF_NUMBER, None), ("5265877635-20250626-010080DD2B5E-26", None)],
        )
        self.assertEqual([line.net_amount for line in told.lines], [Decimal(1000), Decimal(200)])
        self.assertEqual(told.total, Decimal(1326) - Decimal(663))
        self.assertOwed(settlement, told)

    def test_given_less_delivered_than_paid_when_settled_then_the_advance_is_corrected_first(self):
        order = self._order()
        self._advance(order, 1300)
        order.order_line.filtered(lambda line: line.product_id == self.flat).price_unit = 100
        settlement = self._settlement(order)
        self.assertEqual(settlement.move_type, "out_refund")
        self.assertRefused(settlement, "advance.exceeds", settlement.name, "credit note")

    def test_given_an_advance_that_waits_when_settled_then_it_is_named(self):
        order = self._order()
        advance = self._advance(order)
        settlement = self._settlement(order)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET l10n_pl_ksef_state = 'sent' WHERE id = %s", [advance.id]
        )
        self.env.invalidate_all()
        self.assertRefused(
            settlement, "advance.waits", advance.name, settlement.name, "no KSeF number"
        )

    def test_given_an_advance_outside_ksef_when_settled_then_its_own_number_is_told(self):
        order = self._order()
        advance = self._advance(order)
        advance.l10n_pl_ksef_outside_reason = "before_duty"
        told = self._told(self._settlement(order))
        self.assertEqual(told.advance_invoices, (fa3.AdvanceInvoice(number=advance.name),))
        self.assertIn(b"<NrKSeFZN>1</NrKSeFZN>", fa3.write(told))

    def test_given_an_advance_sent_by_another_program_when_settled_then_its_number_is_asked(self):
        order = self._order()
        advance = self._advance(order)
        advance.l10n_pl_ksef_outside_reason = "other_program"
        self.assertRefused(self._settlement(order), "advance.elsewhere", advance.name)

    # -- their corrections ----------------------------------------------------------------

    def test_given_an_advance_given_back_when_told_then_it_is_a_correction_of_an_advance(self):
        advance = self._freeze(self._advance(self._order()), KSEF_NUMBER)
        credit_note = self._credit_note(advance)
        told = self._told(credit_note)
        self.assertEqual(told.kind, fa3.InvoiceKind.ADVANCE_CORRECTION)
        self.assertEqual(told.lines, ())
        self.assertEqual((told.total, told.correction.total_before), (Decimal(-663), Decimal(663)))
        self.assertOwed(credit_note, told)
        self.assertEqual([line.before for line in told.order.lines], [True, False] * 2)

    def test_given_part_given_back_before_when_told_then_the_payment_before_is_the_rest(self):
        advance = self._freeze(self._advance(self._order()), KSEF_NUMBER)
        part = [self._line(54, tax=self._gross_tax(self.tax_8), is_downpayment=True)]
        self._credit_note(advance, lines=part)
        told = self._told(self._credit_note(advance, lines=part))
        self.assertEqual((told.total, told.correction.total_before), (Decimal(-54), Decimal(609)))

    def test_given_an_advance_in_euro_given_back_when_told_then_both_rates_are_told(self):
        advance = self._advance(self._order(currency=self._euro()))
        told = self._told(self._credit_note(advance, l10n_pl_ksef_fa3_original_number=KSEF_NUMBER))
        self.assertEqual(
            (told.advance_rate, told.correction.rate_before),
            (Decimal("4.5005"), Decimal("4.5005")),
        )

    def test_given_a_settlement_taken_back_when_told_then_its_advances_are_named(self):
        order = self._order()
        self._freeze(self._advance(order), KSEF_NUMBER)
        settlement = self._settlement(order)
        credit_note = self._credit_note(
            settlement, l10n_pl_ksef_fa3_original_number="5265877635-20250626-010080DD2B5E-26"
        )
        told = self._told(credit_note)
        self.assertEqual(told.kind, fa3.InvoiceKind.SETTLEMENT_CORRECTION)
        self.assertEqual(told.advance_invoices, (fa3.AdvanceInvoice(ksef_number=KSEF_NUMBER),))
        self.assertEqual((told.total, told.correction.total_before), (Decimal(-663), Decimal(663)))
        self.assertEqual([line.quantity for line in told.lines], [Decimal(-1), Decimal(-2)])
        self.assertOwed(credit_note, told)

    def test_given_a_debit_note_when_told_before_and_after_then_the_price_rises(self):
        self.company.l10n_pl_ksef_correction_style = "before_after"
        invoice = self._invoice(self._line(100, quantity=5, product_id=self.fridge.id))
        self.env["account.debit.note"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"date": ISSUE_DAY}).create_debit()
        debit_note = invoice.debit_note_ids
        debit_note.write(
            {
                "invoice_line_ids": [self._line(20, quantity=5, product_id=self.fridge.id)],
                "l10n_pl_ksef_fa3_original_number": KSEF_NUMBER,
            }
        )
        debit_note.action_post()
        told = self._told(debit_note)
        self.assertEqual(told.total, Decimal(123))
        self.assertEqual(
            [(line.before, line.net_price, line.net_amount) for line in told.lines],
            [(True, Decimal(100), Decimal(500)), (False, Decimal(120), Decimal(600))],
        )
