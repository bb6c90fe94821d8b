"""Uploaded pairs: kept with their key encrypted, or refused with a sentence that says why."""

import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BUYER_NIP, SELLER_NIP, SimulatorTestCase
from .common_credentials import PASSWORD, CredentialsMixin


class CertificateTestCase(CredentialsMixin, SimulatorTestCase):
    def setUp(self):
        super().setUp()
        self.certificates = self.env["l10n_pl_ksef.certificate"]
        self.company.l10n_pl_ksef_environment = "simulator"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestKeeping(CertificateTestCase):
    def test_a_pair_is_described_and_put_to_use(self):
        certificate, key, serial = self.issue_pair()

        kept = self.certificates._import_pair(
            self.company, "authentication", certificate, key, PASSWORD
        )

        self.assertEqual(self.company.l10n_pl_ksef_auth_certificate_id, kept)
        self.assertEqual(kept.serial, serial)
        self.assertEqual(kept.nip, SELLER_NIP)
        self.assertEqual(kept.purpose, "authentication")
        self.assertEqual(kept.state, "valid")
        self.assertTrue(kept.in_use)
        self.assertFalse(kept.hint)
        self.assertIn(serial, kept.display_name)

    def test_it_is_called_by_its_common_name(self):
        kept = self.import_pair(name="Jan, Nowak + syn")

        self.assertEqual(kept.display_name, f"Jan, Nowak + syn ({kept.serial})")

    def test_the_key_opens_again_without_its_password(self):
        for algorithm in ("EC", "RSA"):
            with self.subTest(algorithm=algorithm):
                kept = self.import_pair(algorithm=algorithm)

                pair = kept._pair()

                self.assertEqual(pair.info.serial, kept.serial)
                self.assertEqual(pair.private_key.public_key(), pair.certificate.public_key())

    def test_nothing_of_key_and_password_stands_in_the_database_row(self):
        certificate, key, _serial = self.issue_pair()
        kept = self.certificates._import_pair(
            self.company, "authentication", certificate, key, PASSWORD
        )
        plain = kept._pair().private_key_der()
        self.env.flush_all()

        self.env.cr.execute(
            "SELECT row_to_json(t)::text FROM l10n_pl_ksef_certificate t WHERE id = %s", [kept.id]
        )
        row = self.env.cr.fetchone()[0]

        self.assertNotIn(PASSWORD, row)
        for form in (base64.b64encode(plain).decode(), plain.hex(), key.decode()):
            self.assertNotIn(form, row)

    def test_the_same_pair_again_makes_no_second_record(self):
        certificate, key, _serial = self.issue_pair()
        arguments = (self.company, "authentication", certificate, key, PASSWORD)

        first = self.certificates._import_pair(*arguments)
        second = self.certificates._import_pair(*arguments)

        self.assertEqual(first, second)

    def test_a_new_pair_takes_over_and_the_old_one_stays_readable(self):
        old = self.import_pair()

        new = self.import_pair()

        self.assertEqual(self.company.l10n_pl_ksef_auth_certificate_id, new)
        self.assertFalse(old.in_use)
        self.assertTrue(old._pair())

    def test_an_offline_pair_leaves_the_authentication_pair_alone(self):
        authentication = self.import_pair()

        offline = self.import_pair(purpose="offline")

        self.assertEqual(self.company.l10n_pl_ksef_offline_certificate_id, offline)
        self.assertEqual(self.company.l10n_pl_ksef_auth_certificate_id, authentication)

    def test_one_pair_may_serve_two_companies(self):
        other = self.env["res.company"].create({"name": "Second", "country_id": self.poland.id})
        certificate, key, _serial = self.issue_pair()

        for company in (self.company, other):
            self.certificates._import_pair(company, "authentication", certificate, key, PASSWORD)

        self.assertEqual(
            self.company.l10n_pl_ksef_auth_certificate_id.fingerprint,
            other.l10n_pl_ksef_auth_certificate_id.fingerprint,
        )

    def test_der_files_are_taken_too(self):
        certificate, key, _serial = self.issue_pair()
        der = base64.b64decode(b"".join(certificate.strip().splitlines()[1:-1]))

        kept = self.certificates._import_pair(self.company, "authentication", der, key, PASSWORD)

        self.assertEqual(kept.state, "valid")

    def test_without_its_key_a_certificate_says_so_and_stays(self):
        kept = self.import_pair()

        kept._forget_key()

        self.assertEqual(kept.state, "no_key")
        with self.assertRaisesRegex(UserError, "Upload the certificate and its key again"):
            kept._pair()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWhoseCertificate(CertificateTestCase):
    def test_another_nip_is_a_hint_and_no_refusal(self):
        kept = self.import_pair(nip=BUYER_NIP)

        self.assertIn(BUYER_NIP, kept.hint)
        self.assertTrue(kept.in_use)

    def test_a_person_is_a_hint_and_no_refusal(self):
        kept = self.import_pair(pesel="44051401458", nip=SELLER_NIP)

        self.assertIn("belongs to a person", kept.hint)
        self.assertTrue(kept.in_use)

    def test_the_persons_number_is_no_field_of_its_own(self):
        self.assertNotIn("pesel", self.certificates._fields)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRefusals(CertificateTestCase):
    def assertRefused(self, words, certificate, key, password=PASSWORD, purpose="authentication"):
        with self.assertRaisesRegex(UserError, words):
            self.certificates._import_pair(self.company, purpose, certificate, key, password)
        self.assertFalse(self.certificates.search([("company_id", "=", self.company.id)]))

    def test_wrong_password(self):
        certificate, key, _serial = self.issue_pair()

        self.assertRefused("password does not open", certificate, key, "another")

    def test_no_password(self):
        certificate, key, _serial = self.issue_pair()

        self.assertRefused("protected by a password", certificate, key, False)

    def test_swapped_files(self):
        certificate, key, _serial = self.issue_pair()

        self.assertRefused("swapped", key, certificate)

    def test_key_of_another_certificate(self):
        certificate, _key, _serial = self.issue_pair()
        _certificate, key, _serial = self.issue_pair()

        self.assertRefused("does not belong to this certificate", certificate, key)

    def test_expired(self):
        certificate, key, _serial = self.issue_pair(
            valid_from="2024-01-01T00:00:00Z", valid_to="2025-12-31T12:00:00Z"
        )

        self.assertRefused("ended on", certificate, key)

    def test_not_valid_yet(self):
        certificate, key, _serial = self.issue_pair(
            valid_from="2050-01-01T00:00:00Z", valid_to="2051-01-01T00:00:00Z"
        )

        self.assertRefused("not valid yet", certificate, key)

    def test_offline_certificate_given_for_authentication(self):
        certificate, key, _serial = self.issue_pair(purpose="offline")

        self.assertRefused("Offline kind", certificate, key)

    def test_authentication_certificate_given_for_offline(self):
        certificate, key, _serial = self.issue_pair()

        self.assertRefused("not of the Offline kind", certificate, key, purpose="offline")

    def test_self_signed_outside_the_test_environment(self):
        self.company.l10n_pl_ksef_environment = "production"
        certificate, key, _serial = self.issue_pair(self_signed=True)

        self.assertRefused("self-signed", certificate, key)

    def test_self_signed_on_the_test_environment_is_taken(self):
        self.company.l10n_pl_ksef_environment = "test"

        self.assertTrue(self.import_pair(self_signed=True).self_signed)

    def test_a_file_that_is_no_certificate(self):
        _certificate, key, _serial = self.issue_pair()

        self.assertRefused("no certificate in the file", b"a holiday picture", key)

    def test_a_missing_file(self):
        certificate, key, _serial = self.issue_pair()

        self.assertRefused("private key file is missing", certificate, b"")
        self.assertRefused("certificate file is missing", b"", key)

    def test_a_file_of_fifty_megabytes(self):
        _certificate, key, _serial = self.issue_pair()

        self.assertRefused("probably chosen another file", b"x" * 50_000_000, key)
