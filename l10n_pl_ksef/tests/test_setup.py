"""The set-up wizard and the settings form: what they take, refuse, remember and leave behind."""

import glob
import os

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import config

from .common import BUYER_NIP, SELLER_NIP, SimulatorTestCase
from .common_credentials import PASSWORD, CredentialsMixin, b64

FILES = ("certificate_file", "key_file", "key_password")


class SetupTestCase(CredentialsMixin, SimulatorTestCase):
    def open(self, user=None, **values):
        """The wizard at the step that the company has come to, as a record of that user."""
        company = self.company.with_user(user or self.administrator)
        action = company.action_l10n_pl_ksef_setup()
        wizard = company.env["l10n_pl_ksef.setup"].browse(action["res_id"])
        if values:
            wizard.write(values)
        return wizard

    def files(
        self, purpose="authentication", password=PASSWORD, certificate=None, key=None, **wanted
    ):
        """What the web client sends for an uploaded pair."""
        issued = self.issue_pair(purpose=purpose, **wanted)
        content = (b64(certificate or issued[0]), b64(key or issued[1]), password)
        prefix = "l10n_pl_ksef_offline_" if purpose == "offline" else "l10n_pl_ksef_"
        return {f"{prefix}{name}": value for name, value in zip(FILES, content, strict=True)}

    def go_to_credential(self, way="certificate"):
        wizard = self.open(l10n_pl_ksef_environment="simulator")
        wizard.action_next()
        wizard.way = way
        wizard.action_next()
        self.assertEqual(wizard.step, "credential")
        return wizard


@tagged("post_install_l10n", "post_install", "-at_install")
class TestProgress(SetupTestCase):
    def test_the_wizard_opens_where_the_company_stands(self):
        self.assertEqual(self.open().step, "environment")
        self.company.l10n_pl_ksef_environment = "simulator"
        self.assertEqual(self.open().step, "login")
        self.company.l10n_pl_ksef_auth_method = "token"
        self.assertEqual(self.open().step, "credential")
        self.use_certificate()
        self.company.l10n_pl_ksef_auth_method = "certificate"
        self.assertEqual(self.open().step, "offline")
        self.company.l10n_pl_ksef_skip_offline = True
        self.assertEqual(self.open().step, "test")
        self.company.action_l10n_pl_ksef_connect()
        self.assertEqual(self.open().step, "invoices")

    def test_what_was_entered_before_leaving_is_there_again(self):
        wizard = self.open(l10n_pl_ksef_environment="simulator")
        wizard.action_later()

        self.assertEqual(self.open().l10n_pl_ksef_environment, "simulator")

    def test_looking_at_another_way_to_log_in_does_not_cut_the_connection(self):
        self.use_certificate()
        self.company.l10n_pl_ksef_skip_offline = True
        self.company.action_l10n_pl_ksef_connect()
        wizard = self.open(step="login", way="token")

        wizard.action_next()

        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "certificate")
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_changing_from_certificate_to_token_takes_effect_with_the_token(self):
        self.use_certificate()
        wizard = self.open(step="login", way="token")
        wizard.action_next()

        wizard.l10n_pl_ksef_token = self.simulator.issue_token()
        wizard.action_next()

        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "token")

    def test_a_company_without_nip_is_told_at_the_first_step(self):
        self.company.vat = False
        wizard = self.open(l10n_pl_ksef_environment="simulator")

        with self.assertRaisesRegex(UserError, "no valid NIP"):
            wizard.action_next()

    def test_an_internal_identifier_is_checked(self):
        wizard = self.open(l10n_pl_ksef_environment="simulator")

        with self.assertRaisesRegex(ValidationError, "a hyphen and five more digits"):
            wizard.write(
                {"l10n_pl_ksef_context_type": "InternalId", "l10n_pl_ksef_context_value": "12"}
            )

    def test_an_internal_identifier_serves_as_the_context(self):
        wizard = self.open(l10n_pl_ksef_environment="simulator")
        wizard.write(
            {
                "l10n_pl_ksef_context_type": "InternalId",
                "l10n_pl_ksef_context_value": f"{SELLER_NIP}-12345",
            }
        )

        wizard.action_next()

        self.assertEqual(wizard.step, "login")

    def test_leaving_an_environment_in_use_is_said(self):
        self.use_certificate()

        with Form(self.open(step="environment")) as form:
            form.l10n_pl_ksef_environment = "test"
            self.assertEqual(form.leaves_environment, "Simulator on this machine")
            form.l10n_pl_ksef_environment = "simulator"
            self.assertFalse(form.leaves_environment)

    def test_the_last_step_wants_a_decision_about_fetching(self):
        wizard = self.open(step="invoices")

        with self.assertRaisesRegex(UserError, "invoices of suppliers shall be fetched"):
            wizard.action_finish()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFiles(SetupTestCase):
    """Each wrong file is refused with a sentence when saved, and told when chosen."""

    def refuse(self, sentence, purpose="authentication", environment="simulator", **wanted):
        self.company.l10n_pl_ksef_environment = environment
        wizard = self.open(step="credential" if purpose == "authentication" else "offline")
        values = self.files(purpose, **wanted)
        told = wizard.new({"company_id": self.company.id, **values}, origin=wizard)
        name = "l10n_pl_ksef_pair_problem"
        if purpose == "offline":
            name = "l10n_pl_ksef_offline_pair_problem"
        self.assertRegex(told[name] or "", sentence)
        with self.assertRaisesRegex(UserError, sentence):
            wizard.write(values)

    def test_wrong_password(self):
        self.refuse("password does not open", password="wrong")

    def test_key_of_another_certificate(self):
        self.refuse("does not belong to this certificate", key=self.issue_pair()[1])

    def test_authentication_given_for_offline(self):
        certificate, key, _serial = self.issue_pair()
        self.refuse("not of the Offline kind", "offline", certificate=certificate, key=key)

    def test_offline_given_for_authentication(self):
        certificate, key, _serial = self.issue_pair(purpose="offline")
        self.refuse("of the Offline kind", certificate=certificate, key=key)

    def test_both_the_same(self):
        certificate, key, _serial = self.issue_pair()
        self.open(step="credential", l10n_pl_ksef_environment="simulator").write(
            self.files(certificate=certificate, key=key)
        )
        self.refuse("Both pairs are the same", "offline", certificate=certificate, key=key)

    def test_both_the_same_the_other_way_round(self):
        certificate, key, _serial = self.issue_pair(purpose="offline")
        self.company.l10n_pl_ksef_environment = "simulator"
        self.open(step="offline").write(self.files("offline", certificate=certificate, key=key))
        self.refuse("Both pairs are the same", certificate=certificate, key=key)

    def test_not_yet_valid(self):
        self.refuse("not valid yet", valid_from="2099-01-01T00:00:00Z")

    def test_expired(self):
        ended = {"valid_from": "2024-01-01T00:00:00Z", "valid_to": "2025-01-01T00:00:00Z"}
        self.refuse("ended on", **ended)

    def test_self_signed_outside_test(self):
        self.refuse("self-signed", environment="production", self_signed=True)

    def test_no_certificate_at_all(self):
        self.refuse("There is no certificate in the file", certificate=b"holiday picture")

    def test_fifty_megabytes(self):
        self.refuse("probably chosen another file", certificate=b"x" * 50_000_000)

    def test_the_certificate_of_an_office_is_taken_and_said_whose_it_is(self):
        wizard = self.go_to_credential()
        values = self.files(nip=BUYER_NIP, contexts=[SELLER_NIP])
        told = wizard.new({"company_id": self.company.id, **values}, origin=wizard)

        self.assertIn(f"belongs to the NIP {BUYER_NIP}", told.l10n_pl_ksef_pair_description)
        wizard.write(values)
        wizard.action_next()
        wizard.action_test()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_the_certificate_of_a_person_is_taken_and_said_to_be_one(self):
        wizard = self.go_to_credential()
        values = self.files(nip=SELLER_NIP, pesel="90010112345")
        told = wizard.new({"company_id": self.company.id, **values}, origin=wizard)

        self.assertIn("belongs to a person", told.l10n_pl_ksef_pair_description)
        wizard.write(values)

        self.assertTrue(self.company.l10n_pl_ksef_auth_certificate_id.names_person)

    def test_a_certificate_alone_is_described_before_its_key_is_chosen(self):
        wizard = self.go_to_credential()
        values = self.files()
        name = "l10n_pl_ksef_certificate_file"
        told = wizard.new({"company_id": self.company.id, name: values[name]}, origin=wizard)

        self.assertIn("valid until", told.l10n_pl_ksef_pair_description)
        self.assertFalse(told.l10n_pl_ksef_pair_problem)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTraces(SetupTestCase):
    def filestore(self):
        folder = os.path.join(config.filestore(self.env.cr.dbname), "**")
        return {name for name in glob.glob(folder, recursive=True) if os.path.isfile(name)}

    def test_no_file_password_or_token_stays_anywhere(self):
        wizard = self.go_to_credential()
        attachments = self.env["ir.attachment"].sudo().search_count([])
        stored = self.filestore()
        authentication = self.files()
        offline = self.files("offline")
        token = self.simulator.issue_token()

        wizard.write(authentication)
        wizard.action_next()
        wizard.write(offline)
        wizard.action_next()
        wizard.write({"l10n_pl_ksef_token": token})
        self.save_settings(**authentication)
        self.save_settings(**offline)
        self.env.flush_all()

        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), attachments)
        self.assertEqual(self.filestore(), stored)
        for table in ("l10n_pl_ksef_setup", "res_config_settings"):
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            rows = "".join(row[0] for row in self.env.cr.fetchall())
            for secret in (*authentication.values(), *offline.values(), token):
                text = secret.decode() if isinstance(secret, bytes) else secret
                self.assertNotIn(text[:60], rows)

    def test_the_wizard_gives_no_secret_back_once_it_is_saved(self):
        wizard = self.go_to_credential()
        wizard.write({**self.files(), "l10n_pl_ksef_token": self.simulator.issue_token()})

        for name in (*FILES, "token"):
            self.assertFalse(wizard[f"l10n_pl_ksef_{name}"])

    def test_no_field_for_a_secret_is_a_column(self):
        secrets = [
            name
            for name, field in self.env["l10n_pl_ksef.credential.form"]._fields.items()
            if name.endswith(("_file", "_password", "_token")) and field.type != "boolean"
        ]

        self.assertEqual(len(secrets), 7)
        for name in secrets:
            self.assertFalse(self.env["l10n_pl_ksef.setup"]._fields[name].store, name)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOffline(SetupTestCase):
    def test_the_settings_take_the_offline_pair(self):
        self.use_certificate()

        self.save_settings(l10n_pl_ksef_environment="simulator", **self.files("offline"))

        self.assertEqual(self.company.l10n_pl_ksef_offline_certificate_id.purpose, "offline")
        self.assertFalse(self.company._l10n_pl_ksef_why_not_offline())

    def test_replacing_the_offline_pair_touches_nothing_else(self):
        login = self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()

        self.open(step="offline").write(self.files("offline"))

        self.assertEqual(self.company.l10n_pl_ksef_auth_certificate_id, login)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_skipping_says_why_nothing_is_offered_and_how_to_change_it(self):
        self.use_certificate()
        self.open(step="offline").l10n_pl_ksef_skip_offline = True

        obstacle = self.company.with_user(self.accountant)._l10n_pl_ksef_why_not_offline()

        self.assertIn("skips offline certificates", obstacle)
        self.assertIn("can change this in the KSeF settings", obstacle)

    def test_a_missing_offline_certificate_is_told_as_well(self):
        self.use_certificate()

        self.assertIn("has no offline certificate", self.company._l10n_pl_ksef_why_not_offline())

    def test_files_chosen_before_the_tick_are_left_alone(self):
        self.use_certificate()
        wizard = self.open(step="offline")

        wizard.write({"l10n_pl_ksef_skip_offline": True, **self.files("offline")})

        self.assertTrue(self.company.l10n_pl_ksef_skip_offline)
        self.assertFalse(self.company.l10n_pl_ksef_offline_certificate_id)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTesting(SetupTestCase):
    def test_the_permissions_it_has_and_lacks_are_shown(self):
        self.use_token(permissions=["InvoiceWrite"])
        wizard = self.open(step="test")
        self.assertEqual((wizard.may_send, wizard.may_fetch), ("unknown", "unknown"))

        wizard.action_test()
        self.env.invalidate_all()

        self.assertEqual((wizard.may_send, wizard.may_fetch), ("granted", "lacking"))

    def test_a_login_on_the_way_does_not_pass_for_the_test(self):
        self.use_certificate()
        self.company.l10n_pl_ksef_skip_offline = True

        self.company._l10n_pl_ksef_client()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        wizard = self.open()
        self.assertEqual(wizard.step, "test")
        self.assertEqual(wizard.may_send, "unknown")

    def test_a_refusal_is_shown_with_ksefs_words(self):
        self.use_certificate(permissions=[])
        wizard = self.open(step="test")

        wizard.action_test()

        self.assertEqual(wizard.l10n_pl_ksef_connection_state, "error")
        self.assertIn("KSeF says:", wizard.l10n_pl_ksef_connection_message)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHint(SetupTestCase):
    def journal(self, user=None):
        journal = self.company_data["default_journal_sale"].with_user(user or self.administrator)
        journal.invalidate_recordset()
        return journal

    def test_the_dashboard_offers_the_wizard_to_administrators(self):
        self.assertTrue(self.journal().l10n_pl_ksef_setup_hint)
        self.assertFalse(self.journal(self.accountant).l10n_pl_ksef_setup_hint)

    def test_the_hint_stays_until_the_first_login_worked(self):
        self.use_certificate()
        self.assertTrue(self.journal().l10n_pl_ksef_setup_hint)
        self.assertEqual(self.journal().l10n_pl_ksef_mark, "not_connected")

        self.company.action_l10n_pl_ksef_connect()

        self.assertFalse(self.journal().l10n_pl_ksef_setup_hint)
        self.assertEqual(self.journal(self.accountant).l10n_pl_ksef_mark, "connected")

    def test_a_new_certificate_does_not_bring_the_hint_back(self):
        self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()

        self.import_pair()

        self.assertFalse(self.journal().l10n_pl_ksef_setup_hint)

    def test_the_hint_can_be_dismissed(self):
        self.journal().action_l10n_pl_ksef_dismiss_setup_hint()

        self.assertFalse(self.journal().l10n_pl_ksef_setup_hint)

    def test_an_accountant_dismisses_nothing(self):
        with self.assertRaises(AccessError):
            self.journal(self.accountant).action_l10n_pl_ksef_dismiss_setup_hint()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRoles(SetupTestCase):
    def test_the_wizard_is_for_administrators(self):
        with self.assertRaises(AccessError):
            self.open(self.accountant)
        with self.assertRaises(AccessError):
            self.env["l10n_pl_ksef.setup"].with_user(self.accountant).create(
                {"company_id": self.company.id, "way": "token"}
            )

    def test_the_wizard_is_for_administrators_of_that_company(self):
        other = self.env["res.company"].create({"name": "Second", "country_id": self.poland.id})
        user = self.user_of("ksef_other_administrator", "base.group_system", other)

        with self.assertRaises(AccessError):
            self.env["l10n_pl_ksef.setup"].with_user(user).create(
                {"company_id": self.company.id, "way": "token"}
            )
