"""The wizard where Odoo gets the certificates from KSeF itself."""

import base64
import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ksef.certificates import Purpose, read_pair
from ..ksef.xades import sign
from ..models.login import utc_now
from .common import SELLER_NIP, SimulatorTestCase
from .common_credentials import PASSWORD, CredentialsMixin, b64


class AutomaticTestCase(CredentialsMixin, SimulatorTestCase):
    def setUp(self):
        super().setUp()
        self.company.l10n_pl_ksef_environment = "simulator"
        self.company.l10n_pl_ksef_automatic_certificates = True

    def open(self):
        company = self.company.with_user(self.administrator)
        action = company.action_l10n_pl_ksef_setup()
        return company.env["l10n_pl_ksef.setup"].browse(action["res_id"])

    def signed(self, request, **wanted):
        """The request as somebody signs it outside Odoo."""
        certificate, key, _serial = self.issue_pair(**wanted)
        pair = read_pair(
            certificate,
            key,
            PASSWORD,
            purpose=Purpose.AUTHENTICATION,
            at=utc_now(),
            allow_self_signed=True,
        )
        return sign(request, pair.certificate, pair.private_key, clock=utc_now)

    def sign_in(self, wizard):
        wizard.first_login = "signed"
        wizard.action_prepare_request()
        request = base64.b64decode(wizard.with_context(bin_size=False).request_file)
        signed = self.signed(request, nip=SELLER_NIP, self_signed=True)
        wizard.signed_file = b64(signed)
        wizard.action_log_in_signed()
        return signed

    def look_again(self, wizard):
        self.env.invalidate_all()
        wizard.action_look_again()
        self.env.invalidate_all()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupBySignedFile(AutomaticTestCase):
    def test_a_signed_file_is_enough_to_be_connected(self):
        wizard = self.open()
        self.assertEqual(wizard.step, "credential")
        self.sign_in(wizard)
        self.assertTrue(wizard.is_signed_in)
        self.assertIn("KSeF allows", wizard.quota)

        wizard.action_request_certificates()
        self.look_again(wizard)

        self.assertEqual(set(wizard.enrolment_ids.mapped("state")), {"issued"})
        self.assertTrue(self.company.l10n_pl_ksef_auth_certificate_id)
        self.assertTrue(self.company.l10n_pl_ksef_offline_certificate_id)
        wizard.action_next()
        wizard.action_next()
        wizard.action_test()
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_the_wizard_goes_on_while_the_certificates_are_being_issued(self):
        self.simulator.control("processing", {"enrollment_seconds": 600})
        wizard = self.open()
        self.sign_in(wizard)
        wizard.action_request_certificates()
        self.env.invalidate_all()

        wizard.action_next()
        wizard.action_next()

        self.assertEqual(wizard.step, "test")

    def test_skipping_offline_requests_one_certificate_only(self):
        wizard = self.open()
        self.sign_in(wizard)
        wizard.l10n_pl_ksef_skip_offline = True

        wizard.action_request_certificates()
        self.env.invalidate_all()

        self.assertEqual(wizard.enrolment_ids.mapped("purpose"), ["authentication"])

    def test_nothing_of_the_signed_file_stays(self):
        wizard = self.open()
        attachments = self.env["ir.attachment"].sudo().search_count([])

        signed = self.sign_in(wizard)
        self.env.flush_all()

        self.assertEqual(self.env["ir.attachment"].sudo().search_count([]), attachments)
        self.assertFalse(wizard.signed_file)
        self.env.cr.execute(
            "SELECT row_to_json(t)::text FROM l10n_pl_ksef_setup t WHERE id = %s", [wizard.id]
        )
        row = json.loads(self.env.cr.fetchone()[0])
        self.assertNotIn("signed_file", row)
        self.assertFalse(row["request_file"])
        self.assertNotIn(b64(signed).decode()[:60], json.dumps(row))

    def test_another_file_is_refused_with_a_sentence(self):
        wizard = self.open()
        wizard.action_prepare_request()

        with self.assertRaisesRegex(UserError, "not the signed login request"):
            wizard.signed_file = b64(b"holiday picture")

    def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(self):
        with self.assertRaisesRegex(UserError, "much larger than a signed login request"):
            self.open().signed_file = b64(b"x" * 50_000_000)

    def test_going_on_without_having_signed_is_refused(self):
        wizard = self.open()
        wizard.first_login = "signed"

        with self.assertRaisesRegex(UserError, "Sign the login request"):
            wizard.action_next()
        with self.assertRaisesRegex(UserError, "Choose the file that you signed"):
            wizard.action_log_in_signed()

    def test_an_unreachable_ksef_is_told(self):
        self.simulator.fault("POST /v2/auth/challenge", "status", code=503)

        with self.assertRaisesRegex(UserError, "failure of its own"):
            self.open().action_prepare_request()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSetupByPair(AutomaticTestCase):
    def test_what_is_left_of_the_quota_is_shown_before_anything_is_requested(self):
        wizard = self.open()
        certificate, key, _serial = self.issue_pair()
        asked = self.watch("POST /v2/certificates/enrollments")
        wizard.write(
            {
                "l10n_pl_ksef_certificate_file": b64(certificate),
                "l10n_pl_ksef_key_file": b64(key),
                "l10n_pl_ksef_key_password": PASSWORD,
            }
        )
        self.env.invalidate_all()

        wizard.action_next()

        self.assertEqual(wizard.step, "credential")
        self.assertIn("300 more requests of 300", wizard.quota)
        self.assertEqual(asked(), 0)

    def test_a_used_up_quota_is_told(self):
        self.import_pair()
        self.simulator.control("quotas", {"type": "Nip", "requests": 0})

        with self.assertRaisesRegex(UserError, "are used up"):
            self.open().action_request_certificates()

    def test_without_a_quota_the_reason_is_shown(self):
        self.import_pair()
        self.simulator.fault("GET /v2/certificates/limits", "status", code=503)
        wizard = self.open()
        wizard.step = "credential"

        wizard.action_next()

        self.assertIn("failure of its own", wizard.quota_problem)
