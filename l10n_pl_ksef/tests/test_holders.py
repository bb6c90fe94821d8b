"""Whose certificate it is and in whose name it works: units, branches, persons, offices."""

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..ksef.certificates import Purpose, read_pair
from ..ksef.xades import sign
from ..models.moments import utc_now
from .common import BUYER_NIP, SELLER_NIP
from .common_credentials import PASSWORD
from .test_revoking import RevokingTestCase
from .test_setup import SetupTestCase
from .test_waiting import OwnKeyTestCase

UNIT = f"{SELLER_NIP}-12345"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInternalIdentifier(OwnKeyTestCase):
    def test_a_unit_logs_in_and_sends_in_its_own_name(self):
        self.company.write(
            {"l10n_pl_ksef_context_type": "InternalId", "l10n_pl_ksef_context_value": UNIT}
        )
        self.import_pair()
        told = self.company.action_l10n_pl_ksef_connect()["params"]
        self.assertEqual(told["title"], "Connected to KSeF", told["message"])
        invoice = self.today_invoice()

        invoice.action_l10n_pl_ksef_send()
        self.run_due()

        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        session = invoice.l10n_pl_ksef_submission_ids.session_id
        self.assertIn(UNIT, session.context)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBranches(SetupTestCase):
    def setUp(self):
        super().setUp()
        self.branch = self.env["res.company"].create(
            {"name": "Kraków", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        self.boss = self.administrator
        self.boss.company_ids += self.branch
        self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()

    def test_the_wizard_of_a_branch_says_whose_connection_it_uses(self):
        action = self.branch.with_user(self.boss).action_l10n_pl_ksef_setup()
        wizard = self.env["l10n_pl_ksef.setup"].with_user(self.boss).browse(action["res_id"])

        self.assertEqual(wizard.l10n_pl_ksef_inherited_from, self.company.name)
        self.assertFalse(wizard.l10n_pl_ksef_has_connection)

    def test_a_branch_of_a_connected_company_needs_no_hint(self):
        self.assertFalse(self.branch._l10n_pl_ksef_wants_setup_hint())

    def test_a_token_made_for_a_branch_belongs_to_the_connection_it_uses(self):
        model = self.env["l10n_pl_ksef.token_making"].with_user(self.boss)
        model.create({"company_id": self.branch.id, "description": "Oddział"}).action_make()

        token = self.env["l10n_pl_ksef.token"].sudo().search([])
        self.assertEqual(token.company_id, self.company)

    def test_a_branch_connected_to_another_environment_leaves_its_root_alone(self):
        self.stand_in_for("demo")
        self.branch.write({"l10n_pl_ksef_environment": "demo", "vat": f"PL{BUYER_NIP}"})
        self.import_pair(self.branch, nip=BUYER_NIP)

        self.branch.sudo().action_l10n_pl_ksef_connect()

        for company, code in ((self.company, "simulator"), (self.branch, "demo")):
            connection = company._l10n_pl_ksef_connection()
            self.assertEqual(connection.environment.code, code)
            self.assertEqual(company.l10n_pl_ksef_connection_state, "connected")
            self.assertTrue(company._l10n_pl_ksef_client().own_permissions().scopes)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAdministratorsOfBranches(SetupTestCase):
    """Who administers a branch only has no say in the credentials of the company above it."""

    def setUp(self):
        super().setUp()
        self.pair = self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()
        self.branch = self.env["res.company"].create(
            {"name": "Kraków", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        self.local = self.user_of("ksef_branch_administrator", "base.group_system", self.branch)
        self.branch_of_local = self.branch.with_user(self.local)

    def test_they_change_nothing_of_it(self):
        enrolments = self.env["l10n_pl_ksef.enrolment"].with_user(self.local)
        tokens = self.env["l10n_pl_ksef.token"].with_user(self.local)
        for attempt in (
            lambda: enrolments._request(self.branch_of_local, "authentication"),
            lambda: tokens._make(self.branch_of_local),
            self.branch_of_local._l10n_pl_ksef_auth_request_file,
            lambda: self.branch_of_local._l10n_pl_ksef_revoke_certificate(
                self.pair.serial, "Superseded"
            ),
        ):
            self.assertIsInstance(self.outcome(attempt), AccessError)
        self.assertTrue(self.pair.in_use)

    def test_a_branch_gets_certificates_of_its_own_and_its_root_keeps_its_own(self):
        self.branch.write({"l10n_pl_ksef_environment": "simulator", "vat": f"PL{BUYER_NIP}"})
        request = self.branch_of_local._l10n_pl_ksef_auth_request_file()
        certificate, key, _serial = self.issue_pair(nip=BUYER_NIP, self_signed=True)
        pair = read_pair(
            certificate,
            key,
            PASSWORD,
            purpose=Purpose.AUTHENTICATION,
            at=utc_now(),
            allow_self_signed=True,
        )
        signed = sign(request, pair.certificate, pair.private_key, clock=utc_now)
        self.branch_of_local._l10n_pl_ksef_log_in_with_signed_file(signed)
        enrolments = self.env["l10n_pl_ksef.enrolment"]

        enrolments.with_user(self.local)._request(self.branch_of_local, "authentication")
        enrolments.sudo().search([]).next_step_at = False
        enrolments._cron_l10n_pl_ksef_enrolments()
        self.env.invalidate_all()

        own = self.branch.sudo().l10n_pl_ksef_auth_certificate_id
        self.assertEqual(own.company_id, self.branch)
        self.assertEqual(own.nip, BUYER_NIP)
        self.assertTrue(self.pair.in_use)
        self.assertEqual(self.branch._l10n_pl_ksef_root(), self.branch)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPersonsAndOffices(SetupTestCase):
    def test_the_quota_of_a_person_is_the_smaller_one(self):
        self.company.l10n_pl_ksef_environment = "simulator"
        self.import_pair(nip=None, pesel="44051401359", person=True, contexts=[SELLER_NIP])

        quota = self.company._l10n_pl_ksef_certificate_quota()

        self.assertEqual((quota.requests_limit, quota.certificates_limit), (12, 6))

    def test_one_archive_with_both_is_taken_in_either_place(self):
        certificate, key, _serial = self.issue_pair()
        archive = pkcs12.serialize_key_and_certificates(
            b"KSeF",
            load_pem_private_key(key, PASSWORD.encode()),
            load_pem_x509_certificate(certificate),
            None,
            BestAvailableEncryption(PASSWORD.encode()),
        )
        self.company.l10n_pl_ksef_environment = "simulator"
        for files in ((archive, b""), (b"", archive)):
            with self.subTest(place=files.index(archive)):
                pair = self.env["l10n_pl_ksef.certificate"]._import_pair(
                    self.company, "authentication", *files, PASSWORD
                )
                self.assertEqual(pair.nip, SELLER_NIP)
                self.assertTrue(pair._pair())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSharedPair(RevokingTestCase):
    def share(self):
        """An office uses the same pair for a client's company in the same database."""
        certificate, key, _serial = self.issue_pair(contexts=[SELLER_NIP, BUYER_NIP])
        other = self.env["res.company"].create(
            {"name": "Client", "vat": f"PL{BUYER_NIP}", "country_id": self.poland.id}
        )
        other.l10n_pl_ksef_environment = "simulator"
        pairs = [
            self.env["l10n_pl_ksef.certificate"]._import_pair(
                company, "authentication", certificate, key, PASSWORD
            )
            for company in (self.company, other)
        ]
        return other, *pairs

    def test_revoking_says_that_another_company_logs_in_with_it(self):
        _other, ours, _theirs = self.share()

        dialog = self.answer(ours.with_user(self.boss).action_revoke())

        self.assertIn("Other companies of this database log in with it too (1)", dialog.warning)

    def test_a_pair_of_one_company_says_nothing_of_others(self):
        dialog = self.answer(self.first.with_user(self.boss).action_revoke())

        self.assertNotIn("Other companies", dialog.warning)

    def test_removing_it_here_leaves_it_with_the_other_company(self):
        other, ours, theirs = self.share()

        ours.with_user(self.boss).action_remove()

        self.assertFalse(ours.has_key)
        self.assertTrue(theirs.has_key)
        self.assertTrue(other._l10n_pl_ksef_client().own_permissions().scopes)

    def test_disconnecting_one_company_leaves_the_other_connected(self):
        other, _ours, _theirs = self.share()
        other._l10n_pl_ksef_client()
        self.company._l10n_pl_ksef_client()

        self.company.with_user(self.boss).action_l10n_pl_ksef_disconnect()

        self.assertTrue(other._l10n_pl_ksef_client().own_permissions().scopes)
