"""Corrections told as before and after, and corrections of corrections."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from .common import GENERATED_AT
from .common_fa3 import KSEF_NUMBER, Fa3TestCase


class BeforeAfterTestCase(Fa3TestCase):
    def setUp(self):
        super().setUp()
        self.company.l10n_pl_ksef_correction_style = "before_after"

    def _corrected(self, invoice, **values):
        return self._credit_note(invoice, l10n_pl_ksef_fa3_original_number=KSEF_NUMBER, **values)

    def _fridge(self, price=100, quantity=5, **values):
        return self._line(price, quantity=quantity, product_id=self.fridge.id, **values)

    def _delivery(self, price=7, **values):
        return self._line(price, product_id=self.delivery.id, name="wniesienie", **values)

    def _states(self, move):
        """Give (number, before, quantity, net price, net value) of each line."""
        return [
            (line.number, line.before, line.quantity, line.net_price, line.net_amount)
            for line in self._told_without_ledger(move).lines
        ]

    def _told_without_ledger(self, move):
        told = self._told(move)
        before = sum((line.net_amount for line in told.lines if line.before), Decimal(0))
        after = sum((line.net_amount for line in told.lines if not line.before), Decimal(0))
        self.assertEqual(after - before, told.totals.net, "the lines make the difference")
        self.assertEqual(self._errors(move), [])
        return told

    def _errors(self, move):
        _document, findings = move._l10n_pl_ksef_xml(GENERATED_AT)
        return [finding.code for finding in findings if finding.severity is fa3.Severity.ERROR]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3BeforeAfter(BeforeAfterTestCase):
    def test_given_goods_back_when_told_then_their_quantity_falls(self):
        invoice = self._invoice(self._delivery(), self._fridge())
        credit_note = self._corrected(invoice, lines=[self._fridge(quantity=2)])
        self.assertEqual(
            self._states(credit_note),
            [
                (2, True, Decimal(5), Decimal(100), Decimal(500)),
                (2, False, Decimal(3), Decimal(100), Decimal(300)),
            ],
        )

    def test_given_all_goods_back_when_told_then_nothing_remains(self):
        credit_note = self._corrected(self._invoice(self._fridge(), self._delivery()))
        self.assertEqual(
            [state for state in self._states(credit_note) if not state[1]],
            [
                (1, False, Decimal(0), Decimal(100), Decimal(0)),
                (2, False, Decimal(0), Decimal(7), Decimal(0)),
            ],
        )

    def test_given_a_lower_price_of_some_when_told_then_the_price_is_the_mean(self):
        invoice = self._invoice(self._fridge())
        credit_note = self._corrected(invoice, lines=[self._fridge(10, quantity=1)])
        self.assertEqual(
            self._states(credit_note)[1],
            (1, False, Decimal(5), Decimal(98), Decimal(490)),
        )

    def test_given_a_discount_when_the_price_falls_then_it_is_in_the_price_after(self):
        invoice = self._invoice(self._fridge(discount=10))
        credit_note = self._corrected(invoice, lines=[self._fridge(20)])
        line = self._told_without_ledger(credit_note).lines[1]
        self.assertEqual(
            (line.net_price, line.discount, line.net_amount),
            (Decimal(70), None, Decimal(350)),
        )

    def test_given_gross_prices_when_told_then_both_states_are_gross(self):
        invoice = self._invoice(self._line(123, quantity=3, tax=self._gross_tax(self.tax_23)))
        credit_note = self._corrected(invoice)
        self.assertEqual(
            [
                (line.before, line.quantity, line.gross_price, line.gross_amount, line.net_amount)
                for line in self._told_without_ledger(credit_note).lines
            ],
            [
                (True, Decimal(3), Decimal(123), Decimal(369), Decimal(300)),
                (False, Decimal(0), Decimal(123), Decimal(0), Decimal(0)),
            ],
        )

    def test_given_a_second_credit_note_when_told_then_it_starts_where_the_first_ended(self):
        invoice = self._invoice(self._fridge())
        self._corrected(invoice, lines=[self._fridge(quantity=2)])
        second = self._corrected(invoice, lines=[self._fridge(quantity=1)])
        self.assertEqual([state[2] for state in self._states(second)], [Decimal(3), Decimal(2)])

    def test_given_a_cancelled_credit_note_when_told_then_it_does_not_count(self):
        invoice = self._invoice(self._fridge())
        first = self._corrected(invoice, lines=[self._fridge(quantity=2)])
        first.button_draft()
        first.button_cancel()
        second = self._corrected(invoice, lines=[self._fridge(quantity=1)])
        self.assertEqual([state[2] for state in self._states(second)], [Decimal(5), Decimal(4)])

    def test_given_a_credit_note_reversed_when_told_then_the_goods_are_sold_again(self):
        invoice = self._invoice(self._fridge())
        credit_note = self._corrected(invoice, lines=[self._fridge(quantity=2)])
        back = self._corrected(credit_note, reason="pomyłka")
        self.assertEqual(back.move_type, "out_invoice")
        told = self._told_without_ledger(back)
        self.assertEqual(told.kind, fa3.InvoiceKind.CORRECTION)
        self.assertEqual(told.total, Decimal(246))
        self.assertEqual(told.correction.corrected[0].number, credit_note.name)
        self.assertEqual([line.quantity for line in told.lines], [Decimal(3), Decimal(5)])

    def test_given_what_was_never_sold_when_taken_back_then_the_difference_is_told(self):
        credit_note = self._corrected(
            self._invoice(self._fridge()), lines=[self._line(5, name="rabat")]
        )
        told = self.assertTellsTheLedger(credit_note)
        self.assertEqual([line.before for line in told.lines], [False])

    def test_given_several_originals_when_told_then_the_difference_is_told(self):
        credit_note = self._corrected(
            self._invoice(self._fridge()),
            l10n_pl_ksef_fa3_corrected_ids=[
                (0, 0, {"number": "A/1", "issue_date": "2026-01-05", "ksef_number": KSEF_NUMBER})
            ],
        )
        told = self.assertTellsTheLedger(credit_note)
        self.assertEqual([line.before for line in told.lines], [False])

    def test_given_euro_when_told_then_each_state_has_its_rate(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 1 / 4.5), ("2026-02-12", 1 / 4.0)]
        )
        invoice = self._invoice(self._fridge(), invoice_date="2026-01-10", currency_id=euro.id)
        credit_note = self._corrected(invoice, lines=[self._fridge(quantity=2)])
        self.assertEqual(
            [line.exchange_rate for line in self._told(credit_note).lines],
            [Decimal("4.5"), Decimal("4")],
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3CorrectedInvoices(Fa3TestCase):
    """Which invoices a correction names, and what people say about it."""

    def test_given_a_chosen_type_when_told_then_it_goes_before_the_dates(self):
        credit_note = self._credit_note(
            self._invoice(),
            l10n_pl_ksef_fa3_original_number=KSEF_NUMBER,
            l10n_pl_ksef_fa3_correction_effect="3",
        )
        self.assertEqual(self._told(credit_note).correction.effect, fa3.CorrectionEffect.OTHER_DATE)

    def test_given_a_reason_of_its_own_when_told_then_it_goes_before_the_reference(self):
        credit_note = self._credit_note(
            self._invoice(),
            l10n_pl_ksef_fa3_original_number=KSEF_NUMBER,
            l10n_pl_ksef_fa3_correction_reason="uszkodzenie w transporcie",
        )
        self.assertEqual(self._told(credit_note).correction.reason, "uszkodzenie w transporcie")

    def test_given_a_list_of_originals_when_told_then_each_says_where_it_is(self):
        other = self._invoice(invoice_date="2026-02-01")
        other.l10n_pl_ksef_outside_reason = "before_duty"
        credit_note = self._credit_note(
            self._invoice(),
            l10n_pl_ksef_fa3_original_number=KSEF_NUMBER,
            l10n_pl_ksef_fa3_corrected_ids=[
                (0, 0, {"invoice_id": other.id}),
                (0, 0, {"number": "A/1", "issue_date": "2026-01-05", "outside_ksef": True}),
            ],
        )
        self.assertEqual(
            [
                (one.issue_date, one.number, one.ksef_number)
                for one in self._told(credit_note).correction.corrected
            ],
            [
                (date(2026, 2, 15), credit_note.reversed_entry_id.name, KSEF_NUMBER),
                (date(2026, 1, 5), "A/1", None),
                (date(2026, 2, 1), other.name, None),
            ],
        )
        _invoice, problems = credit_note._l10n_pl_ksef_fa3_build(GENERATED_AT)
        self.assertEqual(problems.findings, [])

    def test_given_one_of_a_list_that_waits_when_told_then_it_is_refused(self):
        waiting = self._invoice(invoice_date="2026-02-01")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET l10n_pl_ksef_state = 'sent' WHERE id = %s", [waiting.id]
        )
        self.env.invalidate_all()
        credit_note = self._credit_note(
            self._invoice(),
            l10n_pl_ksef_fa3_original_number=KSEF_NUMBER,
            l10n_pl_ksef_fa3_corrected_ids=[(0, 0, {"invoice_id": waiting.id})],
        )
        self.assertRefused(credit_note, "correction.original_waits", waiting.name)

    def test_given_the_number_of_another_program_when_told_then_it_is_named(self):
        invoice = self._invoice()
        invoice.write(
            {
                "l10n_pl_ksef_outside_reason": "other_program",
                "l10n_pl_ksef_number_elsewhere": KSEF_NUMBER,
            }
        )
        told = self._told(self._credit_note(invoice))
        self.assertEqual(told.correction.corrected[0].ksef_number, KSEF_NUMBER)

    def test_given_a_rebate_for_a_period_when_told_then_lines_have_no_prices(self):
        credit_note = self._credit_note(
            self._invoice(self._line(100, quantity=5, product_id=self.fridge.id)),
            l10n_pl_ksef_fa3_original_number=KSEF_NUMBER,
            l10n_pl_ksef_fa3_corrected_period="styczeń 2026",
            lines=[
                self._line(1, quantity=5, product_id=self.fridge.id),
                self._line(2, name="rabat"),
            ],
        )
        told = self._told(credit_note)
        self.assertEqual(told.correction.period, "styczeń 2026")
        self.assertEqual(told.totals.net, Decimal(-7))
        self.assertEqual(
            [(line.quantity, line.net_price, line.net_amount) for line in told.lines],
            [(Decimal(5), None, None)],
        )
