"""The encrypted store: what it seals only this database can open, and it says why it cannot."""

import os
import re
import stat
import threading
import uuid

from odoo.tests import tagged
from odoo.tools import file_open

from ..models import master_key
from ..models.master_key import MasterKey, MasterKeyProblem, MasterKeyTrouble
from ..models.vault import CHECK_PARAMETER, KEY_FILE_OPTION, KEY_OPTION, VaultError
from .common import KsefTestCase
from .common_credentials import CredentialsMixin, neutralized

SECRET = b"a private key, say"


class VaultTestCase(CredentialsMixin, KsefTestCase):
    def setUp(self):
        super().setUp()
        self.vault = self.env["l10n_pl_ksef.vault"]

    def store(self, sealed):
        """Keep something sealed in the database, so that its key matters."""
        self.company.sudo().l10n_pl_ksef_token_sealed = sealed

    def assertVaultError(self, reason, function, *arguments):
        error = self.outcome(function, *arguments)
        self.assertIsInstance(error, VaultError)
        self.assertEqual(error.reason, reason)
        return error


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSealing(VaultTestCase):
    def test_what_was_sealed_opens_again(self):
        sealed = self.vault._seal(SECRET, "test")

        self.assertEqual(self.vault._open(sealed, "test"), SECRET)

    def test_sealed_text_shows_nothing_of_the_secret(self):
        sealed = self.vault._seal(SECRET, "test")

        self.assertNotIn(SECRET.decode(), sealed)
        self.assertNotEqual(sealed, self.vault._seal(SECRET, "test"))

    def test_sealed_for_one_purpose_it_does_not_open_for_another(self):
        sealed = self.vault._seal(SECRET, "test")

        self.assertVaultError("damaged", self.vault._open, sealed, "other")

    def test_purpose_rewritten_in_the_database_is_noticed(self):
        sealed = self.vault._seal(SECRET, "test").replace(".test.", ".other.")

        self.assertVaultError("other_database", self.vault._open, sealed, "other")

    def test_damaged_text_is_told_in_words(self):
        sealed = self.vault._seal(SECRET, "test")

        for damaged in (sealed[:-4] + "!!!!", "nonsense", "", False):
            with self.subTest(damaged=damaged):
                error = self.assertVaultError("damaged", self.vault._open, damaged, "test")
                self.assertIn("Upload the certificate", str(error))

    def test_a_copy_with_its_own_uuid_opens_nothing(self):
        sealed = self.vault._seal(SECRET, "test")
        self.store(sealed)

        self.env["ir.config_parameter"].set_param("database.uuid", str(uuid.uuid4()))

        error = self.assertVaultError("other_database", self.vault._open, sealed, "test")
        self.assertIn("copy", str(error))
        self.assertEqual(self.vault._problem().reason, "other_database")

    def test_a_copy_can_start_anew_with_secrets_of_its_own(self):
        self.store(self.vault._seal(SECRET, "test"))
        self.env["ir.config_parameter"].set_param("database.uuid", str(uuid.uuid4()))

        sealed = self.vault._seal(b"entered again", "test")

        self.assertEqual(self.vault._open(sealed, "test"), b"entered again")
        self.assertIsNone(self.vault._problem())

    def test_a_neutralized_database_seals_and_opens_nothing(self):
        sealed = self.vault._seal(SECRET, "test")

        with neutralized(self.env):
            self.assertVaultError("neutralized", self.vault._open, sealed, "test")
            self.assertVaultError("neutralized", self.vault._seal, SECRET, "test")

    def test_every_sealed_field_is_known_and_closed_to_everybody(self):
        places = self.vault._sealed_fields()

        self.assertIn(("res.company", "l10n_pl_ksef_token_sealed"), places)
        self.assertIn(("l10n_pl_ksef.certificate", "private_key_sealed"), places)
        self.assertIn(("l10n_pl_ksef.login", "access_token_sealed"), places)
        self.assertIn(("l10n_pl_ksef.session", "key_sealed"), places)
        for model_name, name in places:
            with self.subTest(model=model_name, field=name):
                field = self.env[model_name]._fields[name]
                self.assertEqual(field.groups, ".")
                self.assertFalse(field.prefetch)
                self.assertFalse(field.copy)

    def test_a_neutralized_copy_keeps_nothing_that_was_sealed(self):
        with file_open("l10n_pl_ksef/data/neutralize.sql") as script:
            statements = script.read().split(";")

        for model_name, name in self.vault._sealed_fields():
            with self.subTest(model=model_name, field=name):
                table = self.env[model_name]._table
                clears = re.compile(
                    rf"(DELETE FROM {table}\s*$|UPDATE {table}\s[^;]*\b{name} = NULL\b)"
                )
                self.assertTrue(any(clears.search(statement) for statement in statements))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMasterKeyOfTheDatabase(VaultTestCase):
    def test_first_use_makes_the_key_file_for_the_owner_alone(self):
        self.vault._seal(SECRET, "test")

        self.assertEqual(stat.S_IMODE(os.stat(self.key_file).st_mode), 0o600)

    def test_asking_for_problems_makes_no_key(self):
        self.assertIsNone(self.vault._problem())

        self.assertFalse(os.path.exists(self.key_file))

    def test_the_database_keeps_which_key_it_uses_but_not_the_key(self):
        self.vault._seal(SECRET, "test")

        key = master_key.read_file(self.key_file)
        check = self.env["ir.config_parameter"].search([("key", "=", CHECK_PARAMETER)]).value
        self.assertTrue(check.startswith(key.key_id))
        self.assertNotIn(key.to_text(), check)

    def test_a_missing_key_is_told_in_words_and_never_replaced(self):
        sealed = self.vault._seal(SECRET, "test")
        self.store(sealed)
        os.unlink(self.key_file)

        opening = self.assertVaultError("no_key", self.vault._open, sealed, "test")
        self.assertVaultError("no_key", self.vault._seal, SECRET, "test")

        self.assertIn("missing", str(opening))
        self.assertEqual(self.vault._problem().reason, "no_key")
        self.assertFalse(os.path.exists(self.key_file))

    def test_the_key_of_another_server_is_told_in_words_and_not_used(self):
        sealed = self.vault._seal(SECRET, "test")
        self.store(sealed)
        self.set_option(KEY_FILE_OPTION, self.key_file + ".other")
        master_key.make_file(self.key_file + ".other")

        self.assertVaultError("other_key", self.vault._open, sealed, "test")
        self.assertVaultError("other_key", self.vault._seal, SECRET, "test")
        self.assertEqual(self.vault._problem().reason, "other_key")

    def test_with_nothing_sealed_a_lost_key_is_no_loss(self):
        self.vault._seal(SECRET, "test")
        os.unlink(self.key_file)

        sealed = self.vault._seal(SECRET, "test")

        self.assertEqual(self.vault._open(sealed, "test"), SECRET)

    def test_a_key_in_the_configuration_needs_no_file(self):
        self.set_option(KEY_OPTION, MasterKey.generate().to_text())

        sealed = self.vault._seal(SECRET, "test")

        self.assertEqual(self.vault._open(sealed, "test"), SECRET)
        self.assertFalse(os.path.exists(self.key_file))

    def test_a_broken_key_in_the_configuration_is_told_in_words(self):
        for broken in ("not base64!", "c2hvcnQ=", "ąę"):
            with self.subTest(broken=broken):
                self.set_option(KEY_OPTION, broken)
                error = self.assertVaultError("broken_key", self.vault._seal, SECRET, "test")
                self.assertIn(KEY_OPTION, str(error))

    def test_a_place_that_cannot_be_written_is_told_in_words(self):
        blocked = self.key_file + ".file"
        with open(blocked, "w", encoding="ascii"):
            pass
        self.set_option(KEY_FILE_OPTION, os.path.join(blocked, "master.key"))

        error = self.outcome(self.vault._seal, SECRET, "test")

        self.assertIsInstance(error, VaultError)
        self.assertIn(error.reason, ("no_place", "broken_key"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMasterKeyFile(VaultTestCase):
    def test_processes_that_make_it_at_once_get_the_same_key(self):
        keys = []
        barrier = threading.Barrier(8)

        def make():
            barrier.wait()
            keys.append(master_key.make_file(self.key_file))

        threads = [threading.Thread(target=make) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        self.assertEqual(len(keys), 8)
        self.assertEqual({key.material for key in keys}, {keys[0].material})
        self.assertEqual(os.listdir(os.path.dirname(self.key_file)), ["master.key"])

    def test_an_existing_key_is_never_overwritten(self):
        first = master_key.make_file(self.key_file)

        self.assertEqual(master_key.make_file(self.key_file), first)

    def test_a_file_that_holds_no_key_is_broken(self):
        for content in (b"", b"hello", b"\xff\xfe", b"A" * 5000):
            with self.subTest(content=content):
                with open(self.key_file, "wb") as file:
                    file.write(content)
                with self.assertRaises(MasterKeyProblem) as caught:
                    master_key.read_file(self.key_file)
                self.assertIs(caught.exception.trouble, MasterKeyTrouble.BROKEN)

    def test_a_file_open_to_others_is_reported_in_the_log(self):
        master_key.make_file(self.key_file)
        os.chmod(self.key_file, 0o644)

        with self.assertLogs("odoo.addons.l10n_pl_ksef.models.master_key", "WARNING") as logs:
            master_key.read_file(self.key_file)

        self.assertIn("0600", logs.output[0])

    def test_the_key_shows_in_no_repr(self):
        key = MasterKey.generate()

        self.assertNotIn(repr(key.material), repr(key))
        self.assertNotIn(key.to_text(), repr(key))
