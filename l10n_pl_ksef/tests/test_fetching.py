"""Fetching from KSeF: all of it, once, few calls, whatever is in the way."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ksef.encryption import sha256_base64
from .common import BUYER_NIP, OTHER_BUYER_NIP, SELLER_NIP
from .common_credentials import neutralized
from .common_received import ReceivingTestCase, supplier_invoice

MANY = 20


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFetching(ReceivingTestCase):
    # -- few and many -------------------------------------------------------------------

    def test_few_documents_come_by_their_numbers(self):
        planted = self.plant(3)
        self.fetch()
        self.assertEqual(self.kept(), self.planted_numbers(planted))
        self.assertFalse(self.exports())

    def test_many_documents_come_in_a_package(self):
        planted = self.plant(MANY)
        self.fetch()
        self.assertEqual(self.kept(), self.planted_numbers(planted))
        self.assertEqual(self.exports().mapped("state"), ["done"])

    def test_the_bytes_are_those_at_ksef(self):
        planted = self.plant(MANY)
        self.fetch()
        found = self.received.search([])
        self.assertEqual(
            {one.ksef_number: sha256_base64(one._xml()) for one in found},
            {one["number"]: one["hash"] for one in planted},
        )

    def test_nothing_comes_twice(self):
        self.plant(3)
        for _look in range(3):
            self.fetch()
        self.assertEqual(len(self.kept()), 3)

    def test_what_came_later_comes_with_the_next_look(self):
        first = self.plant(3)
        self.fetch()
        second = self.plant(MANY, supplier_invoice("FS"))
        self.fetch()
        self.assertEqual(self.kept(), self.planted_numbers([*first, *second]))

    def test_a_package_that_was_cut_off_is_followed_by_others(self):
        self.simulator.control("processing", {"export_invoices": 7})
        planted = self.plant(30)
        self.fetch()
        self.assertEqual(sorted(self.kept()), sorted(self.planted_numbers(planted)))
        self.assertEqual(self.exports().mapped("state"), ["done"] * 4)

    def test_a_package_in_parts_is_put_together(self):
        self.simulator.control("processing", {"export_part_bytes": 2000})
        self.plant(MANY)
        self.fetch()
        self.assertEqual(len(self.kept()), MANY)

    def test_thousands_of_documents_take_few_calls(self):
        self.plant(2000)
        self.company.sudo().l10n_pl_ksef_login_ids.unlink()
        self.company.l10n_pl_ksef_fetch_mode = "automatic"
        count = self.calls()
        for _run in range(3):
            self.run_schedule(due=False)
        self.assertEqual(len(self.kept()), 2000)
        self.assertLessEqual(count(), 12)

    # -- windows --------------------------------------------------------------------------

    def test_after_a_long_pause_it_catches_up_window_by_window(self):
        self.company.l10n_pl_ksef_fetch_from = "2026-02-01"
        old = self.plant(
            2, supplier_invoice("FO", day="2026-02-10"), stored="2026-02-10T08:00:00.1234567+00:00"
        )
        newer = self.plant(
            2, supplier_invoice("FS", day="2026-06-10"), stored="2026-06-10T08:00:00+00:00"
        )
        count = self.calls("POST /v2/invoices/query/metadata")
        self.fetch()
        self.assertEqual(self.kept(), self.planted_numbers([*old, *newer]))
        self.assertGreater(count(), 2)

    def test_an_earlier_day_fetches_what_is_missing(self):
        now = self.plant(2)
        self.fetch()
        before = self.plant(
            2, supplier_invoice("FS", day="2026-10-10"), stored="2026-10-10T08:00:00+00:00"
        )
        self.fetch()
        self.assertEqual(self.kept(), self.planted_numbers(now))
        self.company.l10n_pl_ksef_fetch_from = "2026-10-01"
        self.fetch()
        self.assertEqual(self.kept(), self.planted_numbers([*now, *before]))

    def test_a_day_to_come_is_refused(self):
        with self.assertRaisesRegex(UserError, "still to come"):
            self.company.l10n_pl_ksef_fetch_from = "2999-01-01"

    def test_a_mark_that_lies_behind_means_nothing_new(self):
        self.fetch()
        position = self.cursor().position
        self.simulator.control("processing", {"hwm_seconds": 3600})
        self.assertIn("Nothing new", self.fetch())
        self.assertEqual((self.cursor().position, self.cursor().problem), (position, False))

    # -- the schedule -----------------------------------------------------------------------

    def test_the_schedule_fetches_by_itself(self):
        planted = self.plant(2)
        self.run_schedule()
        self.assertEqual(self.kept(), self.planted_numbers(planted))

    def test_the_schedule_looks_once_in_a_quarter_of_an_hour(self):
        self.run_schedule()
        count = self.calls("POST /v2/invoices/query/metadata")
        for _run in range(3):
            self.run_schedule(due=False)
        self.assertEqual(count(), 0)
        pause = self.cursor().next_look - self.cursor().last_look
        self.assertEqual(pause.total_seconds(), 15 * 60)

    def test_without_a_decision_the_schedule_does_nothing(self):
        self.company.l10n_pl_ksef_fetch_mode = False
        count = self.calls()
        self.run_schedule()
        self.assertEqual(count(), 0)

    def test_by_hand_the_schedule_only_ends_what_was_asked_for(self):
        self.company.l10n_pl_ksef_fetch_mode = "manual"
        self.run_schedule()
        self.simulator.control("processing", {"export_seconds": 60})
        self.plant(MANY)
        message = self.fetch()
        self.assertIn("on its way", message)
        self.simulator.set_clock(61)
        self.run_schedule()
        self.assertEqual(len(self.kept()), MANY)
        self.plant(2, supplier_invoice("FS"))
        self.run_schedule()
        self.assertEqual(len(self.kept()), MANY)

    def test_switched_off_the_button_says_so(self):
        self.company.l10n_pl_ksef_fetch_mode = "off"
        with self.assertRaisesRegex(UserError, "switched off"):
            self.fetch()

    def test_a_neutralized_copy_calls_nobody(self):
        count = self.calls()
        with neutralized(self.env):
            with self.assertRaises(UserError):
                self.fetch()
            self.run_schedule()
        self.assertEqual(count(), 0)

    # -- roles --------------------------------------------------------------------------------

    def test_other_roles_are_fetched_only_if_wanted(self):
        sale = supplier_invoice("FV", seller=SELLER_NIP, buyer=OTHER_BUYER_NIP)
        planted = self.plant(1, sale)
        self.fetch()
        self.assertFalse(self.kept())
        self.company.l10n_pl_ksef_fetch_subject1 = "link"
        self.fetch()
        self.assertEqual(self.kept(), self.planted_numbers(planted))
        self.assertEqual(self.received.search([]).role, "subject1")

    def test_every_role_has_a_cursor_of_its_own(self):
        self.company.write(
            {
                "l10n_pl_ksef_fetch_subject1": "invoice",
                "l10n_pl_ksef_fetch_subject3": "keep",
                "l10n_pl_ksef_fetch_authorised": "keep",
            }
        )
        self.fetch()
        self.assertEqual(
            sorted(self.cursors().mapped("role")),
            ["authorised", "subject1", "subject2", "subject3"],
        )

    # -- several companies ------------------------------------------------------------------

    def test_several_companies_are_fetched_at_once(self):
        other = self.other_company()
        self.plant(2)
        self.plant(1, supplier_invoice("FX", seller=BUYER_NIP, buyer=OTHER_BUYER_NIP))
        told = (self.company | other).action_l10n_pl_ksef_fetch()["params"]["message"]
        self.assertIn(f"{self.company.name}: New documents: 2", told)
        self.assertIn(f"{other.name}: New documents: 1", told)

    def test_one_company_without_connection_does_not_stop_the_others(self):
        other = self.env["res.company"].create({"name": "Not connected"})
        self.plant(2)
        told = (other | self.company).action_l10n_pl_ksef_fetch()["params"]["message"]
        self.assertIn("not connected", told)
        self.assertIn("New documents: 2", told)

    def other_company(self):
        other = self.env["res.company"].create(
            {"name": "Second", "vat": f"PL{OTHER_BUYER_NIP}", "country_id": self.poland.id}
        )
        self.connect(other, OTHER_BUYER_NIP, l10n_pl_ksef_fetch_mode="manual")
        return other

    # -- what is said -------------------------------------------------------------------------

    def test_afterwards_it_says_what_came(self):
        self.plant(3)
        self.assertIn("New documents: 3", self.fetch())

    def test_nothing_new_is_said_too(self):
        self.assertIn("Nothing new", self.fetch())
