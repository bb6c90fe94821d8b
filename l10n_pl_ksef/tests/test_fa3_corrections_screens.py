"""The page Correction of a credit note, and the setting of how corrections are told."""

from odoo.tests import Form, tagged

from ..ksef import fa3
from .common import GENERATED_AT
from .common_fa3 import KSEF_NUMBER, Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3CorrectionsScreens(Fa3TestCase):
    def test_given_a_credit_note_when_its_page_is_filled_in_then_the_document_says_it(self):
        other = self._invoice(invoice_date="2026-02-01")
        credit_note = self._credit_note(self._invoice(), post=False)
        with Form(credit_note) as form:
            form.l10n_pl_ksef_fa3_correction_reason = "rabat"
            form.l10n_pl_ksef_fa3_correction_effect = "1"
            form.l10n_pl_ksef_fa3_original_number = KSEF_NUMBER
            with form.l10n_pl_ksef_fa3_corrected_ids.new() as row:
                row.invoice_id = other
                self.assertEqual(row.number, other.name)
                row.outside_ksef = True
        credit_note.action_post()
        told = self._told(credit_note).correction
        self.assertEqual((told.reason, told.effect.value), ("rabat", "1"))
        self.assertEqual([one.ksef_number for one in told.corrected], [KSEF_NUMBER, None])

    def test_given_a_wrong_number_when_the_right_one_is_filled_in_then_the_document_says_both(self):
        invoice = self._invoice()
        credit_note = self._credit_note(
            invoice, lines=[self._line(0)], post=False, reason="błędny numer"
        )
        with Form(credit_note) as form:
            form.l10n_pl_ksef_fa3_original_number = KSEF_NUMBER
            form.l10n_pl_ksef_fa3_right_number = "FV/2026/02/7"
        credit_note.action_post()
        told = self._told(credit_note)
        self.assertEqual(told.correction.right_number, "FV/2026/02/7")
        self.assertEqual(told.correction.corrected[0].number, invoice.name)
        document, findings = credit_note._l10n_pl_ksef_xml(GENERATED_AT)
        self.assertIn(b"<NrFaKorygowany>FV/2026/02/7</NrFaKorygowany>", document)
        self.assertFalse([one.code for one in findings if one.severity is fa3.Severity.ERROR])

    def test_only_corrections_have_the_page(self):
        invoice = self._invoice()
        self.assertFalse(invoice.l10n_pl_ksef_is_correction)
        self.assertTrue(self._credit_note(invoice).l10n_pl_ksef_is_correction)

    def test_given_an_invoice_of_another_program_when_opened_then_its_number_can_be_typed(self):
        invoice = self._invoice()
        invoice.l10n_pl_ksef_outside_reason = "other_program"
        with Form(invoice) as form:
            form.l10n_pl_ksef_number_elsewhere = KSEF_NUMBER
        self.assertEqual(invoice._l10n_pl_ksef_known_number(), KSEF_NUMBER)

    def test_given_an_administrator_when_the_style_is_chosen_then_the_company_has_it(self):
        self.env.user.group_ids += self.env.ref("base.group_system")
        self.assertEqual(self.company.l10n_pl_ksef_correction_style, "difference")
        with Form(self.env["res.config.settings"]) as form:
            form.l10n_pl_ksef_correction_style = "before_after"
        form.record.execute()
        self.assertEqual(self.company.l10n_pl_ksef_correction_style, "before_after")
