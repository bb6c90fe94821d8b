"""A package and its documents when the connection that began them is another one by now."""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import batch_documents
from .common_batch import CLOSE, UPLOAD, BatchTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBatchConnection(BatchTestCase):
    def package_in_doubt(self):
        """A package that KSeF took, though Odoo does not know it yet."""
        invoices = self.ready(3)
        self.simulator.fault(CLOSE, "drop_after")
        self.send()
        self.make_due()
        return invoices, self.packages()

    def assertLeftAlone(self, invoices, package):
        before = package.turn
        invoices[0].action_l10n_pl_ksef_check_status()
        self.submissions()._cron_follow()
        self.assertEqual((package.turn, package.state), (before, "closing"))

    def test_no_package_is_asked_about_in_another_environment(self):
        invoices, package = self.package_in_doubt()
        self.company.l10n_pl_ksef_environment = "test"
        self.assertLeftAlone(invoices, package)
        self.company.l10n_pl_ksef_environment = "simulator"
        self.run_due()
        self.assertOfferedOnce(invoices)

    def test_no_package_is_asked_about_in_another_name(self):
        invoices, package = self.package_in_doubt()
        package.context = "Nip 1111111111"
        self.assertLeftAlone(invoices, package)

    def test_no_package_is_asked_about_by_a_parents_connection(self):
        invoices, package = self.package_in_doubt()
        package.company_id = self.env["res.company"].create(
            {
                "name": "Kraków",
                "parent_id": self.company.id,
                "country_id": self.poland.id,
                "vat": self.company.vat,
                "l10n_pl_ksef_environment": "simulator",
            }
        )
        self.assertLeftAlone(invoices, package)

    def test_settings_that_change_during_the_login_leave_it_alone_too(self):
        _invoices, package = self.package_in_doubt()
        with patch.object(type(package), "_is_of_this_connection", side_effect=[True, False]):
            package._advance(time.monotonic() + 5)
        self.assertEqual((package.state, package.lease_until), ("closing", False))

    def test_a_company_that_has_no_name_to_log_in_with_has_nothing_due(self):
        self.package_in_doubt()
        self.company.vat = False
        self.assertFalse(self.packages().search(self.packages()._due_domain(self.company)))

    # -- the connection is given up -----------------------------------------------------------

    def test_what_certainly_never_left_is_free_when_the_company_is_disconnected(self):
        for offline, state in ((False, "to_send"), (True, "offline")):
            with self.subTest(offline=offline):
                self.connect(self.company)
                self.give_offline_pair()
                invoices = self.ready(3)
                if offline:
                    self.give_ready_offline(invoices)
                self.simulator.fault(UPLOAD, "drop_before")
                self.send()
                self.assertEqual(self.packages()[-1].state, "open")
                self.company.action_l10n_pl_ksef_disconnect()
                self.assertEqual(self.packages()[-1].state, "closed")
                self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {state})

    # -- a branch gets a connection of its own --------------------------------------------------

    def give_to_a_branch_with_its_own_connection(self, invoices):
        branch = self.env["res.company"].create(
            {"name": "Kraków", "parent_id": self.company.id, "country_id": self.poland.id}
        )
        branch.sudo().write(
            {
                "l10n_pl_ksef_environment": "simulator",
                "l10n_pl_ksef_auth_method": "token",
                "l10n_pl_ksef_token_sealed": "sealed",
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE l10n_pl_ksef_submission SET company_id = %s WHERE move_id = ANY(%s)",
            [branch.id, invoices.ids],
        )
        self.env.invalidate_all()

    def test_what_its_buyers_hold_goes_by_the_connection_that_began_it(self):
        self.give_offline_pair()
        invoices = self.ready(3)
        self.give_ready_offline(invoices)
        self.give_to_a_branch_with_its_own_connection(invoices)
        self.run_due()
        self.assertOfferedOnce(invoices)

    def test_what_is_under_way_is_followed_by_the_connection_that_began_it(self):
        self.patch(batch_documents, "PACKAGE_FROM", 20)
        invoice = self.ready(1)
        self.send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "sent")
        self.give_to_a_branch_with_its_own_connection(invoice)
        self.submission_of(invoice)._follow()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_what_never_left_is_begun_anew(self):
        invoice = self.ready(1)
        self.give_to_a_branch_with_its_own_connection(invoice)
        self.submission_of(invoice)._transmit()
        self.assertEqual(self.submission_of(invoice).state, "withdrawn")

    # -- nothing starves, nothing spins -----------------------------------------------------------

    def test_offline_ones_that_cannot_be_packed_do_not_keep_the_others_waiting(self):
        self.patch(batch_documents, "PACKAGE_FROM", 1)
        self.give_offline_pair()
        offline, online = self.ready(1), self.ready(1)
        self.give_ready_offline(offline)
        with self.held_by_another_worker(offline, "offline"):
            package = self.submissions()._next_package(self.connection())
        self.assertEqual(package.submission_ids.move_id, online)

    def test_one_that_this_connection_cannot_follow_is_left_alone_for_a_while(self):
        self.patch(batch_documents, "PACKAGE_FROM", 20)
        invoice = self.ready(1)
        self.send()
        self.company.l10n_pl_ksef_environment = "test"
        self.submission_of(invoice)._follow()
        self.assertGreater(
            self.submission_of(invoice).next_step_at, fields.Datetime.now() + timedelta(minutes=5)
        )
