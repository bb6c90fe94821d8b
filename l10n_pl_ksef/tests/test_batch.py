"""Many documents in one package: what goes in one, and what the people see of it."""

import base64
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..ksef.packages import PackageLimits
from ..models import batch_documents, batch_results, batch_steps, submission_crons
from ..models.batch_documents import PACKAGE_FROM
from .common_batch import CLOSE, BatchTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatch(BatchTestCase):
    # -- what goes in a package ---------------------------------------------------------------

    def test_thirty_waiting_invoices_go_in_one_package(self):
        self.patch(batch_documents, "PACKAGE_FROM", PACKAGE_FROM)
        invoices = self.ready(30)
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})
        [package] = self.packages()
        self.assertEqual((package.state, package.accepted_count), ("closed", 30))
        self.assertOfferedOnce(invoices)

    def test_fewer_go_one_by_one(self):
        self.patch(batch_documents, "PACKAGE_FROM", PACKAGE_FROM)
        invoices = self.ready(3)
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})
        self.assertFalse(self.packages())

    def test_online_and_offline_ones_go_in_packages_of_their_own(self):
        self.give_offline_pair()
        online, offline = self.ready(4), self.ready(5)
        self.give_ready_offline(offline)
        self.run_due()
        modes = {
            package.offline_mode: package.submission_ids.move_id for package in self.packages()
        }
        self.assertEqual(modes, {True: offline, False: online})
        self.assertOfferedOnce(online | offline)
        held = self.held(online | offline)
        self.assertEqual({held[name][0]["mode"] for name in offline.mapped("name")}, {"Offline"})
        self.assertEqual({held[name][0]["mode"] for name in online.mapped("name")}, {"Online"})

    def test_a_technical_correction_never_goes_in_one(self):
        invoices = self.ready(4)
        corrected = self.submission_of(invoices[0])
        corrected.corrects_id = self.submission_of(invoices[1])
        self.assertNotIn(corrected, self.waiting_for_a_package())

    def test_one_dated_tomorrow_is_not_taken_along(self):
        invoices = self.ready(4)
        late = self.submission_of(invoices[0])
        late.issue_date = fields.Date.today() + timedelta(days=2)
        self.assertEqual(
            self.waiting_for_a_package(), invoices[1:].sudo().l10n_pl_ksef_submission_ids
        )

    def test_the_most_urgent_are_packed_first(self):
        self.give_offline_pair()
        self.patch(batch_documents, "PACKAGE_FROM", 2)
        self.patch(batch_documents, "PACKAGE_MOST", 2)
        invoices = self.ready(3)
        self.give_ready_offline(invoices)
        urgent = self.submission_of(invoices[2])
        urgent.deadline = fields.Date.add(urgent.deadline, days=-1)
        self.assertEqual(self.waiting_for_a_package(offline=True)[:1], urgent)

    def test_a_package_has_no_more_bytes_than_one_step_can_take(self):
        invoices = self.ready(4)
        size = len(self.document(invoices[0]))
        with patch.object(batch_documents, "PACKAGE_MOST_BYTES", int(size * 2.5)):
            self.assertEqual(len(self.waiting_for_a_package()), 2)

    def test_no_more_documents_than_ksef_takes_from_this_company(self):
        self.simulator.control("processing", {"batch_invoices": 3})
        invoices = self.ready(6)
        self.run_due()
        self.assertEqual([package.accepted_count for package in self.packages()], [3, 3])
        self.assertOfferedOnce(invoices)

    def test_a_day_with_something_of_everything(self):
        # given: thirty documents, online and offline, some with an attachment; one that KSeF
        # holds already, one that it refuses; receipts on several pages
        self.patch(batch_documents, "PACKAGE_FROM", 10)
        self.simulator.control("processing", {"upo_page_size": 9})
        self.announce_attachments()
        self.give_offline_pair()
        attached = self.with_attachment() | self.with_attachment()
        attached._l10n_pl_ksef_prepare()
        online, offline = self.ready(16) | attached[0], self.ready(12) | attached[1]
        self.give_ready_offline(offline)
        held_already = self.simulator.plant(self.document(online[3]))
        self.simulator.fault(CLOSE, "process_status", code=450, ordinals=[5])
        # when
        self.run_due()
        self.run_due()
        # then
        [refused] = offline.filtered(lambda move: move.l10n_pl_ksef_state == "rejected")
        others = online + offline - refused
        self.assertEqual(len(others), 29)
        self.assertEqual(set(others.mapped("l10n_pl_ksef_state")), {"accepted"})
        # (the receipt of what another program sent is with that program)
        self.assertTrue(all((others - online[3]).mapped("l10n_pl_ksef_has_upo")))
        self.assertEqual(online[3].l10n_pl_ksef_number, held_already["number"])
        self.assertEqual(len(set(others.mapped("l10n_pl_ksef_number"))), 29)
        self.assertEqual(self.packages().mapped("offline_mode"), [True, False])
        for invoice in others - online[3]:
            [held] = self.held(invoice)[invoice.name]
            self.assertEqual(held["offered"], 1)
            self.assertEqual(held["mode"], "Offline" if invoice in offline else "Online")

    def test_a_run_that_ended_early_comes_back_for_the_rest(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        self.today_invoice()
        self.patch(submission_crons, "RUN_SECONDS", -1)
        self.env["ir.cron.trigger"].search([]).unlink()
        self.submissions()._prepare_waiting(self.connection())
        cron = self.env.ref("l10n_pl_ksef.cron_send")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    # -- on its way -----------------------------------------------------------------------------

    def test_it_goes_in_as_many_parts_as_it_needs(self):
        with patch.object(batch_steps, "LIMITS", PackageLimits(part_bytes=900)):
            invoices = self.ready(4)
            self.run_due()
        [package] = self.packages()
        self.assertGreater(package.part_count, 2)
        self.assertEqual(package.parts_sent, package.part_count)
        self.assertOfferedOnce(invoices)

    def test_what_there_was_no_time_for_is_sent_by_the_next_run(self):
        with (
            patch.object(batch_steps, "LIMITS", PackageLimits(part_bytes=900)),
        ):
            invoices = self.ready(4)
            package = self.submissions()._next_package(self.connection())
            package._advance(time.monotonic() - 1)
            self.assertEqual((package.state, package.parts_sent), ("open", 0))
            self.run_due()
        self.assertEqual(package.state, "closed")
        self.assertOfferedOnce(invoices)

    def test_while_it_is_on_its_way_its_invoices_cannot_be_changed_or_sent_again(self):
        invoices = self.ready(3)
        package = self.submissions()._next_package(self.connection())
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"sending"})
        skipped = invoices._l10n_pl_ksef_prepare()
        self.assertEqual(set(skipped), set(invoices))
        self.assertEqual(package.submission_count, 3)

    def test_the_invoices_say_that_they_go_in_a_package(self):
        invoices = self.ready(3)
        self.submissions()._next_package(self.connection())
        alert = invoices[0]._get_alerts()["l10n_pl_ksef_package"]
        self.assertIn("package of 3", str(alert["message"]))

    def test_a_person_who_asks_about_one_gets_the_whole_package_on(self):
        invoices = self.ready(3)
        self.submissions()._next_package(self.connection())
        invoices[0].action_l10n_pl_ksef_check_status()
        self.make_due()
        invoices[0].action_l10n_pl_ksef_check_status()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})

    def test_a_package_that_ksef_takes_its_time_over_is_asked_about_again(self):
        self.hurry()
        self.simulator.processing(120)
        invoices = self.ready(4)
        self.run_due()
        [package] = self.packages()
        self.assertEqual(package.state, "processing")
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"sent"})
        self.simulator.set_clock(121)
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})

    # -- what becomes of each document ----------------------------------------------------------

    def test_one_that_another_worker_holds_keeps_the_package_until_its_result_is_taken(self):
        invoices = self.ready(4)
        self.send()
        [package] = self.packages()
        self.make_due()
        with self.held_by_another_worker(invoices[1], "sent"):
            package._advance(time.monotonic() + 30)
        self.assertEqual(package.state, "processing")
        self.assertGreater(package.next_step_at, fields.Datetime.now())
        self.run_due()
        self.assertEqual(package.state, "closed")
        self.assertOfferedOnce(invoices)

    def test_one_left_without_its_reference_is_found_by_its_hash(self):
        invoices = self.ready(4)
        self.run_due()
        left = {"state": "sent", "reference": False, "ksef_number": False, "has_upo": False}
        self.submission_of(invoices[1]).write(left)
        self.assertTrue(self.submission_of(invoices[1])._follow())
        self.assertEqual(invoices[1].l10n_pl_ksef_state, "accepted")
        self.assertOfferedOnce(invoices)

    def test_a_receipt_whose_document_another_worker_holds_is_asked_for_singly(self):
        invoices = self.ready(4)
        self.send()
        [package] = self.packages()
        self.make_due()
        with (
            self.held_by_another_worker(invoices[1], "accepted"),
            self.assertNoLogs("odoo.addons.l10n_pl_ksef", "ERROR"),
        ):
            package._advance(time.monotonic() + 30)
        self.run_due()
        self.assertTrue(all(invoices.mapped("l10n_pl_ksef_has_upo")))

    def test_a_refused_one_stops_only_itself(self):
        self.simulator.fault(CLOSE, "process_status", code=450, ordinals=[2])
        invoices = self.ready(4)
        self.run_due()
        refused = invoices.filtered(lambda move: move.l10n_pl_ksef_state == "rejected")
        self.assertEqual(refused, invoices[1])
        self.assertEqual(self.submission_of(refused).refusal_code, 450)
        self.assertTrue(refused.activity_ids)
        self.assertEqual(set((invoices - refused).mapped("l10n_pl_ksef_state")), {"accepted"})

    def test_a_package_without_one_valid_invoice_tells_each_why(self):
        self.simulator.fault(CLOSE, "process_status", code=410)
        invoices = self.ready(4)
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"rejected"})
        self.assertEqual({self.submission_of(invoice).refusal_code for invoice in invoices}, {410})
        self.assertEqual(self.packages().state, "closed")

    def test_one_that_ksef_cancelled_goes_again(self):
        self.simulator.fault(CLOSE, "process_status", code=550, ordinals=[1, 2])
        invoices = self.ready(4)
        self.run_due()
        self.assertEqual(set(invoices[:2].mapped("l10n_pl_ksef_state")), {"to_send"})
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})

    def test_the_receipts_of_all_come_with_one_document(self):
        # given: the receipts of single invoices are not to be had
        for route in ("invoices/ksef/*/upo", "invoices/*/upo"):
            self.simulator.fault(f"GET /v2/sessions/*/{route}", "status", times=None, code=503)
        invoices = self.ready(4)
        self.run_due()
        receipts = {self.submission_of(invoice).upo for invoice in invoices}
        self.assertEqual(len(receipts), 1)
        receipt = base64.b64decode(receipts.pop())
        for invoice in invoices:
            self.assertIn(invoice.l10n_pl_ksef_number.encode(), receipt)
            self.assertTrue(invoice.l10n_pl_ksef_has_upo)

    def test_receipts_on_several_pages_each_find_their_invoices(self):
        self.simulator.control("processing", {"upo_page_size": 2})
        invoices = self.ready(4)
        self.run_due()
        for invoice in invoices:
            receipt = base64.b64decode(self.submission_of(invoice).upo)
            self.assertIn(invoice.l10n_pl_ksef_number.encode(), receipt)

    def test_a_receipt_whose_link_does_not_work_is_fetched_by_its_number(self):
        self.simulator.fault("GET /storage/01/*/session-upo/*", "status", code=403)
        invoices = self.ready(4)
        self.run_due()
        self.assertTrue(all(invoices.mapped("l10n_pl_ksef_has_upo")))

    def test_receipts_that_do_not_come_for_all_come_one_by_one(self):
        self.hurry()
        self.simulator.fault("GET /storage/01/*/session-upo/*", "status", times=None, code=403)
        self.simulator.fault("GET /v2/sessions/*/upo/*", "status", times=None, code=503)
        invoices = self.ready(4)
        for _run in range(5):
            self.run_due()
        self.assertEqual(self.packages().state, "closed")
        self.assertTrue(all(invoices.mapped("l10n_pl_ksef_has_upo")))

    def test_receipts_there_was_no_time_for_are_kept_by_the_next_runs(self):
        invoices = self.ready(4)
        self.send()
        [package] = self.packages()
        self.make_due()
        with patch.object(batch_results, "_out_of_time", side_effect=[False] * 4 + [True] * 20):
            package._advance(time.monotonic() + 30)
        self.assertEqual((package.state, package.looks), ("processing", 0))
        self.run_due()
        self.assertTrue(all(invoices.mapped("l10n_pl_ksef_has_upo")))
