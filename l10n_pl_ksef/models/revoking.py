"""Revoking certificates and tokens at KSeF, and KSeF's own list of them."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ksef.credential_answers import RevocationReason
from ..ksef.errors import KsefError
from .certificate import FIELD_OF_PURPOSE
from .credential import REFUSAL, RENEWAL
from .explanations import explain
from .transactions import commit_point

_logger = logging.getLogger(__name__)

REASONS = [
    (RevocationReason.UNSPECIFIED.value, "Not given"),
    (RevocationReason.SUPERSEDED.value, "Replaced by another one"),
    (RevocationReason.KEY_COMPROMISE.value, "The key may be in wrong hands"),
]


class KsefCertificate(models.Model):
    _inherit = "l10n_pl_ksef.certificate"

    state = fields.Selection(selection_add=[("revoked", "Revoked")])
    revoked_at = fields.Datetime(string="Revoked On", readonly=True, copy=False)
    revocation_reason = fields.Selection(REASONS, readonly=True, copy=False)

    @api.depends("revoked_at")
    def _compute_state(self):
        return super()._compute_state()

    def _state_at(self, now):
        return "revoked" if self.revoked_at else super()._state_at(now)

    def action_revoke(self):
        """Ask for the reason, then revoke this certificate at KSeF."""
        self.ensure_one()
        return self.company_id._l10n_pl_ksef_ask_revocation({"default_certificate_id": self.id})

    def action_remove(self):
        """Take it out of use and forget its key; KSeF is not told, and nothing else changes."""
        for certificate in self:
            certificate.company_id._l10n_pl_ksef_check_administrator()
            certificate._drop()
            _logger.info("KSeF certificate %s was removed by %s", certificate.serial, self.env.uid)

    def _drop(self):
        """Out of use, its key forgotten; the certificate stays, for invoices with its codes."""
        for certificate in self.sudo():
            if certificate.in_use:
                certificate.company_id[FIELD_OF_PURPOSE[certificate.purpose]] = False
            certificate._forget_key()
            certificate._is_settled(RENEWAL, REFUSAL)

    def action_ksef_list(self):
        """KSeF's own list of certificates and tokens, beside ours; a button above the list."""
        return (
            self.env.company._l10n_pl_ksef_holder()
            .with_env(self.env)
            .action_l10n_pl_ksef_list_credentials()
        )

    def _note_revoked(self, reason):
        """It is of no more use: out of use, its key forgotten, the certificate kept."""
        for certificate in self:
            certificate._drop()
            certificate.write({"revoked_at": fields.Datetime.now(), "revocation_reason": reason})


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_pl_ksef_ask_revocation(self, defaults):
        self._l10n_pl_ksef_check_administrator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revoke at KSeF"),
            "res_model": "l10n_pl_ksef.revocation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_company_id": self.id, **defaults},
        }

    def _l10n_pl_ksef_revoke_certificate(self, serial, reason):
        """Revoke a certificate at KSeF, whether or not it is kept here.

        :param str serial: 16 hexadecimal digits
        :param str reason: one of ``REASONS``
        :raises UserError: with KSeF's words, where it is not revoked or that is not known
        """
        holder = self._l10n_pl_ksef_administered_holder()
        try:
            client = holder._l10n_pl_ksef_signing_client()
            client.revoke_certificate(serial, RevocationReason(reason))
        except KsefError as error:
            raise UserError(explain(self.env, error)) from error
        _logger.info("KSeF certificate %s was revoked by user %s", serial, self.env.uid)
        ours = (
            self.env["l10n_pl_ksef.certificate"]
            .sudo()
            .search([("company_id", "=", holder.id), ("serial", "=", serial)])
        )
        ours._note_revoked(reason)
        commit_point(self.env)

    def _l10n_pl_ksef_revoke_token(self, reference):
        """Revoke a KSeF token, whether or not it is kept here.

        :raises UserError: with KSeF's words, where it is not revoked or that is not known
        """
        holder = self._l10n_pl_ksef_administered_holder()
        try:
            holder._l10n_pl_ksef_any_client().revoke_token(reference)
        except KsefError as error:
            raise UserError(explain(self.env, error)) from error
        _logger.info("KSeF token %s was revoked by user %s", reference, self.env.uid)
        ours = (
            self.env["l10n_pl_ksef.token"]
            .sudo()
            .search([("company_id", "=", holder.id), ("reference", "=", reference)])
        )
        ours._note_revoked()
        commit_point(self.env)

    def _l10n_pl_ksef_any_client(self):
        """Logged in as the company does, or else by the signed file."""
        if self._l10n_pl_ksef_root():
            return self._l10n_pl_ksef_client()
        return self._l10n_pl_ksef_signing_client()

    def action_l10n_pl_ksef_list_credentials(self):
        """Fetch KSeF's own list of certificates and tokens, and show it beside ours."""
        self.ensure_one()
        self._l10n_pl_ksef_check_administrator()
        rows = self.env["l10n_pl_ksef.listed_credential"]._fetch(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Certificates and tokens at KSeF"),
            "res_model": "l10n_pl_ksef.listed_credential",
            "view_mode": "list",
            "domain": [("id", "in", rows.ids)],
        }
