"""Certificates that Odoo requests by itself: asked for once, fetched, tried, put in use."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open

from ..ksef.certificates import Purpose, read_pair
from ..ksef.xades import sign
from ..models.certificate import FIELD_OF_PURPOSE
from ..models.login import utc_now
from .common import SELLER_NIP, SimulatorTestCase
from .common_credentials import PASSWORD, CredentialsMixin

ENROL = "POST /v2/certificates/enrollments"
STATUS = "GET /v2/certificates/enrollments/*"


class EnrolmentTestCase(CredentialsMixin, SimulatorTestCase):
    def request(self, purpose="authentication", company=None, **more):
        return self.env["l10n_pl_ksef.enrolment"]._request(company or self.company, purpose, **more)

    def run_schedule(self):
        """The schedule, when it is time for every request."""
        enrolments = self.env["l10n_pl_ksef.enrolment"].sudo()
        enrolments.search([]).write({"next_step_at": False, "lease_until": False})
        enrolments._cron_l10n_pl_ksef_enrolments()
        self.env.invalidate_all()

    def in_use(self, purpose="authentication"):
        return self.company.sudo()[FIELD_OF_PURPOSE[purpose]]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRequesting(EnrolmentTestCase):
    def setUp(self):
        super().setUp()
        self.first = self.use_certificate()

    def test_both_kinds_are_requested_fetched_and_put_in_use(self):
        for purpose in ("authentication", "offline"):
            with self.subTest(purpose=purpose):
                enrolment = self.request(purpose)
                self.assertEqual(enrolment.state, "requested")

                self.run_schedule()

                self.assertEqual(enrolment.state, "issued", enrolment.message)
                self.assertEqual(self.in_use(purpose), enrolment.certificate_id)
                self.assertEqual(enrolment.certificate_id.purpose, purpose)
                self.assertFalse(enrolment.key_sealed)

    def test_the_company_logs_in_with_the_new_certificate(self):
        self.request()
        self.run_schedule()
        self.simulator.control("revoke", {"serial": self.first.serial})

        client = self.company._l10n_pl_ksef_client()

        self.assertNotEqual(self.in_use(), self.first)
        self.assertTrue(client.own_permissions().scopes)

    def test_the_certificate_before_stays_readable(self):
        self.request()
        self.run_schedule()

        self.assertTrue(self.first._pair())

    def test_skipping_offline_ends_when_an_offline_certificate_is_there(self):
        self.company.l10n_pl_ksef_skip_offline = True
        self.request("offline")
        self.run_schedule()

        self.assertFalse(self.company.l10n_pl_ksef_skip_offline)

    def test_the_quota_is_told(self):
        quota = self.company._l10n_pl_ksef_certificate_quota()

        self.assertTrue(quota.can_request)
        self.assertEqual((quota.requests, quota.requests_limit), (300, 300))
        self.assertEqual((quota.certificates, quota.certificates_limit), (99, 100))

    def test_used_up_requests_are_told_before_asking(self):
        self.simulator.control("quotas", {"type": "Nip", "requests": 0})
        asked = self.watch(ENROL)

        with self.assertRaisesRegex(UserError, "requests it allows for this holder are used up"):
            self.request()
        self.assertEqual(asked(), 0)

    def test_too_many_valid_certificates_are_told_before_asking(self):
        self.simulator.control("quotas", {"type": "Nip", "active": 1})

        with self.assertRaisesRegex(UserError, "Revoke one that is not needed"):
            self.request()

    def test_after_a_login_by_token_somebody_must_sign(self):
        self.use_token()

        with self.assertRaisesRegex(UserError, "logged in with a signature"):
            self.request()

    def test_a_second_click_asks_for_nothing_more(self):
        asked = self.watch(ENROL)

        self.assertEqual(self.request(), self.request())
        self.assertEqual(asked(), 1)

    def test_a_pending_request_is_asked_about_later(self):
        self.simulator.control("processing", {"enrollment_seconds": 600})
        enrolment = self.request()
        self.run_schedule()
        self.assertEqual(enrolment.state, "requested")
        self.assertGreater(enrolment.next_step_at, fields.Datetime.now())

        self.simulator.set_clock(610)
        self.run_schedule()

        self.assertEqual(enrolment.state, "issued", enrolment.message)

    def test_a_refusal_is_told_in_ksefs_words(self):
        self.simulator.fault(ENROL, "process_status", code=400, details=["Klucz już znany."])
        enrolment = self.request()
        self.run_schedule()

        self.assertEqual(enrolment.state, "failed")
        self.assertIn("Klucz już znany.", enrolment.message)
        self.assertEqual(self.in_use(), self.first)

    def test_a_request_ksef_does_not_take_fails_in_words(self):
        body = {"exception": {"exceptionDetailList": [
            {"exceptionCode": 25003, "exceptionDescription": "Dane się nie zgadzają.",
             "details": []}]}}  # fmt: skip
        self.simulator.fault(ENROL, "status", code=400, body=body)

        enrolment = self.request()

        self.assertEqual(enrolment.state, "failed")
        self.assertIn("Dane się nie zgadzają.", enrolment.message)
        self.assertFalse(enrolment.key_sealed)

    def test_an_administrator_alone_may_ask(self):
        with self.assertRaises(AccessError):
            self.request(company=self.company.with_user(self.accountant))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTrouble(EnrolmentTestCase):
    def setUp(self):
        super().setUp()
        self.first = self.use_certificate()

    def test_when_the_answer_is_lost_the_certificate_is_found_by_its_name(self):
        self.simulator.fault(ENROL, "drop_after")
        enrolment = self.request()
        self.assertEqual(enrolment.state, "in_doubt")
        asked = self.watch(ENROL)

        self.run_schedule()

        self.assertEqual(enrolment.state, "issued", enrolment.message)
        self.assertEqual(asked(), 0)

    def test_what_never_arrived_is_given_up_and_may_be_asked_for_again(self):
        self.simulator.fault(ENROL, "garbage")
        enrolment = self.request()
        enrolment.requested_at -= timedelta(hours=2)
        self.simulator.reset()
        self.first = self.use_certificate()

        self.run_schedule()

        self.assertEqual(enrolment.state, "failed")
        self.assertIn("never arrived", enrolment.message)
        self.assertNotEqual(self.request(), enrolment)

    def test_a_request_whose_process_died_is_looked_for(self):
        enrolment = self.request()
        enrolment.write({"state": "sending", "reference": False})

        self.run_schedule()

        self.assertEqual(enrolment.state, "issued", enrolment.message)

    def test_while_ksef_is_out_of_reach_the_request_waits(self):
        enrolment = self.request()
        self.simulator.fault(STATUS, "status", code=503)
        self.run_schedule()

        self.assertEqual(enrolment.state, "requested")
        self.assertIn("failure of its own", enrolment.message)
        self.run_schedule()
        self.assertEqual(enrolment.state, "issued")

    def test_a_certificate_that_does_not_log_in_is_kept_and_not_used(self):
        enrolment = self.request()
        forbidden = {"title": "Forbidden", "status": 403, "detail": "Brak.", "reasonCode": ""}
        self.simulator.fault("POST /v2/auth/xades-signature", "status", code=403, body=forbidden)

        self.run_schedule()

        self.assertEqual(enrolment.state, "issued")
        self.assertIn("is not in use", enrolment.message)
        self.assertEqual(self.in_use(), self.first)

    def test_disconnecting_ends_what_is_under_way(self):
        enrolment = self.request()

        self.company.with_user(self.administrator).action_l10n_pl_ksef_disconnect()

        self.assertEqual(enrolment.state, "failed")
        self.assertFalse(enrolment.key_sealed)

    def test_a_neutralized_copy_forgets_keys_under_way_and_signed_logins(self):
        enrolment = self.request()
        self.company._l10n_pl_ksef_auth_request_file()
        self.env.flush_all()
        with file_open("l10n_pl_ksef/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()

        self.assertFalse(enrolment.key_sealed)
        self.assertEqual(enrolment.state, "failed")
        self.assertFalse(self.env["l10n_pl_ksef.signed_login"].sudo().search([]))

    def test_another_environment_is_left_alone(self):
        enrolment = self.request()
        self.company.l10n_pl_ksef_environment = "test"

        self.run_schedule()

        self.assertEqual(enrolment.state, "requested")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSignedFile(EnrolmentTestCase):
    """For those who have only a Trusted Profile: no certificate, no token."""

    def setUp(self):
        super().setUp()
        self.company.l10n_pl_ksef_environment = "simulator"

    def signed(self, request, **wanted):
        certificate, key, _serial = self.issue_pair(**wanted)
        pair = read_pair(
            certificate,
            key,
            PASSWORD,
            purpose=Purpose.AUTHENTICATION,
            at=utc_now(),
            allow_self_signed=True,
        )
        return sign(request, pair.certificate, pair.private_key, clock=utc_now)

    def sign_in(self, **wanted):
        request = self.company._l10n_pl_ksef_auth_request_file()
        return self.company._l10n_pl_ksef_log_in_with_signed_file(self.signed(request, **wanted))

    def signed_login(self):
        return self.env["l10n_pl_ksef.signed_login"].sudo().search([])

    def test_a_signed_file_is_enough_for_both_certificates(self):
        self.assertTrue(self.sign_in(nip=SELLER_NIP, self_signed=True))

        self.request("authentication")
        self.request("offline")
        self.run_schedule()

        self.assertTrue(self.in_use("authentication"))
        self.assertTrue(self.in_use("offline"))
        self.assertTrue(self.company._l10n_pl_ksef_client().own_permissions().scopes)
        self.assertFalse(self.signed_login(), "it is over once it is not needed")

    def test_a_company_with_a_token_keeps_it_until_the_certificate_is_there(self):
        self.use_token()
        self.company._l10n_pl_ksef_client()

        self.sign_in()
        self.request()
        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "token")
        self.run_schedule()

        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "certificate")

    def test_the_request_names_the_company(self):
        request = self.company._l10n_pl_ksef_auth_request_file()

        self.assertIn(f"<Nip>{SELLER_NIP}</Nip>".encode(), request)
        self.assertIn(self.signed_login().challenge.encode(), request)

    def test_the_wrong_files_are_told_apart(self):
        request = self.company._l10n_pl_ksef_auth_request_file()
        another = request.replace(self.signed_login().challenge.encode(), b"2" * 36)
        for content, sentence in (
            (b"", "not the signed login request"),
            (b"%PDF-1.4", "not the signed login request"),
            (b"<x/>", "not the signed login request"),
            (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "not the signed login request"),
            (request, "carries no signature"),
            (self.signed(another), "another login request"),
            (b"x" * 2_000_000, "too large"),
        ):
            with self.subTest(sentence=sentence):
                error = self.outcome(self.company._l10n_pl_ksef_log_in_with_signed_file, content)
                self.assertIn(sentence, str(error))

    def test_after_ten_minutes_a_new_request_is_needed(self):
        request = self.company._l10n_pl_ksef_auth_request_file()
        self.signed_login().challenge_until = fields.Datetime.now() - timedelta(seconds=1)

        with self.assertRaisesRegex(UserError, "ten minutes"):
            self.company._l10n_pl_ksef_log_in_with_signed_file(self.signed(request))

    def test_without_a_request_there_is_nothing_to_sign(self):
        with self.assertRaisesRegex(UserError, "no login request"):
            self.company._l10n_pl_ksef_log_in_with_signed_file(b"<x/>")

    def test_while_ksef_checks_the_signature_requests_wait_and_go_on(self):
        self.simulator.control("processing", {"login_seconds": 600})

        self.assertFalse(self.sign_in())

        self.simulator.set_clock(610)
        self.assertEqual(self.request().state, "requested")

    def test_an_accountant_gets_no_request(self):
        with self.assertRaises(AccessError):
            self.company.with_user(self.accountant)._l10n_pl_ksef_auth_request_file()
