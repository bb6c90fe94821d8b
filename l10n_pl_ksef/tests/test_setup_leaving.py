"""Each step of the wizard can be left, whatever stands in it, and taken up again."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.res_company_setup import SETUP_STEPS
from .common_credentials import b64
from .test_setup import SetupTestCase

LEAVE = {"is_leaving": True}


class LeavingTestCase(SetupTestCase):
    def reach(self, step):
        """The company as it is when the wizard comes to that step."""
        position = SETUP_STEPS.index(step)
        if position > 0:
            self.company.l10n_pl_ksef_environment = "simulator"
        if position > 1:
            self.open(step="login").action_next()
        if position > 2:
            self.use_certificate()
            self.company.l10n_pl_ksef_auth_method = "certificate"
        if position > 3:
            self.company.l10n_pl_ksef_skip_offline = True
        if position > 4:
            self.company.action_l10n_pl_ksef_connect()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTakingUpAgain(LeavingTestCase):
    def test_whoever_comes_back_goes_on_where_the_company_stands(self):
        for step in SETUP_STEPS:
            with self.subTest(step=step):
                self.reach(step)
                self.open().action_later()

                self.assertEqual(self.open().step, step)

    def test_from_each_step_the_way_back_is_open(self):
        self.reach("invoices")
        wizard = self.open()
        for step in reversed(SETUP_STEPS[:-1]):
            wizard.action_back()
            self.assertEqual(wizard.step, step)

    def test_what_was_right_is_kept(self):
        self.reach("login")
        wizard = self.open(step="credential")

        wizard.write({**LEAVE, **self.files()})
        wizard.action_later()

        self.assertTrue(self.company.sudo().l10n_pl_ksef_auth_certificate_id)
        self.assertEqual(self.open().step, "offline")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWrongOnTheWay(LeavingTestCase):
    """As the web client saves when Back, Save and go on later, or another step is pressed."""

    def test_a_wrong_file_holds_nobody_back(self):
        self.reach("login")
        wizard = self.open(step="credential")

        wizard.write({**LEAVE, **self.files(certificate=b"holiday picture")})
        wizard.action_back()

        self.assertEqual(wizard.step, "login")
        self.assertIn("no certificate in the file", wizard.not_kept)
        self.assertFalse(self.company.sudo().l10n_pl_ksef_auth_certificate_id)

    def test_half_a_pair_holds_nobody_back(self):
        self.reach("credential")
        wizard = self.open()
        certificate, _key, _serial = self.issue_pair()

        wizard.write({**LEAVE, "l10n_pl_ksef_certificate_file": b64(certificate)})
        wizard.action_later()

        self.assertTrue(wizard.not_kept)
        self.assertEqual(self.open().step, "credential")

    def test_another_step_pressed_in_the_bar_is_left_for(self):
        self.reach("offline")
        wizard = self.open()

        wizard.write({"step": "environment", **self.files("offline", password="wrong")})

        self.assertEqual(wizard.step, "environment")
        self.assertIn("password", wizard.not_kept)

    def test_an_unfinished_identifier_leaves_the_rest_alone(self):
        wizard = self.open()

        wizard.write(
            {
                **LEAVE,
                "l10n_pl_ksef_environment": "simulator",
                "l10n_pl_ksef_context_type": "InternalId",
                "l10n_pl_ksef_context_value": "12",
            }
        )

        self.assertEqual(self.company.l10n_pl_ksef_environment, "simulator")
        self.assertEqual(self.company.l10n_pl_ksef_context_type, "Nip")
        self.assertIn("five more digits", wizard.not_kept)

    def test_a_wrong_signed_file_holds_nobody_back(self):
        self.reach("login")
        self.company.l10n_pl_ksef_automatic_certificates = True
        wizard = self.open(step="credential")
        wizard.action_prepare_request()

        wizard.write({**LEAVE, "signed_file": b64(b"holiday picture")})
        wizard.action_back()

        self.assertEqual(wizard.step, "login")
        self.assertIn("not the signed login request", wizard.not_kept)

    def test_whoever_goes_on_is_told_as_before(self):
        self.reach("login")
        wizard = self.open(step="credential")

        with self.assertRaisesRegex(UserError, "no certificate in the file"):
            wizard.write({"is_leaving": False, **self.files(certificate=b"holiday picture")})

    def test_the_remark_goes_away_with_the_right_files(self):
        self.reach("login")
        wizard = self.open(step="credential")
        wizard.write({**LEAVE, **self.files(certificate=b"holiday picture")})
        self.assertTrue(wizard.not_kept)

        wizard.write(self.files())

        self.assertFalse(wizard.not_kept)

    def test_leaving_opens_no_door(self):
        wizard = self.open()
        other = self.env["res.company"].create({"name": "Second", "country_id": self.poland.id})

        with self.assertRaises(AccessError):
            wizard.write({**LEAVE, "company_id": other.id})
