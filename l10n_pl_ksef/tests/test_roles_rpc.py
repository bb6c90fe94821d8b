"""Credentials over RPC, as a script with somebody's password would try to get at them."""

import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import SELLER_NIP
from .test_enrolment import EnrolmentTestCase

CREDENTIALS = (
    "l10n_pl_ksef.certificate",
    "l10n_pl_ksef.token",
    "l10n_pl_ksef.login",
    "l10n_pl_ksef.signed_login",
    "l10n_pl_ksef.enrolment",
)
DIALOGS = (
    "l10n_pl_ksef.revocation",
    "l10n_pl_ksef.disconnection",
    "l10n_pl_ksef.listed_credential",
    "l10n_pl_ksef.token_making",
)
COMPANY_FIELDS = (
    "l10n_pl_ksef_token_sealed",
    "l10n_pl_ksef_auth_certificate_id",
    "l10n_pl_ksef_offline_certificate_id",
    "l10n_pl_ksef_token_id",
)
SETTINGS = {
    "l10n_pl_ksef_environment": "production",
    "l10n_pl_ksef_auth_method": "token",
    "l10n_pl_ksef_token_sealed": "1.x.ksef-token.x",
    "l10n_pl_ksef_auth_certificate_id": False,
    "l10n_pl_ksef_token_id": False,
    "l10n_pl_ksef_automatic_certificates": True,
    "l10n_pl_ksef_skip_offline": True,
}
BUTTONS = (
    "action_l10n_pl_ksef_connect",
    "action_l10n_pl_ksef_disconnect",
    "action_l10n_pl_ksef_ask_disconnect",
    "action_l10n_pl_ksef_list_credentials",
)
CREDENTIAL_BUTTONS = {
    "l10n_pl_ksef.certificate": ("action_revoke", "action_remove"),
    "l10n_pl_ksef.token": ("action_use", "action_revoke", "action_remove"),
}
REFUSALS = (
    "odoo.exceptions.AccessError",
    "odoo.exceptions.UserError",  # no right to export anything
    "builtins.AttributeError",  # no such method for the outside
)
PRIVATE = {
    "res.company": (
        "_l10n_pl_ksef_client",
        "_l10n_pl_ksef_signing_client",
        "_l10n_pl_ksef_open_credential",
        "_l10n_pl_ksef_auth_request_file",
        "_l10n_pl_ksef_revoke_certificate",
    ),
    "l10n_pl_ksef.certificate": ("_pair", "_forget_key", "_note_revoked"),
    "l10n_pl_ksef.enrolment": ("_request", "_advance", "_take", "_try", "_opened"),
    "l10n_pl_ksef.signed_login": ("_client", "_access", "_refresh_token"),
    "l10n_pl_ksef.login": ("_client", "_access", "_refresh_token", "_adopt"),
    "l10n_pl_ksef.token": ("_make", "_put_in_use", "_drop"),
    "l10n_pl_ksef.vault": ("_open", "_seal", "_change_master_key"),
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCredentialsOverRpc(EnrolmentTestCase, HttpCase):
    """An accountant, a portal user and an administrator of another company."""

    def setUp(self):
        super().setUp()
        self.use_certificate()
        self.import_pair(purpose="offline")
        self.env["l10n_pl_ksef.token"].sudo()._make(self.company)
        self.company.l10n_pl_ksef_auth_method = "certificate"
        self.company._l10n_pl_ksef_client()
        self.company._l10n_pl_ksef_auth_request_file()
        self.request()
        other = self.env["res.company"].create(
            {"name": "Second", "vat": f"PL{SELLER_NIP}", "country_id": self.poland.id}
        )
        self.strangers = {
            "accountant": self.accountant,
            "portal": self.user_of("ksef_portal", "base.group_portal"),
            "administrator of another company": self.user_of(
                "ksef_other_administrator", "base.group_system", other
            ),
        }
        self.env.flush_all()

    def call(self, model, method, *arguments, **named):
        """What ``/web/dataset/call_kw`` answers: a pair of result and name of the error."""
        params = {"model": model, "method": method, "args": arguments, "kwargs": named}
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        return answer.get("result"), answer.get("error", {}).get("data", {}).get("name", "")

    def each_stranger(self):
        """Log in as one after the other."""
        for name, user in self.strangers.items():
            self.authenticate(user.login, user.login)
            yield name

    def assert_refused(self, model, method, *arguments, **named):
        result, error = self.call(model, method, *arguments, **named)
        who = self.env["res.users"].browse(self.session.uid).login
        self.assertIn(error, REFUSALS, (who, model, method, arguments, result))

    def snapshot(self):
        """Everything about the credentials, as it is in the database."""
        self.env.flush_all()
        found = []
        for model in (*CREDENTIALS, "res.company"):
            table = self.env[model]._table
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t ORDER BY id")
            found += self.env.cr.fetchall()
        return found

    def test_the_owners_administrator_does_see_them(self):
        self.authenticate(self.administrator.login, self.administrator.login)

        for model in CREDENTIALS:
            result, error = self.call(model, "search_read", [], ["id"])
            self.assertTrue(result, (model, error))

    def test_nobody_else_reads_any_credential(self):
        for _who in self.each_stranger():
            for model in CREDENTIALS:
                result, error = self.call(model, "search_read", [], [])
                self.assertTrue(result == [] or error.endswith("AccessError"), (model, result))
                ids = self.env[model].sudo().search([]).ids
                self.assertTrue(ids, model)
                self.assert_refused(model, "read", ids, ["id", "display_name"])
                self.assert_refused(model, "export_data", ids, ["display_name"])

    def test_nobody_reads_the_companys_secrets(self):
        for _who in self.each_stranger():
            for name in COMPANY_FIELDS:
                self.assert_refused("res.company", "read", self.company.ids, [name])
                self.assert_refused("res.company", "web_read", self.company.ids, {name: {}})
                self.assert_refused("res.company", "export_data", self.company.ids, [name])
            self.assert_refused(
                "res.company", "search", [("l10n_pl_ksef_token_sealed", "like", "1.")]
            )

    def test_nobody_else_writes_any_credential(self):
        before = self.snapshot()
        for _who in self.each_stranger():
            for model in CREDENTIALS:
                ids = self.env[model].sudo().search([]).ids
                self.assert_refused(model, "write", ids, {"environment": "test"})
                self.assert_refused(model, "unlink", ids)
                self.assert_refused(model, "create", [{"company_id": self.company.id}])
            for name, value in SETTINGS.items():
                self.assert_refused("res.company", "write", self.company.ids, {name: value})

        self.assertEqual(self.snapshot(), before)

    def test_nobody_else_presses_a_button(self):
        before = self.snapshot()
        for _who in self.each_stranger():
            for button in BUTTONS:
                self.assert_refused("res.company", button, self.company.ids)
            for model, buttons in CREDENTIAL_BUTTONS.items():
                ids = self.env[model].sudo().search([]).ids
                for button in buttons:
                    self.assert_refused(model, button, ids[:1])
            for model in DIALOGS:
                result, error = self.call(model, "create", [{"company_id": self.company.id}])
                if not error:
                    self.press(model, result)

        self.assertEqual(self.snapshot(), before)

    def press(self, model, ids):
        """An administrator may open a dialog, but not answer it for another's company."""
        button = "action_disconnect" if model.endswith("disconnection") else "action_revoke"
        if model.endswith("revocation"):
            self.call(model, "write", ids, {"serial": "0123456789ABCDEF"})
        self.assert_refused(model, button, ids)

    def test_what_opens_secrets_is_not_for_rpc_at_all(self):
        for who in (*self.strangers.values(), self.administrator):
            self.authenticate(who.login, who.login)
            for model, methods in PRIVATE.items():
                for method in methods:
                    with self.subTest(who=who.login, method=method):
                        self.assert_refused(model, method, [])
