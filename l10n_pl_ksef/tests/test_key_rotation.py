"""Changing the master key: nothing is lost, whenever it is interrupted."""

import glob
import os
import stat
from unittest.mock import patch

from odoo.tests import tagged

from ..models import key_rotation, master_key, vault
from ..models.master_key import MasterKey
from ..models.vault import VaultError
from .common_credentials import neutralized
from .test_enrolment import EnrolmentTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestKeyRotation(EnrolmentTestCase):
    def setUp(self):
        super().setUp()
        self.certificate = self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.request()
        self.vault = self.env["l10n_pl_ksef.vault"]
        self.env.flush_all()

    def key_ids(self):
        """Under which keys anything is sealed."""
        self.env.invalidate_all()
        return {
            record[name].split(".")[1]
            for model_name, name in self.vault._sealed_fields()
            for record in self.env[model_name].sudo().search([(name, "!=", False)])
        }

    def assert_works(self):
        self.assertTrue(self.certificate._pair())
        self.login().write({"access_valid_until": False, "refresh_valid_until": False})
        self.assertTrue(self.company._l10n_pl_ksef_client().own_permissions().scopes)
        self.assertIsNone(self.vault._problem())

    def test_everything_is_sealed_with_the_new_key(self):
        before = self.key_ids()

        key_id, done, lost = self.vault._change_master_key()

        self.assertGreaterEqual(done, 4)
        self.assertEqual(lost, 0)
        self.assertEqual(self.key_ids(), {key_id})
        self.assertNotIn(key_id, before)
        self.assertEqual(master_key.read_file(self.key_file).key_id, key_id)
        self.assert_works()

    def test_a_login_by_token_goes_on(self):
        self.use_token()
        self.company.action_l10n_pl_ksef_connect()
        self.env.flush_all()
        challenges = self.watch("POST /v2/auth/challenge")

        self.vault._change_master_key()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertTrue(self.company._l10n_pl_ksef_client().own_permissions().scopes)
        self.assertEqual(challenges(), 0)

    def test_new_files_are_for_their_owner_alone(self):
        self.vault._change_master_key()

        for path in glob.glob(f"{self.key_file}*"):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600, path)

    def test_the_old_key_stays_for_the_other_databases_of_the_server(self):
        old = master_key.read_file(self.key_file)

        self.vault._change_master_key()

        self.assertEqual(master_key.read_file(f"{self.key_file}.{old.key_id}"), old)
        self.assertEqual(self.vault._configured_key(old.key_id), old)

    def test_another_database_changes_to_the_key_that_is_there(self):
        """As if the first database of this server had been changed over before."""
        old = master_key.read_file(self.key_file)
        master_key.write_file(f"{self.key_file}.{old.key_id}", old)
        os.unlink(self.key_file)
        new = master_key.make_file(self.key_file)
        self.assert_works()

        key_id, _done, _lost = self.vault._change_master_key()

        self.assertEqual(key_id, new.key_id)
        self.assert_works()

    def test_interrupted_after_the_commit_the_database_finds_its_key(self):
        with patch.object(type(self.vault), "_put_first", lambda self, old, new: None):
            self.vault._change_master_key()

        self.assert_works()

    def test_interrupted_before_the_commit_the_old_key_serves(self):
        master_key.write_file(f"{self.key_file}.0123456789abcdef", MasterKey.generate())

        self.assert_works()

    def test_a_key_in_the_configuration_is_changed_with_both_in_place(self):
        old = master_key.read_file(self.key_file)
        new = MasterKey.generate()
        self.set_option(vault.KEY_OPTION, new.to_text())
        self.set_option(key_rotation.OLD_KEY_OPTION, old.to_text())
        os.unlink(self.key_file)
        self.assert_works()

        key_id, _done, _lost = self.vault._change_master_key()

        self.assertEqual(key_id, new.key_id)
        self.set_option(key_rotation.OLD_KEY_OPTION, None)
        self.assert_works()

    def test_the_same_key_in_the_configuration_is_told(self):
        self.set_option(vault.KEY_OPTION, master_key.read_file(self.key_file).to_text())

        with self.assertRaisesRegex(VaultError, "is the one in use already"):
            self.vault._change_master_key()

    def test_without_the_right_key_nothing_is_changed(self):
        before = self.key_ids()
        os.unlink(self.key_file)
        with self.assertRaisesRegex(VaultError, "is missing on this server"):
            self.vault._change_master_key()
        master_key.make_file(self.key_file)
        with self.assertRaisesRegex(VaultError, "another master key"):
            self.vault._change_master_key()

        self.assertEqual(self.key_ids(), before)

    def test_what_could_not_be_opened_before_is_counted_and_left(self):
        self.certificate.sudo().private_key_sealed = "1.feedfeedfeedfeed.certificate-key.AAAA"
        self.env.flush_all()

        _key_id, done, lost = self.vault._change_master_key()

        self.assertEqual(lost, 1)
        self.assertGreater(done, 0)

    def test_a_neutralized_copy_changes_nothing(self):
        with neutralized(self.env), self.assertRaisesRegex(VaultError, "neutralized copy"):
            self.vault._change_master_key()
