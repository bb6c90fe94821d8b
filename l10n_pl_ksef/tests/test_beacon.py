"""The status light: what the beacon says of KSeF, and what its silence means."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .common_offline import NOWHERE, OfflineTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLight(OfflineTestCase):
    def ask(self):
        self.env["l10n_pl_ksef.outage"].sudo()._cron_ask_beacon()
        self.company.invalidate_recordset(["l10n_pl_ksef_light", "l10n_pl_ksef_light_text"])

    def light(self):
        return self.company.l10n_pl_ksef_light

    def test_before_the_first_answer_nothing_is_known(self):
        self.assertEqual(self.light(), "unknown")
        self.assertIn("not asked yet", self.company.l10n_pl_ksef_light_text)

    def test_all_is_well(self):
        self.ask()
        self.assertEqual(self.light(), "available")

    def test_each_kind_of_trouble(self):
        for event, category in enumerate(("MAINTENANCE", "FAILURE", "TOTAL_FAILURE"), 1):
            with self.subTest(category=category):
                self.announce(category, event=event)
                self.ask()
                self.assertEqual(self.light(), category.lower())

    def test_since_when_is_the_start_of_the_outage(self):
        self.announce("FAILURE", start_hours=-5)
        outage = self.env["l10n_pl_ksef.outage"].search([("title", "=", "Awaria")])
        said = self.env["l10n_pl_ksef.beacon"]._light("simulator")
        self.assertEqual(said, ("failure", outage.start))

    def test_the_end_of_a_failure_turns_it_green(self):
        self.announce("FAILURE")
        self.announce("FAILURE", start_hours=-2, end_hours=-1)
        self.ask()
        self.assertEqual(self.light(), "available")

    def test_a_silent_beacon_changes_nothing_at_first(self):
        self.ask()
        with self.simulator_at(NOWHERE):
            self.ask()
            self.assertEqual(self.light(), "available")

    def test_after_an_hour_of_silence_it_is_unknown_since_the_last_answer(self):
        self.ask()
        answered = self.env["l10n_pl_ksef.beacon"].search([]).answered_at
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.assertEqual(
                self.env["l10n_pl_ksef.beacon"]._light("simulator"), ("unknown", answered)
            )

    def test_a_failure_goes_on_however_long_the_beacon_is_silent(self):
        self.announce("FAILURE")
        with freeze_time(fields.Datetime.now() + timedelta(hours=20)):
            self.assertEqual(self.env["l10n_pl_ksef.beacon"]._light("simulator")[0], "failure")

    def test_the_dashboard_shows_it_on_sales_and_purchases_only(self):
        self.announce("FAILURE")
        journals = self.env["account.journal"].search([("company_id", "=", self.company.id)])
        lit = journals.filtered("l10n_pl_ksef_light")
        self.assertEqual(set(lit.mapped("type")), {"sale", "purchase"})
        self.assertEqual(set(lit.mapped("l10n_pl_ksef_light")), {"failure"})
        self.assertIn("failure since", lit[0].l10n_pl_ksef_light_text)

    def test_people_of_a_branch_see_it_who_may_not_see_the_company(self):
        self.announce("FAILURE")
        self.company.child_ids = [Command.create({"name": "Kraków", "country_id": self.poland.id})]
        branch = self.company.child_ids
        clerk = new_test_user(
            self.env,
            "ksef_branch",
            groups="base.group_user,account.group_account_invoice",
            company_id=branch.id,
            company_ids=[Command.set(branch.ids)],
        )
        journal = self.company_data["default_journal_sale"].with_user(clerk)
        journal = journal.with_context(allowed_company_ids=branch.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(journal.l10n_pl_ksef_light, "failure")

    def test_a_company_without_connection_has_none(self):
        self.company.l10n_pl_ksef_environment = False
        self.assertFalse(self.light())
