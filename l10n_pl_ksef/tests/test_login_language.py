"""What is written down about a login: only what is true of it, in the language of its readers."""

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..ksef.errors import LoginExpired, NoUsableKey
from ..models.connection import NotConnected
from ..models.explanations import explain
from ..models.vault import VaultError
from .common import BUYER_NIP, SimulatorTestCase
from .common_credentials import CredentialsMixin

PERMISSIONS = "POST /v2/permissions/**"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRefusedAccess(CredentialsMixin, SimulatorTestCase):
    def setUp(self):
        super().setUp()
        self.use_certificate()
        client = self.company._l10n_pl_ksef_client()
        self.simulator.fault(PERMISSIONS, "status", code=401)
        self.refusal = self.outcome(client.own_permissions)
        self.assertIsInstance(self.refusal, LoginExpired)

    def test_the_token_that_ksef_refused_is_given_up(self):
        self.company._l10n_pl_ksef_forget_access(self.refusal)

        self.assertFalse(self.login().access_token_sealed)

    def test_what_another_worker_got_meanwhile_is_kept(self):
        self.login().access_valid_until = fields.Datetime.now()
        self.company._l10n_pl_ksef_client()
        renewed = self.login().access_token_sealed

        self.company._l10n_pl_ksef_forget_access(self.refusal)

        self.assertEqual(self.login().access_token_sealed, renewed)

    def test_what_cannot_be_compared_is_given_up(self):
        self.set_option("l10n_pl_ksef_master_key_file", self.key_file + ".gone")

        self.company._l10n_pl_ksef_forget_access(self.refusal)

        self.assertFalse(self.login().access_token_sealed)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLanguage(CredentialsMixin, SimulatorTestCase):
    """A schedule runs as OdooBot, in English; whoever reads what it wrote may read Polish."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("pl_PL")
        self.polish = self.env["base"].with_context(lang="pl_PL").env

    def test_a_locked_store_is_told_in_the_readers_language(self):
        self.use_certificate()
        self.set_option("l10n_pl_ksef_master_key_file", self.key_file + ".gone")

        error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, VaultError)
        self.assertIn("master key", explain(self.env, error))
        self.assertIn("klucz", explain(self.polish, error))

    def test_a_company_without_connection_is_told_in_the_readers_language(self):
        error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, NotConnected)
        self.assertIn("is not connected to KSeF", explain(self.env, error))
        self.assertNotIn("is not connected", explain(self.polish, error))

    def test_what_is_stored_with_an_invoice_is_in_its_keepers_language(self):
        self.use_certificate()
        invoice = self._invoice()
        invoice.invoice_user_id.lang = "pl_PL"
        invoice.action_l10n_pl_ksef_send()
        submission = invoice.l10n_pl_ksef_submission_ids

        trouble = submission._explained(self.lost_key())

        self.assertIn("klucz", trouble)

    def lost_key(self):
        self.set_option("l10n_pl_ksef_master_key_file", self.key_file + ".gone")
        return self.outcome(self.company._l10n_pl_ksef_client)

    def test_why_a_certificate_is_not_renewed_is_told_in_the_administrators_language(self):
        certificate = self.use_certificate()
        self.company.l10n_pl_ksef_automatic_certificates = True
        certificate._responsible().lang = "pl_PL"
        self.simulator.control("quotas", {"type": "Nip", "requests": 0})

        trouble = certificate.sudo()._renew()

        self.assertIn("KSeF nie wyda", trouble)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSentences(TransactionCase):
    def test_no_usable_key_has_its_own_sentence(self):
        text = explain(self.env, NoUsableKey("SymmetricKeyEncryption"))

        self.assertIn("publishes no key", text)
        self.assertNotIn("SymmetricKeyEncryption", text)

    def test_a_name_that_ends_with_a_full_stop_is_followed_by_no_other(self):
        company = self.env["res.company"].create(
            {"name": "Zeta sp. z o.o.", "vat": f"PL{BUYER_NIP}"}
        )
        certificates = self.env["l10n_pl_ksef.certificate"]
        for values in ({"nip": "5265877635"}, {"names_person": True}):
            with self.subTest(values=values):
                certificate = certificates.new({"company_id": company.id, **values})
                self.assertIn("Zeta sp. z o.o.", certificate._whose())
                self.assertNotIn("..", certificate._whose())
