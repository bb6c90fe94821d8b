"""A fetched certificate: tried with one login, which becomes the company's own."""

from odoo.tests import tagged

from .test_enrolment import EnrolmentTestCase

START = "POST /v2/auth/xades-signature"
CHALLENGE = "POST /v2/auth/challenge"
STATUS = "GET /v2/auth/*"
END_LOGIN = "DELETE /v2/auth/sessions/current"


class UseTestCase(EnrolmentTestCase):
    def setUp(self):
        super().setUp()
        self.first = self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTheMark(UseTestCase):
    def test_after_the_switch_the_mark_is_green(self):
        self.request()

        self.run_schedule()

        self.assertNotEqual(self.in_use(), self.first)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertIn("InvoiceWrite", self.company.l10n_pl_ksef_connection_message)

    def test_the_trial_is_the_only_login_and_serves_from_then_on(self):
        self.request()
        starts = self.watch(START)
        self.run_schedule()

        self.assertTrue(self.company._l10n_pl_ksef_client().own_permissions().scopes)

        self.assertEqual(starts(), 1)

    def test_the_login_before_is_ended_at_ksef(self):
        self.request()
        ended = self.watch(END_LOGIN)

        self.run_schedule()

        self.assertEqual(ended(), 1)

    def test_trouble_with_the_mark_does_not_fail_the_switch(self):
        enrolment = self.request()
        self.simulator.fault("POST /v2/permissions/**", "status", code=503)
        self.simulator.fault(END_LOGIN, "status", code=503)

        self.run_schedule()

        self.assertEqual(enrolment.state, "issued", enrolment.message)
        self.assertEqual(self.in_use(), enrolment.certificate_id)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_a_process_that_died_after_the_switch_is_made_up_for(self):
        enrolment = self.request()
        self.run_schedule()
        self.login().unlink()  # the trial's tokens died with the process
        enrolment.write({"state": "trying"})
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "disconnected")

        self.run_schedule()

        self.assertEqual(enrolment.state, "issued")
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSlowTrial(UseTestCase):
    def start_slowly(self):
        """The certificate is issued, and KSeF takes ten minutes to check the login with it."""
        enrolment = self.request()
        self.simulator.control("processing", {"login_seconds": 600})
        self.run_schedule()
        self.assertEqual(enrolment.state, "trying")
        return enrolment

    def test_it_goes_on_with_the_same_login(self):
        challenges = self.watch(CHALLENGE)
        enrolment = self.start_slowly()
        self.assertEqual(self.in_use(), self.first)
        self.assertIn("still checking", enrolment.message)

        self.simulator.set_clock(610)
        self.run_schedule()

        self.assertEqual(challenges(), 1)
        self.assertEqual(enrolment.state, "issued", enrolment.message)
        self.assertEqual(self.in_use(), enrolment.certificate_id)
        self.assertFalse(enrolment.pending_token_sealed)
        self.assertFalse(enrolment.message)

    def test_the_certificate_is_not_fetched_again(self):
        enrolment = self.start_slowly()
        fetched = self.watch("POST /v2/certificates/retrieve")

        self.simulator.set_clock(610)
        self.run_schedule()

        self.assertEqual(enrolment.state, "issued")
        self.assertEqual(fetched(), 0)

    def test_the_next_look_is_planned(self):
        enrolment = self.start_slowly()

        self.assertTrue(enrolment.next_step_at)

    def test_an_answer_lost_meanwhile_costs_no_second_login(self):
        challenges = self.watch(CHALLENGE)
        enrolment = self.request()
        self.simulator.fault(STATUS, "drop_before")
        self.run_schedule()
        self.assertEqual(enrolment.state, "trying")

        self.run_schedule()

        self.assertEqual(enrolment.state, "issued", enrolment.message)
        self.assertEqual(challenges(), 1)

    def test_a_login_that_ksef_forgot_begins_anew(self):
        enrolment = self.start_slowly()
        self.simulator.control("processing", {"login_seconds": 0})
        self.simulator.fault(STATUS, "status", code=401)

        self.run_schedule()

        self.assertEqual(enrolment.state, "issued", enrolment.message)

    def test_disconnecting_forgets_it(self):
        enrolment = self.start_slowly()

        self.company.with_user(self.administrator).action_l10n_pl_ksef_disconnect()

        self.assertEqual(enrolment.state, "failed")
        self.assertFalse(enrolment.pending_token_sealed)
        self.assertFalse(enrolment.certificate_id.has_key)
