"""Credit notes and what they correct."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from .common import GENERATED_AT
from .common_fa3 import KSEF_NUMBER, Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Corrections(Fa3TestCase):
    def _corrected(self, invoice, **values):
        """A posted credit note whose original has a KSeF number typed in by hand."""
        return self._credit_note(invoice, l10n_pl_ksef_fa3_original_number=KSEF_NUMBER, **values)

    def _warnings(self, move):
        _invoice, problems = move._l10n_pl_ksef_fa3_build(GENERATED_AT)
        return [finding.code.removeprefix("odoo.") for finding in problems.findings]

    def test_given_a_whole_credit_note_when_told_then_it_is_the_difference(self):
        invoice = self._invoice(
            self._line(1626.01, quantity=2, discount=10), invoice_date="2026-02-10"
        )
        told = self.assertTellsTheLedger(self._corrected(invoice))
        self.assertEqual(told.kind, fa3.InvoiceKind.CORRECTION)
        line = told.lines[0]
        self.assertEqual(
            (line.quantity, line.net_price, line.discount, line.net_amount),
            (Decimal("-2"), Decimal("1626.01"), Decimal("162.601"), Decimal("-2926.82")),
        )
        self.assertEqual(
            told.totals.standard, fa3.Total(net=Decimal("-2926.82"), vat=Decimal("-673.17"))
        )
        self.assertEqual(told.total, Decimal("-3599.99"))
        self.assertEqual(
            told.correction,
            fa3.Correction(
                reason="zwrot towaru",
                effect=fa3.CorrectionEffect.CORRECTION_DATE,
                corrected=(
                    fa3.CorrectedInvoice(
                        issue_date=date(2026, 2, 10),
                        number=invoice.name,
                        ksef_number=KSEF_NUMBER,
                    ),
                ),
            ),
        )
        self.assertIsNone(told.payment)

    def test_given_part_of_the_goods_when_told_then_only_they_are_taken_back(self):
        invoice = self._invoice(self._line(100, quantity=5), self._line(7))
        told = self.assertTellsTheLedger(
            self._corrected(invoice, lines=[self._line(100, quantity=2)])
        )
        self.assertEqual(
            [(line.quantity, line.net_price) for line in told.lines],
            [(Decimal("-2"), Decimal("100"))],
        )

    def test_given_a_lower_price_when_told_then_the_price_falls_and_no_goods_come_back(self):
        invoice = self._invoice(self._line(1626.01, product_id=self.fridge.id, name="lodówka"))
        told = self.assertTellsTheLedger(
            self._corrected(
                invoice, lines=[self._line(162.60, product_id=self.fridge.id, name="lodówka")]
            )
        )
        line = told.lines[0]
        self.assertEqual(
            (line.quantity, line.net_price, line.net_amount),
            (Decimal("1"), Decimal("-162.6"), Decimal("-162.60")),
        )

    def test_given_a_gross_price_when_taken_back_then_values_are_gross_and_negative(self):
        invoice = self._invoice(self._line(123, quantity=3, tax=self._gross_tax(self.tax_23)))
        line = self.assertTellsTheLedger(self._corrected(invoice)).lines[0]
        self.assertEqual(
            (line.quantity, line.gross_price, line.gross_amount, line.net_amount),
            (Decimal("-3"), Decimal("123"), Decimal("-369"), Decimal("-300")),
        )

    def test_given_rounding_per_line_when_taken_back_then_the_vat_of_lines_is_negative(self):
        self.company.tax_calculation_rounding_method = "round_per_line"
        invoice = self._invoice(self._line(0.05), self._line(0.05))
        told = self.assertTellsTheLedger(self._corrected(invoice))
        self.assertEqual([line.vat_amount for line in told.lines], [Decimal("-0.01")] * 2)

    def test_given_a_date_of_supply_when_corrected_then_it_stays_the_originals(self):
        invoice = self._invoice(taxable_supply_date="2026-01-27")
        told = self._told(self._corrected(invoice))
        self.assertEqual(told.sale_date, date(2026, 1, 27))
        self.assertEqual(told.correction.effect, fa3.CorrectionEffect.CORRECTION_DATE)

    def test_given_a_supply_date_of_the_originals_month_when_told_then_it_counts_there(self):
        invoice = self._invoice(invoice_date="2026-01-10")
        credit_note = self._corrected(invoice, taxable_supply_date="2026-01-10")
        told = self._told(credit_note)
        self.assertEqual(told.correction.effect, fa3.CorrectionEffect.ORIGINAL_DATE)

    def test_given_no_reason_when_told_then_the_terms_of_the_credit_note_tell_it(self):
        credit_note = self._corrected(
            self._invoice(), reason=False, narration="<p>Uszkodzone w <b>transporcie</b></p>"
        )
        self.assertIn("Uszkodzone w", self._told(credit_note).correction.reason)

    def test_given_a_reference_of_ones_own_when_told_then_it_is_the_reason(self):
        credit_note = self._corrected(self._invoice(), ref="rabat kwartalny")
        self.assertEqual(self._told(credit_note).correction.reason, "rabat kwartalny")

    def test_given_no_reason_at_all_when_told_then_none_is_invented(self):
        credit_note = self._corrected(self._invoice(), reason=False)
        self.assertIsNone(self._told(credit_note).correction.reason)

    def test_given_an_original_outside_ksef_when_told_then_it_says_so(self):
        invoice = self._invoice()
        invoice.l10n_pl_ksef_outside_reason = "before_duty"
        credit_note = self._credit_note(invoice)
        told = self._told(credit_note)
        self.assertIsNone(told.correction.corrected[0].ksef_number)
        self.assertIn(b"<NrKSeFN>1</NrKSeFN>", fa3.write(told))
        self.assertEqual(self._warnings(credit_note), [])

    def test_given_an_original_that_ksef_never_applied_to_when_told_then_a_warning_says_so(self):
        credit_note = self._credit_note(self._invoice())
        self.assertIsNone(self._told(credit_note).correction.corrected[0].ksef_number)
        self.assertEqual(self._warnings(credit_note), ["correction.original_outside"])

    def test_given_euro_at_another_rate_when_corrected_then_a_warning_says_so(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 1 / 4.5), ("2026-02-12", 1 / 4.0)]
        )
        invoice = self._invoice(invoice_date="2026-01-10", currency_id=euro.id)
        told = self.assertTellsTheLedger(self._corrected(invoice))
        self.assertEqual(told.lines[0].exchange_rate, Decimal("4"))
        self.assertIn("correction.rate", self._warnings(invoice.reversal_move_ids))

    # -- what stops it ------------------------------------------------------------------

    def test_given_an_original_that_waits_for_its_number_when_told_then_it_is_refused(self):
        invoice = self._invoice()
        self._force_state(invoice, "sent")
        credit_note = self._credit_note(invoice)
        self.assertRefused(
            credit_note, "correction.original_waits", invoice.name, credit_note.name, "first"
        )

    def _force_state(self, invoice, state):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET l10n_pl_ksef_state = %s WHERE id = %s", [state, invoice.id]
        )
        self.env.invalidate_all()

    def test_given_an_original_sent_by_another_program_when_told_then_its_number_is_asked(self):
        invoice = self._invoice()
        invoice.l10n_pl_ksef_outside_reason = "other_program"
        credit_note = self._credit_note(invoice)
        self.assertRefused(
            credit_note,
            "correction.original_elsewhere",
            invoice.name,
            "KSeF Number of the Corrected Invoice",
        )
        credit_note.l10n_pl_ksef_fa3_original_number = KSEF_NUMBER
        told = self._told(credit_note)
        self.assertEqual(told.correction.corrected[0].ksef_number, KSEF_NUMBER)

    def test_given_a_number_typed_wrong_when_told_then_it_is_refused(self):
        credit_note = self._credit_note(
            self._invoice(), l10n_pl_ksef_fa3_original_number=KSEF_NUMBER[:-2] + "AE"
        )
        self.assertRefused(credit_note, "correction.wrong_number", KSEF_NUMBER[:-2] + "AE")

    def test_given_a_credit_note_of_nothing_when_told_then_it_is_refused(self):
        credit_note = self._invoice(move_type="out_refund")
        self.assertRefused(credit_note, "correction.no_original", credit_note.name, "Credit Note")


@tagged("post_install_l10n", "post_install", "-at_install", "l10n_pl_ksef_full", "-standard")
class TestFa3DebitNotes(Fa3TestCase):
    """In the database that has account_debit_note."""

    def test_given_a_debit_note_when_told_then_it_is_a_correction_upwards(self):
        invoice = self._invoice()
        wizard = (
            self.env["account.debit.note"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": "2026-02-15", "reason": "pomyłka w cenie"})
        )
        wizard.create_debit()
        debit_note = invoice.debit_note_ids
        debit_note.write(
            {
                "invoice_line_ids": [self._line(20)],
                "l10n_pl_ksef_fa3_original_number": KSEF_NUMBER,
            }
        )
        debit_note.action_post()
        told = self.assertTellsTheLedger(debit_note)
        self.assertEqual(told.kind, fa3.InvoiceKind.CORRECTION)
        self.assertEqual(told.total, Decimal("24.60"))
        self.assertEqual(told.correction.reason, "pomyłka w cenie")
        self.assertEqual(told.correction.corrected[0].number, invoice.name)
