"""What is asked before fetching starts, who may see and change what, and what a copy may do."""

import os
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_received import ReceivingTestCase, metadata, supplier_invoice

MODELS = ("l10n_pl_ksef.received", "l10n_pl_ksef.export", "l10n_pl_ksef.cursor")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFetchingSettings(ReceivingTestCase):
    def person(self, login, groups):
        return new_test_user(
            self.env,
            login,
            groups=f"base.group_user,{groups}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    @property
    def administrator(self):
        return self.person("administrator", "base.group_system,account.group_account_manager")

    @property
    def accountant(self):
        return self.person("accountant", "account.group_account_manager")

    def wizard(self):
        wizard = self.env["l10n_pl_ksef.setup"].create(
            {"company_id": self.company.id, "step": "invoices", "way": "certificate"}
        )
        return Form(wizard)

    def test_the_wizard_asks_since_which_day(self):
        self.company.write({"l10n_pl_ksef_fetch_mode": False, "l10n_pl_ksef_fetch_from": False})
        form = self.wizard()
        form.l10n_pl_ksef_fetch_mode = "automatic"
        self.assertEqual(form.l10n_pl_ksef_fetch_from, date.today())
        form.l10n_pl_ksef_fetch_from = date.today() - timedelta(days=30)
        form.save()
        self.assertEqual(self.company.l10n_pl_ksef_fetch_from, date.today() - timedelta(days=30))

    def test_the_wizard_does_not_go_on_without_the_day(self):
        form = self.wizard()
        form.l10n_pl_ksef_fetch_from = False
        with self.assertRaises(AssertionError):
            form.save()

    def test_fetching_starts_at_that_day_in_warsaw(self):
        self.company.l10n_pl_ksef_fetch_from = "2026-11-01"
        cursors = self.env["l10n_pl_ksef.cursor"].sudo()._of(self.company)
        self.assertEqual(cursors.position, "2026-11-01T00:00:00+01:00")

    def test_the_settings_say_how_far_it_has_come(self):
        self.fetch()
        self.assertIn("Buyer: complete up to", self.company.l10n_pl_ksef_fetch_message)

    def test_the_settings_say_what_is_wrong(self):
        self.simulator.control("outage", {"on": True})
        self.fetch()
        self.company.invalidate_recordset()
        self.assertIn("KSeF", self.company.l10n_pl_ksef_fetch_message.split(".", 1)[1])

    # -- who may what -------------------------------------------------------------------------

    def test_administrators_write_no_more_than_others(self):
        self.plant(20)
        self.fetch()
        administrator = self.administrator
        for model in MODELS:
            record = self.env[model].search([], limit=1).with_user(administrator)
            self.assertTrue(record)
            with self.assertRaises(UserError, msg=model):
                record.write({"environment": "production"})
            with self.assertRaises(UserError, msg=model):
                record.unlink()

    def test_nobody_reads_the_key_of_a_package(self):
        self.simulator.control("processing", {"export_seconds": 60})
        self.plant(20)
        self.fetch()
        with self.assertRaises(AccessError):
            self.exports().with_user(self.administrator).read(["key_sealed"])

    def test_only_administrators_change_the_settings(self):
        with self.assertRaises(AccessError):
            self.company.with_user(self.accountant).l10n_pl_ksef_fetch_from = "2026-01-01"

    def test_other_companies_see_neither_packages_nor_cursors(self):
        self.plant(20)
        self.fetch()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user,account.group_account_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in MODELS:
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)

    def test_nobody_fetches_for_a_company_of_others(self):
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaisesRegex(UserError, "own companies"):
            other.with_user(self.accountant).action_l10n_pl_ksef_fetch()

    # -- secrets ----------------------------------------------------------------------------------

    def test_the_key_and_the_parts_go_when_a_package_is_fetched(self):
        self.plant(20)
        self.fetch()
        export = self.exports()
        self.assertFalse(export.key_sealed)
        self.assertFalse(os.path.exists(export._folder()))

    def test_the_key_goes_when_the_company_is_disconnected(self):
        self.simulator.control("processing", {"export_seconds": 60})
        self.plant(20)
        self.fetch()
        self.assertTrue(self.exports().key_sealed)
        self.company.action_l10n_pl_ksef_disconnect()
        self.assertEqual((self.exports().key_sealed, self.exports().state), (False, "failed"))

    def test_a_package_whose_key_cannot_be_opened_is_requested_anew(self):
        self.simulator.control("processing", {"export_seconds": 60})
        self.plant(20)
        self.fetch()
        self.exports().key_sealed = "1.x.export-key.x"
        self.simulator.set_clock(61)
        self.simulator.control("processing", {"export_seconds": 0})
        self.run_schedule()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])
        self.assertEqual(len(self.kept()), 20)

    # -- branches -----------------------------------------------------------------------------

    def test_a_branch_stands_for_its_root(self):
        branch = self.env["res.company"].create(
            {"name": "Oddział", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        self.cr.precommit.run()
        self.plant(2)
        branch.action_l10n_pl_ksef_fetch()
        self.assertEqual(self.received.search([]).company_id, self.company)
        xml = supplier_invoice("B/1")
        received = self.received._receive(branch, xml, metadata(xml))
        self.assertEqual(received.company_id, self.company)

    # -- limits ---------------------------------------------------------------------------------

    def test_within_the_published_limits_nothing_is_refused(self):
        self.simulator.control("limits", {"enforce": True})
        self.company.l10n_pl_ksef_fetch_from = "2026-02-01"
        for month in ("02", "05", "08", "10"):
            day = f"2026-{month}-10"
            self.plant(15, supplier_invoice(f"M{month}", day=day), stored=f"{day}T08:00:00+00:00")
        self.plant(8, supplier_invoice("NEW"))
        self.fetch()
        self.run_schedule()
        self.assertEqual(len(self.kept()), 4 * 15 + 8)
        self.assertFalse(self.env["l10n_pl_ksef.throttle"].sudo().search([]))
