"""Invoices that wait, and packages that carry them, for the tests of batch sending."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import Command

from ..models import batch_documents, submission_crons
from .common import SELLER_NIP
from .common_sending import PASSWORD, ConnectedTestCase

OPEN = "POST /v2/sessions/batch"
UPLOAD = "PUT /storage/**"
CLOSE = "POST /v2/sessions/batch/*/close"


class BatchTestCase(ConnectedTestCase):
    """Three waiting invoices are enough for a package here, unless a test says otherwise."""

    from_so_many = 3

    def setUp(self):
        super().setUp()
        self.patch(batch_documents, "PACKAGE_FROM", self.from_so_many)

    def ready(self, count, **values):
        """So many posted invoices, prepared and waiting."""
        invoices = self.env["account.move"]
        for _number in range(count):
            invoices += self.today_invoice(**values)
        invoices._l10n_pl_ksef_prepare()
        return invoices

    def packages(self):
        return (
            self.env["l10n_pl_ksef.session"]
            .sudo()
            .search([("kind", "=", "batch"), ("company_id", "=", self.company.id)], order="id")
        )

    def make_due(self):
        result = super().make_due()
        packages = self.packages().filtered(lambda session: session.state != "closed")
        packages.write({"lease_until": False, "next_step_at": False})
        return result

    def hurry(self):
        """Let no schedule wait for what KSeF has not finished."""
        self.patch(submission_crons, "PATIENCE", timedelta(seconds=2))

    def send(self):
        """Run the schedule that sends, and no other."""
        self.make_due()
        self.submissions()._cron_send()
        self.env.invalidate_all()

    @contextmanager
    def held_by_another_worker(self, invoice, state):
        """Let nobody have this invoice's document who asks for it in ``state``."""
        model, held = type(self.submissions()), self.submission_of(invoice)
        lock_in = model._lock_in

        def others(documents, states):
            return lock_in(documents - held if state in states else documents, states)

        with patch.object(model, "_lock_in", others):
            yield

    def with_attachment(self, post=True, **values):
        invoice = self.today_invoice(post=False, **values)
        block = {"title": "Zużycie", "info": "Licznik: 7", "paragraphs": "Odczyt z licznika."}
        invoice.l10n_pl_ksef_fa3_block_ids = [Command.create(block)]
        if post:
            invoice.action_post()
        return invoice

    def announce_attachments(self, revoke=False):
        """Do at the tax office what lets a company send attachments."""
        path = "attachment/revoke" if revoke else "attachment"
        answer = requests.post(
            f"{self.simulator.url}/v2/testdata/{path}", json={"nip": SELLER_NIP}, timeout=30
        )
        answer.raise_for_status()

    def held(self, invoices):
        """What the simulator holds of them, by number of the invoice."""
        names = set(invoices.mapped("name"))
        found = {}
        for one in self.simulator.invoices():
            if one["invoice_number"] in names:
                found.setdefault(one["invoice_number"], []).append(one)
        return found

    def assertOfferedOnce(self, invoices):
        held = self.held(invoices)
        self.assertEqual(
            {name: [one["offered"] for one in ones] for name, ones in held.items()},
            {invoice.name: [1] for invoice in invoices},
        )
        for invoice in invoices:
            self.assertEqual(held[invoice.name][0]["number"], invoice.l10n_pl_ksef_number)

    def submissions(self):
        return self.env["l10n_pl_ksef.submission"].sudo()

    def connection(self):
        return self.company.sudo()._l10n_pl_ksef_root()

    def waiting_for_a_package(self, offline=False):
        return self.submissions()._for_a_package(self.connection(), offline)

    def give_offline_pair(self):
        pair = self.simulator.issue_certificate(purpose="offline", password=PASSWORD)
        self.env["l10n_pl_ksef.certificate"]._import_pair(
            self.company, "offline", pair["certificate"].encode(), pair["key"].encode(), PASSWORD
        )

    def give_ready_offline(self, invoices):
        """Issue offline what is prepared already, as when KSeF could not be reached."""
        for invoice in invoices:
            self.submission_of(invoice)._issue_offline("offline24")
