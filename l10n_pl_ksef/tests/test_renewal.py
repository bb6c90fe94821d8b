"""Nothing ends by surprise: reminders, renewal by itself, and one word when KSeF refuses."""

from datetime import datetime, timedelta, timezone

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..ksef.errors import CertificateProblem, LoginRefused
from ..models.credential import REFUSAL, RENEWAL
from .test_enrolment import EnrolmentTestCase


class RenewalTestCase(EnrolmentTestCase):
    def setUp(self):
        super().setUp()
        self.boss = self.administrator

    def use_certificate_ending_in(self, days, purpose="authentication"):
        self.company.l10n_pl_ksef_environment = "simulator"
        end = datetime.now(timezone.utc) + timedelta(days=days, hours=1)
        start = end - timedelta(days=730)
        return self.import_pair(
            purpose=purpose, valid_from=start.isoformat(), valid_to=end.isoformat()
        )

    def daily(self):
        self.env["res.company"]._cron_l10n_pl_ksef_renewals()
        self.env.invalidate_all()

    def warnings(self, credential, kind=RENEWAL):
        return credential.sudo()._warnings(kind)

    def on_day(self, days):
        return freeze_time(datetime.now(timezone.utc) + timedelta(days=days))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReminders(RenewalTestCase):
    def test_far_from_the_end_nobody_is_told(self):
        certificate = self.use_certificate_ending_in(61)

        self.daily()

        self.assertFalse(self.warnings(certificate))

    def test_at_sixty_days_one_administrator_is_told_once(self):
        certificate = self.use_certificate_ending_in(60)

        self.daily()
        self.daily()

        warning = self.warnings(certificate)
        self.assertEqual(len(warning), 1)
        self.assertIn(self.company, warning.user_id.company_ids)
        self.assertTrue(warning.user_id.has_group("base.group_system"))
        self.assertIn("logs in with ends soon", warning.note)

    def test_what_was_done_is_not_repeated_before_the_next_reminder(self):
        certificate = self.use_certificate_ending_in(60)
        self.daily()
        self.warnings(certificate).action_done()

        self.daily()

        self.assertFalse(self.warnings(certificate))

    def test_the_reminder_is_renewed_at_thirty_and_seven_days(self):
        certificate = self.use_certificate_ending_in(60)
        self.daily()
        deadlines = [self.warnings(certificate).date_deadline]
        for days in (30, 53):
            with self.on_day(days):
                self.daily()
            self.assertEqual(len(self.warnings(certificate)), 1)
            deadlines.append(self.warnings(certificate).date_deadline)

        self.assertEqual(deadlines, sorted(set(deadlines)))
        self.assertEqual(certificate.reminded_days, 7)

    def test_the_administrator_can_close_the_activity(self):
        certificate = self.use_certificate_ending_in(60)
        self.daily()
        warning = self.warnings(certificate)
        warning.user_id = self.boss

        warning.with_user(self.boss).action_feedback(feedback="Requested.")

        self.assertFalse(self.warnings(certificate))

    def test_a_new_pair_settles_the_reminder(self):
        certificate = self.use_certificate_ending_in(60)
        self.daily()

        self.use_certificate()

        self.assertFalse(self.warnings(certificate))

    def test_the_offline_certificate_says_what_is_at_stake(self):
        self.use_certificate()
        offline = self.use_certificate_ending_in(10, purpose="offline")

        self.daily()

        self.assertIn("no invoice can be issued while KSeF is unavailable",
                      self.warnings(offline).note)  # fmt: skip

    def test_a_certificate_that_is_not_in_use_bothers_nobody(self):
        old = self.use_certificate_ending_in(10)
        self.use_certificate()

        self.daily()

        self.assertFalse(self.warnings(old))

    def test_tokens_warn_of_the_last_day_of_all_tokens(self):
        self.use_token()
        token = self.company.sudo().l10n_pl_ksef_token_id

        with freeze_time("2026-10-15"):
            self.daily()
            self.assertFalse(self.warnings(token))
        with freeze_time("2026-11-02"):
            self.daily()

        self.assertIn("31 December 2026", self.warnings(token).note)

    def test_the_warning_of_a_token_is_renewed_as_the_last_day_comes_near(self):
        self.use_token()
        token = self.company.sudo().l10n_pl_ksef_token_id
        stages = []
        for day in ("2026-11-02", "2026-12-01", "2026-12-24"):
            with freeze_time(day):
                self.daily()
            self.assertEqual(len(self.warnings(token)), 1)
            stages.append(token.reminded_days)

        self.assertEqual(stages, [60, 30, 7])

    def test_a_token_that_is_only_kept_bothers_nobody(self):
        self.use_certificate()
        token = self.env["l10n_pl_ksef.token"].sudo()._make(self.company)

        with freeze_time("2026-12-24"):
            self.daily()

        self.assertFalse(self.warnings(token))

    def test_one_company_in_trouble_does_not_stop_the_others(self):
        certificate = self.use_certificate_ending_in(60)
        other = self.env["res.company"].create({"name": "Zeta", "country_id": self.poland.id})
        other.l10n_pl_ksef_environment = "simulator"

        self.daily()

        self.assertTrue(self.warnings(certificate))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestByThemselves(RenewalTestCase):
    def setUp(self):
        super().setUp()
        self.company.l10n_pl_ksef_automatic_certificates = True

    def test_both_certificates_are_renewed_without_anybody(self):
        olds = [
            self.use_certificate_ending_in(50, purpose) for purpose in ("authentication", "offline")
        ]

        self.daily()
        self.run_schedule()

        for old in olds:
            new = self.in_use(old.purpose)
            self.assertNotEqual(new, old)
            self.assertGreater(new.valid_to, old.valid_to + timedelta(days=600))
            self.assertFalse(self.warnings(old))
            self.assertTrue(old._pair(), "the old one stays readable")
        self.assertTrue(self.company._l10n_pl_ksef_client().own_permissions().scopes)

    def test_the_new_one_is_requested_once(self):
        self.use_certificate_ending_in(50)
        asked = self.watch("POST /v2/certificates/enrollments")
        self.simulator.control("processing", {"enrollment_seconds": 3600})

        self.daily()
        self.daily()

        self.assertEqual(asked(), 1)

    def test_where_it_does_not_work_an_administrator_is_told_why(self):
        certificate = self.use_certificate_ending_in(50)
        self.simulator.control("quotas", {"type": "Nip", "requests": 0})

        self.daily()

        self.assertIn("are used up", self.warnings(certificate).note)

    def test_refused_requests_do_not_eat_the_quota_day_by_day(self):
        certificate = self.use_certificate_ending_in(50)
        self.simulator.fault("POST /v2/certificates/enrollments", "process_status", code=400)
        self.daily()
        self.run_schedule()
        asked = self.watch("POST /v2/certificates/enrollments")

        self.daily()

        self.assertEqual(asked(), 0)
        self.assertIn("KSeF refused", self.warnings(certificate).note)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRefusedCredentials(RenewalTestCase):
    def end_login(self):
        self.login().write(
            {"access_valid_until": fields.Datetime.now(), "refresh_valid_until": False}
        )

    def try_again(self):
        self.login().hold_until = False
        return self.outcome(self.company._l10n_pl_ksef_client)

    def test_a_revoked_certificate_makes_one_activity(self):
        certificate = self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.simulator.control("revoke", {"serial": certificate.serial})
        self.end_login()

        for _attempt in range(3):
            self.assertIsInstance(self.try_again(), LoginRefused)

        warning = self.warnings(certificate, REFUSAL)
        self.assertEqual(len(warning), 1)
        self.assertIn("nothing is sent until", warning.note)
        self.assertIn("revoked", warning.note)

    def test_a_revoked_token_makes_one_activity(self):
        value = self.use_token()
        self.company._l10n_pl_ksef_client()
        self.simulator.control("revoke", {"token": value})
        self.end_login()

        for _attempt in range(3):
            self.assertIsInstance(self.try_again(), LoginRefused)

        token = self.company.sudo().l10n_pl_ksef_token_id
        self.assertEqual(len(self.warnings(token, REFUSAL)), 1)
        self.assertNotIn(value.split("|")[-1], self.warnings(token, REFUSAL).note)

    def test_what_was_done_is_not_said_again(self):
        certificate = self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.simulator.control("revoke", {"serial": certificate.serial})
        self.end_login()
        self.try_again()
        self.warnings(certificate, REFUSAL).action_done()

        self.try_again()

        self.assertFalse(self.warnings(certificate, REFUSAL))

    def test_an_expired_certificate_does_not_even_ask_ksef(self):
        certificate = self.use_certificate_ending_in(1)
        self.company._l10n_pl_ksef_client()
        self.end_login()
        starts = self.watch("POST /v2/auth/xades-signature")

        with self.on_day(2):
            error = self.outcome(self.company._l10n_pl_ksef_client)

        self.assertIsInstance(error, CertificateProblem)
        self.assertEqual(starts(), 0)
        self.assertEqual(len(self.warnings(certificate, REFUSAL)), 1)

    def test_a_login_that_works_again_settles_it(self):
        certificate = self.use_certificate()
        self.company._l10n_pl_ksef_client()
        forbidden = {"title": "Forbidden", "status": 403, "detail": "Brak.", "reasonCode": ""}
        self.simulator.fault("POST /v2/auth/challenge", "status", code=403, body=forbidden)
        self.end_login()
        self.try_again()
        self.assertTrue(self.warnings(certificate, REFUSAL))

        self.assertIsNone(self.try_again())

        self.assertFalse(self.warnings(certificate, REFUSAL))

    def test_a_failure_of_ksef_itself_bothers_nobody(self):
        certificate = self.use_certificate()
        self.company._l10n_pl_ksef_client()
        self.end_login()
        self.simulator.fault("POST /v2/auth/challenge", "status", code=503)

        self.try_again()

        self.assertFalse(self.warnings(certificate, REFUSAL))
