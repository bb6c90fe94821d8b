"""Fetching when KSeF, the network or a package is not as it should be."""

from odoo.tests import tagged

from .common_received import ReceivingTestCase

EXPORT = "POST /v2/invoices/exports"
MANY = 20


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFetchingTrouble(ReceivingTestCase):
    def setUp(self):
        super().setUp()
        self.planted = self.planted_numbers(self.plant(MANY))

    def assert_complete(self):
        self.assertEqual(sorted(self.kept()), sorted(self.planted))
        self.assertEqual(self.received.search_count([]), MANY)

    # -- broken packages --------------------------------------------------------------------

    def assert_requested_anew(self, how):
        self.spoil(how)
        self.fetch()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])
        self.assertTrue(self.exports()[0].problem)
        self.assert_complete()

    def test_a_package_cut_off_is_requested_anew(self):
        self.assert_requested_anew("cut")

    def test_a_package_for_another_key_is_requested_anew(self):
        self.assert_requested_anew("wrong_key")

    def test_a_package_with_wrong_hashes_is_requested_anew(self):
        self.assert_requested_anew("wrong_hash")

    def test_a_package_packed_another_way_is_requested_anew(self):
        self.assert_requested_anew("other_compression")

    def test_a_package_without_its_list_is_requested_anew(self):
        self.assert_requested_anew("no_metadata")

    def test_a_package_whose_list_is_unreadable_is_requested_anew(self):
        self.assert_requested_anew("bad_metadata")

    def test_a_package_of_far_too_many_files_is_requested_anew(self):
        self.assert_requested_anew("many")

    def test_always_unreadable_packages_are_given_up_and_documents_come_singly(self):
        self.spoil("cut", times=None)
        message = self.fetch()
        self.assertEqual(self.exports().mapped("state"), ["failed"] * 3)
        self.assertIn("one by one", message)
        self.go_on()
        self.assert_complete()
        self.assertEqual(len(self.exports()), 3)

    def go_on(self):
        """Minutes pass until the limits of single documents allow the rest."""
        for _run in range(4):
            asked = self.received.search([("asked_at", "!=", False)])
            asked.write({"asked_at": "2026-01-01 00:00:00"})
            self.run_schedule()

    def assert_comes_singly(self, how, missing=1):
        self.spoil(how)
        self.fetch()
        self.assertTrue(self.exports().problem)
        self.assertEqual(self.exports().missing_count, missing)
        self.go_on()
        self.assert_complete()
        self.assertEqual(len(self.exports()), 1)

    def test_a_document_missing_in_a_package_comes_singly(self):
        self.assert_comes_singly("missing_file")

    def test_a_document_altered_in_a_package_comes_singly(self):
        self.assert_comes_singly("altered_file")

    def test_a_document_that_unpacks_to_a_bomb_comes_singly(self):
        self.assert_comes_singly("bomb")

    def test_names_that_lead_out_of_the_folder_are_refused(self):
        self.assert_comes_singly("traversal", MANY)

    def test_names_that_lead_anywhere_are_refused(self):
        self.assert_comes_singly("absolute", MANY)

    def assert_left_and_said(self, how):
        self.spoil(how)
        self.fetch()
        self.assert_complete()
        self.assertTrue(self.exports().problem)

    def test_a_link_is_not_followed(self):
        self.assert_left_and_said("symlink")

    def test_a_file_that_is_not_listed_is_not_taken(self):
        self.assert_left_and_said("extra_file")

    def test_a_document_that_is_there_twice_is_taken_once(self):
        self.assert_left_and_said("duplicate")

    # -- states of an export ---------------------------------------------------------------

    def test_an_expired_package_is_requested_anew(self):
        self.simulator.control("processing", {"package_seconds": 0, "link_seconds": 0})
        self.fetch()
        self.simulator.control("processing", {"package_seconds": 9999, "link_seconds": 999})
        self.assertEqual(self.exports()[:1].state, "failed")
        self.go_on()
        self.assert_complete()

    def test_an_export_that_ksef_forgot_is_requested_anew(self):
        self.simulator.control("processing", {"export_seconds": 3600})
        self.fetch()
        self.simulator.fault("GET /v2/invoices/exports/*", "status", code=410)
        self.simulator.control("processing", {"export_seconds": 0})
        self.run_schedule()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])
        self.assert_complete()

    def test_a_failed_export_is_requested_anew(self):
        self.simulator.fault(EXPORT, "process_status", code=550)
        self.fetch()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])
        self.assert_complete()

    def test_an_unknown_status_is_no_failure(self):
        self.simulator.fault(EXPORT, "process_status", code=777)
        self.fetch()
        self.assertEqual(self.exports().state, "asked")
        self.assertIn("777", self.exports().problem)

    def test_a_withdrawn_key_of_ksef_is_fetched_again(self):
        self.simulator.fault(EXPORT, "rotate_keys")
        self.fetch()
        self.assert_complete()

    # -- lost answers ------------------------------------------------------------------------

    def test_a_lost_answer_to_the_request_costs_one_more_package(self):
        self.simulator.fault(EXPORT, "drop_after")
        self.fetch()
        self.assertEqual(self.exports().state, "asking")
        self.run_schedule()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])
        self.assert_complete()

    def test_a_download_that_breaks_off_is_made_again(self):
        self.simulator.fault("GET /storage/**", "cut")
        self.fetch()
        self.run_schedule()
        self.assertEqual(self.exports().mapped("state"), ["done"])
        self.assert_complete()

    def test_a_storage_out_of_reach_does_not_hold_fetching_up_for_ever(self):
        self.simulator.fault("GET /storage/**", "drop_before", times=None)
        self.fetch()
        for _run in range(20):
            self.run_schedule()
        self.go_on()
        self.assertEqual(self.exports().mapped("state"), ["failed"] * 3)
        self.assertIn("downloaded", self.exports()[0].problem)
        self.assert_complete()

    def test_and_does_not_stop_sending(self):
        self.simulator.fault("GET /storage/**", "drop_before", times=None)
        self.fetch()
        pauses = self.env["l10n_pl_ksef.throttle"].sudo()
        self.assertFalse(pauses._resting_until(self.company, "send_invoice"))

    def test_a_link_that_is_over_is_asked_for_again(self):
        self.simulator.fault("GET /storage/**", "status", code=403)
        self.fetch()
        self.run_schedule()
        self.assertEqual(self.exports().mapped("state"), ["done"])
        self.assert_complete()

    def test_an_expired_login_is_renewed_on_the_way(self):
        self.simulator.fault(EXPORT, "expire_tokens", which="access")
        self.fetch()
        self.assert_complete()

    # -- limits and permissions ---------------------------------------------------------------

    def test_too_many_calls_let_fetching_rest(self):
        self.simulator.control(
            "limits", {"enforce": True, "overrides": {"invoiceMetadata": {"perHour": 0}}}
        )
        message = self.fetch()
        self.assertIn("limit is reached", message)
        count = self.calls("POST /v2/invoices/**")
        self.env["res.company"]._cron_l10n_pl_ksef_fetch()
        self.fetch()
        self.assertEqual(count(), 0)

    def test_a_rest_of_fetching_does_not_stop_sending(self):
        self.simulator.control(
            "limits", {"enforce": True, "overrides": {"invoiceMetadata": {"perHour": 0}}}
        )
        self.fetch()
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_single_documents_stay_within_the_limits(self):
        self.spoil("traversal")
        self.simulator.control("limits", {"enforce": True})
        count = self.calls("GET /v2/invoices/ksef/*")
        self.fetch()
        self.assertLessEqual(count(), 16)
        self.assertFalse(self.env["l10n_pl_ksef.throttle"].sudo().search([]))

    def test_without_permission_it_says_so_and_does_not_hammer(self):
        self.connect(self.company, permissions=["InvoiceWrite"])
        message = self.fetch()
        self.assertIn("InvoiceRead", message)
        count = self.calls("POST /v2/invoices/**")
        for _run in range(3):
            self.env["res.company"]._cron_l10n_pl_ksef_fetch()
        self.assertEqual(count(), 0)

    def test_when_ksef_is_away_nothing_is_lost(self):
        self.simulator.control("outage", {"on": True})
        self.fetch()
        self.assertTrue(self.cursor().problem)
        self.simulator.control("outage", {"off": True})
        self.run_schedule()
        self.assert_complete()
        self.assertFalse(self.cursor().problem)

    def test_garbage_is_no_answer(self):
        self.simulator.fault("POST /v2/invoices/query/metadata", "garbage")
        self.fetch()
        self.assertFalse(self.kept())
        self.run_schedule()
        self.assert_complete()
