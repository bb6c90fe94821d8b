"""Who may see and change what of the settings and secrets: tried as such users."""

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .common import SELLER_NIP, SimulatorTestCase
from .common_credentials import CredentialsMixin, b64


class RolesTestCase(CredentialsMixin, SimulatorTestCase):
    def setUp(self):
        super().setUp()
        self.certificate = self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.other_company = self.env["res.company"].create(
            {"name": "Second", "vat": f"PL{SELLER_NIP}", "country_id": self.poland.id}
        )
        self.portal = self.user_of("ksef_portal", "base.group_portal")
        self.other_administrator = self.user_of(
            "ksef_other_administrator", "base.group_system", self.other_company
        )
        self.rights_manager = self.user_of(
            "ksef_rights", "base.group_erp_manager,base.group_partner_manager"
        )

    def everybody_else(self):
        return (self.accountant, self.portal, self.other_administrator, self.rights_manager)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReading(RolesTestCase):
    def test_nobody_reads_ciphertext_not_even_an_administrator(self):
        users = (*self.everybody_else(), self.administrator)
        for model_name, name in self.env["l10n_pl_ksef.vault"]._sealed_fields():
            records = self.env[model_name].sudo().search([])
            for user in users:
                with (
                    self.subTest(field=name, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    records.with_user(user).read([name])

    def test_nobody_finds_ciphertext_by_searching(self):
        for model_name, name in self.env["l10n_pl_ksef.vault"]._sealed_fields():
            for user in (*self.everybody_else(), self.administrator):
                with (
                    self.subTest(field=name, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    self.env[model_name].with_user(user).search([(name, "like", "1.%")])

    def test_ciphertext_stands_in_no_list_of_fields(self):
        for model_name, name in self.env["l10n_pl_ksef.vault"]._sealed_fields():
            with self.subTest(field=name):
                fields = self.env[model_name].with_user(self.administrator).fields_get()
                self.assertNotIn(name, fields)

    def test_certificates_and_logins_are_for_administrators_of_the_company(self):
        for model_name in ("l10n_pl_ksef.certificate", "l10n_pl_ksef.login"):
            mine = self.env[model_name].with_user(self.administrator).search([])
            self.assertEqual(mine.company_id, self.company)
            theirs = self.env[model_name].with_user(self.other_administrator).search([])
            self.assertFalse(theirs)
            for user in (self.accountant, self.portal, self.rights_manager):
                with self.subTest(model=model_name, user=user.login):
                    with self.assertRaises(AccessError):
                        self.env[model_name].with_user(user).search([])

    def test_an_administrator_of_another_company_cannot_read_a_certificate_by_its_number(self):
        with self.assertRaises(AccessError):
            self.certificate.with_user(self.other_administrator).read(["serial"])

    def test_an_administrator_of_a_branch_sees_the_certificate_it_uses(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        user = self.user_of("ksef_branch", "base.group_system", branch)

        seen = self.env["l10n_pl_ksef.certificate"].with_user(user).search([])

        self.assertEqual(seen, self.certificate)

    def test_an_accountant_sees_that_the_company_is_connected(self):
        company = self.company.with_user(self.accountant)

        self.assertEqual(company.l10n_pl_ksef_connection_state, "connected")
        self.assertEqual(company._l10n_pl_ksef_root(), self.company)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChanging(RolesTestCase):
    def test_settings_are_changed_by_administrators_of_the_company_only(self):
        for user in self.everybody_else():
            for values in (
                {"l10n_pl_ksef_environment": "production"},
                {"l10n_pl_ksef_token_sealed": "x"},
                {"l10n_pl_ksef_auth_certificate_id": False},
                {"l10n_pl_ksef_send_mode": "on_post"},
            ):
                with (
                    self.subTest(user=user.login, values=values),
                    self.assertRaises(AccessError),
                ):
                    self.company.with_user(user).write(values)

    def test_an_administrator_changes_settings_but_never_ciphertext(self):
        company = self.company.with_user(self.administrator)

        company.l10n_pl_ksef_send_mode = "on_post"

        self.assertEqual(self.company.l10n_pl_ksef_send_mode, "on_post")
        with self.assertRaises(AccessError):
            company.write({"l10n_pl_ksef_token_sealed": "x"})

    def test_companies_are_made_and_changed_as_before(self):
        companies = self.env["res.company"].with_user(self.rights_manager)

        company = companies.create({"name": "Third"})
        company.write({"street": "ul. Polna 1"})
        self.company.with_user(self.rights_manager).write({"street": "ul. Polna 2"})

        self.assertEqual(self.company.street, "ul. Polna 2")

    def test_certificates_and_logins_are_written_by_nobody(self):
        for record in (self.certificate, self.login()):
            for user in (*self.everybody_else(), self.administrator):
                mine = record.with_user(user).sudo(False)
                with self.subTest(model=record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        mine.write({"company_id": self.other_company.id})
                    with self.assertRaises(AccessError):
                        mine.unlink()
                    with self.assertRaises(AccessError):
                        mine.create({"company_id": self.company.id})

    def test_buttons_are_for_administrators_of_the_company(self):
        for user in self.everybody_else():
            company = self.company.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    company.action_l10n_pl_ksef_connect()
                with self.assertRaises(AccessError):
                    company.action_l10n_pl_ksef_disconnect()
        self.assertTrue(self.login().access_token_sealed)

    def test_the_form_of_another_company_takes_no_pair(self):
        certificate, key, _serial = self.issue_pair()
        values = {
            "company_id": self.company.id,
            "l10n_pl_ksef_certificate_file": b64(certificate),
            "l10n_pl_ksef_key_file": b64(key),
            "l10n_pl_ksef_key_password": "Simulator-Password-1",
        }

        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.other_administrator).create(values)

    def test_the_form_of_another_company_takes_no_token(self):
        values = {"company_id": self.company.id, "l10n_pl_ksef_token": "another token"}

        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.other_administrator).create(values)

    def test_settings_are_closed_to_accountants(self):
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.accountant).create({})

    def test_what_opens_secrets_cannot_be_called_from_outside(self):
        private = {
            "l10n_pl_ksef.vault": ("_seal", "_open", "_seal_with", "_open_with", "_derive"),
            "l10n_pl_ksef.certificate": ("_import_pair", "_pair", "_keep", "_forget_key"),
            "l10n_pl_ksef.login": ("_client", "_connect", "_opened", "_access_token"),
            "res.company": (
                "_l10n_pl_ksef_client",
                "_l10n_pl_ksef_open_credential",
                "_l10n_pl_ksef_import_token",
            ),
        }
        for model_name, names in private.items():
            for name in names:
                with self.subTest(method=name), self.assertRaises(AccessError):
                    get_public_method(self.env[model_name], name)
