"""One login for all: reused, refreshed, made anew, never hammered."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ksef.errors import (
    CertificateProblem,
    LoginPending,
    LoginRefused,
    ServerError,
    TooManyRequests,
    Unreachable,
    UnreadableAnswer,
)
from ..models.connection import NotConnected
from ..models.explanations import LoginOnHold, explain
from ..models.vault import VaultError
from .common import BUYER_NIP, SELLER_NIP, SimulatorTestCase
from .common_credentials import CredentialsMixin, neutralized

CHALLENGE = "POST /v2/auth/challenge"
REFRESH = "POST /v2/auth/token/refresh"
STATUS = "GET /v2/auth/*"


class LoginTestCase(CredentialsMixin, SimulatorTestCase):
    def end_access(self):
        """As if the quarter of an hour of the access token were over."""
        self.login().access_valid_until = fields.Datetime.now()

    def end_refresh(self):
        self.end_access()
        self.login().refresh_valid_until = fields.Datetime.now()

    def next_verdict(self, code, description):
        """What KSeF says of the next login that asks how far it is."""
        body = {
            "startDate": "2026-02-15T09:30:47+00:00",
            "authenticationMethod": "InternalCertificate",
            "authenticationMethodInfo": {
                "category": "XadesSignature",
                "code": "xades.ksef-certificate",
                "displayName": "Certyfikat KSeF",
            },
            "status": {"code": code, "description": description, "details": []},
        }
        self.simulator.fault(STATUS, "status", code=200, body=body)

    def end_hold(self):
        self.login().hold_until = fields.Datetime.now() - timedelta(seconds=1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSharedLogin(LoginTestCase):
    def test_a_certificate_logs_in(self):
        for algorithm in ("EC", "RSA"):
            with self.subTest(algorithm=algorithm):
                self.use_certificate(algorithm=algorithm)

                client = self.company._l10n_pl_ksef_client()

                self.assertIn("InvoiceWrite", client.own_permissions().scopes)
                self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_a_token_logs_in(self):
        self.use_token()

        client = self.company._l10n_pl_ksef_client()

        self.assertIn("InvoiceWrite", client.own_permissions().scopes)

    def test_the_next_call_uses_the_same_login(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        challenges = self.watch(CHALLENGE)

        client = self.company._l10n_pl_ksef_client()

        self.assertTrue(client.own_permissions().scopes)
        self.assertEqual(challenges(), 0)

    def test_an_access_token_about_to_end_is_refreshed(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.login().access_valid_until = fields.Datetime.now() + timedelta(seconds=30)
        challenges, refreshes = self.watch(CHALLENGE), self.watch(REFRESH)

        client = self.company._l10n_pl_ksef_client()

        self.assertTrue(client.own_permissions().scopes)
        self.assertEqual((challenges(), refreshes()), (0, 1))

    def test_when_the_refresh_token_is_over_the_certificate_logs_in_again(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.end_refresh()
        challenges, refreshes = self.watch(CHALLENGE), self.watch(REFRESH)

        client = self.company._l10n_pl_ksef_client()

        self.assertTrue(client.own_permissions().scopes)
        self.assertEqual((challenges(), refreshes()), (1, 0))

    def test_when_ksef_refuses_the_refresh_token_the_certificate_logs_in_again(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.end_access()
        self.simulator.fault(REFRESH, "status", code=401)

        client = self.company._l10n_pl_ksef_client()

        self.assertTrue(client.own_permissions().scopes)

    def test_an_access_token_that_ksef_did_not_accept_is_given_up(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        refreshes = self.watch(REFRESH)

        self.company._l10n_pl_ksef_forget_access()
        client = self.company._l10n_pl_ksef_client()

        self.assertTrue(client.own_permissions().scopes)
        self.assertEqual(refreshes(), 1)

    def test_new_credentials_never_use_the_old_login(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        before = self.login().access_token_sealed
        challenges = self.watch(CHALLENGE)

        self.import_pair()
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "disconnected")
        self.company._l10n_pl_ksef_client()

        self.assertEqual(challenges(), 1)
        self.assertNotEqual(self.login().access_token_sealed, before)

    def test_tokens_stand_sealed_in_the_database(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        login = self.login()
        vault = self.env["l10n_pl_ksef.vault"]
        secrets = [
            vault._open(login.access_token_sealed, "access-token").decode(),
            vault._open(login.refresh_token_sealed, "refresh-token").decode(),
        ]

        self.env.cr.execute("SELECT row_to_json(t)::text FROM l10n_pl_ksef_login t")
        rows = " ".join(row[0] for row in self.env.cr.fetchall())

        for secret in secrets:
            self.assertTrue(secret.startswith("ey"))
            self.assertNotIn(secret, rows)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRefusedLogin(LoginTestCase):
    def refused(self, **wanted):
        self.use_certificate(**wanted)
        return self.outcome(self.company._l10n_pl_ksef_client)

    def test_without_permissions_the_reason_is_told(self):
        error = self.refused(permissions=[])

        self.assertIsInstance(error, LoginRefused)
        self.assertEqual(error.code, 415)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "error")
        message = self.company.l10n_pl_ksef_connection_message
        self.assertIn("has no permission for this company", message)
        self.assertIn("KSeF says:", message)

    def test_a_revoked_certificate_is_told(self):
        error = self.refused(revoked=True)

        self.assertEqual(error.code, 460)
        self.assertIn("certificate", self.company.l10n_pl_ksef_connection_message)

    def test_a_revoked_token_is_told(self):
        self.company.l10n_pl_ksef_environment = "simulator"
        token = self.simulator.control("tokens", {"nip": SELLER_NIP, "revoked": True})["token"]
        self.company._l10n_pl_ksef_import_token(token)

        error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertEqual(error.code, 450)
        self.assertIn("token", self.company.l10n_pl_ksef_connection_message)

    def test_ksef_is_not_asked_again_before_a_while(self):
        self.refused(permissions=[])
        challenges = self.watch(CHALLENGE)

        again = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(again, LoginOnHold)
        self.assertEqual(challenges(), 0)
        self.assertIn("has no permission", explain(self.env, again))
        self.assertIn("press Connect", explain(self.env, again))

    def test_each_refusal_makes_the_pause_longer(self):
        self.refused(permissions=[])
        first = self.login().hold_until - fields.Datetime.now()
        self.end_hold()

        self.outcome(self.company._l10n_pl_ksef_client)

        self.assertGreater(self.login().hold_until - fields.Datetime.now(), 2 * first)

    def test_after_the_pause_a_granted_permission_is_enough(self):
        self.next_verdict(415, "Brak przypisanych uprawnień")
        self.refused()
        self.end_hold()

        self.company._l10n_pl_ksef_client()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertEqual(self.login().refusals, 0)

    def test_another_certificate_need_not_wait(self):
        self.refused(permissions=[])
        self.import_pair()

        self.assertTrue(self.company._l10n_pl_ksef_client())

    def test_a_failure_of_ksefs_own_is_no_refusal(self):
        self.next_verdict(550, "Operacja została anulowana przez system")

        error = self.refused()

        self.assertTrue(error.is_temporary)
        self.assertNotEqual(self.company.l10n_pl_ksef_connection_state, "error")
        self.assertEqual(self.login().refusals, 0)

    def test_a_login_that_ksef_still_checks_goes_on_where_it_was(self):
        self.use_certificate()
        self.simulator.control("processing", {"login_seconds": 60})
        challenges = self.watch(CHALLENGE)

        error = self.outcome(self.company._l10n_pl_ksef_client)
        self.assertIsInstance(error, LoginPending)
        self.assertNotEqual(self.company.l10n_pl_ksef_connection_state, "error")
        self.simulator.set_clock(61)
        self.end_hold()
        self.company._l10n_pl_ksef_client()

        self.assertEqual(challenges(), 1)
        self.assertFalse(self.login().pending_token_sealed)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTrouble(LoginTestCase):
    def trouble(self, kind, match=CHALLENGE, **more):
        self.use_certificate()
        self.simulator.fault(match, kind, **more)
        return self.outcome(self.company._l10n_pl_ksef_client)

    def test_a_lost_answer(self):
        error = self.trouble("drop_after")

        self.assertIsInstance(error, Unreachable)
        self.assertIn("connection broke", explain(self.env, error))

    def test_nobody_listens(self):
        self.use_certificate()
        self.set_option("l10n_pl_ksef_simulator_url", "http://127.0.0.1:9")

        error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, Unreachable)
        self.assertIn("could not be reached", explain(self.env, error))

    def test_garbage(self):
        error = self.trouble("garbage")

        self.assertIsInstance(error, UnreadableAnswer)
        self.assertIn("cannot be understood", explain(self.env, error))

    def test_a_failure_of_the_server(self):
        error = self.trouble("status", code=503)

        self.assertIsInstance(error, ServerError)
        self.assertIn("failure of its own", explain(self.env, error))

    def test_too_many_requests_holds_everybody_back_until_ksefs_moment(self):
        error = self.trouble("status", code=429, headers={"Retry-After": "120"})
        challenges = self.watch(CHALLENGE)

        again = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, TooManyRequests)
        self.assertIsInstance(again, TooManyRequests)
        self.assertLessEqual(again.retry_after, 120)
        self.assertGreater(again.retry_after, 100)
        self.assertEqual(challenges(), 0)
        self.assertIn("goes on by itself after", explain(self.env, again))

    def test_the_network_coming_back_is_enough(self):
        self.trouble("drop_before")

        self.company._l10n_pl_ksef_client()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertNotIn("reached", self.company.l10n_pl_ksef_connection_message or "")

    def test_a_lost_master_key_stops_the_login_in_words(self):
        self.use_certificate()
        self.set_option("l10n_pl_ksef_master_key_file", self.key_file + ".gone")

        error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, VaultError)
        self.assertIn("everything for KSeF waits", explain(self.env, error))

    def test_a_stored_certificate_that_cannot_be_read_is_told_in_words(self):
        certificate = self.use_certificate()
        certificate.sudo().certificate = "bm90IGEgY2VydGlmaWNhdGU="

        error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, CertificateProblem)
        self.assertIn("damaged", self.company.l10n_pl_ksef_connection_message)
        self.assertTrue(certificate.display_name)

    def test_a_neutralized_database_calls_nobody(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()
        challenges = self.watch("* /v2/**")

        with neutralized(self.env):
            error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, VaultError)
        self.assertIn("neutralized copy", str(error))
        self.assertEqual(challenges(), 0)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSeveralCompanies(LoginTestCase):
    def branch_of(self, company):
        return self.env["res.company"].create(
            {"name": "Kraków branch", "parent_id": company.id, "country_id": self.poland.id}
        )

    def test_a_branch_uses_its_nearest_ancestors_connection(self):
        branch = self.branch_of(self.branch_of_name("Region", self.company))
        self.use_certificate()

        self.assertEqual(branch._l10n_pl_ksef_root(), self.company)
        self.assertTrue(branch._l10n_pl_ksef_client().own_permissions().scopes)
        self.assertEqual(len(self.env["l10n_pl_ksef.login"].search([])), 1)

    def branch_of_name(self, name, company):
        return self.env["res.company"].create(
            {"name": name, "parent_id": company.id, "country_id": self.poland.id}
        )

    def test_a_branch_with_a_connection_of_its_own_uses_that(self):
        branch = self.branch_of(self.company)
        branch.vat = f"PL{BUYER_NIP}"
        self.use_certificate()
        self.use_certificate(branch, nip=BUYER_NIP)

        self.assertEqual(branch._l10n_pl_ksef_root(), branch)

    def test_without_any_connection_there_is_no_root(self):
        self.assertFalse(self.company._l10n_pl_ksef_root())
        with self.assertRaisesRegex(NotConnected, "is not connected to KSeF"):
            self.company._l10n_pl_ksef_client()

    def test_an_environment_without_a_credential_is_no_connection(self):
        self.company.l10n_pl_ksef_environment = "simulator"

        self.assertFalse(self.company._l10n_pl_ksef_root())

    def test_each_company_has_its_own_login(self):
        other = self.env["res.company"].create(
            {"name": "Second", "vat": f"PL{BUYER_NIP}", "country_id": self.poland.id}
        )
        self.use_certificate()
        self.use_certificate(other, nip=BUYER_NIP)

        self.company._l10n_pl_ksef_client()
        other._l10n_pl_ksef_client()

        self.assertNotEqual(self.login().access_token_sealed, self.login(other).access_token_sealed)

    def test_each_environment_has_its_own_login(self):
        self.use_certificate()
        self.company._l10n_pl_ksef_client()

        self.company.l10n_pl_ksef_environment = "test"
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "disconnected")
        self.company.l10n_pl_ksef_environment = "simulator"

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_a_company_without_nip_is_told_so(self):
        self.use_certificate()
        self.company.vat = False

        with self.assertRaisesRegex(UserError, "has no valid NIP"):
            self.company._l10n_pl_ksef_client()

    def test_an_internal_identifier_is_the_context(self):
        self.company.write(
            {
                "l10n_pl_ksef_context_type": "InternalId",
                "l10n_pl_ksef_context_value": f"{SELLER_NIP}-12345",
            }
        )
        self.use_certificate()

        connection = self.company._l10n_pl_ksef_connection()

        self.assertEqual(connection.context.value, f"{SELLER_NIP}-12345")

    def test_an_accountant_works_with_the_login_without_seeing_it(self):
        self.use_certificate()

        client = self.company.with_user(self.accountant)._l10n_pl_ksef_client()

        self.assertTrue(client.own_permissions().scopes)
