"""Making a KSeF token from a screen: with chosen permissions, kept, and used where wanted."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import BUYER_NIP
from .test_enrolment import EnrolmentTestCase

MAKE = "POST /v2/tokens"


class MakingTestCase(EnrolmentTestCase):
    def setUp(self):
        super().setUp()
        self.use_certificate()
        self.company.action_l10n_pl_ksef_connect()
        self.boss = self.administrator

    def dialog(self, user=None, **values):
        """As the button above the list opens it and the web client saves it."""
        model = self.env["l10n_pl_ksef.token_making"].with_user(user or self.boss)
        model = model.with_context(allowed_company_ids=self.company.ids)
        with Form(model) as form:
            for name, value in values.items():
                form[name] = value
        return form.record

    def make(self, **values):
        told = self.dialog(**values).action_make()
        self.env.invalidate_all()
        return told["params"], self.env["l10n_pl_ksef.token"].sudo().search([], limit=1)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMaking(MakingTestCase):
    def test_it_is_made_with_the_chosen_name_and_permissions(self):
        _told, token = self.make(description="Sklep internetowy", may_fetch=False)

        client = self.company._l10n_pl_ksef_client()
        [listed] = [one for one in client.tokens() if one.reference == token.reference]
        self.assertEqual(listed.description, "Sklep internetowy")
        self.assertEqual(set(listed.permissions), {"InvoiceWrite"})

    def test_it_is_kept_encrypted_and_the_company_logs_in_as_before(self):
        told, token = self.make()

        self.assertIn("not in use", told["message"])
        self.assertTrue(token.has_secret)
        self.assertFalse(token.in_use)
        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "certificate")
        self.assertFalse(self.company.sudo().l10n_pl_ksef_token_sealed)

    def test_a_token_in_use_is_not_replaced_by_one_only_made(self):
        self.use_token()
        used = self.company.sudo().l10n_pl_ksef_token_id
        sealed = self.company.sudo().l10n_pl_ksef_token_sealed
        self.company.l10n_pl_ksef_auth_method = "certificate"

        self.make()

        self.assertEqual(self.company.sudo().l10n_pl_ksef_token_id, used)
        self.assertEqual(self.company.sudo().l10n_pl_ksef_token_sealed, sealed)

    def test_in_use_at_once_where_wanted(self):
        told, token = self.make(use=True)

        self.assertEqual(told["title"], "Connected to KSeF")
        self.assertTrue(token.in_use)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")
        self.assertTrue(self.company.sudo().l10n_pl_ksef_auth_certificate_id.has_key)

    def test_the_list_is_shown_next(self):
        told, _token = self.make()

        self.assertEqual(told["next"]["res_model"], "l10n_pl_ksef.token")

    def test_without_permissions_it_is_refused_before_ksef_is_asked(self):
        asked = self.watch(MAKE)

        with self.assertRaisesRegex(UserError, "at least one permission"):
            self.make(may_send=False, may_fetch=False)
        with self.assertRaisesRegex(UserError, "five characters"):
            self.make(description="Abc")
        self.assertEqual(asked(), 0)

    def test_a_permission_that_the_login_lacks_is_told_in_ksefs_words(self):
        self.use_certificate(permissions=["InvoiceWrite"])

        with self.assertRaisesRegex(UserError, "KSeF says"):
            self.make(may_fetch=True)

    def test_after_a_login_by_token_somebody_must_sign(self):
        self.use_token()

        with self.assertRaisesRegex(UserError, "logged in with a signature"):
            self.make()

    def test_when_the_answer_is_lost_it_is_said_what_to_look_for(self):
        self.simulator.fault(MAKE, "drop_after")

        with self.assertRaisesRegex(UserError, "not known whether KSeF made.*“Kasa nr 1”"):
            self.make(description="Kasa nr 1")

    def test_only_administrators_of_the_company_make_one(self):
        with self.assertRaises(AccessError):
            self.env["l10n_pl_ksef.token_making"].with_user(self.accountant).create({})
        other = self.env["res.company"].create(
            {"name": "Second", "vat": f"PL{BUYER_NIP}", "country_id": self.poland.id}
        )
        stranger = self.user_of("ksef_other_administrator", "base.group_system", other)
        with self.assertRaises(AccessError):
            self.env["l10n_pl_ksef.token_making"].with_user(stranger).create(
                {"company_id": self.company.id, "description": "Cudzy token"}
            )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestUsing(MakingTestCase):
    def test_one_that_ksef_has_not_in_force_yet_is_used_by_the_schedule(self):
        self.simulator.control("processing", {"token_seconds": 60})
        told, token = self.make(use=True)
        self.assertIn("putting the token in force", told["title"])
        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "certificate")
        self.run_schedule()
        self.assertFalse(token.in_use)

        self.simulator.set_clock(61)
        self.run_schedule()

        self.assertTrue(token.in_use)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_one_kept_is_chosen_from_the_list(self):
        _told, token = self.make()

        token.with_user(self.boss).action_use()

        self.assertTrue(token.in_use)
        self.assertEqual(self.company.l10n_pl_ksef_connection_state, "connected")

    def test_back_and_forth_between_two(self):
        tokens = [self.make(use=True)[1]]
        self.company.l10n_pl_ksef_auth_method = "certificate"
        tokens.append(self.make(use=True)[1])

        tokens[0].with_user(self.boss).action_use()

        self.assertEqual([token.in_use for token in tokens], [True, False])
        self.assertTrue(tokens[1].has_secret)

    def test_one_revoked_meanwhile_is_not_used(self):
        self.simulator.control("processing", {"token_seconds": 60})
        _told, token = self.make(use=True)
        self.company._l10n_pl_ksef_client().revoke_token(token.reference)
        self.simulator.set_clock(61)

        self.run_schedule()

        self.assertFalse(token.in_use)
        self.assertFalse(token.use_wanted)
        with self.assertRaisesRegex(UserError, "not have this token in force"):
            token.with_user(self.boss).action_use()

    def test_one_whose_text_is_gone_cannot_be_used(self):
        _told, token = self.make()
        token.with_user(self.boss).action_remove()

        self.assertFalse(token.token_sealed)
        with self.assertRaisesRegex(UserError, "not kept here"):
            token.with_user(self.boss).action_use()

    def test_one_of_another_environment_is_not_used(self):
        _told, token = self.make()
        self.company.l10n_pl_ksef_environment = "test"

        with self.assertRaisesRegex(UserError, "another environment"):
            token.with_user(self.boss).action_use()

    def test_only_administrators_use_and_remove(self):
        _told, token = self.make()
        for action in ("action_use", "action_remove"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(token.with_user(self.accountant).sudo(False), action)()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestScreens(MakingTestCase):
    def menus(self, user):
        visible = self.env["ir.ui.menu"].with_user(user).sudo(False)._visible_menu_ids()
        names = ("menu_certificates", "menu_enrolments", "menu_tokens")
        return [self.env.ref(f"l10n_pl_ksef.{name}").id in visible for name in names]

    def test_administrators_find_certificates_requests_and_tokens_in_the_menu(self):
        self.assertEqual(self.menus(self.boss), [True, True, True])
        self.assertEqual(self.menus(self.accountant), [False, False, False])

    def test_the_list_of_tokens_leads_to_making_using_and_revoking(self):
        arch = (
            self.env["l10n_pl_ksef.token"].with_user(self.boss).get_view(view_type="list")["arch"]
        )

        for button in (self.env.ref("l10n_pl_ksef.action_token_making").id, "action_use",
                       "action_revoke", "action_ksef_list"):  # fmt: skip
            self.assertIn(f'name="{button}"', arch)

    def test_the_settings_lead_to_each_list(self):
        arch = self.env["res.config.settings"].get_view(view_type="form")["arch"]

        for name in ("action_certificates", "action_enrolments", "action_tokens"):
            self.assertIn(f'name="{self.env.ref(f"l10n_pl_ksef.{name}").id}"', arch)
