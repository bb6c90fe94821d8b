"""The settings form: what it keeps, what it leaves no trace of, and what its buttons do."""

import os

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from ..models.vault import CHECK_PARAMETER
from .common import SELLER_NIP, SimulatorTestCase
from .common_credentials import PASSWORD, CredentialsMixin, b64, neutralized


class SettingsTestCase(CredentialsMixin, SimulatorTestCase):
    def upload(self, certificate, key, password=PASSWORD, **values):
        return self.save_settings(
            l10n_pl_ksef_environment="simulator",
            l10n_pl_ksef_certificate_file=b64(certificate),
            l10n_pl_ksef_key_file=b64(key),
            l10n_pl_ksef_key_password=password,
            **values,
        )

    def connect(self):
        return self.company.with_user(self.administrator).action_l10n_pl_ksef_connect()

    def disconnect(self):
        return self.company.with_user(self.administrator).action_l10n_pl_ksef_disconnect()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSaving(SettingsTestCase):
    def test_an_uploaded_pair_is_put_to_use(self):
        certificate, key, serial = self.issue_pair()

        form = self.upload(certificate, key)

        self.assertEqual(self.company.l10n_pl_ksef_auth_certificate_id.serial, serial)
        self.assertEqual(self.company.l10n_pl_ksef_environment, "simulator")
        self.assertEqual(form.l10n_pl_ksef_certificate_state, "valid")

    def test_nothing_of_the_upload_remains_in_table_or_filestore(self):
        certificate, key, _serial = self.issue_pair()
        attachments = self.env["ir.attachment"].sudo().search_count([])

        form = self.upload(certificate, key)
        self.env.flush_all()

        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), attachments)
        self.env.cr.execute(
            "SELECT row_to_json(t)::text FROM res_config_settings t WHERE id = %s", [form.id]
        )
        row = self.env.cr.fetchone()[0]
        for secret in (PASSWORD, b64(key).decode(), b64(certificate).decode()):
            self.assertNotIn(secret[:60], row)
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = 'res_config_settings' AND column_name LIKE 'l10n_pl_ksef%'"
        )
        self.assertFalse(self.env.cr.fetchall())

    def test_the_form_shows_no_secret_when_opened_again(self):
        certificate, key, _serial = self.issue_pair()
        form = self.upload(certificate, key)
        self.env.invalidate_all()

        values = form.read()[0]

        for name in ("certificate_file", "key_file", "key_password", "token"):
            self.assertFalse(values[f"l10n_pl_ksef_{name}"])

    def test_a_token_is_kept_sealed_and_becomes_the_way_to_log_in(self):
        token = self.simulator.issue_token()

        self.save_settings(
            l10n_pl_ksef_environment="simulator",
            l10n_pl_ksef_auth_method="token",
            l10n_pl_ksef_token=f" {token}\n",
        )

        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "token")
        sealed = self.company.sudo().l10n_pl_ksef_token_sealed
        self.assertNotIn(token, sealed)
        self.assertEqual(self.env["l10n_pl_ksef.vault"]._open(sealed, "ksef-token").decode(), token)

    def test_saving_does_not_use_the_network(self):
        certificate, key, _serial = self.issue_pair()
        calls = self.watch("* /v2/**")

        self.upload(certificate, key)

        self.assertEqual(calls(), 0)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "disconnected")
        self.assertIn("Press Connect", self.company.l10n_pl_ksef_connection_message)

    def test_a_wrong_file_is_refused_with_a_sentence_and_changes_nothing(self):
        certificate, key, _serial = self.issue_pair()

        with self.assertRaisesRegex(UserError, "password does not open"):
            self.upload(certificate, key, password="wrong")

        self.assertFalse(self.company.l10n_pl_ksef_auth_certificate_id)

    def test_a_key_without_its_certificate_is_asked_for(self):
        _certificate, key, _serial = self.issue_pair()

        with self.assertRaisesRegex(UserError, "certificate file is missing"):
            self.save_settings(l10n_pl_ksef_key_file=b64(key), l10n_pl_ksef_key_password=PASSWORD)

    def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(self):
        with self.assertRaisesRegex(UserError, "probably chosen another file"):
            self.upload(b"x" * 50_000_000, b"x")

    def test_a_self_signed_pair_is_judged_by_the_environment_of_the_same_form(self):
        certificate, key, _serial = self.issue_pair(self_signed=True)

        with self.assertRaisesRegex(UserError, "self-signed"):
            self.save_settings(
                l10n_pl_ksef_environment="production",
                l10n_pl_ksef_certificate_file=b64(certificate),
                l10n_pl_ksef_key_file=b64(key),
                l10n_pl_ksef_key_password=PASSWORD,
            )
        self.upload(certificate, key)
        self.assertTrue(self.company.l10n_pl_ksef_auth_certificate_id)

    def test_scope_and_mode_are_kept(self):
        journal = self.company_data["default_journal_sale"]

        self.save_settings(
            l10n_pl_ksef_go_live_date="2026-02-01",
            l10n_pl_ksef_send_mode="on_post",
            l10n_pl_ksef_journal_ids=[(6, 0, journal.ids)],
            l10n_pl_ksef_send_without_nip=True,
            l10n_pl_ksef_send_foreign=False,
        )

        self.assertEqual(str(self.company.l10n_pl_ksef_go_live_date), "2026-02-01")
        self.assertEqual(self.company.l10n_pl_ksef_send_mode, "on_post")
        self.assertEqual(self.company.l10n_pl_ksef_journal_ids, journal)
        self.assertTrue(self.company.l10n_pl_ksef_send_without_nip)
        self.assertFalse(self.company.l10n_pl_ksef_send_foreign)

    def test_changing_settings_touches_no_invoice(self):
        invoice = self._invoice()
        self.env.flush_all()
        before = self.version_of(invoice)

        self.use_certificate()
        self.company.write(
            {
                "l10n_pl_ksef_go_live_date": "2020-01-01",
                "l10n_pl_ksef_send_mode": "on_post",
                "l10n_pl_ksef_send_without_nip": True,
            }
        )
        self.connect()

        marked = [field.name for field in self.env.transaction.tocompute]
        self.assertFalse([name for name in marked if name.startswith("l10n_pl_ksef")])
        self.env.flush_all()
        self.assertEqual(self.version_of(invoice), before)
        self.assertFalse(invoice.l10n_pl_ksef_state)

    def version_of(self, record):
        """PostgreSQL's own mark of the last change of the row."""
        self.env.cr.execute(
            "SELECT xmin::text, ctid::text FROM account_move WHERE id = %s", [record.id]
        )
        return self.env.cr.fetchone()

    def test_the_simulator_is_a_choice_only_where_the_server_knows_one(self):
        self.set_option("l10n_pl_ksef_simulator_url", None)

        choices = dict(self.env["res.company"]._l10n_pl_ksef_selection_environment())

        self.assertEqual(list(choices), ["test", "demo", "production"])
        with self.assertRaisesRegex(ValidationError, "does not exist on this server"):
            self.company.l10n_pl_ksef_environment = "simulator"

    def test_a_company_left_on_a_simulator_that_is_gone_is_told_so(self):
        self.use_certificate()
        self.set_option("l10n_pl_ksef_simulator_url", None)

        with self.assertRaisesRegex(UserError, "knows of none"):
            self.company._l10n_pl_ksef_client()

    def test_a_malformed_internal_identifier_is_refused(self):
        for value in ("12345", f"{SELLER_NIP}-1234", "", False):
            with (
                self.subTest(value=value),
                self.assertRaisesRegex(ValidationError, "internal identifier"),
            ):
                self.company.write(
                    {
                        "l10n_pl_ksef_context_type": "InternalId",
                        "l10n_pl_ksef_context_value": value,
                    }
                )

    def test_a_certificate_of_another_company_cannot_be_chosen(self):
        other = self.env["res.company"].create({"name": "Second", "country_id": self.poland.id})
        certificate = self.import_pair(other)

        with self.assertRaisesRegex(ValidationError, "another purpose or another company"):
            self.company.l10n_pl_ksef_auth_certificate_id = certificate


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnecting(SettingsTestCase):
    def test_connect_tells_that_it_works_and_what_the_login_may_do(self):
        self.use_certificate()

        action = self.connect()

        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertTrue(self.company.l10n_pl_ksef_last_check)
        message = self.company.l10n_pl_ksef_connection_message
        self.assertIn("InvoiceWrite (sending invoices)", message)
        self.assertIn("InvoiceRead (fetching invoices)", message)

    def test_connect_tells_which_permission_is_lacking(self):
        self.use_token(permissions=["InvoiceRead"])

        action = self.connect()

        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("Lacking: InvoiceWrite", self.company.l10n_pl_ksef_connection_message)

    def test_a_refused_connect_is_told_and_kept(self):
        self.use_certificate(permissions=[])

        action = self.connect()

        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("KSeF says:", action["params"]["message"])
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "error")

    def test_connect_helps_out_of_a_pause(self):
        self.use_certificate(permissions=[])
        self.connect()
        self.import_pair()

        self.connect()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_an_unreachable_ksef_is_told_and_not_called_connected(self):
        self.use_certificate()
        self.connect()
        self.simulator.fault("POST /v2/auth/challenge", "status", code=503)

        action = self.connect()

        self.assertEqual(action["params"]["type"], "danger")
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "error")

    def test_connect_without_credentials_says_what_to_do(self):
        with self.assertRaisesRegex(UserError, "upload a certificate or enter a token"):
            self.connect()

    def test_connecting_proposes_today_as_the_first_day(self):
        self.use_certificate()

        self.connect()

        self.assertTrue(self.company.l10n_pl_ksef_go_live_date)

    def test_connecting_leaves_a_chosen_first_day_alone(self):
        self.use_certificate()
        self.company.l10n_pl_ksef_go_live_date = "2026-04-01"

        self.connect()

        self.assertEqual(str(self.company.l10n_pl_ksef_go_live_date), "2026-04-01")

    def test_permissions_that_cannot_be_asked_do_not_break_the_connection(self):
        self.use_certificate()
        self.simulator.fault("POST /v2/permissions/query/personal/grants", "status", code=503)

        self.connect()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_a_neutralized_database_connects_by_no_button(self):
        self.use_certificate()
        calls = self.watch("* /v2/**")

        with neutralized(self.env):
            action = self.connect()

        self.assertIn("neutralized copy", action["params"]["message"])
        self.assertEqual(calls(), 0)

    def test_a_lost_master_key_is_told_by_button_and_page(self):
        self.use_certificate()
        os.unlink(self.key_file)

        action = self.connect()
        form = self.save_settings()

        self.assertIn("master key", action["params"]["message"])
        self.assertIn("master key", form.l10n_pl_ksef_vault_problem)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDisconnecting(SettingsTestCase):
    def test_disconnect_ends_the_login_at_ksef(self):
        self.use_certificate()
        self.connect()
        ended = self.watch("DELETE /v2/auth/sessions/current")

        self.disconnect()

        self.assertEqual(ended(), 1)

    def test_disconnect_forgets_every_secret_and_keeps_the_certificates(self):
        certificate = self.use_certificate()
        self.import_pair(purpose="offline")
        self.use_token()
        self.connect()

        self.disconnect()

        self.assertFalse(self.login())
        company = self.company.sudo()
        self.assertFalse(company.l10n_pl_ksef_token_sealed)
        self.assertFalse(company.l10n_pl_ksef_auth_certificate_id)
        self.assertFalse(company.l10n_pl_ksef_offline_certificate_id)
        self.assertEqual(certificate.state, "no_key")
        self.assertFalse(certificate.sudo().private_key_sealed)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "disconnected")
        self.assertFalse(self.company._l10n_pl_ksef_root())

    def test_disconnect_works_while_ksef_cannot_be_reached(self):
        self.use_certificate()
        self.connect()
        self.simulator.fault("DELETE /v2/auth/sessions/current", "drop_before")

        self.disconnect()

        self.assertFalse(self.login())

    def test_disconnect_works_without_the_master_key(self):
        self.use_certificate()
        self.connect()
        os.unlink(self.key_file)

        self.disconnect()
        self.use_certificate()

        self.assertIsNone(self.env["l10n_pl_ksef.vault"]._problem())

    def test_disconnect_leaves_other_companies_alone(self):
        other = self.env["res.company"].create(
            {"name": "Second", "vat": f"PL{SELLER_NIP}", "country_id": self.poland.id}
        )
        self.use_certificate(other)
        self.use_certificate()

        self.disconnect()

        self.assertTrue(other._l10n_pl_ksef_client())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBesideOdoosOwnModule(SettingsTestCase):
    def test_its_settings_are_hidden_for_a_company_that_uses_this_addon(self):
        arch = self.env["res.config.settings"].get_view(view_type="form")["arch"]

        settings = etree.fromstring(arch).xpath(
            "//setting[.//field[starts-with(@name, 'l10n_pl_edi_')]]"
        )

        self.assertTrue(settings, "Odoo's own KSeF settings are not where they were")
        for setting in settings:
            self.assertIn("l10n_pl_ksef_in_use", setting.get("invisible"))

    def test_in_use_begins_with_the_credential(self):
        self.assertFalse(self.save_settings().l10n_pl_ksef_in_use)

        self.use_certificate()

        self.assertTrue(self.save_settings().l10n_pl_ksef_in_use)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestNeutralizing(SettingsTestCase):
    def neutralize(self):
        self.env.flush_all()
        with file_open("l10n_pl_ksef/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()

    def test_a_neutralized_copy_holds_no_secret_and_no_environment(self):
        certificate = self.use_certificate()
        self.import_pair(purpose="offline")
        self.use_token()
        self.connect()

        self.neutralize()
        self.neutralize()  # twice does no harm

        vault = self.env["l10n_pl_ksef.vault"]
        for model_name, name in vault._sealed_fields():
            self.assertFalse(self.env[model_name].sudo().search([(name, "!=", False)]))
        self.assertFalse(self.company.l10n_pl_ksef_environment)
        self.assertFalse(self.env["l10n_pl_ksef.login"].sudo().search([]))
        self.assertFalse(self.env["ir.config_parameter"].search([("key", "=", CHECK_PARAMETER)]))
        self.assertEqual(certificate.state, "no_key")
        self.assertFalse(self.company._l10n_pl_ksef_root())
