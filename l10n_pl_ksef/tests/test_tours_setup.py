"""The set-up wizard in the browser: every way to log in, with a wrong file on the way."""

import json

from odoo.tests import HttpCase, tagged

from .common import BUYER_NIP, SELLER_NIP, SimulatorTestCase
from .common_credentials import PASSWORD, CredentialsMixin


class SetupTourCase(CredentialsMixin, SimulatorTestCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.administrator.password = "ksef_administrator"
        # Somebody works there; what an empty company is shown is another module's matter.
        self._invoice()

    def give(self, **files):
        """Let the tour choose these files: name in the tour -> text."""
        self.env["ir.config_parameter"].set_param("l10n_pl_ksef.tour_files", json.dumps(files))

    def pair(self, name, **wanted):
        certificate, key, _serial = self.issue_pair(**wanted)
        return {f"{name}.crt": certificate.decode(), f"{name}.key": key.decode()}

    def tour(self, name, start="/odoo/accounting"):
        self.start_tour(start, name, login="ksef_administrator", timeout=120)
        self.env.invalidate_all()

    def assert_set_up(self):
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertEqual(self.company.l10n_pl_ksef_send_mode, "on_post")
        self.assertEqual(self.company.l10n_pl_ksef_fetch_mode, "automatic")
        self.assertTrue(self.company.l10n_pl_ksef_go_live_date)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupTours(SetupTourCase):
    def test_both_pairs_with_wrong_files_on_the_way(self):
        self.give(
            **self.pair("office", nip=BUYER_NIP, contexts=[SELLER_NIP]),
            **self.pair("offline", purpose="offline"),
            password=PASSWORD,
        )

        self.tour("l10n_pl_ksef_setup_pairs")

        self.assert_set_up()
        self.assertEqual(self.company.l10n_pl_ksef_auth_certificate_id.nip, BUYER_NIP)
        self.assertEqual(self.company.l10n_pl_ksef_offline_certificate_id.purpose, "offline")
        self.assertFalse(self.company.l10n_pl_ksef_skip_offline)

    def test_offline_is_skipped_and_the_wizard_left_and_taken_up(self):
        files = {"photo.jpg": "not a certificate", "password": PASSWORD}
        self.give(**self.pair("authentication"), **files)

        self.tour("l10n_pl_ksef_setup_skip")

        self.assert_set_up()
        self.assertTrue(self.company.l10n_pl_ksef_skip_offline)
        self.assertFalse(self.company.l10n_pl_ksef_offline_certificate_id)

    def test_steps_are_left_with_wrong_and_unfinished_things_in_them(self):
        files = {"photo.jpg": "not a certificate", "password": PASSWORD}
        self.give(**self.pair("authentication"), **files)

        self.tour("l10n_pl_ksef_setup_leave")

        self.assert_set_up()
        self.assertEqual(self.company.l10n_pl_ksef_context_type, "Nip")

    def test_production_after_demo(self):
        self.stand_in_for("demo", "production")
        self.company.write({"l10n_pl_ksef_environment": "demo", "l10n_pl_ksef_skip_offline": True})
        demo = self.import_pair()
        self.company.action_l10n_pl_ksef_connect()
        self.give(**self.pair("authentication"), password=PASSWORD)

        self.tour("l10n_pl_ksef_setup_production", "/odoo/action-account.action_account_config")

        self.assertEqual(self.company.l10n_pl_ksef_environment, "production")
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertFalse(demo.has_key)

    def test_a_token_after_a_wrong_one(self):
        self.give(token=self.simulator.issue_token())

        self.tour("l10n_pl_ksef_setup_token")

        self.assert_set_up()
        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "token")

    def test_certificates_that_odoo_fetches_after_a_wrong_file(self):
        files = {"photo.jpg": "not a signed request", "password": PASSWORD}
        self.give(**self.pair("authentication"), **files)

        self.tour("l10n_pl_ksef_setup_automatic")

        self.assert_set_up()
        self.assertTrue(self.company.l10n_pl_ksef_automatic_certificates)
        enrolments = self.env["l10n_pl_ksef.enrolment"].sudo().search([])
        self.assertEqual(
            enrolments.certificate_id,
            self.company.l10n_pl_ksef_auth_certificate_id
            | self.company.l10n_pl_ksef_offline_certificate_id,
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTokenTour(SetupTourCase):
    def test_a_token_is_made_and_used_from_the_list(self):
        self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()

        self.tour("l10n_pl_ksef_make_token", "/odoo/action-l10n_pl_ksef.action_tokens")

        token = self.company.sudo().l10n_pl_ksef_token_id
        self.assertEqual(token.description, "Kasa nr 1")
        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "token")
        self.assertEqual(self.company._l10n_pl_ksef_login().permissions, ["InvoiceWrite"])
