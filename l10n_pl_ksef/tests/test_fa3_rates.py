"""Which rate of KSeF a tax is: proposed from l10n_pl's tags, told on lines and in annotations."""

import json
from decimal import Decimal

from odoo.tests import tagged

from ..ksef import fa3
from ..models.fa3_kept_findings import from_data, to_data
from .common import GENERATED_AT
from .common_fa3 import Fa3TestCase

RATES_OF_TEMPLATES = {
    "vs_kraj_23": "23",
    "vs_kraj_usl_23": "23",
    "vs_kraj_8": "8",
    "vs_kraj_5": "5",
    "vs_kraj_0": "0 KR",
    "vs_kraj_zw": "zw",
    "vs_kraj_zw_gold": "zw",
    "vs_stal": "oo",
    "vs_unia": "0 WDT",
    "vs_unia_i42": "0 WDT",
    "vs_unia_i63": "0 WDT",
    "vs_unia_triangular": "triangular",
    "vs_dostu": "np II",
    "vs_eksp_tow": "0 EX",
    "vs_ekspu": "np I",
    "vz_kraj_23": "23",
    "vz_nabu": False,
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Rates(Fa3TestCase):
    def _german_buyer(self):
        return self.buyer.copy({"vat": "DE136695976", "country_id": self.env.ref("base.de").id})

    def _told_with(self, tax, **values):
        return self.assertTellsTheLedger(self._invoice(self._line(tax=tax), **values))

    def test_every_tax_of_l10n_pl_has_its_code(self):
        found = {name: self._polish_tax(name).l10n_pl_ksef_rate_code for name in RATES_OF_TEMPLATES}
        self.assertEqual(found, RATES_OF_TEMPLATES)

    def test_given_another_language_when_proposed_then_the_code_is_the_same(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        tax = self._polish_tax("vs_unia")
        tag = tax.invoice_repartition_line_ids.tag_ids
        tag.with_context(lang="pl_PL").name = "Pole 21"
        polish = tax.with_context(lang="pl_PL")
        self.assertEqual(polish._l10n_pl_ksef_proposed_rate_code(), "0 WDT")

    def test_given_a_user_of_another_language_when_refused_then_the_tax_has_its_name_there(self):
        for code in ("en_US", "pl_PL"):
            self.env["res.lang"]._activate_lang(code)
        tax = self.percent_tax(21)
        tax.with_context(lang="pl_PL").name = "Stawka dziwna"
        tax.with_context(lang="en_US").name = "Strange rate"
        invoice = self._invoice(self._line(tax=tax))
        _document, findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        kept = from_data(json.loads(json.dumps(to_data(findings))))
        for code, name in (("en_US", "Strange rate"), ("pl_PL", "Stawka dziwna")):
            reader = invoice.with_context(lang=code)
            for told in (findings, kept):
                self.assertIn(f"{name}”", " ".join(reader._l10n_pl_ksef_findings_text(told)))

    def test_given_a_user_of_another_language_when_refused_then_a_draft_is_called_so_there(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        draft = self._invoice(post=False).with_context(lang="en_US")
        _document, findings = draft._l10n_pl_ksef_xml(GENERATED_AT)
        self.assertIn("Draft Invoice", " ".join(draft._l10n_pl_ksef_findings_text(findings)))

    def test_given_a_tax_of_ones_own_when_it_has_an_amount_then_that_proposes_its_code(self):
        for amount, code in ((23, "23"), (22, "22"), (7, "7"), (4, "4"), (21, False)):
            with self.subTest(amount=amount):
                self.assertEqual(self.percent_tax(amount).l10n_pl_ksef_rate_code, code)

    def test_given_a_zero_of_ones_own_when_it_has_no_tags_then_nothing_is_proposed(self):
        tax = self.percent_tax(0)
        self.assertFalse(tax.l10n_pl_ksef_rate_code)
        tax.l10n_pl_ksef_rate_code = "0 KR"
        self.assertEqual(self._told_with(tax).lines[0].rate, fa3.RateCode.ZERO_DOMESTIC)

    def test_given_exempt_lines_when_told_then_the_basis_is_the_taxs(self):
        cases = {
            "act": fa3.Exemption(act="art. 43"),
            "directive": fa3.Exemption(directive="art. 43"),
            "other": fa3.Exemption(other="art. 43"),
        }
        for kind, exemption in cases.items():
            with self.subTest(kind=kind):
                self.tax_exempt.write(
                    {
                        "l10n_pl_ksef_exemption_kind": kind,
                        "l10n_pl_ksef_exemption_basis": "art. 43",
                    }
                )
                told = self._told_with(self.tax_exempt)
                self.assertEqual(told.annotations.exemption, exemption)

    def test_given_two_exempt_taxes_of_one_kind_when_told_then_both_bases_stand_there(self):
        other = self.tax_exempt.copy(
            {"name": "zw 2", "l10n_pl_ksef_exemption_basis": "art. 113 ust. 1"}
        )
        told = self._told(self._invoice(self._line(tax=self.tax_exempt), self._line(tax=other)))
        self.assertEqual(
            told.annotations.exemption.act, "art. 43 ust. 1 pkt 37 ustawy; art. 113 ust. 1"
        )

    def test_given_nothing_exempt_when_told_then_there_is_no_basis(self):
        self.assertIsNone(self._told(self._invoice()).annotations.exemption)

    def test_given_domestic_reverse_charge_when_told_then_it_is_annotated(self):
        told = self._told_with(self._polish_tax("vs_stal"))
        self.assertTrue(told.annotations.reverse_charge)
        self.assertEqual(told.totals.reverse_charge.net, Decimal("100"))

    def test_given_a_supply_to_the_eu_when_told_then_the_seller_has_its_prefix(self):
        for template, procedure in (
            ("vs_unia", None),
            ("vs_unia_i42", fa3.Procedure.I_42),
            ("vs_unia_i63", fa3.Procedure.I_63),
        ):
            with self.subTest(template=template):
                told = self._told_with(
                    self._polish_tax(template), partner_id=self._german_buyer().id
                )
                self.assertEqual(told.seller.vat_prefix, "PL")
                self.assertEqual(told.totals.zero_eu_supply.net, Decimal("100"))
                self.assertFalse(told.annotations.reverse_charge)
                self.assertEqual(told.lines[0].procedure, procedure)

    def test_given_services_to_the_eu_when_told_then_the_buyer_pays_the_vat(self):
        told = self._told_with(self._polish_tax("vs_dostu"), partner_id=self._german_buyer().id)
        self.assertTrue(told.annotations.reverse_charge)
        self.assertEqual(told.totals.eu_services.net, Decimal("100"))
        self.assertIsNone(told.totals.outside_poland, "K_11 and K_12 are not counted twice")

    def test_given_an_export_when_told_then_its_rate_is_that_of_exports(self):
        american = self.buyer.copy({"vat": False, "country_id": self.env.ref("base.us").id})
        told = self._told_with(self._polish_tax("vs_eksp_tow"), partner_id=american.id)
        self.assertEqual(told.totals.zero_export.net, Decimal("100"))

    def test_given_cash_accounting_when_told_then_it_is_annotated(self):
        self.company.tax_exigibility = True
        account = self.company_data["default_account_tax_sale"].copy()
        account.reconcile = True
        tax = self.tax_23.copy(
            {
                "name": "23% kasowa",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": account.id,
            }
        )
        self.assertTrue(self._told_with(tax).annotations.cash_accounting)

    def test_given_split_payment_when_told_then_it_is_annotated(self):
        told = self._told(self._invoice(l10n_pl_ksef_fa3_split_payment=True))
        self.assertTrue(told.annotations.split_payment)

    # -- what stops it ------------------------------------------------------------------

    def test_given_lines_without_tax_when_told_then_one_sentence_names_them(self):
        none = self.env["account.tax"]
        invoice = self._invoice(
            self._line(name="transport", tax=none), self._line(name="opieka", tax=none)
        )
        self.assertRefused(invoice, "line.no_tax", "transport", "opieka", "Taxes", "0%")

    def test_given_several_taxes_on_a_line_when_told_then_it_is_refused(self):
        other = self.percent_tax(2)
        invoice = self._invoice(self._line(name="ryba", tax=self.tax_23 | other))
        self.assertRefused(invoice, "line.several_taxes", "ryba", other.name)

    def test_given_a_group_of_one_tax_when_told_then_it_counts_as_that_tax(self):
        told = self._told(self._invoice(self._line(tax=self.group_of_taxes(self.tax_23))))
        self.assertEqual(told.lines[0].rate, fa3.RateCode.VAT_23)

    def test_given_a_tax_of_unknown_rate_when_told_then_the_sentence_names_the_tax(self):
        tax = self.percent_tax(21)
        invoice = self._invoice(self._line(tax=tax), self._line(tax=tax))
        self.assertRefused(invoice, "tax.unknown_rate", tax.name, "KSeF Rate")

    def test_given_triangular_trade_when_told_then_it_is_annotated(self):
        told = self._told(
            self._invoice(
                self._line(tax=self._polish_tax("vs_unia_triangular")),
                partner_id=self._german_buyer().id,
            )
        )
        self.assertTrue(told.annotations.triangular)
        self.assertTrue(told.annotations.reverse_charge)
        self.assertEqual(told.seller.vat_prefix, "PL")
        self.assertEqual(told.lines[0].rate, fa3.RateCode.OUTSIDE_POLAND)
        self.assertEqual(told.lines[0].procedure, fa3.Procedure.TT_D)
        self.assertEqual(told.totals.outside_poland.net, Decimal("100"))

    def test_given_triangular_trade_when_the_buyer_has_no_eu_number_then_it_is_refused(self):
        invoice = self._invoice(self._line(tax=self._polish_tax("vs_unia_triangular")))
        self.assertRefused(invoice, "buyer.eu_number", self.buyer.name)

    def test_given_a_code_against_the_amount_when_told_then_it_is_refused(self):
        tax = self.tax_8.copy({"name": "osiem", "l10n_pl_ksef_rate_code": "23"})
        self.assertRefused(
            self._invoice(self._line(tax=tax)), "tax.rate_against_amount", "osiem", "8%", "23"
        )

    def test_given_a_fixed_amount_tax_with_a_code_when_told_then_it_is_refused(self):
        tax = self.fixed_tax(1, l10n_pl_ksef_rate_code="zw")
        self.assertIn("tax.rate_against_amount", self._refusals(self._invoice(self._line(tax=tax))))

    def test_given_exempt_lines_without_basis_when_told_then_it_is_refused(self):
        self.tax_exempt.l10n_pl_ksef_exemption_basis = False
        self.assertRefused(
            self._invoice(self._line(tax=self.tax_exempt)),
            "exemption.no_basis",
            self.tax_exempt.name,
            "KSeF Exemption Basis",
        )

    def test_given_exemptions_of_two_kinds_when_told_then_it_is_refused(self):
        other = self.tax_exempt.copy({"name": "zw 2", "l10n_pl_ksef_exemption_kind": "other"})
        invoice = self._invoice(self._line(tax=self.tax_exempt), self._line(tax=other))
        self.assertRefused(invoice, "exemption.several_kinds", "zw 2")

    def test_given_a_tax_line_that_no_line_has_when_told_then_it_is_refused(self):
        invoice = self._invoice(self._line(100), post=False)
        tax_line = invoice.line_ids.filtered("tax_line_id")
        invoice.action_post()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET tax_line_id = %s WHERE id = %s",
            [self.tax_8.id, tax_line.id],
        )
        self.env.invalidate_all()
        self.assertIn("total.stray_tax", self._refusals(invoice))

    def test_the_field_is_on_the_form_of_sales_taxes(self):
        form = self.env["account.tax"].get_view(view_type="form")["arch"]
        for name in (
            "l10n_pl_ksef_rate_code",
            "l10n_pl_ksef_exemption_kind",
            "l10n_pl_ksef_exemption_basis",
        ):
            self.assertIn(f'name="{name}"', form)

    def test_given_several_children_in_a_group_when_told_then_it_is_refused(self):
        group = self.group_of_taxes(self.tax_23 | self.percent_tax(1))
        self.assertIn("line.several_taxes", self._refusals(self._invoice(self._line(tax=group))))
