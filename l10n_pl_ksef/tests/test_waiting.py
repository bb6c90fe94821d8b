"""What cannot be done now waits: a lost key, a revoked certificate, a KSeF still checking."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..models import vault
from ..models.credential import REFUSAL
from ..models.enrolment import CRON
from ..models.master_key import MasterKey
from .common_credentials import CredentialsMixin
from .common_sending import ConnectedTestCase

SEND = "POST /v2/sessions/online/*/invoices"
CHALLENGE = "POST /v2/auth/challenge"


class OwnKeyTestCase(CredentialsMixin, ConnectedTestCase):
    """Connected with secrets under the master key of the test itself."""

    def setUp(self):
        super().setUp()
        self.company.sudo()._l10n_pl_ksef_forget_secrets()
        self.connect(self.company)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendingWaits(OwnKeyTestCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.today_invoice()
        self.invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.waiting = self.today_invoice()

    def submission(self):
        return self.waiting.l10n_pl_ksef_submission_ids

    def send(self):
        self.waiting.action_l10n_pl_ksef_send()
        self.run_due()
        self.env.invalidate_all()

    def test_without_the_master_key_it_waits_and_goes_on_when_the_key_is_back(self):
        self.set_option(vault.KEY_FILE_OPTION, self.key_file + ".gone")
        asked = self.watch("* /v2/**")

        self.send()

        self.assertEqual(self.waiting.l10n_pl_ksef_state, "to_send")
        self.assertIn("everything for KSeF waits", self.submission().trouble)
        self.assertEqual(asked(), 0)
        self.set_option(vault.KEY_FILE_OPTION, self.key_file)
        self.run_due()
        self.assertEqual(self.waiting.l10n_pl_ksef_state, "accepted")

    def test_with_the_key_of_another_server_it_waits(self):
        self.set_option(vault.KEY_OPTION, MasterKey.generate().to_text())
        self.set_option(vault.KEY_FILE_OPTION, self.key_file + ".gone")

        self.send()

        self.assertEqual(self.waiting.l10n_pl_ksef_state, "to_send")
        self.assertIn("another master key", self.submission().trouble)

    def test_without_the_master_key_invoices_are_confirmed_all_the_same(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        self.set_option(vault.KEY_FILE_OPTION, self.key_file + ".gone")

        invoice = self.today_invoice()
        self.run_due()

        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")

    def test_a_revoked_certificate_stops_sending_without_hammering(self):
        certificate = self.company.sudo().l10n_pl_ksef_auth_certificate_id
        self.simulator.control("revoke", {"serial": certificate.serial})
        self.login().write({"access_valid_until": False, "refresh_valid_until": False})
        sent = self.watch(SEND)
        self.send()
        asked = self.watch(CHALLENGE)

        for _round in range(3):
            self.run_due()

        self.assertEqual((sent(), asked()), (0, 0))
        self.assertEqual(self.waiting.l10n_pl_ksef_state, "to_send")
        self.assertIn("KSeF refused the certificate", self.submission().trouble)
        self.assertEqual(len(certificate.sudo()._warnings(REFUSAL)), 1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSlowLogin(OwnKeyTestCase):
    """Outside the test environment KSeF may check a certificate for minutes."""

    def setUp(self):
        super().setUp()
        self.use_certificate()
        self.simulator.control("processing", {"login_seconds": 600})
        self.challenges = self.watch(CHALLENGE)
        self.told = self.company.action_l10n_pl_ksef_connect()["params"]

    def run_schedule(self):
        self.login().hold_until = fields.Datetime.now() - timedelta(seconds=1)
        self.env["l10n_pl_ksef.enrolment"]._cron_l10n_pl_ksef_enrolments()
        self.env.invalidate_all()

    def test_whoever_connects_is_told_that_odoo_asks_again(self):
        self.assertIn("Odoo asks again by itself", self.told["message"])
        self.assertEqual(self.told["type"], "warning")

    def test_the_schedule_is_called_for_it(self):
        planned = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref(CRON).id)])

        self.assertIn(self.login().hold_until, planned.mapped("call_at"))

    def test_the_schedule_brings_it_to_its_end(self):
        self.run_schedule()
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "disconnected")
        self.simulator.set_clock(610)

        self.run_schedule()

        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertIn("InvoiceWrite", self.company.l10n_pl_ksef_connection_message)
        self.assertEqual(self.challenges(), 1)

    def test_before_its_time_ksef_is_not_asked(self):
        asked = self.watch("* /v2/**")

        self.env["l10n_pl_ksef.enrolment"]._cron_l10n_pl_ksef_enrolments()

        self.assertEqual(asked(), 0)

    def test_a_login_with_settings_changed_since_is_left_alone(self):
        self.use_certificate()
        asked = self.watch("* /v2/**")

        self.run_schedule()

        self.assertEqual(asked(), 0)
