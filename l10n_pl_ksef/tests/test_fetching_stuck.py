"""Fetching goes on whatever gets stuck: long lists, packages never made, workers that die."""

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from ..ksef.errors import KsefError
from ..models import received_actions, received_export
from .common_received import ReceivingTestCase, metadata, supplier_invoice

LIST = "POST /v2/invoices/query/metadata"
STATUS = "GET /v2/invoices/exports/*"
ONE = "GET /v2/invoices/ksef/*"
NOT_YET = {"exception": {"exceptionDetailList": [{"exceptionCode": 21165}]}}
# KSeF gives at most 250 on one page.
PAGE = 250
MANY = 20


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFetchingStuck(ReceivingTestCase):
    # -- long lists, one by one -----------------------------------------------------------

    def announce(self, until=None):
        """Look once, as after packages that could not be read."""
        cursor = self.env["l10n_pl_ksef.cursor"]._of(self.company)
        cursor.package_failures = 3
        with suppress(KsefError):
            cursor._look(self.company._l10n_pl_ksef_client(), until)
        return cursor

    def count(self):
        return self.received.search_count([])

    def test_a_list_that_breaks_off_goes_on_where_it_was(self):
        planted = self.plant(PAGE + 60)
        self.simulator.fault(LIST, "status", code=400, skip=1, times=1)
        cursor = self.announce()
        self.assertEqual(self.count(), PAGE)
        calls = self.calls(LIST)
        cursor._look(self.company._l10n_pl_ksef_client())
        self.assertEqual((self.count(), calls()), (len(planted), 1))

    def test_a_list_of_one_moment_is_counted_in_pages(self):
        now = datetime.now(timezone.utc)
        self.company.l10n_pl_ksef_fetch_from = now.date() - timedelta(days=3)
        moment = f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%S}.1234567+00:00"
        told = {"permanentStorageDate": moment}
        planted = self.plant(PAGE + 60, stored=moment, metadata=told, checked=False)
        self.announce()
        self.assertEqual(self.count(), len(planted))

    def test_a_list_that_takes_too_long_goes_on_with_the_next_run(self):
        planted = self.plant(PAGE + 60)
        cursor = self.announce(until=0)
        self.assertEqual((self.count(), cursor.wanted), (PAGE, True))
        cursor._look(self.company._l10n_pl_ksef_client())
        self.assertEqual((self.count(), cursor.wanted), (len(planted), False))

    # -- packages ----------------------------------------------------------------------------

    def test_a_worker_that_dies_with_every_download_gives_the_package_up(self):
        self.plant(MANY)
        with patch.object(received_export.os, "replace", side_effect=KeyboardInterrupt):
            for _run in range(received_export.DOWNLOAD_TRIES):
                with suppress(KeyboardInterrupt):
                    self.run_schedule()
        self.run_schedule()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])
        self.assertEqual(len(self.kept()), MANY)

    def test_a_download_that_works_is_no_failure(self):
        self.plant(MANY)
        self.fetch()
        self.assertEqual((self.exports().state, self.exports().failures), ("done", 0))

    def test_a_package_that_ksef_does_not_find_is_requested_anew(self):
        self.plant(MANY)
        self.simulator.fault(STATUS, "status", code=404)
        self.fetch()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])

    def test_a_package_that_is_never_made_is_requested_anew(self):
        self.plant(MANY)
        self.simulator.control("processing", {"export_seconds": 3600})
        self.fetch()
        self.simulator.control("processing", {"export_seconds": 0})
        self.assertEqual(self.exports().state, "asked")
        self.exports().requested_at = "2026-11-01 00:00:00"
        self.run_schedule()
        self.assertEqual(self.exports().mapped("state"), ["failed", "done"])

    # -- leaving an environment ------------------------------------------------------------

    def test_nothing_is_asked_of_an_environment_that_was_left(self):
        self.fetch()
        cursor = self.cursor()
        cursor.wanted = True
        self.company.l10n_pl_ksef_environment = "test"
        calls = self.calls()
        cursor._work()
        self.assertEqual((calls(), cursor.problem), (0, False))

    def test_what_is_written_down_belongs_to_where_it_was_found(self):
        self.plant(1)
        cursor = self.env["l10n_pl_ksef.cursor"]._of(self.company)
        client = self.company._l10n_pl_ksef_client()
        self.company.l10n_pl_ksef_environment = "test"
        cursor._look(client)
        self.assertEqual(self.received.search([]).environment, cursor.environment)

    def test_documents_of_an_environment_that_was_left_become_no_bills(self):
        xml = supplier_invoice()
        waiting = self.received._keep(self.company, [(xml, metadata(xml))])
        self.company.l10n_pl_ksef_environment = "test"
        self.received._understand_waiting()
        self.assertEqual(waiting.state, "kept")

    # -- what nobody foresaw -----------------------------------------------------------------

    def test_what_nobody_foresaw_is_said_and_lets_the_cursor_rest(self):
        self.fetch()
        cursor = self.cursor()
        with (
            patch.object(type(cursor), "_look", side_effect=ZeroDivisionError),
            self.assertLogs("odoo.addons.l10n_pl_ksef.models.fetch_cursor", "ERROR"),
        ):
            self.run_schedule()
        self.assertTrue(cursor.rest_until)
        self.assertIn("unexpected", cursor.problem)

    # -- people ------------------------------------------------------------------------------

    def test_a_person_who_asks_again_does_not_wait_for_ever(self):
        self.plant(1)
        self.simulator.fault(ONE, "status", code=400, body=NOT_YET)
        self.fetch()
        document = self.received.search([])
        with (
            MockRequest(self.env),
            patch.object(received_actions, "PERSON_SECONDS", -1),
        ):
            document.action_make_bill()
        self.assertEqual((document.state, document.genuine), ("announced", False))
