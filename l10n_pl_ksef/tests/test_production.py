"""From one environment to the next: production closes demo, and nothing in use is ever removed.

The simulator stands in for demo and production: their addresses are its own, and everything else
is as it would be there.
"""

import importlib.util

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_path
from odoo.tools.sql import create_column

from ..ksef.errors import KsefError
from ..ksef.login import refresh
from .common import BUYER_NIP
from .test_setup import SetupTestCase

END_LOGIN = "DELETE /v2/auth/sessions/current"
CLOSED = "demo or test environment is closed"


class ProductionTestCase(SetupTestCase):
    def setUp(self):
        super().setUp()
        self.stand_in_for("demo", "production")

    def go_through(self, environment, offline=None):
        """The whole wizard with fresh pairs; what the test of the connection said."""
        wizard = self.open()
        wizard.write({"step": "environment"})
        wizard.write({"l10n_pl_ksef_environment": environment})
        wizard.action_next()
        wizard.way = "certificate"
        wizard.action_next()
        wizard.write(self.files())
        wizard.action_next()
        self.assertEqual(wizard.step, "offline")
        wizard.write(self.files("offline") if offline else {"l10n_pl_ksef_skip_offline": True})
        wizard.action_next()
        told = wizard.action_test()["params"]["message"]
        self.env.invalidate_all()
        return told

    def pairs(self, company=None):
        company = company or self.company
        return company.sudo().l10n_pl_ksef_auth_certificate_id


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectingProduction(ProductionTestCase):
    def test_the_wizard_closes_demo_and_says_so(self):
        self.assertNotIn(CLOSED, self.go_through("demo", offline=True))
        demo = self.pairs() | self.company.sudo().l10n_pl_ksef_offline_certificate_id
        ended = self.watch(END_LOGIN)

        told = self.go_through("production", offline=True)

        self.assertIn(CLOSED, told)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertEqual(ended(), 1)
        self.assertEqual(demo.mapped("has_key"), [False, False])
        self.assertTrue(self.pairs().has_key)
        self.assertTrue(self.company.sudo().l10n_pl_ksef_offline_certificate_id.has_key)
        logins = self.env["l10n_pl_ksef.login"].sudo().search([])
        self.assertEqual(logins.mapped("environment"), ["production"])

    def test_ksef_takes_the_tokens_of_demo_no_more(self):
        self.go_through("demo")
        login = self.company.sudo()._l10n_pl_ksef_login()
        token, client = login._refresh_token(), self.company._l10n_pl_ksef_connection().client()
        self.assertTrue(refresh(client, token))

        self.go_through("production")

        self.assertIsInstance(self.outcome(refresh, client, token), KsefError)

    def test_before_it_works_nothing_is_closed(self):
        self.go_through("demo")
        demo = self.pairs()
        self.company.l10n_pl_ksef_environment = "production"
        self.import_pair(permissions=[])

        self.company.action_l10n_pl_ksef_connect()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "error")
        self.assertTrue(demo.has_key)

    def test_a_second_time_there_is_nothing_to_close_or_to_say(self):
        self.go_through("demo")
        self.go_through("production")

        self.assertNotIn(CLOSED, self.open(step="test").action_test()["params"]["message"])

    def test_the_signed_login_of_demo_is_ended_where_it_was_made(self):
        self.company.l10n_pl_ksef_environment = "simulator"
        signed_login = self.env["l10n_pl_ksef.signed_login"].sudo()
        self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()
        login = self.company.sudo()._l10n_pl_ksef_login()
        signed_login.create(
            {
                "company_id": self.company.id,
                "environment": "simulator",
                "refresh_token_sealed": signed_login._sealed(
                    login._refresh_token(), "refresh-token"
                ),
            }
        )
        login.unlink()
        self.set_environment_without_address("production")
        ended = self.watch(END_LOGIN)

        self.company.sudo()._l10n_pl_ksef_close_other_environments()

        self.assertEqual(ended(), 1)

    def set_environment_without_address(self, code):
        """Its address leads nowhere, so that whoever asks the wrong KSeF is noticed."""
        self.company.l10n_pl_ksef_environment = code
        self.patch(
            type(self.company),
            "_l10n_pl_ksef_environment_object",
            lambda company, required=True: None,
        )

    def test_a_token_of_demo_is_forgotten_too(self):
        self.company.l10n_pl_ksef_environment = "demo"
        self.company._l10n_pl_ksef_import_token(self.simulator.issue_token())
        token = self.company.sudo().l10n_pl_ksef_token_id
        self.company.action_l10n_pl_ksef_connect()

        self.go_through("production")

        self.assertFalse(token.token_sealed)
        self.assertFalse(self.company.sudo().l10n_pl_ksef_token_sealed)

    def test_what_no_button_connected_is_closed_by_the_daily_schedule(self):
        self.go_through("demo")
        demo = self.pairs()
        self.company.l10n_pl_ksef_environment = "production"
        self.import_pair()
        self.company._l10n_pl_ksef_client()
        self.assertTrue(demo.has_key)

        self.env["res.company"]._cron_l10n_pl_ksef_renewals()

        self.assertFalse(demo.has_key)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPairsOfSeveral(ProductionTestCase):
    """Never is a key removed that somebody still uses."""

    def test_a_pair_that_serves_both_environments_keeps_its_key(self):
        self.go_through("demo")
        seal = self.pairs()
        self.company.l10n_pl_ksef_environment = "production"

        self.company.action_l10n_pl_ksef_connect()

        self.assertTrue(seal.has_key)
        self.assertEqual(seal.environments, "demo, production")
        self.import_pair()
        self.company.action_l10n_pl_ksef_connect()
        self.assertTrue(seal.has_key, "it is good for production")

    def test_a_pair_that_serves_two_companies_stays_with_the_other_one(self):
        other = self.env["res.company"].create(
            {"name": "Second", "vat": f"PL{BUYER_NIP}", "country_id": self.poland.id}
        )
        certificate, key, _serial = self.issue_pair(contexts=[BUYER_NIP])
        for company in (self.company, other):
            company.l10n_pl_ksef_environment = "demo"
            self.env["l10n_pl_ksef.certificate"]._import_pair(
                company, "authentication", certificate, key, "Simulator-Password-1"
            )
            company.sudo().action_l10n_pl_ksef_connect()

        self.assertIn(CLOSED, self.go_through("production"))

        self.assertTrue(self.pairs(other).has_key)
        self.assertTrue(other._l10n_pl_ksef_client().own_permissions().scopes)

    def test_a_pair_uploaded_before_an_environment_was_chosen_belongs_to_that_one(self):
        early = self.import_pair()
        self.assertFalse(early.environments)

        self.company.l10n_pl_ksef_environment = "demo"

        self.assertEqual(early.environments, "demo")

    def test_back_in_an_environment_its_own_pairs_are_in_use_again(self):
        self.company.l10n_pl_ksef_environment = "simulator"
        first, offline = self.import_pair(), self.import_pair(purpose="offline")
        self.company.l10n_pl_ksef_environment = "demo"
        second = self.import_pair()
        self.assertEqual(self.pairs(), second)

        self.company.l10n_pl_ksef_environment = "simulator"

        self.assertEqual(self.pairs(), first)
        self.assertEqual(self.company.sudo().l10n_pl_ksef_offline_certificate_id, offline)

    def test_each_environment_keeps_its_login_meanwhile(self):
        self.go_through("demo")
        self.company.l10n_pl_ksef_environment = "simulator"
        self.import_pair()
        self.company._l10n_pl_ksef_client()

        self.company.l10n_pl_ksef_environment = "demo"

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_the_offline_pair_of_demo_signs_nothing_in_production(self):
        self.company.l10n_pl_ksef_environment = "demo"
        self.import_pair()
        self.import_pair(purpose="offline")
        self.assertEqual(self.company._l10n_pl_ksef_why_not_offline(), "")

        self.company.l10n_pl_ksef_environment = "production"

        self.assertIn("another environment", self.company._l10n_pl_ksef_why_not_offline())
        with self.assertRaisesRegex(UserError, "another environment"):
            self.open(step="offline").action_next()

    def test_a_pair_of_another_environment_is_said_to_be_one(self):
        self.company.l10n_pl_ksef_environment = "demo"
        pair = self.import_pair()
        self.assertFalse(pair.hint)

        self.company.l10n_pl_ksef_environment = "production"

        self.assertIn("another environment of KSeF (Demo)", pair.hint)
        self.assertEqual(self.open().step, "credential")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPairsKeptBefore(ProductionTestCase):
    """Pairs that were kept before their environments were."""

    def migrate(self):
        """What an update from such a version runs."""
        self.env.flush_all()
        path = file_path("l10n_pl_ksef/migrations/19.0.1.0.1/post-migration.py")
        spec = importlib.util.spec_from_file_location("post_migration", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_a_pair_is_known_by_the_login_made_with_it(self):
        self.go_through("demo")
        demo = self.pairs()
        self.company.l10n_pl_ksef_environment = "simulator"
        self.import_pair()
        self.env["l10n_pl_ksef.certificate"].sudo().search([]).environments = False

        self.migrate()

        self.assertEqual(demo.environments, "demo")
        self.assertEqual(self.pairs().environments, "simulator")

    def test_what_the_column_said_before_is_kept(self):
        pair = self.use_certificate()
        pair.sudo().environments = False
        self.env.flush_all()
        create_column(self.env.cr, "l10n_pl_ksef_certificate", "environment", "varchar")
        self.env.cr.execute("UPDATE l10n_pl_ksef_certificate SET environment = 'demo'")

        self.migrate()

        self.assertEqual(pair.environments, "demo")

    def test_a_pair_that_nothing_tells_about_is_removed_only_if_unused(self):
        unknown = self.import_pair()
        used = self.import_pair()
        self.company.sudo().write({"l10n_pl_ksef_environment": "production"})
        (unknown | used).sudo().environments = False

        self.company.sudo()._l10n_pl_ksef_close_other_environments()

        self.assertFalse(unknown.has_key)
        self.assertTrue(used.has_key)

    def test_a_token_in_use_gets_its_text(self):
        self.use_token()
        token = self.company.sudo().l10n_pl_ksef_token_id
        token.write({"token_sealed": False, "has_secret": False})

        self.migrate()

        self.assertEqual(token.token_sealed, self.company.sudo().l10n_pl_ksef_token_sealed)
