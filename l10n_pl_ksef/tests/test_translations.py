"""Everything a person reads is there in Polish."""

import re

import polib

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader

from ..ksef import fa3
from ..ksef.errors import CertificateProblem, Outcome, Unreachable
from ..ksef.problems import Problem
from ..models.explanations import explain
from .common import GENERATED_AT
from .common_sending import ConnectedTestCase

ADDON = "l10n_pl_ksef"
POLISH = "pl_PL"
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdrf%]|\{\w*\}")
LETTERS = re.compile(r"[^\W\d_]{2}")
CODE = re.compile(r"[A-Z0-9_-]+")
"""NIP, GTU_01, SHA-256: codes and abbreviations are the same in all languages."""
THE_SAME_IN_BOTH = {
    "Bank",
    "E-mail",
    "Incoterm",
    "KSeF",
    "Model",
    "Odoo, %s",
    "Offline",
    "Offline24",
    "Online",
    "PKWiU",
    "Problem",
    "System",
    "Token",
    "object._visualisation_filename()[:-4]",
    "Transport",
    # Codes, which Odoo's collector takes for the texts that stand beside them.
    "schema.too_high",
    "schema.too_low",
    "token",
}
"""Texts that Polish and English spell alike. Whatever else is equal was left untranslated."""


def is_the_same_in_both(term):
    return term in THE_SAME_IN_BOTH or CODE.fullmatch(term) or not LETTERS.search(term)


def shown(terms, advice="Run script/translations and complete i18n/pl.po."):
    return "\n".join(["", *sorted(terms), advice])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTranslationFile(TransactionCase):
    """`script/translations --check` says the same, without the tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = list(TranslationModuleReader(cls.env.cr, modules=[ADDON]))
        cls.terms = {source for _module, _kind, _name, _place, source, *_more in rows}
        cls.records = {
            (source, f"{kind}:{name}:{place}")
            for _module, kind, name, place, source, *_more in rows
            if kind != "code"
        }
        cls.file = polib.pofile(file_path(f"{ADDON}/i18n/pl.po"))
        cls.polish = {entry.msgid: entry for entry in cls.file if not entry.obsolete}

    def test_given_the_addon_when_its_terms_are_collected_then_all_layers_are_there(self):
        password = "The password does not open the private key"
        self.assertIn("Send to KSeF", self.terms, "a button")
        self.assertIn("KSeF Number", self.terms, "a field")
        self.assertIn("Net unit price", self.terms, "a name of the protocol layer")
        self.assertTrue(
            any(term.startswith(password) for term in self.terms),
            "a sentence of the protocol layer",
        )

    def test_given_any_term_when_it_is_looked_up_then_it_has_a_polish_text(self):
        lacking = {
            term for term in self.terms if term not in self.polish or not self.polish[term].msgstr
        }
        self.assertFalse(lacking, shown(lacking))

    def test_given_the_text_of_a_record_when_the_file_is_loaded_then_the_record_gets_it(self):
        known = {
            (entry.msgid, place)
            for entry in self.polish.values()
            for place, _line in entry.occurrences
        }
        lost = {f"{source} ({record})" for source, record in self.records - known}
        self.assertFalse(lost, shown(lost))

    def test_given_a_polish_text_when_its_placeholders_are_counted_then_they_are_the_english_ones(
        self,
    ):
        changed = {
            entry.msgid
            for entry in self.polish.values()
            if sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr))
        }
        self.assertFalse(changed, shown(changed))

    def test_given_a_polish_text_when_it_is_compared_then_it_is_not_the_english_one(self):
        left = {
            entry.msgid
            for entry in self.polish.values()
            if entry.msgid == entry.msgstr and not is_the_same_in_both(entry.msgid)
        }
        advice = "Translate them, or add them to THE_SAME_IN_BOTH."
        self.assertFalse(left, shown(left, advice))

    def test_given_the_file_when_it_is_read_then_nothing_in_it_is_doubtful_or_gone(self):
        doubtful = {entry.msgid for entry in self.file if entry.fuzzy or entry.obsolete}
        gone = set(self.polish) - self.terms
        self.assertFalse(doubtful | gone, shown(doubtful | gone))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInPolish(ConnectedTestCase):
    """What really reaches people whose language is Polish."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(POLISH)
        addon = cls.env["ir.module.module"].search([("name", "=", ADDON)])
        addon._update_translations([POLISH])
        cls.accountant = new_test_user(
            cls.env,
            "ksiegowa",
            groups="base.group_user,account.group_account_invoice",
            lang=POLISH,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        # As a browser asks: by the user, in the user's language.
        cls.polish = cls.env(user=cls.accountant, context={"lang": POLISH})

    def page_of(self, invoice):
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()

    def sentences(self, findings):
        return " ".join(self.polish["account.move"]._l10n_pl_ksef_findings_text(findings))

    def test_given_a_polish_buyer_when_an_invoice_is_printed_then_its_notice_is_polish(self):
        self.buyer.lang = POLISH
        page = self.page_of(self.today_invoice())
        self.assertIn("Ta faktura nie ma jeszcze numeru KSeF.", page)

    def test_given_a_polish_buyer_when_an_accepted_invoice_is_printed_then_its_link_is_polish(self):
        self.buyer.lang = POLISH
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        page = self.page_of(invoice)
        self.assertIn("Sprawdź w KSeF", page)
        self.assertNotIn("Verify in KSeF", page)

    def test_given_an_invoice_that_cannot_go_when_it_is_sent_then_the_refusal_is_polish(self):
        self.buyer.write({"street": False, "street2": False, "city": False, "zip": False})
        invoice = self.today_invoice().with_env(self.polish)
        with self.assertRaisesRegex(UserError, f"Adres klienta {self.buyer.name} jest niepełny"):
            invoice.action_l10n_pl_ksef_send()

    def test_given_a_finding_of_the_protocol_layer_when_it_is_shown_then_it_is_polish(self):
        self.assertIn("Plik nie jest fakturą w postaci FA(3)", self.sentences(fa3.check(b"<x/>")))

    def test_given_a_finding_that_names_a_field_when_it_is_shown_then_the_name_is_polish_too(self):
        invoice = self._invoice()
        xml, _findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        damaged = xml.replace(f"<P_2>{invoice.name}</P_2>".encode(), b"<P_2></P_2>")
        self.assertNotEqual(damaged, xml)
        self.assertIn("Numer faktury (Fa/P_2): pole jest puste", self.sentences(fa3.check(damaged)))

    def test_given_an_error_of_ksef_when_it_is_explained_then_it_is_polish(self):
        error = Unreachable("open_interactive_session", Outcome.NOT_SENT, "Connection refused")
        self.assertIn("Nie udało się połączyć z KSeF", explain(self.polish, error))

    def test_given_a_wrong_password_when_it_is_explained_then_it_is_polish(self):
        error = CertificateProblem(Problem.WRONG_PASSWORD, {})
        self.assertIn("Hasło nie otwiera klucza prywatnego", explain(self.polish, error))

    def test_given_a_field_when_it_is_labelled_then_its_name_and_values_are_polish(self):
        fields = self.polish["account.move"].fields_get(
            ["l10n_pl_ksef_number", "l10n_pl_ksef_state"]
        )
        self.assertEqual(fields["l10n_pl_ksef_number"]["string"], "Numer KSeF")
        self.assertIn(("accepted", "Przyjęto"), fields["l10n_pl_ksef_state"]["selection"])

    def test_given_the_invoice_form_when_it_is_opened_then_its_buttons_are_polish(self):
        arch = self.polish["account.move"].get_view(view_type="form")["arch"]
        self.assertIn('string="Wyślij do KSeF"', arch)
        self.assertNotIn("Send to KSeF", arch)

    def test_given_the_views_of_the_addon_when_they_are_read_then_no_english_is_left(self):
        views = self.env["ir.ui.view"].browse(
            self.env["ir.model.data"]
            .search([("module", "=", ADDON), ("model", "=", "ir.ui.view")])
            .mapped("res_id")
        )
        self.assertTrue(views)
        self.assertFalse(self.untranslated(views, "arch_db"))

    def test_given_menus_and_actions_when_they_are_listed_then_no_english_is_left(self):
        records = self.env["ir.model.data"].search(
            [
                ("module", "=", ADDON),
                (
                    "model",
                    "in",
                    ("ir.ui.menu", "ir.actions.act_window", "ir.actions.server"),
                ),
            ]
        )
        self.assertTrue(records)
        for model, data in records.grouped("model").items():
            found = self.untranslated(self.env[model].browse(data.mapped("res_id")), "name")
            self.assertFalse(found, model)

    def untranslated(self, records, name):
        """The terms of this field that are English although Polish was asked for."""
        field = records._fields[name]
        terms_of = field.get_trans_terms if callable(field.translate) else lambda text: [text]
        found = {}
        for record in records:
            english = terms_of(record.with_context(lang="en_US")[name])
            polish = terms_of(record.with_context(lang=POLISH)[name])
            left = [
                term
                for term, translation in zip(english, polish, strict=True)
                if term == translation and not is_the_same_in_both(term)
            ]
            if left:
                found[record.display_name] = left
        return found
