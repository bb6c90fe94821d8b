"""Wrong data of a party: Podmiot1K and Podmiot2K, and what a wrong NIP takes."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ksef import fa3
from .common import BUYER_NIP, GENERATED_AT, OTHER_BUYER_NIP
from .common_fa3 import KSEF_NUMBER, Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3FormerParties(Fa3TestCase):
    def _sent(self, *lines):
        return self._freeze(self._invoice(*lines), KSEF_NUMBER)

    def _of_data(self, invoice, **values):
        return self._credit_note(invoice, lines=[self._line(0)], reason="błędne dane", **values)

    def test_given_a_wrong_name_when_told_then_the_old_one_comes_from_the_document(self):
        invoice = self._sent()
        self.buyer.name = "F.H.U. Jan Nowak"
        credit_note = self._of_data(invoice, l10n_pl_ksef_fa3_corrects_buyer=True)
        told = self._told(credit_note)
        self.assertEqual((told.total, list(told.totals.items()), told.lines), (0, [], ()))
        before = told.correction.buyers_before[0]
        self.assertEqual(before.identity.name, "F.H.U. Jan Kowalski")
        self.assertEqual(told.buyer.identity.name, "F.H.U. Jan Nowak")
        self.assertEqual(before.link, told.buyer.link)
        self.assertEqual(self._errors(credit_note), [])

    def _errors(self, move):
        _document, findings = move._l10n_pl_ksef_xml(GENERATED_AT)
        return [finding.code for finding in findings if finding.severity is fa3.Severity.ERROR]

    def test_given_our_own_wrong_address_when_told_then_the_old_one_comes_from_the_document(self):
        invoice = self._sent()
        self.company.street = "ul. Nowa 7"
        credit_note = self._of_data(invoice, l10n_pl_ksef_fa3_corrects_seller=True)
        told = self._told(credit_note)
        self.assertEqual(told.correction.seller_before.address.line1, "ul. Kwiatowa 1 m. 2")
        self.assertEqual(told.seller.address.line1, "ul. Nowa 7")
        self.assertEqual(self._errors(credit_note), [])

    def test_given_a_contact_with_our_old_data_when_told_then_they_come_from_it(self):
        before = self.company.partner_id.copy({"name": "ABC sp. z o.o."})
        credit_note = self._of_data(
            self._invoice(),
            l10n_pl_ksef_fa3_original_number=KSEF_NUMBER,
            l10n_pl_ksef_fa3_corrects_seller=True,
            l10n_pl_ksef_fa3_seller_before_id=before.id,
        )
        told = self._told(credit_note)
        self.assertEqual(told.correction.seller_before.identity.name, "ABC sp. z o.o.")

    def test_given_no_document_and_no_contact_when_told_then_the_contact_is_asked_for(self):
        credit_note = self._of_data(
            self._invoice(),
            l10n_pl_ksef_fa3_original_number=KSEF_NUMBER,
            l10n_pl_ksef_fa3_corrects_buyer=True,
        )
        self.assertRefused(credit_note, "correction.data_before", "Customer as It Was")

    def test_given_a_wrong_nip_as_wrong_data_when_told_then_it_is_refused(self):
        invoice = self._sent()
        self.buyer.vat = f"PL{OTHER_BUYER_NIP}"
        credit_note = self._of_data(invoice, l10n_pl_ksef_fa3_corrects_buyer=True)
        self.assertRefused(credit_note, "correction.buyer_number", BUYER_NIP, invoice.name, "new")

    def test_given_a_wrong_nip_when_all_is_taken_back_then_it_goes_to_whom_it_was_issued(self):
        invoice = self._sent(self._line(100, quantity=2))
        self.buyer.vat = f"PL{OTHER_BUYER_NIP}"
        told = self.assertTellsTheLedger(self._credit_note(invoice, reason="błędny NIP"))
        self.assertEqual(told.buyer.identity.nip, BUYER_NIP)

    def test_given_a_wrong_nip_when_only_part_is_taken_back_then_it_is_refused(self):
        invoice = self._sent(self._line(100, quantity=2))
        self.buyer.vat = f"PL{OTHER_BUYER_NIP}"
        credit_note = self._credit_note(invoice, lines=[self._line(100)])
        self.assertRefused(credit_note, "correction.buyer_number", BUYER_NIP)

    def test_given_a_frozen_correction_when_its_list_of_originals_changes_then_it_is_refused(self):
        credit_note = self._credit_note(
            self._sent(),
            l10n_pl_ksef_fa3_corrected_ids=[
                (0, 0, {"number": "A/1", "issue_date": "2026-01-05", "outside_ksef": True})
            ],
        )
        self._freeze(credit_note)
        row = credit_note.l10n_pl_ksef_fa3_corrected_ids
        with self.assertRaises(UserError):
            row.number = "A/2"
        with self.assertRaises(UserError):
            row.unlink()
        with self.assertRaises(UserError):
            credit_note.l10n_pl_ksef_fa3_corrected_ids = [
                (0, 0, {"number": "B/1", "issue_date": "2026-01-06"})
            ]
        with self.assertRaises(UserError):
            credit_note.l10n_pl_ksef_fa3_correction_reason = "inna"
