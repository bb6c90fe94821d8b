"""Filters, group-bys and views of invoices and KSeF."""

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLists(ConnectedTestCase):
    def filter_domain(self, name):
        """The domain of a filter of the invoices' search view, as the browser gets it."""
        view = self.env["account.move"].get_view(
            self.env.ref("account.view_account_invoice_filter").id, "search"
        )
        [node] = etree.fromstring(view["arch"]).xpath(f"//filter[@name='{name}']")
        return safe_eval(node.get("domain"))

    def found_by(self, name):
        return self.env["account.move"].search(self.filter_domain(name))

    def test_each_filter_finds_its_invoices(self):
        waiting, accepted, refused = (self.today_invoice() for _number in range(3))
        accepted.action_l10n_pl_ksef_send()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=450)
        refused.action_l10n_pl_ksef_send()
        self.assertIn(waiting, self.found_by("l10n_pl_ksef_to_send"))
        self.assertEqual(self.found_by("l10n_pl_ksef_accepted"), accepted)
        self.assertEqual(self.found_by("l10n_pl_ksef_needs_somebody"), refused)

    def test_invoices_can_be_grouped_by_their_state(self):
        self.today_invoice().action_l10n_pl_ksef_send()
        self.today_invoice()
        groups = dict(
            self.env["account.move"]._read_group(
                [("l10n_pl_ksef_state", "!=", False)], ["l10n_pl_ksef_state"], ["__count"]
            )
        )
        self.assertEqual(groups, {"accepted": 1, "to_send": 1})

    def test_an_invoice_is_found_by_its_number_in_ksef(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        moves = self.env["account.move"]
        found = moves.search([("l10n_pl_ksef_number", "ilike", invoice.l10n_pl_ksef_number[11:30])])
        self.assertEqual(found, invoice)
