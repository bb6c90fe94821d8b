"""The network fails, the invoice goes out all the same, and KSeF gets it later."""

from odoo.tests import HttpCase, new_test_user, tagged

from .common_offline import OfflineTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOfflineTour(OfflineTestCase, HttpCase):
    def test_the_network_fails_and_returns_without_an_administrator(self):
        # given
        self.company.l10n_pl_ksef_offline_fallback = True
        new_test_user(
            self.env,
            "ksef_clerk",
            groups="base.group_user,account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        invoice = self.today_invoice()
        address = f"/odoo/customer-invoices/{invoice.id}"
        # when the network fails
        self.simulator.control("outage", {"on": True})
        self.start_tour(address, "l10n_pl_ksef_out_of_reach", login="ksef_clerk")
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")
        self.assertFalse(self.simulator.invoices())
        # and returns
        self.simulator.control("outage", {"off": True})
        self.run_due()
        self.start_tour(address, "l10n_pl_ksef_back_in_ksef", login="ksef_clerk")
        self.assertEqual(len(self.simulator.invoices()), 1)
