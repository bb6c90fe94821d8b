"""A package on a bad day: nothing lost, nothing offered twice, the package resumed or given up."""

import time
from unittest.mock import patch

from odoo.tests import tagged

from ..ksef import client_reading
from ..ksef.packages import PackageLimits
from ..models import batch_steps
from .common_batch import CLOSE, OPEN, UPLOAD, BatchTestCase
from .test_offline import NOWHERE

STATUS = "GET /v2/sessions/*"
LISTING = "GET /v2/sessions/*/invoices"
WHOLE_SESSION_CODES = (405, 415, 420, 430, 435, 440)


def refusal(code):
    detail = {"exceptionCode": code, "exceptionDescription": "Tak KSeF mówi.", "details": []}
    return {"code": 400, "body": {"exception": {"exceptionDetailList": [detail]}}}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchTrouble(BatchTestCase):
    def states(self, invoices):
        return set(invoices.mapped("l10n_pl_ksef_state"))

    def assertAllInOnce(self, invoices):
        self.assertEqual(self.states(invoices), {"accepted"})
        self.assertTrue(all(invoices.mapped("l10n_pl_ksef_has_upo")))
        self.assertOfferedOnce(invoices)

    def in_parts(self):
        self.patch(batch_steps, "LIMITS", PackageLimits(part_bytes=900))

    # -- opening ----------------------------------------------------------------------------

    def test_an_opening_whose_answer_is_lost_took_nothing_and_is_repeated(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind=kind):
                invoices = self.ready(3)
                self.simulator.fault(OPEN, kind)
                self.send()
                self.assertEqual(self.states(invoices), {"to_send"})
                self.assertTrue(self.submission_of(invoices[0]).trouble)
                self.run_due()
                self.assertAllInOnce(invoices)

    def test_an_opening_answered_with_nonsense_is_repeated(self):
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "garbage", code=201)
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_limit_of_packages_is_kept_by_all(self):
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "status", code=429, headers={"Retry-After": "900"})
        self.send()
        submissions = self.submissions()
        submissions.search([]).write({"next_step_at": False})
        self.assertFalse(submissions._next_package(self.connection()))
        self.assertEqual(self.states(invoices), {"to_send"})
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_login_that_is_over_is_renewed(self):
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "expire_tokens")
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_while_ksef_cannot_be_reached_they_are_issued_offline_if_the_company_wants_that(self):
        self.give_offline_pair()
        self.company.l10n_pl_ksef_offline_fallback = True
        invoices = self.ready(3)
        with self.simulator_at(NOWHERE):
            self.run_due()
        self.assertEqual(self.states(invoices), {"offline"})
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_failure_of_ksef_itself_is_a_reason_to_issue_them_offline_too(self):
        self.give_offline_pair()
        self.company.l10n_pl_ksef_offline_fallback = True
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "status", code=503)
        self.send()
        self.assertEqual(self.states(invoices), {"offline"})

    def test_a_package_refused_at_the_door_lets_its_documents_go_alone_in_the_end(self):
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "status", times=2, **refusal(21405))
        self.run_due()
        self.assertIn("Tak KSeF mówi.", self.submission_of(invoices[0]).trouble)
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)
        self.assertEqual(set(self.packages().mapped("accepted_count")), {0})

    # -- uploading --------------------------------------------------------------------------

    def test_an_upload_that_breaks_off_goes_on_with_the_next_part(self):
        self.in_parts()
        invoices = self.ready(6)
        self.simulator.fault(UPLOAD, "drop_before", skip=1)
        self.send()
        [package] = self.packages()
        self.assertEqual((package.state, package.parts_sent), ("open", 1))
        reference = package.reference
        self.run_due()
        self.assertAllInOnce(invoices)
        self.assertEqual(self.packages().reference, reference)

    def test_a_part_that_came_though_its_answer_was_lost_is_sent_again(self):
        self.in_parts()
        invoices = self.ready(6)
        self.simulator.fault(UPLOAD, "drop_after", skip=1)
        self.send()
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_an_upload_too_late_begins_anew_in_another_package(self):
        invoices = self.ready(3)
        self.simulator.fault(UPLOAD, "status", code=403)
        self.send()
        self.assertEqual(self.states(invoices), {"to_send"})
        self.run_due()
        self.assertEqual(self.packages().mapped("state"), ["closed", "closed"])
        self.assertAllInOnce(invoices)

    def test_a_package_that_cannot_be_built_again_is_given_up(self):
        invoices = self.ready(3)
        self.simulator.fault(UPLOAD, "drop_before")
        self.send()
        self.packages().archive_hash = "another"
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_package_whose_key_was_forgotten_sets_its_documents_free(self):
        invoices = self.ready(3)
        self.simulator.fault(UPLOAD, "drop_before")
        self.send()
        self.packages()._abandon()
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)

    # -- closing ----------------------------------------------------------------------------

    def test_a_close_whose_answer_is_lost_is_asked_about_and_not_repeated(self):
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "drop_after")
        self.simulator.fault(CLOSE, "status", skip=1, code=500)
        self.send()
        self.assertEqual(self.states(invoices), {"in_doubt"})
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_close_that_never_came_is_made_again_once_ksef_says_so(self):
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "drop_before")
        self.send()
        self.assertEqual(self.states(invoices), {"in_doubt"})
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_in_doubt_it_is_never_offered_anew_before_ksef_has_spoken(self):
        self.hurry()
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "drop_after")
        self.send()
        self.simulator.fault(STATUS, "status", times=2, code=503)
        for _run in range(2):
            self.run_due()
        self.assertEqual(self.states(invoices), {"in_doubt"})
        self.assertEqual(len(self.packages()), 1)
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_forgotten_key_does_not_set_free_what_ksef_may_have_taken(self):
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "drop_after")
        self.send()
        self.packages()._abandon()
        self.run_due()
        self.assertEqual(len(self.packages()), 1)
        self.assertAllInOnce(invoices)

    def test_a_close_too_late_begins_anew_in_another_package(self):
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "status", **refusal(21208))
        self.send()
        self.assertEqual(self.states(invoices), {"to_send"})
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_limit_of_closing_is_waited_for_and_the_package_kept(self):
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "status", code=429, headers={"Retry-After": "600"})
        self.send()
        [package] = self.packages()
        self.assertEqual((package.state, self.states(invoices)), ("closing", {"sending"}))
        self.assertTrue(package._rests())
        self.run_due()
        self.assertEqual(len(self.packages()), 1)
        self.assertAllInOnce(invoices)

    def test_parts_that_ksef_lacks_are_sent_again(self):
        self.in_parts()
        invoices = self.ready(6)
        self.simulator.fault(CLOSE, "status", **refusal(21205))
        self.send()
        self.assertEqual(self.packages().parts_sent, 0)
        self.run_due()
        self.assertAllInOnce(invoices)
        self.assertEqual(len(self.packages()), 1)

    def test_once_closing_was_tried_only_ksef_sets_its_documents_free(self):
        self.hurry()
        # given a package that KSeF did not take because parts were missing, and that cannot be
        # built again: some worker's call to close it may yet arrive
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "status", **refusal(21205))
        self.send()
        self.packages().archive_hash = "another"
        self.run_due()
        self.assertEqual(self.states(invoices), {"sending"})
        self.assertEqual(self.packages().state, "processing")
        # when its time is over at KSeF
        self.simulator.set_clock(21 * 60)
        self.run_due()  # the login is over too
        self.run_due()
        self.assertEqual(self.states(invoices), {"to_send"})
        # then they go in another one
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_session_that_ksef_does_not_know_is_given_up_when_its_time_is_over(self):
        self.hurry()
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "drop_before")
        self.send()
        package = self.packages()
        self.simulator.fault(STATUS, "status", times=2, **refusal(21173))
        self.run_due()
        self.assertEqual(self.states(invoices), {"in_doubt"})
        package.valid_until = "2026-01-01 00:00:00"
        package.state = "processing"
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_an_empty_package_ends_by_itself(self):
        invoices = self.ready(3)
        package = self.submissions()._next_package(self.connection())
        invoices.sudo().l10n_pl_ksef_submission_ids.write({"state": "ready", "session_id": False})
        package._advance(time.monotonic() + 5)
        self.assertEqual((package.state, package.outcome), ("closed", False))

    def test_a_package_closed_already_is_followed(self):
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "drop_after")
        self.send()
        self.packages().state = "open"  # as a worker sees it that was faster than the clock
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)

    # -- KSeF's word on the whole -------------------------------------------------------------

    def test_a_package_refused_as_a_whole_sets_its_documents_free_with_ksefs_words(self):
        for code in WHOLE_SESSION_CODES:
            with self.subTest(code=code):
                invoices = self.ready(3)
                self.simulator.fault(OPEN, "process_status", code=code, description="Nie tak.")
                self.run_due()
                self.assertEqual(self.states(invoices), {"to_send"})
                self.assertIn("Nie tak", self.submission_of(invoices[0]).trouble)
                self.assertEqual(self.packages()[-1].outcome, "Nie tak.")
                self.run_due()
                self.assertAllInOnce(invoices)

    def test_after_two_such_packages_a_document_goes_alone(self):
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "process_status", times=None, code=430)
        for _run in range(3):
            self.run_due()
        self.assertAllInOnce(invoices)
        self.assertEqual(len(self.packages()), 2)

    def test_a_failure_of_ksefs_own_is_believed_after_a_while(self):
        self.hurry()
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "process_status", code=500)
        self.send()
        for _look in range(3):
            self.make_due()
            self.packages()._advance(time.monotonic() + 5)
            self.assertEqual(self.states(invoices), {"sent"})
        self.run_due()
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_code_that_nobody_knows_is_no_refusal(self):
        self.hurry()
        invoices = self.ready(3)
        self.simulator.fault(OPEN, "process_status", code=299, description="Zobaczymy")
        for _run in range(5):
            self.run_due()
        self.assertEqual(self.states(invoices), {"sent"})
        self.assertIn("Zobaczymy", self.packages().trouble)

    # -- following ----------------------------------------------------------------------------

    def test_a_status_that_nobody_can_read_is_asked_for_again(self):
        self.hurry()
        for fault in ({"kind": "garbage"}, {"kind": "status", "code": 503}, {"kind": "drop_after"}):
            with self.subTest(**fault):
                invoices = self.ready(3)
                self.simulator.fault(STATUS, **fault)
                self.run_due()
                self.assertEqual(self.states(invoices), {"sent"})
                self.run_due()
                self.assertAllInOnce(invoices)

    def test_a_list_that_does_not_come_is_asked_for_again(self):
        self.hurry()
        invoices = self.ready(3)
        self.simulator.fault(LISTING, "status", code=429, headers={"Retry-After": "60"})
        self.run_due()
        self.assertEqual(self.states(invoices), {"sent"})
        self.run_due()
        self.assertAllInOnce(invoices)

    def test_a_list_of_several_pages_is_read_to_its_end(self):
        invoices = self.ready(12)
        with patch.object(client_reading, "_LARGEST_PAGE", 10):
            self.run_due()
        self.assertAllInOnce(invoices)

    # -- duplicates -----------------------------------------------------------------------------

    def test_what_ksef_holds_already_takes_the_number_it_has_there(self):
        invoices = self.ready(3)
        planted = self.simulator.plant(self.document(invoices[1]))
        self.run_due()
        self.assertEqual(self.states(invoices), {"accepted"})
        self.assertEqual(invoices[1].l10n_pl_ksef_number, planted["number"])

    def test_another_document_with_the_same_number_is_named(self):
        invoices = self.ready(3)
        xml = self.document(invoices[1]).replace(b"<P_7>towar</P_7>", b"<P_7>inny</P_7>")
        planted = self.simulator.plant(xml)
        self.run_due()
        self.assertEqual(invoices[1].l10n_pl_ksef_state, "rejected")
        self.assertEqual(self.submission_of(invoices[1]).duplicate_of, planted["number"])
        self.assertEqual(self.states(invoices[0] | invoices[2]), {"accepted"})

    def test_duplicates_that_cannot_be_compared_now_are_asked_about_singly_later(self):
        invoices = self.ready(3)
        planted = self.simulator.plant(self.document(invoices[1]))
        self.simulator.fault(
            "GET /v2/invoices/ksef/*", "status", code=429, headers={"Retry-After": "60"}
        )
        self.run_due()
        self.run_due()
        self.assertEqual(self.states(invoices), {"accepted"})
        self.assertEqual(invoices[1].l10n_pl_ksef_number, planted["number"])
