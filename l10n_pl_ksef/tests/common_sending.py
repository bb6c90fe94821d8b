"""A company connected to the simulator, for the tests that send."""

import base64
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.tools import config

from ..models.res_company import SIMULATOR_OPTION
from .common import SELLER_NIP, SimulatorTestCase

PASSWORD = "Simulator-Password-1"


class ConnectedTestCase(SimulatorTestCase):
    """A company that is connected and uses KSeF from long ago; invoices are of today.

    A test that sends talks to the simulator over HTTP. Faults are put there.
    """

    def setUp(self):
        super().setUp()
        self.connect(self.company)

    def connect(self, company, nip=SELLER_NIP, permissions=None, **values):
        """Give ``company`` a certificate of ``nip`` and press Connect."""
        wanted = {"permissions": permissions} if permissions else {}
        pair = self.simulator.issue_certificate(nip, password=PASSWORD, **wanted)
        certificate = self.env["l10n_pl_ksef.certificate"]._import_pair(
            company, "authentication", pair["certificate"].encode(), pair["key"].encode(), PASSWORD
        )
        company.write(
            {
                "l10n_pl_ksef_environment": "simulator",
                "l10n_pl_ksef_auth_method": "certificate",
                "l10n_pl_ksef_auth_certificate_id": certificate.id,
                "l10n_pl_ksef_go_live_date": "2026-01-01",
                **values,
            }
        )
        company.action_l10n_pl_ksef_connect()

    @contextmanager
    def simulator_at(self, url):
        """Let the server's configuration name another address for a while."""
        with patch.dict(config.options, {SIMULATOR_OPTION: url}):
            yield

    def today_invoice(self, *lines, **values):
        """A posted invoice of today, as a person would send it."""
        values.setdefault("invoice_date", fields.Date.context_today(self.env.user))
        return self._invoice(*lines, **values)

    def run_due(self, minutes=0):
        """Run the three schedules once, with everything that waits taken as due."""
        submissions = self.env["l10n_pl_ksef.submission"].sudo()
        self.make_due()
        submissions._cron_send()
        self.make_due()
        submissions._cron_follow()
        submissions._cron_deliver()
        submissions.invalidate_model()
        self.env["account.move"].invalidate_model()

    def make_due(self):
        """Let the pauses and leases be over, as if the time had passed."""
        submissions = (
            self.env["l10n_pl_ksef.submission"].sudo().search([("state", "!=", "accepted")])
        )
        submissions.write({"next_step_at": False})
        submissions.filtered("lease_until").write({"lease_until": "2026-01-01 00:00:00"})
        self.env["l10n_pl_ksef.throttle"].sudo().search([]).unlink()

    def submission_of(self, move):
        return move.sudo().l10n_pl_ksef_submission_ids.sorted("id")[-1:]

    def offered(self, move):
        """What the simulator holds of this invoice: a list, one for each document."""
        return [held for held in self.simulator.invoices() if held["invoice_number"] == move.name]

    def document(self, move):
        """The frozen FA(3) of this invoice, as bytes."""
        return base64.b64decode(self.submission_of(move).document)
