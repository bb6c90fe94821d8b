"""Ending a company's connection: at KSeF, and here. Invoices and their history stay."""

import logging

from odoo import models

from ..ksef import environments

_logger = logging.getLogger(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    def action_l10n_pl_ksef_ask_disconnect(self):
        """Ask what shall become of the certificates at KSeF, then disconnect."""
        self.ensure_one()
        self._l10n_pl_ksef_check_administrator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disconnect from KSeF"),
            "res_model": "l10n_pl_ksef.disconnection",
            "view_mode": "form",
            "target": "new",
            "context": {"default_company_id": self.id},
        }

    def action_l10n_pl_ksef_disconnect(self):
        """End the login at KSeF and forget every secret; invoices and their history stay."""
        self.ensure_one()
        self._l10n_pl_ksef_check_administrator()
        company = self.sudo()
        company._l10n_pl_ksef_end_logins()
        company._l10n_pl_ksef_forget_secrets()
        return self._l10n_pl_ksef_notify(
            "success",
            self.env._("Disconnected from KSeF"),
            self.env._(
                "The keys, tokens and logins of %(company)s are deleted here; its invoices and "
                "their history stay.",
                company=company.name,
            ),
        )

    def _l10n_pl_ksef_end_logins(self):
        own = [("company_id", "=", self.id)]
        for login in self.l10n_pl_ksef_login_ids:
            login._end_at_ksef()
        self.env["l10n_pl_ksef.signed_login"].sudo().search(own)._end()

    def _l10n_pl_ksef_forget_secrets(self):
        """Delete every secret of this company; other models with secrets extend this."""
        self.ensure_one()
        own = [("company_id", "=", self.id)]
        self.l10n_pl_ksef_login_ids.unlink()
        self.write(
            {
                "l10n_pl_ksef_token_sealed": False,
                "l10n_pl_ksef_token_id": False,
                "l10n_pl_ksef_auth_certificate_id": False,
                "l10n_pl_ksef_offline_certificate_id": False,
            }
        )
        self.env["l10n_pl_ksef.certificate"].sudo().search(own)._forget_key()
        self.env["l10n_pl_ksef.token"].sudo().search(own)._forget_secret()
        self.env["l10n_pl_ksef.enrolment"].sudo().search(own)._forget_key()
        self.env["l10n_pl_ksef.session"].sudo().search(
            [*own, ("key_sealed", "!=", False)]
        )._abandon()

    def _l10n_pl_ksef_close_other_environments(self):
        """Production is connected: nothing of this company remains that could use another one.

        What waits for another environment keeps waiting; it never goes to production.

        :return: True where there was something to close
        """
        self.ensure_one()
        company = self.sudo()
        others = [
            ("company_id", "=", company.id),
            ("environment", "!=", company.l10n_pl_ksef_environment),
            ("environment", "!=", False),
        ]
        logins = self.env["l10n_pl_ksef.login"].sudo().search(others)
        signed_logins = self.env["l10n_pl_ksef.signed_login"].sudo().search(others)
        enrolments = self.env["l10n_pl_ksef.enrolment"].sudo().search(others)
        sessions = (
            self.env["l10n_pl_ksef.session"].sudo().search([*others, ("key_sealed", "!=", False)])
        )
        certificates = company._l10n_pl_ksef_pairs_of_others()
        tokens = company._l10n_pl_ksef_tokens_of_others()
        for login in logins:
            login._end_at_ksef()
        signed_logins._end()
        enrolments._forget_key()
        sessions._abandon()
        certificates._drop()
        tokens._drop()
        found = bool(logins or signed_logins or sessions or certificates or tokens)
        logins.unlink()
        return found

    def _l10n_pl_ksef_pairs_of_others(self):
        """The pairs with a key that this company needs no more in its environment.

        Only its own copies: another company keeps the same pair in a record of its own.
        """
        code = self.l10n_pl_ksef_environment
        kept = self.env["l10n_pl_ksef.certificate"].search(
            [("company_id", "=", self.id), ("has_key", "=", True)]
        )
        return kept.filtered(
            lambda pair: pair._is_of_another(code) or not (pair.environments or pair.in_use)
        )

    def _l10n_pl_ksef_tokens_of_others(self):
        kept = self.env["l10n_pl_ksef.token"].search(
            [("company_id", "=", self.id), ("has_secret", "=", True)]
        )
        return kept.filtered(lambda token: token._is_of_another(self.l10n_pl_ksef_environment))

    def _l10n_pl_ksef_environment_of(self, code):
        """The ``ksef.environments.Environment`` called ``code``; None where unknown here."""
        try:
            return environments.environment(code, self._l10n_pl_ksef_simulator_url())
        except ValueError as error:
            _logger.info("KSeF environment: %s", error)
            return None
