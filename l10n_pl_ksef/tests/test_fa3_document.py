"""The document as a whole: what else it tells, its bytes, its check, the sentences, its speed."""

from datetime import date, datetime, timedelta, timezone

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools.misc import file_path

from ..ksef import fa3
from ..ksef.fa3.findings import Finding, Severity
from ..models.account_move_fa3 import SCHEMA
from ..models.fa3_places import PLACES
from .common import GENERATED_AT
from .common_fa3 import Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Document(Fa3TestCase):
    def _xml(self, move, generated_at=GENERATED_AT):
        document, findings = move._l10n_pl_ksef_xml(generated_at)
        return document, [(finding.code, finding.message) for finding in findings]

    def test_given_an_ordinary_invoice_when_told_then_its_head_is_right(self):
        invoice = self._invoice(ref="4354343")
        told = self._told(invoice)
        self.assertEqual(
            (told.kind, told.number, told.issue_date, told.sale_date, told.currency),
            (fa3.InvoiceKind.VAT, invoice.name, date(2026, 2, 15), None, "PLN"),
        )
        self.assertEqual(told.generated_at, GENERATED_AT)
        self.assertEqual(told.terms, fa3.Terms(orders=(fa3.PurchaseOrder(number="4354343"),)))
        self.assertEqual(told.annotations, fa3.Annotations())

    def test_given_days_of_supply_and_delivery_when_told_then_the_first_one_set_counts(self):
        cases = (
            ({"taxable_supply_date": "2026-02-10", "delivery_date": "2026-02-11"}, "2026-02-10"),
            ({"delivery_date": "2026-02-11"}, "2026-02-11"),
            ({"delivery_date": "2026-02-15"}, None),
        )
        for values, expected in cases:
            with self.subTest(values=values):
                day = self._told(self._invoice(**values)).sale_date
                self.assertEqual(day and day.isoformat(), expected)

    def test_given_terms_and_incoterms_when_told_then_they_are_there(self):
        incoterm = self.env["account.incoterms"].search([("code", "=", "CIP")])
        told = self._told(
            self._invoice(
                narration="<p>Kapitał zakładowy 5 000 000</p>", invoice_incoterm_id=incoterm.id
            )
        )
        self.assertEqual(told.terms.delivery_terms, "CIP")
        self.assertEqual(told.footer.notes[0].text, "Kapitał zakładowy 5 000 000")

    def test_given_a_good_invoice_when_checked_then_nothing_is_found(self):
        tax_gross = self._gross_tax(self.tax_23)
        cases = {
            "net": [self._line(1626.01), self._line(0.95, tax=self.tax_5)],
            "gross": [self._line(123, tax=tax_gross), self._line(9.99, tax=tax_gross, quantity=3)],
            "exempt": [self._line(300, tax=self.tax_exempt), self._line(2000)],
            "discount": [self._line(1000, quantity=20, discount=10)],
            "zero": [self._line(10, tax=self.tax_0)],
        }
        for name, lines in cases.items():
            with self.subTest(name):
                document, findings = self._xml(self._invoice(*lines))
                self.assertTrue(document)
                self.assertEqual(findings, [])

    def test_given_euro_and_corrections_when_checked_then_nothing_is_found(self):
        invoice = self._invoice(currency_id=self._euro().id)
        invoice.l10n_pl_ksef_outside_reason = "before_duty"
        for move in (invoice, self._credit_note(invoice)):
            with self.subTest(move.move_type):
                document, findings = self._xml(move)
                self.assertTrue(document)
                self.assertEqual(findings, [])

    def test_the_official_schema_is_where_it_is_looked_for(self):
        self.assertTrue(file_path(SCHEMA))

    def test_given_a_refusal_when_asked_for_bytes_then_there_are_none(self):
        self.buyer.vat = False
        document, findings = self._xml(self._invoice())
        self.assertIsNone(document)
        self.assertEqual([code for code, _message in findings], ["odoo.buyer.nip"])

    def test_given_the_same_invoice_when_told_again_then_the_bytes_are_the_same(self):
        invoice = self._invoice(self._line(product_id=self.fridge.id), self._line(tax=self.tax_8))
        first, _findings = self._xml(invoice)
        self.env.invalidate_all()
        self.assertEqual(self._xml(invoice)[0], first)

    def test_given_users_of_other_languages_when_told_then_the_bytes_are_the_same(self):
        for code in ("pl_PL", "fr_FR"):
            self.env["res.lang"]._activate_lang(code)
        unit = self.fridge.uom_id
        unit.with_context(lang="pl_PL").name = "szt."
        unit.with_context(lang="fr_FR").name = "pièce"
        invoice = self._invoice(self._line(product_id=self.fridge.id))
        documents = {
            self._xml(invoice.with_context(lang=code))[0] for code in ("en_US", "pl_PL", "fr_FR")
        }
        self.assertEqual(len(documents), 1)
        self.assertIn(b"<P_8A>szt.</P_8A>", documents.pop())

    def test_given_only_another_moment_when_told_then_only_the_header_differs(self):
        invoice = self._invoice()
        later = GENERATED_AT + timedelta(hours=1)
        first, second = self._xml(invoice)[0], self._xml(invoice, later)[0]
        self.assertNotEqual(first, second)
        self.assertEqual(first.replace(b"T09:30:47Z", b"T10:30:47Z"), second)

    def test_given_microseconds_when_told_then_they_are_not(self):
        moment = datetime(2026, 2, 15, 9, 30, 47, 123456, tzinfo=timezone.utc)
        self.assertEqual(self._xml(self._invoice(), moment)[0].count(b"T09:30:47Z"), 1)

    def test_given_an_accountant_when_told_then_no_more_rights_are_needed(self):
        invoice = self._invoice(self._line(product_id=self.fridge.id))
        accountant = new_test_user(
            self.env,
            "ksef_accountant",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        mine, _findings = self._xml(invoice)
        self.env.invalidate_all()
        self.assertEqual(self._xml(invoice.with_user(accountant))[0], mine)

    def test_given_many_invoices_when_told_one_by_one_then_they_are_read_together(self):
        moves = self.env["account.move"]
        for number in range(12):
            buyer = self.buyer.copy({"name": f"Nabywca {number}"})
            moves |= self._invoice(
                *(self._line(product_id=self.fridge.id) for _line in range(3)),
                partner_id=buyer.id,
            )
        moves.env.flush_all()
        moves[0]._l10n_pl_ksef_fa3_invoice(GENERATED_AT)  # caches of the registry
        self.env.invalidate_all()
        with self.assertQueryCount(52):
            for move in moves:
                move._l10n_pl_ksef_fa3_invoice(GENERATED_AT)

    def test_given_findings_when_said_in_polish_then_values_and_labels_go_through(self):
        finding = Finding(
            "odoo.test", Severity.ERROR, "Fa/P_2", "Value %(value)s of 100%% is odd.", {"value": 7}
        )
        texts = self.env["account.move"]._l10n_pl_ksef_findings_text([finding])
        self.assertEqual(texts, ["Value 7 of 100% is odd."])

    def test_given_a_finding_of_the_check_when_said_then_the_place_in_odoo_is_named(self):
        invoice = self._invoice()
        cases = {
            "Podmiot2/DaneIdentyfikacyjne/NIP": "Tax ID and country of the customer F.H.U.",
            "Fa/FaWiersz[3]/P_10": "Disc.% of the line",
            "Fa/P_13_1": "journal items",
        }
        for element, words in cases.items():
            with self.subTest(element):
                finding = Finding("some.rule", Severity.ERROR, element, "It is wrong.", {})
                (sentence,) = invoice._l10n_pl_ksef_findings_text([finding])
                self.assertTrue(sentence.startswith("It is wrong. In Odoo: "), sentence)
                self.assertIn(words, sentence)

    def test_every_place_can_be_said(self):
        for element, template in PLACES.items():
            with self.subTest(element):
                self.assertTrue(template % {"company": "A", "customer": "B"})

    def test_given_no_place_when_said_then_the_sentence_stands_alone(self):
        finding = Finding("schema.missing", Severity.WARNING, "", "It was not checked.", {})
        texts = self._invoice()._l10n_pl_ksef_findings_text([finding])
        self.assertEqual(texts, ["It was not checked."])

    def test_given_what_the_schema_refuses_when_checked_then_it_is_found_and_placed(self):
        invoice = self._invoice()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET name = %s WHERE id = %s", ["F" * 300, invoice.id]
        )
        self.env.invalidate_all()
        _document, findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        (sentence,) = invoice._l10n_pl_ksef_findings_text(findings)
        self.assertIn("number of the invoice", sentence)
