"""By when an invoice must be in KSeF, and who is told."""

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..ksef.calendar import next_working_day, previous_working_day
from .common_offline import NOWHERE, OfflineTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDeadlines(OfflineTestCase):
    def today(self):
        return self.env["l10n_pl_ksef.submission"]._warsaw_today()

    def watch(self, on):
        """Run the schedule at noon of a Warsaw day."""
        with freeze_time(f"{on} 11:00:00"):
            self.env["account.move"]._l10n_pl_ksef_watch_deadlines()
            self.env.flush_all()

    def last_working_day_before(self, day):
        return previous_working_day(day)

    def test_nobody_is_bothered_long_before(self):
        self.announce("FAILURE", start_hours=-1, end_hours=1)
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.announce("FAILURE", start_hours=-1, end_hours=1)
        self.watch(on=self.today())
        self.assertFalse(invoice.activity_ids)

    def test_a_moved_deadline_reminds_again(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.watch(on=self.last_working_day_before(invoice.l10n_pl_ksef_deadline))
        invoice.activity_ids.action_feedback()
        self.announce("FAILURE", start_hours=-1, end_hours=1)
        self.watch(on=self.last_working_day_before(invoice.l10n_pl_ksef_deadline))
        self.assertEqual(len(invoice.activity_ids), 1)

    def test_the_activity_goes_away_with_the_number(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.watch(on=self.last_working_day_before(invoice.l10n_pl_ksef_deadline))
        self.run_due()
        self.assertFalse(invoice.activity_ids)

    def test_offline24_is_due_on_the_next_working_day(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_deadline, next_working_day(self.today()))

    def test_a_failure_announced_meanwhile_opens_the_deadline_until_its_end(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        first = invoice.l10n_pl_ksef_deadline
        self.announce("FAILURE")
        self.assertFalse(invoice.l10n_pl_ksef_deadline)
        self.announce("FAILURE", start_hours=-2, end_hours=1)
        self.assertGreater(invoice.l10n_pl_ksef_deadline, first)

    def issued_long_ago(self):
        """An invoice issued offline ten days ago and not sent since."""
        invoice = self.today_invoice(invoice_date=fields.Date.add(self.today(), days=-10))
        invoice.action_l10n_pl_ksef_issue_offline()
        submission = self.submission_of(invoice)
        submission.issued_at = fields.Datetime.subtract(fields.Datetime.now(), days=10)
        self.assertTrue(invoice.l10n_pl_ksef_deadline_missed)
        return invoice

    def announce_late(self, category):
        """Hear only now of an outage that began ten days ago and lasted two."""
        self.announce(category, start_hours=-10 * 24 + 1, end_hours=-8 * 24)

    def test_a_failure_learnt_of_after_the_deadline_moves_it_all_the_same(self):
        invoice = self.issued_long_ago()
        first = invoice.l10n_pl_ksef_deadline
        self.announce_late("FAILURE")
        self.assertGreater(invoice.l10n_pl_ksef_deadline, first)

    def test_a_total_failure_learnt_of_after_the_deadline_releases_all_the_same(self):
        invoice = self.issued_long_ago()
        self.announce_late("TOTAL_FAILURE")
        self.assertTrue(self.submission_of(invoice).released)
        self.assertFalse(invoice.l10n_pl_ksef_deadline)

    def test_it_moves_that_of_a_late_invoice_that_nobody_prepared_too(self):
        invoice = self.today_invoice(invoice_date=fields.Date.add(self.today(), days=-10))
        first = invoice.l10n_pl_ksef_deadline
        self.assertTrue(invoice.l10n_pl_ksef_deadline_missed)
        self.announce_late("FAILURE")
        self.assertGreater(invoice.l10n_pl_ksef_deadline, first)

    def test_nobody_is_reminded_of_what_was_missed_before(self):
        invoice = self.issued_long_ago()
        self.env["account.move"]._l10n_pl_ksef_watch_deadlines()
        self.assertFalse(invoice.activity_ids)

    def test_a_failure_that_was_over_when_it_was_issued_moves_nothing(self):
        self.announce("FAILURE", start_hours=-0.2, end_hours=-0.1)
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_deadline, next_working_day(self.today()))

    def test_a_total_failure_that_was_over_when_it_was_issued_releases_nothing(self):
        self.announce("TOTAL_FAILURE", start_hours=-0.2, end_hours=-0.1)
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertFalse(self.submission_of(invoice).released)

    def test_during_a_failure_the_mode_is_emergency(self):
        self.announce("FAILURE")
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_mode, "emergency")

    def test_during_an_announced_unavailability_the_mode_is_offline(self):
        self.announce("MAINTENANCE", start_hours=-1, end_hours=1)
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_mode, "offline")
        self.assertGreater(invoice.l10n_pl_ksef_deadline, self.today())

    def test_one_that_is_announced_for_later_changes_nothing_yet(self):
        self.announce("MAINTENANCE", start_hours=5, end_hours=6)
        invoice = self.today_invoice(invoice_date=self.today())
        self.assertNotIn("l10n_pl_ksef_outage", invoice._get_alerts())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_mode, "offline24")

    def test_an_announced_failure_shows_on_what_is_to_be_sent(self):
        invoice = self.today_invoice()
        self.assertNotIn("l10n_pl_ksef_outage", invoice._get_alerts())
        self.announce("FAILURE")
        self.assertIn("Awaria", invoice._get_alerts()["l10n_pl_ksef_outage"]["message"])

    def test_a_total_failure_ends_the_duty_of_what_waits(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.announce("TOTAL_FAILURE")
        self.assertTrue(self.submission_of(invoice).released)
        self.assertFalse(invoice.l10n_pl_ksef_deadline)
        alert = invoice._get_alerts()["l10n_pl_ksef_offline"]["message"]
        self.assertIn("need not be sent any more", alert)

    def test_what_need_not_be_sent_stays_here_and_out_of_the_list(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.announce("TOTAL_FAILURE")
        self.run_due()
        self.assertFalse(self.simulator.invoices())
        self.assertNotIn(invoice, self.listed())

    def test_what_need_not_be_sent_does_not_keep_the_schedule_busy(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.announce("TOTAL_FAILURE")
        schedule = self.env.ref("l10n_pl_ksef.cron_send").sudo()
        wakings = self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", schedule.id)])
        wakings.unlink()
        self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertFalse(wakings.search([("cron_id", "=", schedule.id)]))

    def test_a_total_failure_says_what_to_do_with_what_was_not_issued(self):
        invoice = self.today_invoice(invoice_date=self.today())
        self.announce("TOTAL_FAILURE")
        alert = invoice._get_alerts()["l10n_pl_ksef_outage"]["message"]
        self.assertIn("issued outside KSeF", alert)

    def test_what_waits_to_be_sent_online_is_not_released(self):
        invoice = self.today_invoice(invoice_date=fields.Date.add(self.today(), days=-1))
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.announce("TOTAL_FAILURE")
        self.assertFalse(self.submission_of(invoice).released)
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_somebody_is_told_once_in_time(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.watch(on=self.last_working_day_before(invoice.l10n_pl_ksef_deadline))
        [reminder] = invoice.activity_ids
        self.assertIn("must be in KSeF by", reminder.note)
        reminder.action_feedback()
        self.watch(on=invoice.l10n_pl_ksef_deadline)
        self.assertFalse(invoice.activity_ids)

    def test_a_missed_deadline_is_marked(self):
        invoice = self.today_invoice(invoice_date=fields.Date.add(self.today(), days=-30))
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertTrue(invoice.l10n_pl_ksef_deadline_missed)
        self.assertIn("l10n_pl_ksef_deadline", invoice._get_alerts())

    def test_a_refusal_does_not_end_the_deadline(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        due = invoice.l10n_pl_ksef_deadline
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=430)
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        self.assertEqual(invoice.l10n_pl_ksef_deadline, due)
        self.assertIn(invoice, self.listed())

    def test_the_list_begins_with_what_has_least_time_left(self):
        other = self.today_invoice(invoice_date=self.today())
        urgent = self.today_invoice(invoice_date=fields.Date.add(self.today(), days=-30))
        (other | urgent).action_l10n_pl_ksef_issue_offline()
        self.assertEqual(self.listed(), urgent | other)
        self.assertTrue(urgent.l10n_pl_ksef_deadline_missed)
        self.assertFalse(other.l10n_pl_ksef_deadline_missed)

    def listed(self):
        """The list Due at KSeF, as it opens."""
        action = self.env.ref("l10n_pl_ksef.action_deadlines")
        domain = safe_eval(action.domain)
        order = self.env.ref("l10n_pl_ksef.view_deadline_list").arch_db
        order = etree.fromstring(order).get("default_order")
        return self.env["account.move"].search(
            [*domain, ("company_id", "=", self.company.id)], order=order
        )

    def test_the_silence_of_the_beacon_changes_nothing(self):
        self.announce("FAILURE")
        with self.simulator_at(NOWHERE):
            self.env["l10n_pl_ksef.outage"].sudo()._cron_ask_beacon()
        self.assertEqual(self.company._l10n_pl_ksef_offline_mode(), "emergency")
