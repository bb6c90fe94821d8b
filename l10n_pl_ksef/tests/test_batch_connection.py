"""A package and its documents when the connection that began them is another one by now."""

import time
from unittest.mock import patch

from odoo.tests import tagged

from .common_batch import CLOSE, BatchTestCase


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
