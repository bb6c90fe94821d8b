"""Revoking at KSeF, KSeF's own list beside ours, and the end of a connection."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..ksef.errors import LoginRefused
from .test_enrolment import EnrolmentTestCase


class RevokingTestCase(EnrolmentTestCase):
    def setUp(self):
        super().setUp()
        self.first = self.use_certificate()
        self.boss = self.administrator

    def answer(self, action, **values):
        """Fill in the dialog that a button opens, as the administrator."""
        model = self.env[action["res_model"]].with_user(self.boss)
        return model.with_context(**action["context"]).create(values)

    def listed(self):
        action = self.company.with_user(self.boss).action_l10n_pl_ksef_list_credentials()
        return self.env[action["res_model"]].with_user(self.boss).search(action["domain"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRevoking(RevokingTestCase):
    def revoke(self, record, reason="Superseded"):
        return self.answer(
            record.with_user(self.boss).action_revoke(), reason=reason
        ).action_revoke()

    def test_a_certificate_is_revoked_with_its_reason(self):
        self.import_pair()  # another one to go on with

        self.revoke(self.first)

        self.assertEqual(self.first.state, "revoked")
        self.assertEqual(self.first.revocation_reason, "Superseded")
        self.assertFalse(self.first.has_key)
        [line] = self.listed().filtered(lambda one: one.certificate_id == self.first)
        self.assertEqual((line.status, line.here), ("Revoked", "no_key"))

    def test_revoking_the_offline_certificate_touches_nothing_else(self):
        offline = self.import_pair(purpose="offline")
        dialog = self.answer(offline.with_user(self.boss).action_revoke())
        self.assertIn("no longer be confirmed", dialog.warning)

        dialog.action_revoke()

        self.assertFalse(self.company.l10n_pl_ksef_offline_certificate_id)
        self.assertEqual(self.company.l10n_pl_ksef_auth_certificate_id, self.first)
        self.assertTrue(self.company._l10n_pl_ksef_client().own_permissions().scopes)

    def test_revoking_what_logs_in_says_what_stops(self):
        dialog = self.answer(self.first.with_user(self.boss).action_revoke())

        self.assertIn("Nothing can be sent", dialog.warning)
        dialog.action_revoke()
        self.assertFalse(self.company._l10n_pl_ksef_has_connection())

    def test_where_ksef_does_not_revoke_its_words_are_shown_and_nothing_changes(self):
        self.simulator.control("revoke", {"serial": self.first.serial})
        self.import_pair()

        with self.assertRaisesRegex(UserError, "już odwołany"):
            self.revoke(self.first)

        self.assertTrue(self.first.has_key)

    def test_a_token_made_here_is_revoked(self):
        token = self.env["l10n_pl_ksef.token"].sudo()._make(self.company)
        self.assertTrue(token.made_here)
        self.assertEqual(self.company.l10n_pl_ksef_auth_method, "certificate")

        self.revoke(token)

        self.assertTrue(token.revoked_at)
        self.assertFalse(self.company.sudo().l10n_pl_ksef_token_sealed)

    def test_a_token_made_here_logs_in_when_it_is_chosen(self):
        token = self.env["l10n_pl_ksef.token"].sudo()._make(self.company, ["InvoiceWrite"])
        token._put_in_use()

        scopes = self.company._l10n_pl_ksef_client().own_permissions().scopes

        self.assertEqual(scopes, {"InvoiceWrite"})

    def test_an_entered_token_is_known_by_its_reference_and_revoked(self):
        value = self.use_token()
        token = self.company.sudo().l10n_pl_ksef_token_id
        self.assertEqual(token.reference, value.split("|")[0])

        self.revoke(token)

        self.company._l10n_pl_ksef_import_token(value)
        self.assertIsInstance(self.outcome(self.company._l10n_pl_ksef_client), LoginRefused)

    def test_ksefs_list_stands_beside_ours(self):
        elsewhere = self.simulator.issue_certificate()["serial"]
        token = self.env["l10n_pl_ksef.token"].sudo()._make(self.company)

        lines = {line.serial: line for line in self.listed()}

        self.assertEqual(lines[self.first.serial].here, "in_use")
        self.assertEqual(lines[elsewhere].here, "unknown")
        self.assertEqual(lines[token.reference].kind, "token")

    def test_the_button_above_the_list_needs_no_choice(self):
        model = self.env["l10n_pl_ksef.certificate"].with_user(self.boss)
        model = model.with_context(allowed_company_ids=self.company.ids)

        action = call_kw(model, "action_ksef_list", [[]], {})

        self.assertEqual(action["res_model"], "l10n_pl_ksef.listed_credential")

    def test_what_only_ksef_lists_is_revoked_from_the_list(self):
        elsewhere = self.simulator.issue_certificate()["serial"]
        [line] = self.listed().filtered(lambda one: one.serial == elsewhere)

        self.answer(line.action_revoke(), reason="KeyCompromise").action_revoke()

        [line] = self.listed().filtered(lambda one: one.serial == elsewhere)
        self.assertEqual(line.status, "Revoked")

    def test_only_administrators_of_the_company_revoke(self):
        for user in (self.accountant, self.user_of("ksef_portal", "base.group_portal")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.first.with_user(user).sudo(False).action_revoke()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.company.with_user(user)._l10n_pl_ksef_revoke_certificate(
                    "0" * 16, "Superseded"
                )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTheOfflinePairAlone(RevokingTestCase):
    """Replacing or removing it touches nothing else."""

    def setUp(self):
        super().setUp()
        self.company._l10n_pl_ksef_client()
        self.offline = self.import_pair(purpose="offline")
        self.env.flush_all()
        self.before = self.everything_else()

    def everything_else(self):
        self.env.invalidate_all()
        login = self.login()
        company = self.company.sudo()
        return (
            company.l10n_pl_ksef_auth_certificate_id,
            company.l10n_pl_ksef_auth_method,
            company.l10n_pl_ksef_skip_offline,
            company.l10n_pl_ksef_auth_certificate_id.private_key_sealed,
            login.access_token_sealed,
            login.refresh_token_sealed,
            login.state,
        )

    def test_replacing_it(self):
        new = self.import_pair(purpose="offline")

        self.assertEqual(self.company.l10n_pl_ksef_offline_certificate_id, new)
        self.assertTrue(self.offline._pair(), "readable for invoices that carry its codes")
        self.assertEqual(self.everything_else(), self.before)

    def test_removing_it(self):
        calls = self.watch("* /v2/**")

        self.offline.with_user(self.boss).action_remove()

        self.assertFalse(self.company.l10n_pl_ksef_offline_certificate_id)
        self.assertFalse(self.offline.has_key)
        self.assertEqual(self.everything_else(), self.before)
        self.assertEqual(calls(), 0)

    def test_only_administrators_remove_it(self):
        with self.assertRaises(AccessError):
            self.offline.with_user(self.accountant).action_remove()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDisconnecting(RevokingTestCase):
    def disconnect(self, **values):
        action = self.company.with_user(self.boss).action_l10n_pl_ksef_ask_disconnect()
        return self.answer(action, **values).action_disconnect()

    def test_disconnecting_ends_the_login_and_forgets_every_secret(self):
        self.import_pair(purpose="offline")
        self.company._l10n_pl_ksef_client()
        self.request("offline")
        self.company._l10n_pl_ksef_auth_request_file()
        ended = self.watch("DELETE /v2/auth/sessions/current")

        self.disconnect()

        self.assertEqual(ended(), 1)
        self.env.invalidate_all()
        for model_name, name in self.env["l10n_pl_ksef.vault"]._sealed_fields():
            kept = self.env[model_name].sudo().search_count([(name, "!=", False)])
            self.assertEqual(kept, 0, f"{model_name}.{name}")
        self.assertTrue(self.first.exists(), "the history stays")
        self.assertEqual(self.first.state, "no_key")

    def test_disconnecting_revokes_nothing_unless_asked(self):
        self.disconnect()

        self.assertFalse(self.first.revoked_at)

    def test_disconnecting_revokes_everything_in_use_if_wanted(self):
        offline = self.import_pair(purpose="offline")
        token = self.env["l10n_pl_ksef.token"].sudo()._make(self.company)

        self.disconnect(revoke=True, reason="KeyCompromise")

        self.assertEqual((self.first | offline).mapped("state"), ["revoked"] * 2)
        self.assertTrue(token.revoked_at)
        self.assertFalse(self.company._l10n_pl_ksef_has_connection())

    def test_where_revoking_fails_the_company_stays_connected(self):
        self.simulator.fault("POST /v2/certificates/*/revoke", "status", code=503)

        with self.assertRaises(UserError):
            self.disconnect(revoke=True)

        self.assertTrue(self.company._l10n_pl_ksef_has_connection())
